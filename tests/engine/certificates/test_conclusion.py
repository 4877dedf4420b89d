"""Which document a record gives and what it concludes, in both languages, in each of its forms.

Documents by outcome: 检定证书, 检定结果通知书 with the items that fail, 校准证书 (JJF 1094 practice); a validity only
where the regulation states an interval, and only for what passed.
"""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest

from calbench.certificates.assemble import assemble
from calbench.certificates.conclusion import last_day
from calbench.certificates.content import Certificate, Fields, Paragraph, Section
from calbench.certificates.digital.assemble import digital
from calbench.certificates.html import page
from calbench.certificates.wording import LANGUAGES, Language
from calbench.certificates.workbook import workbook
from calbench.documents.record import Record

REGULATED = {
    "id": "OIML R 76-1",
    "year": 2006,
    "pinned": True,
    "control": "subsequent",
    "left_out": [{"test": "tare", "title": {"en": "Tare", "zh": "皮重"}}],
    "interval": {"months": 12, "source": "secondary"},
}


def content(data: dict[str, Any], language: Language = "en") -> Certificate:
    return assemble(Record.model_validate(data), "0" * 64, language)


def section(made: Certificate, title: str) -> Section:
    return next(each for each in made.sections if each.title == title)


def fields(made: Certificate, title: str) -> dict[str, str]:
    blocks = [block for block in section(made, title).blocks if isinstance(block, Fields)]
    return {item.label: item.value for block in blocks for item in block.items}


def says(made: Certificate, title: str) -> str:
    return " ".join(block.text for block in section(made, title).blocks if isinstance(block, Paragraph))


def failed(data: dict[str, Any]) -> dict[str, Any]:
    """Have two eccentric loads fail, and one weighing undecided."""
    for one in data["results"]:
        if one["id"] in ("eccentricity/2-front-left", "eccentricity/4-back-right"):
            one["verdict"] = "fail"
    for test in data["tests"]:
        test["verdict"] = {"eccentricity": "fail", "linearity": "indeterminate_pass"}.get(test["id"], "pass")
    next(one for one in data["results"] if one["test"] == "linearity")["verdict"] = "indeterminate_pass"
    data["verdict"] = "fail"
    return data


def test_a_notification_lists_the_items_that_fail_by_their_numbers(scale_data: dict[str, Any]) -> None:
    made = content(failed(scale_data))
    assert (made.title, made.verdict_text) == ("Notification of verification results", "fail")
    assert made.notices == [
        "Items that do not conform: Eccentric loading (no. 8, 10).",
        "Items that were not decided: Weighing, increasing and decreasing (no. 12).",
    ]
    made = content(scale_data, "zh")
    assert (made.title, made.verdict_text) == ("检定结果通知书", "不合格")
    assert made.notices[0] == "不合格项目：偏载（序号 8, 10）。"
    assert content({**scale_data, "verdict": "pass"}, "zh").title == "检定证书"


def test_a_calibration_may_follow_a_regulation(scale_data: dict[str, Any]) -> None:
    scale_data["plan"]["procedure"]["kind"] = "calibration"
    made = content(failed(scale_data), "zh")
    assert (made.title, made.title_elsewhere, made.notices) == ("校准证书", "Calibration certificate", [])


@pytest.mark.parametrize(
    ("language", "title", "end"), [("en", "Test report", "End of report"), ("zh", "测试报告", "报告结束")]
)
def test_what_calibrates_nothing_is_a_report(
    dmm_data: dict[str, Any], language: Language, title: str, end: str
) -> None:
    dmm_data["plan"]["procedure"]["kind"] = "test"
    made = content(dmm_data, language)
    assert (made.title, made.words["end"]) == (title, end)
    text = page(made).decode("utf-8")
    assert {"en": "calibrates or verifies none of them", "zh": "不构成校准或检定"}[language] in text
    assert {"en": "ertificate may", "zh": "本证书"}[language] not in text


def test_a_verification_that_passed_is_valid_until_the_day_before(scale_data: dict[str, Any]) -> None:
    """The record ended on 2026-01-05."""
    scale_data["plan"]["regulated"] = REGULATED
    made = content(scale_data)
    found = fields(made, "Procedure and performance")
    assert found["Valid until"] == (
        "2027-01-04 (interval of 12 months by OIML R 76-1:2006; source: secondary source)"
    )
    assert found["Kind of control"] == "subsequent verification"
    assert found["Items not required"] == "Tare"
    assert "It is valid until 2027-01-04." in says(made, "Statements")
    assert "no recommendation" not in says(made, "Statements")
    found = fields(content(scale_data, "zh"), "依据与实施")
    assert (found["检定类别"], found["该类别不要求的项目"]) == ("后续检定", "皮重")
    assert found["有效期至"].startswith("2027-01-04（按 OIML R 76-1:2006，检定周期 12 个月")


