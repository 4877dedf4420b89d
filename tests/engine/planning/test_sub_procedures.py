"""What a procedure hands on to those that it uses, and what these bring with them; figures are worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from calbench.documents.plan import Plan
from calbench.errors import PlanRefused
from calbench.quantities import parse_quantity
from calbench.workflow import Options, prepare
from calbench.workflow.comparing import compare

INNER = """
procedure: A part
id: part
version: 1.2.0
language: 1
sources: {own: confirmed}
parameters:
  top:   {type: quantity, unit: V, max: 8 V}
  count: {type: integer, min: 1, max: 3}
  kind:  {type: choice, choices: [plain, fine]}
  items: {type: list}
values:
  third: top / 3
roles:
  uut:    {needs: [measure.voltage.dc]}
  source: {needs: [source.voltage.dc]}
connections:
  leads: {title: Leads, text: Connect OUTPUT to INPUT.}
tests:
  - test: part
    sources: [own]
    for_each: {item: $items}
    connection: leads
    apply: source.voltage.dc
    read: uut.voltage.dc
    points: [{at: third, label: third, only_if: kind == fine}, {at: top, label: top}]
    readings: count
    mpe: 1 mV
    resolution: 10 uV
  - test: spread
    of: part
    across: all
    evaluate: {value: max(error) - min(error), limit: 2 mV}
"""
OUTER = """
procedure: Voltmeter
id: voltmeter
version: 1.0.0
language: 1
sources: {points: unconfirmed, more: secondary}
parameters:
  full:  {type: quantity, unit: V, default: 10 V}
  kind:  {type: choice, default: fine, choices: [plain, fine]}
  items: {type: list, default: [a, b]}
  again: {type: integer, default: 2}
values:
  top: full / 7
roles:
  uut:    {needs: [measure.voltage.dc], fallback: keyboard}
  source: {needs: [source.voltage.dc], fallback: keyboard}
tests:
  - use: part.yaml
    with: [top, kind, items, {count: again + 1}]
    sources: [points]
    only_if: kind == fine or full > 5 V
"""
WITH = "[top, kind, items, {count: again + 1}]"


def written(folder: Path, outer: str, name: str = "voltmeter") -> str:
    (folder / "part.yaml").write_text(INNER.lstrip(), encoding="utf-8")
    path = folder / f"{name}.yaml"
    path.write_text(outer.lstrip(), encoding="utf-8")
    return str(path)


def planned(folder: Path, outer: str = OUTER, **settings: str) -> Plan:
    return prepare(written(folder, outer), "demo", Options(settings=settings)).plan


def test_names_in_a_list_are_handed_on_under_the_same_name_and_expressions_are_computed(
    tmp_path: Path,
) -> None:
    plan = planned(tmp_path)

    assert [point.id for point in plan.points] == ["part/a/third", "part/a/top", "part/b/third", "part/b/top"]
    third, top = plan.points[0], plan.points[1]
    assert parse_quantity(top.nominal or "") == parse_quantity("10 V") / 7
    assert parse_quantity(third.nominal or "") == parse_quantity("10 V") / 7 / 3
    assert (top.readings, top.scope["count"]) == (3, "3")


def test_a_list_and_a_map_say_the_same(tmp_path: Path) -> None:
    short = written(tmp_path, OUTER)
    long = OUTER.replace(WITH, "{top: $top, kind: $kind, items: $items, count: again + 1}")

    assert compare(short, written(tmp_path, long, "long")) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"full": "63 V"}, "Parameter 'top': '9 V' is above its maximum 8 V."),
        ({"again": "3"}, "Parameter 'count': '4' is above its maximum 3."),
    ],
)
def test_what_is_computed_must_be_what_the_parameter_may_be(
    tmp_path: Path, given: dict[str, str], said: str
) -> None:
    with pytest.raises(PlanRefused) as refused:
        planned(tmp_path, **given)
    assert said in str(refused.value)


def test_what_cannot_be_computed_refuses_the_plan(tmp_path: Path) -> None:
    with pytest.raises(
        PlanRefused, match=r"part: count, handed on as '6 / \(again - 2\)', cannot be computed"
    ):
        planned(tmp_path, OUTER.replace("again + 1", "6 / (again - 2)"))


def test_a_count_that_is_computed_is_whole(tmp_path: Path) -> None:
    with pytest.raises(PlanRefused, match=r"Parameter 'count': '1\.5' is not a whole number\."):
        planned(tmp_path, OUTER.replace("again + 1", "again - 0.5"))


def test_every_test_rests_on_the_tables_that_stand_beside_use_and_on_its_own(tmp_path: Path) -> None:
    sources = {one.id: one.sources for one in planned(tmp_path).tests}

    assert sources == {
        "part": {"points": "unconfirmed", "own": "confirmed"},
        "spread": {"points": "unconfirmed"},
    }


def test_a_condition_beside_use_leaves_out_all_its_tests(tmp_path: Path) -> None:
    more = "  - test: zero\n    apply: source.voltage.dc\n    read: uut.voltage.dc\n    points: [0 V]\n    mpe: 1 mV\n"

    assert [one.id for one in planned(tmp_path, OUTER + more).tests] == ["part", "spread", "zero"]
    left = planned(tmp_path, OUTER + more, kind="plain", full="5 V")
    assert [one.id for one in left.tests] == ["zero"]


def test_connections_come_along_and_those_of_the_procedure_go_first(tmp_path: Path) -> None:
    (own,) = planned(tmp_path).connections
    assert (own.id, own.text) == ("leads", {"en": "Connect OUTPUT to INPUT."})
    other = OUTER.replace("tests:", "connections:\n  leads: {title: Leads, text: By hand.}\ntests:")
    (own,) = planned(tmp_path, other).connections
    assert own.text == {"en": "By hand."}


def test_a_plan_names_the_part_its_version_and_its_file(tmp_path: Path) -> None:
    plan = planned(tmp_path)

    assert {(one.id, one.procedure, one.procedure_version) for one in plan.tests} == {
        ("part", "part", "1.2.0"),
        ("spread", "part", "1.2.0"),
    }
    kept = [one for one in plan.sources if one.kind == "procedure"]
    assert [(one.id, one.version, one.path) for one in kept] == [
        ("voltmeter", "1.0.0", "voltmeter.yaml"),
        ("part", "1.2.0", "part.yaml"),
    ]
