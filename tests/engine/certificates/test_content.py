"""What a certificate says, before it is set."""

from __future__ import annotations

from typing import Any

import pytest

from calbench.certificates.assemble import assemble
from calbench.certificates.conclusion import title_key
from calbench.certificates.content import Certificate, Fields, Paragraph, Section, Table
from calbench.certificates.wording import Language
from calbench.documents.record import Record


def content(data: dict[str, Any], language: Language = "en") -> Certificate:
    return assemble(Record.model_validate(data), "0" * 64, language)


def section(made: Certificate, title: str) -> Section:
    return next(each for each in made.sections if each.title == title)


def table(made: Certificate, title: str) -> Table:
    return next(block for block in section(made, title).blocks if isinstance(block, Table))


def says(made: Certificate, title: str) -> str:
    return " ".join(block.text for block in section(made, title).blocks if isinstance(block, Paragraph))


def fields(made: Certificate, title: str) -> dict[str, str]:
    blocks = [block for block in section(made, title).blocks if isinstance(block, Fields)]
    return {item.label: item.value for block in blocks for item in block.items}


# The documents of verification in China, by outcome: 检定证书, 检定结果通知书; without a regulation: 校准证书


def test_without_a_regulation_it_is_a_calibration_certificate(dmm_data: dict[str, Any]):
    made = content(dmm_data, "zh")
    assert (made.title, made.title_elsewhere) == ("校准证书", "Calibration certificate")


def test_a_whole_pass_under_a_regulation_is_a_verification_certificate(scale_data: dict[str, Any]):
    made = content(scale_data, "en")
    assert (made.title, made.title_elsewhere) == ("Verification certificate", "检定证书")


@pytest.mark.parametrize("verdict", ["fail", "indeterminate_pass", "indeterminate_fail", "not_evaluated"])
def test_any_other_verdict_is_notified(scale_data: dict[str, Any], verdict: str):
    scale_data["verdict"] = verdict
    made = content(scale_data, "zh")
    assert (made.title, made.title_elsewhere) == ("检定结果通知书", "Notification of verification results")


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [("run", "status", "STOPPED"), ("run", "completeness", "partial"), ("plan", "partial", True)],
)
def test_a_part_of_the_work_is_never_certified_as_verified(
    scale_data: dict[str, Any], part: str, name: str, value: object
):
    scale_data[part][name] = value
    assert title_key(Record.model_validate(scale_data)) == "title.notice"


def test_a_run_that_did_not_complete_says_so_whatever_its_verdict(scale_data: dict[str, Any]):
    assert content(scale_data).notices == []
    scale_data["run"].update(status="ABORTED", completeness="partial")
    made = content(scale_data)
    assert "did not complete (status: aborted)" in made.notices[0]
    assert made.notices[1].startswith("Incomplete")
    assert (made.verdict, made.verdict_text) == ("not_evaluated", "none: not every item was verified")
    assert fields(made, "Procedure and performance")["Status of the run"] == "aborted"


def test_a_selection_of_points_says_so(scale_data: dict[str, Any]):
    scale_data["plan"]["partial"] = True
    assert [text.partition(":")[0] for text in content(scale_data).notices] == ["Partial"]


def test_an_environment_beyond_its_limits_says_so(dmm_data: dict[str, Any]):
    dmm_data["environment"][1]["violations"] = 3
    assert content(dmm_data).notices == ["The relative humidity was outside its limits in 3 of 41 readings."]
    assert content(dmm_data, "zh").notices == ["相对湿度的 41 次读数中有 3 次超出允许范围。"]


def test_environment_stands_with_what_is_permitted(dmm_data: dict[str, Any]):
    rows = table(content(dmm_data), "Environmental conditions").rows
    assert rows[0].cells == ["temperature", "22.91", "23.14", "23.02", "°C", "21 °C … 25 °C", "41", "0"]
    assert rows[1].cells[5] == "≤ 80 %RH"


def test_a_standard_stands_with_its_certificate_and_what_it_was_used_for(dmm_data: dict[str, Any]):
    made = content(dmm_data)
    rows = table(made, "Standards used and traceability").rows
    assert rows[0].cells == [
        "REF-0017, Fluke 5730A, serial 1730017",
        "DEMO-2025-0117",
        "calbench demonstration laboratory (invented)",
        "2025-11-17",
        "2036-11-17",
        "DC voltage; Resistance, four-wire",
    ]
    assert rows[1].cells[5] == "temperature; relative humidity"
    assert fields(made, "Standards used and traceability") == {"DEMO-2025-0117 SHA-256": "c0ffee00" * 8}


def test_simulated_instruments_claim_no_traceability(dmm_data: dict[str, Any]):
    assert "traceable" in says(content(dmm_data), "Standards used and traceability")
    dmm_data["plan"]["simulated"] = {"seed": 1, "clock": "virtual"}
    assert says(content(dmm_data), "Standards used and traceability") == (
        "Simulated instruments establish no metrological traceability."
    )


