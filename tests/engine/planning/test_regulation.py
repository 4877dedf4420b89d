"""What a regulation asks of a plan: edition, kind of control, interval, and which table each test rests on.

The matrix is that of JJG 692 (appearance + + +, static pressure range + - -, air-tightness + - -).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from calbench.documents.plan import Plan
from calbench.workflow import Options

if TYPE_CHECKING:
    from tests.engine.planning.conftest import Planner

MATRIX = """\
procedure: Sphygmomanometer
id: sphygmo
version: 1.0.0
language: 1
regulation: {id: JJG 692, year: 2010}
sources: {limits: confirmed, range: secondary, tightness: unconfirmed}
interval: {months: 12, source: secondary}
parameters:
  control: {type: choice, default: first, choices: [first, subsequent, in_use]}
  class:   {type: number, default: 1}
roles:
  uut: {needs: [measure.mass]}
tests:
  - use: procedures/common/visual-inspection.yaml
    with: {checklist: [Clean]}
  - test: range
    title: {en: Static pressure range, zh: 静态压力示值范围}
    controls: [first]
    read: uut.mass
    points: [1 kg]
    mpe: 1 g
    sources: [limits]
  - test: error
    controls: [first, subsequent, in_use]
    read: uut.mass
    points: [1 kg]
    mpe: 1 g
    sources: [limits]
  - test: tightness
    controls: [first]
    read: uut.mass
    points: [1 kg]
    mpe: 1 g
"""
PINNED = ("simulated: true\n", "simulated: true\nregulations: {JJG 692: 2010}\n")


def of(planner: Planner, control: str, *changes: tuple[str, str]) -> Plan:
    return planner.plan(MATRIX, *changes, options=Options(settings={"control": control}))


@pytest.mark.parametrize(
    ("control", "done", "left_out"),
    [
        ("first", ["visual-inspection", "range", "error", "tightness"], []),
        ("subsequent", ["visual-inspection", "error"], ["range", "tightness"]),
        ("in_use", ["visual-inspection", "error"], ["range", "tightness"]),
    ],
)
def test_a_kind_of_control_asks_for_some_items_and_names_the_others(
    planner: Planner, control: str, done: list[str], left_out: list[str]
) -> None:
    plan = of(planner, control)
    assert [one.id for one in plan.tests] == done
    assert plan.regulated is not None
    assert (plan.regulated.control, [one.test for one in plan.regulated.left_out]) == (control, left_out)


def test_what_is_left_out_keeps_its_title(planner: Planner) -> None:
    asked = of(planner, "in_use").regulated
    assert asked is not None
    assert [one.title for one in asked.left_out] == [
        {"en": "Static pressure range", "zh": "静态压力示值范围"},
        {"en": "tightness"},
    ]


def test_a_whole_sub_procedure_may_be_left_out(planner: Planner) -> None:
    plan = of(
        planner,
        "in_use",
        ("visual-inspection.yaml\n", "visual-inspection.yaml\n    controls: [first, subsequent]\n"),
    )
    assert [one.id for one in plan.tests] == ["error"]
    assert plan.regulated is not None
    assert [one.test for one in plan.regulated.left_out] == ["visual-inspection", "range", "tightness"]


def test_an_edition_that_the_station_pins(planner: Planner) -> None:
    planner.station(PINNED)
    asked = of(planner, "first").regulated
    assert asked is not None
    assert (asked.id, asked.year, asked.pinned) == ("JJG 692", 2010, True)


@pytest.mark.parametrize("name", ["JJG 692", "jjg692", "JJG  692"])
def test_another_edition_is_refused_with_what_to_do(planner: Planner, name: str) -> None:
    planner.station((PINNED[0], f"simulated: true\nregulations: {{{name}: 1999, JJF 1: 2000}}\n"))
    (reason,) = planner.refused(MATRIX)
    assert reason == (
        f"sphygmo 1.0.0 follows JJG 692-2010, and station demo works to {name}-1999. Take a procedure of that edition; "
        f"or, if the laboratory has gone over to 2010, write '{name}: 2010' under regulations: of the station."
    )


def test_a_regulation_that_is_not_pinned_is_allowed_and_noted(planner: Planner) -> None:
    planner.station((PINNED[0], "simulated: true\nregulations: {JJG 69: 1999}\n"))
    asked = of(planner, "first").regulated
    assert asked is not None
    assert not asked.pinned


def test_the_edition_of_a_sub_procedure_counts_too(planner: Planner) -> None:
    planner.station((PINNED[0], "simulated: true\nregulations: {JJG 9: 2001}\n"))
    path = planner.folder / "procedures" / "common" / "visual-inspection.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "language: 1\n", "language: 1\nregulation: {id: JJG 9, year: 1999}\n", 1
    )
    path.write_text(text, encoding="utf-8")
    (reason,) = planner.refused(MATRIX)
    assert "follows JJG 9-1999, and station demo works to JJG 9-2001" in reason


def test_each_test_names_the_tables_that_it_rests_on(planner: Planner) -> None:
    assert {one.id: one.sources for one in of(planner, "first").tests} == {
        "visual-inspection": {},
        "range": {"limits": "confirmed", "range": "secondary"},
        "error": {"limits": "confirmed"},
        "tightness": {"tightness": "unconfirmed"},
    }


@pytest.mark.parametrize(("control", "months"), [("first", 12), ("subsequent", 12), ("in_use", None)])
def test_an_inspection_in_service_gives_no_new_validity(
    planner: Planner, control: str, months: int | None
) -> None:
    asked = of(planner, control).regulated
    assert asked is not None
    assert (None if asked.interval is None else asked.interval.months) == months


def test_an_interval_may_depend_on_a_parameter(planner: Planner) -> None:
    changes = ("months: 12", "months: 72 + 24 * (class - 1)")
    options = Options(settings={"class": "2"})
    asked = planner.plan(MATRIX, changes, options=options).regulated
    assert asked is not None
    assert asked.interval is not None
    assert (asked.interval.months, asked.interval.source) == (96, "secondary")


def test_an_interval_of_half_a_month_is_refused(planner: Planner) -> None:
    options = Options(settings={"class": "0.5"})
    (reason,) = planner.refused(MATRIX, ("months: 12", "months: class"), options=options)
    assert reason == "interval: 'class' is no whole number of months from 1 to 1200: it gives 0.5."


def test_without_a_regulation_a_plan_says_nothing_of_one(planner: Planner) -> None:
    assert planner.plan("electrical/dmm-34401a.yaml").regulated is None


def test_a_sub_procedure_has_the_kind_of_control_that_it_is_handed(planner: Planner) -> None:
    path = planner.folder / "procedures" / "common" / "visual-inspection.yaml"
    text = path.read_text(encoding="utf-8")
    choice = "parameters:\n  control: {type: choice, default: first, choices: [first, in_use]}\n"
    text = text.replace("parameters:\n", choice, 1)
    text = text.replace(
        "  - test: visual-inspection\n", "  - test: visual-inspection\n    controls: [first]\n", 1
    )
    path.write_text(text, encoding="utf-8")
    handed = ("with: {checklist: [Clean]}", "with: {checklist: [Clean], control: $control}")
    assert "visual-inspection" in [one.id for one in of(planner, "in_use").tests]  # its own default
    plan = of(planner, "in_use", handed)
    assert [one.id for one in plan.tests] == ["error"]
    assert plan.regulated is not None
    assert [one.test for one in plan.regulated.left_out] == ["visual-inspection", "range", "tightness"]
