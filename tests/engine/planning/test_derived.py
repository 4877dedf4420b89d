"""Results that follow from others in the plan: which points go together, what they are called, what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from calbench.documents.canonical import canonical
from calbench.documents.plan import Plan
from calbench.workflow import Options

if TYPE_CHECKING:
    from tests.engine.planning.conftest import Planner

TWO = """\
procedure: Two tests
id: two
version: 1.0.0
language: 1
parameters:
  sides: {type: list, default: [left, right]}
  tight: {type: choice, default: "no", choices: ["yes", "no"]}
roles:
  uut:    {needs: [measure.voltage.dc], fallback: keyboard}
  source: {needs: [source.voltage.dc]}
connections:
  one: {title: One, text: Connect one.}
  two: {title: Two, text: Connect two.}
tests:
#before
  - test: first
    connection: one
    apply: source.voltage.dc
    read: uut.voltage.dc
    points: {up: [1 V, 2 V, 10 V], down: [2 V, 1.0 V]}
    for_each: {side: $sides}
    times: 2
    resolution: 1 mV
    mpe: 1 mV
  - test: second
    connection: two
    apply: source.voltage.dc
    read: uut.voltage.dc
    ranges:
      - {range: 1 V, points: [0.5 V, 1 V], mpe: 1 mV, resolution: 10 uV}
      - {range: 10 V, points: [1 V, 10 V], mpe: 2 mV, resolution: 100 uV}
  - test: third
    connection: one
    apply: source.voltage.dc
    read: uut.voltage.dc
    load: 5 V
    mpe: 1 mV