def test_sources_are_printed_with_their_status(scale_data: dict[str, Any]):
    found = fields(content(scale_data), "Procedure and performance")
    assert found["Regulation"] == "OIML R 76-1:2006"
    assert found["Status of its sources"] == (
        "limits: confirmed, loads: secondary source, number of repeats: unconfirmed"
    )


def test_the_decision_rule_stands_in_words(dmm_data: dict[str, Any]):
    text = says(content(dmm_data), "Decision rule")
    assert "Guard band w = U (ILAC-G8:09/2019, 4.2.3)" in text
    assert "coverage probability of 0.95" in text
    dmm_data["decision"]["rule"] = "house-rule/2"
    assert "Rule house-rule, version 1." in says(content(dmm_data), "Decision rule")


def test_a_table_has_the_columns_that_its_test_has(dmm_data: dict[str, Any], scale_data: dict[str, Any]):
    heads = [column.title for column in table(content(scale_data), "Eccentric loading").columns]
    assert heads == ["No.", "Point", "Nominal / g", "Indication / g", "Error / g", "Limits / g", "Verdict"]
    heads = [
        column.title for column in table(content(scale_data), "Weighing, increasing and decreasing").columns
    ]
    assert heads[2:] == [
        *(f"{name} / g" for name in ("Nominal", "Reference", "Indication", "Error", "Limits", "U")),
        "k",
        "Verdict",
    ]
    heads = [column.title for column in table(content(dmm_data), "DC voltage").columns]
    assert heads[:6] == ["No.", "Point", "Unit", "Nominal", "Reference", "Indication"]
    assert heads[6:9] == ["Unit", "Error", "Limits"]
    assert "Attempts" in heads
    heads = [column.title for column in table(content(dmm_data), "Resistance, four-wire").columns]
    assert "Attempts" not in heads


def test_numbers_stand_as_the_record_shows_them(dmm_data: dict[str, Any]):
    rows = table(content(dmm_data, "zh"), "直流电压").rows
    assert rows[9].cells == [
        "10",
        "10V/-10V",
        "V",
        "-10",
        "-10.000007",
        "-10.000425",
        "µV",
        "-418",
        "±400",
        "45",
        "1.98",
        "1",
        "待定(外)",
    ]


def test_a_result_over_a_whole_test_stands_below_its_series(scale_data: dict[str, Any]):
    rows = table(content(scale_data), "Repeatability").rows
    assert [row.cells[1] for row in rows] == [
        *("1", "2", "3", "4", "5"),
        "whole test: max(indication) - min(indication)",
    ]
    assert rows[-1].cells[-3:] == ["+5", "≤ +10", "pass"]
    assert {row.cells[-1] for row in rows[:-1]} == {"–"}


def test_an_inspection_says_what_was_looked_at(dmm_data: dict[str, Any]):
    rows = table(content(dmm_data), "Visual inspection").rows
    assert rows[0].cells == ["20", "Display complete", "in order", "pass"]


def test_an_inspection_without_labels_says_what_was_asked(dmm_data: dict[str, Any]):
    question = {"id": "found", "text": {"en": "In order?", "zh": "是否正常？"}, "kind": "choice"}
    point: dict[str, Any] = {
        "id": "visual-inspection/feet",
        "test": "visual-inspection",
        "quantity": "",
        "unit": "",
        "reference": "none",
        "questions": [question],
    }
    dmm_data["plan"]["points"].append(point)
    for name, prompt, expected in (
        ("feet", {"en": "Look at the feet.", "zh": "检查底脚。"}, "检查底脚。"),
        ("feet", {}, "是否正常？"),
        ("other", {}, "other"),
    ):
        point["prompt"] = prompt
        dmm_data["results"][-1].update(id=f"visual-inspection/{name}", labels={})
        assert table(content(dmm_data, "zh"), "外观检查").rows[1].cells[1] == expected


def test_attempts_are_told_with_their_reason(dmm_data: dict[str, Any]):
    text = says(content(dmm_data), "DC voltage")
    assert "No. 2: 2 attempts, the last complete one counts. Reason: leads touched by the operator." in text
    assert "typed in by the operator: 4." in text
    assert "1 kΩ, 10 kΩ: 0.010 % rdg + 0.001 % rng" in says(content(dmm_data), "Resistance, four-wire")


def test_a_remark_is_printed_with_its_result(dmm_data: dict[str, Any]):
    dmm_data["results"][4]["remark"] = "Uncertainty not evaluated: no degrees of freedom"
    assert "No. 5: Uncertainty not evaluated: no degrees of freedom" in says(content(dmm_data), "DC voltage")


