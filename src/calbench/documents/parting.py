"""The plan of one unit out of that of a run of several."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from calbench.documents.plan import ConnectionPlan, Plan, Point, Step

    Named = TypeVar("Named", Point, ConnectionPlan, Step)

GENERAL = ("procedure", "station")
"""The kinds of source that concern every unit."""


def plan_of(plan: Plan, position: str, run: str) -> Plan:
    """Give what concerns the unit at a position, and nothing that others have for themselves.

    Args:
        plan: Of the run.
        position: KeyError if there is no unit.
        run: The digest of that plan.
    """
    unit = next((one for one in plan.units if one.position == position), None)
    if unit is None:
        raise KeyError(position)
    own = {one.role for one in unit.bindings}
    bindings = [*(one for one in plan.bindings if one.role not in own), *unit.bindings]
    assets = {name for one in bindings for name in (one.asset, *one.also)}
    given = {"position": position, "given": {**plan.uut.given, **unit.given}}
    return plan.model_copy(
        update={
            "uut": plan.uut.model_copy(update=given),
            "sources": [one for one in plan.sources if one.kind in GENERAL or one.id in assets],
            "bindings": bindings,
            "standards": [one for one in plan.standards if one.id in assets],
            "weights": {**plan.weights, **unit.weights},
            "connections": _with_own(plan.connections, unit.connections),
            "points": _with_own(plan.points, unit.points),
            "steps": _with_own(plan.steps, unit.steps),
            "units": [],
            "sharing": None,
            "of_run": run,
        }
    )


def _with_own(of_all: list[Named], own: list[Named]) -> list[Named]:
    """Put what is another for one unit in the places of those of the same id."""
    others = {one.id: one for one in own}
    return [others.get(one.id, one) for one in of_all]