#more
"""


def following(plan: Plan, test: str) -> dict[str, list[str]]:
    (found,) = [one for one in plan.tests if one.id == test]
    return {one.id: one.points for one in found.groups}


def derived(of: str, across: str, value: str, *more: str, test: str = "it") -> str:
    lines = [f"  - test: {test}", f"    of: {of}", f"    across: {across}" if across else "", *more]
    lines.append(f"    evaluate: {{value: {value}, limit: 1 mV}}")
    return "".join(f"{line}\n" for line in lines if line)


def plan(
    planner: Planner, *tests: str, options: Options | None = None, changes: Sequence[tuple[str, str]] = ()
) -> Plan:
    return planner.plan(TWO, ("#more\n", "".join(tests)), *changes, options=options)


def test_points_that_differ_in_one_label_alone_go_together(planner: Planner) -> None:
    found = following(plan(planner, derived("first", "direction", "up.error - down.error")), "it")
    assert list(found) == [
        f"it/{side}/{volt}/{number}"
        for side in ("left", "right")
        for volt in ("1V", "2V")
        for number in (1, 2)
    ]  # 10 V is met on the way up alone
    assert found["it/left/1V/2"] == ["first/left/up/1V/2", "first/left/down/1.0V/2"]


def test_points_that_lack_one_which_the_value_names_give_no_result(planner: Planner) -> None:
    made = plan(
        planner,
        derived("first", "direction", "up.error - down.error"),
        changes=[("down: [2 V, 1.0 V]}", "down: [2 V], again: [1 V, 2 V]}")],
    )
    assert {name.split("/")[2] for name in following(made, "it")} == {
        "2V"
    }  # 1 V has up and again, and no down


def test_other_tests_may_be_looked_at(planner: Planner) -> None:
    made = plan(planner, derived("first", "all", "mean(error) - mean(third.error) + 0 * second.stdev"))
    assert list(following(made, "it")) == ["it/all"]


def test_the_values_of_a_list_are_names_as_well(planner: Planner) -> None:
    made = plan(planner, derived("first", "side", "left.error - right.error"))
    assert following(made, "it")["it/up/10V/1"] == ["first/left/up/10V/1", "first/right/up/10V/1"]
    (test,) = [one for one in made.tests if one.id == "it"]
    assert test.groups[0].names == {"left": "first/left/up/1V/1", "right": "first/right/up/1V/1"}
    assert test.groups[0].labels == {"direction": "up", "repeat": "1"}


def test_numbers_are_no_names_and_all_points_make_one_result(planner: Planner) -> None:
    made = plan(
        planner,
        derived("first", "repeat", "max(error) - min(error)", test="range"),
        derived("first", "all", "mean(error)", test="mean"),
    )
    found = following(made, "range")
    assert len(found) == 10
    assert found["range/right/down/1.0V"] == ["first/right/down/1.0V/1", "first/right/down/1.0V/2"]
    assert {name: len(points) for name, points in following(made, "mean").items()} == {"mean/all": 20}
    (test,) = [one for one in made.tests if one.id == "range"]
    assert {one.names == {} for one in test.groups} == {True}


def test_the_same_value_on_two_ranges_goes_together(planner: Planner) -> None:
    made = plan(planner, derived("second", "range", "max(error) - min(error)"))
    assert following(made, "it") == {"it/1V": ["second/1V/1V", "second/10V/1V"]}


def test_what_follows_stands_behind_what_it_follows_from_wherever_it_is_written(planner: Planner) -> None:
    early = derived("third", "", "error", test="early")
    made = plan(planner, derived("first", "all", "mean(error)", test="late"), changes=[("#before\n", early)])
    assert [one.id for one in made.tests] == [
        "first",
        "late",
        "third",
        "early",
        "second",
    ]  # leads changed once
    assert [step.id for step in made.steps if step.kind == "connect"] == ["connect/one", "connect/two"]
    assert not [step for step in made.steps if step.point.startswith(("late", "early"))]


def test_it_is_left_out_with_the_test_that_it_follows_from(planner: Planner) -> None:
    made = plan(
        planner,
        derived("third", "", "error"),
        changes=[("    load: 5 V\n", "    load: 5 V\n    only_if: tight == 'yes'\n")],
    )
    assert [one.id for one in made.tests] == ["first", "second"]
    assert b"groups" not in canonical(made)  # as plans were before


def test_it_can_be_left_out_by_itself(planner: Planner) -> None:
    made = plan(planner, derived("third", "", "error", "    only_if: tight == 'yes'"))
    assert [one.id for one in made.tests] == ["first", "third", "second"]


def test_a_name_that_the_list_of_this_run_has_not_is_refused(planner: Planner) -> None:
    reasons = planner.refused(
        TWO,
        ("#more\n", derived("first", "side", "left.error - right.error")),
        options=Options(settings={"sides": "left,middle"}),
    )
    (reason,) = reasons
    assert reason.startswith("Test it: 'right.error' is neither a name in scope nor a unit; did you mean ")
    assert reason.endswith("?")


def test_points_that_nowhere_differ_in_the_label_alone_are_refused(planner: Planner) -> None:
    reasons = planner.refused(
        TWO,
        ("#more\n", derived("first", "direction", "up.error - down.error")),
        ("down: [2 V, 1.0 V]", "down: [3 V, 4 V]"),
    )
    assert reasons == [
        "Test it: no points of first go together: none differ in direction alone and have all that its value names."
    ]


def test_a_limit_that_cannot_be_computed_is_a_reason(planner: Planner) -> None:
    banded = (
        "roles:\n",
        "limits: {low: {variable: nominal, bands: [{up_to: 1 V, limit: 1 mV}]}}\nroles:\n",
    )
    text = derived("first", "direction", "up.error - down.error").replace("limit: 1 mV", "limit: low")
    (reason,) = planner.refused(TWO, banded, ("#more\n", text))
    assert reason.startswith("Test it: it/left/2V/1: its limit cannot be computed: nominal = 2 V lies above")


def test_a_limit_below_zero_is_a_reason(planner: Planner) -> None:
    text = derived("third", "", "error").replace("limit: 1 mV", "limit: -1 mV")
    (reason,) = planner.refused(TWO, ("#more\n", text))
    assert reason == "Test it: it/1: its lower limit, 1 mV, is above the upper one, -1 mV."


def test_a_value_of_the_list_that_is_called_like_a_test_is_refused(planner: Planner) -> None:
    (reason,) = planner.refused(
        TWO,
        ("#more\n", derived("first", "side", "max(error) - min(error)")),
        options=Options(settings={"sides": "left,third"}),
    )
    assert reason.startswith("Test it: 'third.indication' could mean another test")


def test_a_sub_procedure_brings_what_follows_from_its_own_tests_and_others_may_follow_too(
    planner: Planner,
) -> None:
    inner = TWO.replace("id: two", "id: inner").replace(
        "#more\n", derived("third", "", "error", test="inside")
    )
    (planner.folder / "procedures" / "inner.yaml").write_text(inner, encoding="utf-8")
    outer = TWO[: TWO.index("tests:")] + (
        "tests:\n"
        "  - test: outside\n"
        "    of: second\n"
        "    across: range\n"
        "    evaluate: {value: max(error) - min(error), limit: {upper: limit_of_all}}\n"
        "  - use: inner.yaml\n"
        "  - {test: own, read: uut.voltage.dc, load: 1 V, mpe: 1 mV}\n"
    )
    made = planner.plan(
        outer, ("parameters:\n", "parameters:\n  limit_of_all: {type: quantity, unit: V, default: 3 mV}\n")
    )
    assert [one.id for one in made.tests] == ["first", "third", "inside", "second", "outside", "own"]
    (test,) = [one for one in made.tests if one.id == "outside"]
    assert test.groups[0].limit is not None
    assert (test.groups[0].limit.nominal_lower, test.groups[0].limit.nominal_upper) == (None, "3 mV")


def test_the_limit_of_any_evaluate_may_have_one_side(planner: Planner) -> None:
    one_sided = ("    mpe: 1 mV\n#more\n", "    evaluate: {value: error, limit: {lower: -2 mV}}\n#more\n")
    limit = planner.plan(TWO, one_sided).point("third/1").limit
    assert limit is not None
    assert (limit.lower, limit.upper, limit.nominal_lower) == ("-2 mV", None, "-2 mV")