@pytest.mark.parametrize("change", ["fail", "partial", "calibration", "no interval"])
def test_nothing_else_is_valid_until_any_day(scale_data: dict[str, Any], change: str) -> None:
    scale_data["plan"]["regulated"] = REGULATED
    match change:
        case "fail":
            failed(scale_data)
        case "partial":
            scale_data["plan"]["partial"] = True
        case "calibration":
            scale_data["plan"]["procedure"]["kind"] = "calibration"
        case _:
            scale_data["plan"]["regulated"] = {**REGULATED, "interval": None}
    made = content(scale_data)
    assert "Valid until" not in fields(made, "Procedure and performance")
    assert "no recommendation" in says(made, "Statements")


@pytest.mark.parametrize(
    ("begin", "months", "end"),
    [
        ("2026-01-05", 12, "2027-01-04"), ("2026-01-01", 12, "2026-12-31"), ("2026-12-15", 1, "2027-01-14"),
        ("2024-02-29", 12, "2025-02-27"), ("2026-01-31", 1, "2026-02-27"), ("2026-11-30", 72, "2032-11-29"),
    ],
)  # fmt: skip
def test_the_last_day_of_an_interval(begin: str, months: int, end: str) -> None:
    assert last_day(date.fromisoformat(begin), months) == date.fromisoformat(end)


def test_tables_that_are_not_confirmed_are_marked_at_the_test(scale_data: dict[str, Any]) -> None:
    for test in scale_data["plan"]["tests"]:
        if test["id"] == "eccentricity":
            test["sources"] = {"own table": "unconfirmed", "limits": "confirmed", "loads": "secondary"}
    scale_data["plan"]["procedure"]["words"] = {"zh": {"own table": "自有表"}}
    made = content(scale_data)
    assert "Sources that are not confirmed: loads (secondary source), own table (unconfirmed)." in says(
        made, "Eccentric loading"
    )
    assert "not confirmed" not in says(made, "Repeatability")
    assert "来源尚未核实：载荷（二手来源）、自有表（未核实）。" in says(content(scale_data, "zh"), "偏载")


@pytest.mark.parametrize("serial", [None, "", "  "])
def test_an_item_without_a_serial_number_is_said_to_have_none(
    scale_data: dict[str, Any], serial: str | None
) -> None:
    scale_data["uut"].pop("serial")
    if serial is not None:
        scale_data["uut"]["serial"] = serial
    assert fields(content(scale_data), "Item under test")["Serial number"] == "not stated"
    assert fields(content(scale_data, "zh"), "被测器具")["出厂编号"] == "未提供"
    scale_data["plan"]["laboratory"]["country"] = "CN"
    made = digital(Record.model_validate(scale_data), "0" * 64, LANGUAGES)
    (said,) = [one for one in made.administration.statements if one.ref_type == "calbench_serial"]
    assert said.declaration == {"en": "not stated", "zh": "未提供"}


def test_the_digital_certificate_says_what_it_is_and_until_when(scale_data: dict[str, Any]) -> None:
    scale_data["plan"]["regulated"] = REGULATED
    scale_data["plan"]["laboratory"]["country"] = "CN"
    made = digital(Record.model_validate(scale_data), "0" * 64, LANGUAGES)
    found = {one.ref_type: one for one in made.administration.statements}
    assert found["calbench_document"].declaration == {"en": "Verification certificate", "zh": "检定证书"}
    assert found["calbench_validUntil"].date == "2027-01-04"
    assert found["calbench_control"].declaration == {"en": "subsequent verification", "zh": "后续检定"}
    assert "calbench_serial" not in found
    made = digital(Record.model_validate(failed(scale_data)), "0" * 64, LANGUAGES)
    found = {one.ref_type: one for one in made.administration.statements}
    assert found["calbench_document"].declaration["zh"] == "检定结果通知书"
    assert "calbench_validUntil" not in found


def test_the_workbook_says_the_same(scale_data: dict[str, Any]) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    scale_data["plan"]["regulated"] = REGULATED
    scale_data["uut"].pop("serial")
    book = openpyxl.load_workbook(
        io.BytesIO(workbook(Record.model_validate(failed(scale_data)), "0" * 64, "zh"))
    )
    rows = [tuple(cell.value for cell in row[:2]) for row in book.worksheets[-1].iter_rows()]
    assert ("证书", "检定结果通知书") in rows
    assert ("结论", "不合格") in rows
    assert ("注意", "不合格项目：偏载（序号 8, 10）。") in rows
    assert ("检定类别", "后续检定") in rows
    assert ("出厂编号", "未提供") in rows
    assert not any(name == "有效期至" for name, _ in rows)
