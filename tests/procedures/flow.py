"""What the tests of the procedures of flow share."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from calbench.documents.plan import TestPlan
from calbench.quantities import Quantity, Value, evaluate, parse, parse_quantity
from calbench.testing.bench import Bench, Run
from calbench.workflow import Options, prepare

WATER, GAS, HEAT = "water-meter-jjg162", "gas-meter-jjg577", "heat-meter-jjg225"

MakeBench = Callable[[str], Bench]


def failing(run: Run) -> set[str]:
    assert run.status == "COMPLETED"
    return {name for name, verdict in run.verdicts.items() if verdict != "pass" and not sets_up(run, name)}


def sets_up(run: Run, name: str) -> bool:
    """Tell whether a point sets a bath, and is as it was wanted: it has no limit, and its conditions held."""
    result = run.result(name)
    held = result.operating and all(one.holds for one in result.operating)
    return bool(held) and result.lower is None and result.upper is None


def missed(run: Run) -> set[str]:
    """Name the points that were measured outside of their conditions: none of these is judged."""
    assert run.status == "COMPLETED"
    found = {one.id for one in run.record.results if any(not each.holds for each in one.operating)}
    assert {run.verdicts[name] for name in found} <= {"not_evaluated"}
    return found


def percent(run: Run, name: str) -> float:
    value = run.result(name).value
    assert value is not None
    return float(parse_quantity(value).value) * 100


@cache
def planned(procedure: str, station: str) -> dict[str, TestPlan]:
    return {one.id: one for one in prepare(procedure, station, Options(position="1")).plan.tests}


def reference(text: str, **inputs: str) -> Quantity:
    scope: dict[str, Value] = {name: parse_quantity(one) for name, one in inputs.items()}
    value = evaluate(parse(text), scope)
    assert isinstance(value, Quantity)
    return value
