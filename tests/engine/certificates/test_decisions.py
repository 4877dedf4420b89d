"""The decision rule in words, and acceptance limits, guard bands and risks, in every form of the certificate."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from calbench.certificates.assemble import assemble
from calbench.certificates.content import Paragraph, Section, Table
from calbench.certificates.csv import table
from calbench.certificates.decisions import percent
from calbench.certificates.html import page
from calbench.certificates.wording import WORDS, Language
from calbench.documents.record import Record
from calbench.metrology import RULES

RISKY = {
    "specific_risk": "0.02345",
    "pfa": "0.008583",
    "pfr": "0.01554",
    "conditional_pfa": "0.009123",
    "tur": "2.33",
}


@pytest.fixture
def data(dmm_data: dict[str, Any]) -> dict[str, Any]:
    """A record whose first result passed and second failed, by Z540.3 method 6, with U at the CMC."""
    dmm_data["decision"] |= {
        "rule": "z540_m6",
        "risk_definition": "jcgm106/1",
        "prior": {"in_tolerance": "0.9"},
    }
    dmm_data["plan"]["decision"]["coverage_rule"] = "auto"
    first, second = dmm_data["results"][:2]
    first |= {**RISKY, "verdict": "pass", "cmc": "1.5 uV", "expanded_computed": "0.7 uV"}
    second |= {**RISKY, "verdict": "fail", "specific_risk": "1.234E-8"}
    for one in (first, second):
        one["shown"] |= {"guard_band": "0.354", "accept_lower": "-3.15", "accept_upper": "+3.15"}
    second["shown"] |= {"accept_lower": "+1", "accept_upper": "-1"}
    return dmm_data


def section(data: dict[str, Any], key: str, language: Language = "en") -> Section:
    made = assemble(Record.model_validate(data), "0" * 64, language)
    (found,) = [one for one in made.sections if one.title == WORDS[key][language]]
    return found


def words(one: Section) -> str:
    return " ".join(block.text for block in one.blocks if isinstance(block, Paragraph))


@pytest.mark.parametrize("rule", sorted({rule.id for rule in RULES.values()}))
def test_every_rule_is_described_in_both_languages_with_its_source(rule: str) -> None:
    texts = WORDS[f"rule.{rule}"]
    standard = RULES[f"{rule}/1"].source.split(":")[0].split(" ")[0]
    assert standard in texts["en"]
    assert standard in texts["zh"]


def test_the_section_says_rule_coverage_cmc_risk_and_prior(data: dict[str, Any]) -> None:
    says = words(section(data, "decision"))
    for part in (
        "ANSI/NCSL Z540.3 (handbook, method 6)",
        "Rule z540_m6, version 1.",
        "Where rectangular contributions dominate",
        "No U is stated below the calibration and measurement capability",
        "Risk: the probability that a verdict is wrong",
        "Prior: normal, 90 % of the items are in tolerance.",
        "The largest risk of a result that passes is 2.3 % (No. 1).",
        "The largest risk of a result that fails is < 0.001 % (No. 2).",
    ):
        assert part in says
    chinese = words(section(data, "decision", "zh"))
    assert "先验：正态分布，90 % 的器具在允差内。" in chinese
    assert "合格结果的最大风险为 2.3 %（序号 1）。" in chinese


def test_the_annex_has_acceptance_limits_and_risks_of_what_was_decided(data: dict[str, Any]) -> None:
    (found,) = section(data, "decisions").blocks
    assert isinstance(found, Table)
    heads = [column.title for column in found.columns]
    rows = [dict(zip(heads, row.cells, strict=True)) for row in found.rows if not row.group]
    assert [row["No."] for row in rows] == ["1", "2"]
    assert (rows[0]["Acceptance limits"], rows[0]["w"], rows[0]["TUR"]) == ("±3.15", "0.354", "2.33")
    assert (rows[0]["Risk"], rows[0]["PFA"], rows[0]["PFR"]) == ("2.3 %", "0.86 %", "1.6 %")
    assert rows[1]["Acceptance limits"] == "none can pass"


def test_without_risks_there_is_no_annex(dmm_data: dict[str, Any]) -> None:
    made = assemble(Record.model_validate(dmm_data), "0" * 64, "en")
    assert WORDS["decisions"]["en"] not in [one.title for one in made.sections]
    assert "Risk:" not in words(section(dmm_data, "decision"))


def test_the_html_page_has_them_too(data: dict[str, Any]) -> None:
    for language in ("en", "zh"):
        text = page(assemble(Record.model_validate(data), "0" * 64, language)).decode()
        assert WORDS["decisions"][language] in text
        assert "0.86 %" in text


def test_columns_of_the_csv(data: dict[str, Any]) -> None:
    text = table(Record.model_validate(data)).decode("utf-8-sig")
    first = next(csv.DictReader(io.StringIO(text, newline="")))
    assert {name: first[name] for name in RISKY} == RISKY
    assert (first["cmc"], first["expanded_computed"], first["result_unit"]) == ("1.5", "0.7", "uV")


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        ("0.5000", "50 %"),
        ("0.008583", "0.86 %"),
        ("0.00001", "0.0010 %"),
        ("0.000009", "< 0.001 %"),
        ("0", "< 0.001 %"),
    ],
)
def test_a_probability_in_print(share: str, shown: str) -> None:
    assert percent(share) == shown