def test_no_result_is_dropped_even_if_its_test_has_no_verdict(dmm_data: dict[str, Any]):
    dmm_data["tests"] = dmm_data["tests"][:1]
    made = content(dmm_data)
    assert len(table(made, "Resistance, four-wire").rows) == 3
    assert len(table(made, "Visual inspection").rows) == 2


def test_the_full_budget_is_that_of_the_largest_u(dmm_data: dict[str, Any]):
    titles = [each.title for each in content(dmm_data).sections]
    # 120 uV, 58 uV and 45 uV are larger numbers than 7.8 mV: units count
    assert "DC voltage: the point with the largest U, no. 15 (1000V/1000V)" in titles
    assert "Resistance, four-wire: the point with the largest U, no. 19 (10kOhm/10kOhm)" in titles


def test_a_full_budget_has_units_and_what_it_comes_to(dmm_data: dict[str, Any]):
    title = "Resistance, four-wire: the point with the largest U, no. 19 (10kOhm/10kOhm)"
    full = table(content(dmm_data), title)
    assert [column.title for column in full.columns] == [
        *("Contribution", "Type", "Distribution", "Std. uncertainty / Ω", "Sensitivity", "Contribution / Ω"),
        *("Share / %", "DoF"),
    ]
    assert full.rows[0].cells == [
        "Resistance standard (REF-0017)",
        "B",
        "normal",
        "0.500",
        "-1",
        "-0.500",
        "96.8",
        "∞",
    ]
    assert says(content(dmm_data), title) == (
        "u = 2.87 Ω; effective degrees of freedom 211; k = 2.00; U = 0.083 Ω."
    )


def test_given_fields_stand_in_the_usual_order_whatever_theirs(dmm_data: dict[str, Any]):
    dmm_data["uut"] = {"serial": "1", "zone": "7", "model": "M", "maker": "", "customer": "C"}
    assert list(fields(content(dmm_data), "Item under test").items()) == [
        ("Customer", "C"),
        ("Model", "M"),
        ("Serial number", "1"),
        ("zone", "7"),
    ]


def test_the_annex_has_the_budget_of_every_result(dmm_data: dict[str, Any]):
    rows = table(content(dmm_data), "Annex: uncertainty budgets of all results").rows
    groups = [row.cells[0] for row in rows if row.group]
    assert len(groups) == 19
    assert groups[1] == (
        "No. 2, DC voltage: 100mV/100mV. u = 2.87 µV; effective degrees of freedom 211; k = 1.98; U = 0.95 µV. "
        "Contributions in µV."
    )
    assert len(rows) == 19 + 16 * 4 + 3 * 3
    assert rows[2].cells == ["Repeatability", "t", "0.257", "-1", "-0.257", "0.8", "9"]


def test_a_record_without_budgets_has_no_empty_sections(scale_data: dict[str, Any]):
    for result in scale_data["results"]:
        result["budget"] = []
    titles = [each.title for each in content(scale_data).sections]
    assert not [title for title in titles if "budget" in title.lower()]


def test_it_recommends_no_interval(dmm_data: dict[str, Any]):
    # ISO/IEC 17025:2017, 7.8.4.3 and 7.8.2.1 l
    text = says(content(dmm_data), "Statements")
    assert "relate only to the item" in text
    assert "no recommendation on the interval" in text


def test_journal_and_plan_are_there_in_full_and_the_head_also_short(dmm_data: dict[str, Any]):
    found = fields(content(dmm_data), "Integrity of the data")
    assert found["Journal head, short"] == "9f3c 1a7b e2d0 4c55"
    assert found["Journal head"] == "9f3c1a7be2d04c5586aa10f4e7b2c3d4915e6f708192a3b4c5d6e7f8091a2b3c"
    assert found["Plan (SHA-256)"] == dmm_data["plan_sha256"]
    assert found["Record (SHA-256)"] == "0" * 64


@pytest.mark.parametrize(("dof", "printed"), [("9990", "9990"), ("10000", "∞"), ("2660000000000", "∞")])
def test_degrees_of_freedom_that_make_no_difference_are_infinite_in_print(
    dmm_data: dict[str, Any], dof: str, printed: str
):
    """Table G.2 of JCGM 100 ends with ∞: t is 1.984 for 100 and 1.960 for ∞, so 1.9602 for 10,000."""
    title = "Resistance, four-wire: the point with the largest U, no. 19 (10kOhm/10kOhm)"
    result = next(one for one in dmm_data["results"] if one["id"] == "ohm4w/10kOhm/10kOhm")
    result["shown"]["dof"] = dof
    result["budget"][0]["shown"]["dof"] = dof
    made = content(dmm_data)
    assert f"effective degrees of freedom {printed}; k" in says(made, title)
    assert table(made, title).rows[0].cells[-1] == printed
