"""What `calbench plan` and the preview of the page say of the regulation, before anything is measured."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from calbench.cli import main
from calbench.documents.plan import Plan
from calbench.documents.regulating import RegulatedPlan
from calbench.server.views.regulated import asked, unsure
from calbench.server.wording import Speaker
from calbench.workflow import Options, prepare

REGULATED = {
    "id": "JJG 539",
    "year": 2016,
    "control": "subsequent",
    "left_out": [{"test": "tare", "title": {"en": "Tare", "zh": "除皮"}}],
    "interval": {"months": 12, "source": "secondary"},
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return prepare("scale-class3", "demo", Options(position="2")).plan


def test_the_plan_says_edition_control_and_what_is_not_confirmed() -> None:
    shown = CliRunner().invoke(main, ["plan", "scale-class3", "demo", "--position", "2"]).output
    assert "the station pins no edition of it (regulations: {OIML R 76-1: 2006})" in shown
    assert "Kind of control: in_use.\n" in shown
    assert "  repeatability: loads (secondary), repeats (unconfirmed)\n" in shown
    assert "  linearity: OIML R 111-1, 10 kg (unconfirmed), loads (secondary)\n" in shown
    assert "MPE standard" in shown
    row = next(line for line in shown.splitlines() if line.startswith("linearity/up/15kg"))
    assert row.split()[1:5] == ["±15", "g", "750", "mg"]


def test_without_a_regulation_only_sources_are_said() -> None:
    shown = CliRunner().invoke(main, ["plan", "bench-links", "demo-links"]).output
    assert "Regulation" not in shown
    assert "  whole procedure: limits (unconfirmed), points (unconfirmed)\n" in shown
    assert "MPE standard" not in shown


def test_the_preview_says_the_same_in_both_languages(plan: Plan) -> None:
    own = plan.model_copy(update={"regulated": RegulatedPlan.model_validate(REGULATED)})
    assert asked(own, Speaker("en"))[1:] == [
        "Kind of control: subsequent verification",
        "Not required for it: Tare",
        "Valid for 12 months if it passes (source: secondary source)",
    ]
    assert asked(own, Speaker("zh")) == [
        "规程：OIML R 76-1-2006；工作站未指定其版本",
        "检定类别：后续检定",
        "该类别不要求：除皮",
        "合格后有效期 12 个月（来源：二手来源）",
    ]
    assert unsure(plan, Speaker("zh"))[0] == "重复性：载荷（二手来源）、重复次数（未核实）"
    assert asked(plan.model_copy(update={"regulated": None}), Speaker("en")) == []
