"""Several units under test in one run: what each has for itself, and whether they can share what they share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from calbench.documents.plan import ConnectionPlan, Step, Unit
from calbench.documents.point import Point
from calbench.documents.procedure import Procedure
from calbench.documents.sharing import SharingPlan
from calbench.planning import describing
from calbench.planning.binding import Bound, Seat, together
from calbench.planning.composing import compose
from calbench.planning.points import Setting
from calbench.planning.refusal import Reasons
from calbench.planning.request import Request
from calbench.planning.seating import UUT, named
from calbench.planning.steps import setup_steps


@dataclass(frozen=True)
class Common:
    """What the plan of the run says, where a unit has nothing of its own."""

    points: Sequence[Point]
    connections: Sequence[ConnectionPlan]
    steps: Sequence[Step]


def sharing(procedure: Procedure) -> SharingPlan:
    """Say how the units of a run share its standards."""
    stated = procedure.positions
    return SharingPlan(mode=stated.sharing, order=stated.order, on_late=stated.on_late)


def every(shared: Mapping[str, Bound], seats: Sequence[Seat], watched: Mapping[str, Bound]) -> list[Bound]:
    """Give all that plays a role anywhere in a run of several units."""
    own = (one for seat in seats for one in seat.own.values())
    return [*shared.values(), *own, *watched.values()]


def units(
    request: Request,
    setting: Setting,
    shared: Mapping[str, Bound],
    seats: Sequence[Seat],
    common: Common,
    reasons: Reasons,
) -> list[Unit]:
    """Give the units of a run of several, none for a run of one; a reason for each that cannot be as it is."""
    if len(seats) < 2:  # noqa: PLR2004 - one unit is no several
        return []
    _require_sharing(request, reasons)
    found = []
    for seat in seats:
        own = replace(setting, bound=together(request, shared, seat), position=seat.position)
        points, steps = list(common.points), list(common.steps)
        if len(seat.own) > 1 or _names_position(request):
            points, steps = _own(request, own, common, seat, reasons)
        _require_shareable(request, points, seat, reasons)
        connections = describing.connections(request, seat.position)
        found.append(
            Unit(
                position=seat.position,
                given=dict(request.units.get(seat.position, {})),
                bindings=[one.binding for one in own.bound.values() if one.binding.role in seat.own],
                points=[one for one in points if one not in common.points],
                connections=[one for one in connections if one not in common.connections],
                steps=[one for one in steps if one not in common.steps],
                weights=describing.certified_masses(seat.own),
            )
        )
    if sharing(request.procedure.model).mode == "independent":
        _require_apart(seats, reasons)
    return found


def _own(
    request: Request, setting: Setting, common: Common, seat: Seat, reasons: Reasons
) -> tuple[list[Point], list[Step]]:
    """Give the points and steps of one unit, planned with its own standards and its own place in the texts."""
    about = Reasons()
    _, points = compose(request, setting, about)
    setup = setup_steps(request.procedure.model, setting, about, each=True)
    for reason in about.listed():
        reasons.add(f"Position {seat.position}: {reason}")
    wanted = {point.id for point in common.points}
    own = [point for point in points if point.id in wanted]
    return own, setup + [step for step in common.steps if not step.id.startswith("setup/")]


def _names_position(request: Request) -> bool:
    """Tell whether a text of the procedures says at which position something is done."""
    procedures = [request.procedure, *request.used.values()]
    return any("{position}" in one.model.model_dump_json() for one in procedures)


def _require_sharing(request: Request, reasons: Reasons) -> None:
    """Refuse tests that want the standards shared otherwise than the run shares them."""
    stated = request.procedure.model.positions
    for owner in (request.procedure, *request.used.values()):
        for test in owner.model.tests:
            mode = test.sharing or owner.model.defaults.sharing
            order = test.order or owner.model.defaults.order
            wrong = [
                f"{key}: {own}, and the procedure {of_run}"
                for key, own, of_run in (
                    ("sharing", mode, stated.sharing),
                    ("order", order if stated.sharing == "one_at_a_time" else None, stated.order),
                )
                if test.test is not None and own is not None and own != of_run
            ]
            for one in wrong:
                reasons.add(
                    f"Test {test.test} says {one}: a run of several units shares its standards in one way. "
                    "Write the same in both, or verify one unit in a run."
                )


def _require_shareable(request: Request, points: Iterable[Point], seat: Seat, reasons: Reasons) -> None:
    """Refuse points that cannot be measured at this position in the way in which the units share the standards."""
    mode = request.procedure.model.positions.sharing
    measured = [point for point in points if point.quantity]
    if mode == "parallel":
        for test, why in {point.test: _not_at_once(point, seat) for point in measured}.items():
            if why:
                reasons.add(f"Test {test} cannot be done in parallel: {why}.")
    if mode == "independent":
        for role in dict.fromkeys(role for point in measured for role in _standards_of(point)):
            if role not in seat.own:
                reasons.add(
                    f"Position {seat.position} has no standard of its own for role '{role}', and the units are "
                    f"independent: name one at the position, with: {{{role}: INSTRUMENT}}, or take another sharing."
                )


def _not_at_once(point: Point, seat: Seat) -> str:
    """Say why several units cannot have a point at the same time; empty if they can."""
    if point.place_role or any(one.place_role for one in point.inputs):
        return "its weights are on one unit at a time. Write sharing: one_at_a_time"
    if point.inputs:
        return (
            ""  # its units are measured in turn, each with its own reading of what gives the reference value
        )
    if point.apply_role in ("", UUT) or point.read_role != UUT:
        return (
            "its value is set at each unit by hand, not applied by a source and read at the unit. "
            "Write sharing: one_at_a_time"
        )
    if point.apply_role in seat.own:
        return (
            f"position {seat.position} has a source of its own for role '{point.apply_role}', and in parallel one "
            "source feeds all. Write sharing: independent, or leave the role out of with:"
        )
    return ""


def _standards_of(point: Point) -> list[str]:
    """Name the roles that give a point its reference value."""
    read = [point.read_role] if point.reference == "read" else []
    placed = [one.place_role for one in point.inputs]
    read += [one.role for one in point.inputs]
    return [role for role in (point.apply_role, point.place_role, *placed, *read) if role not in ("", UUT)]


def _require_apart(seats: Sequence[Seat], reasons: Reasons) -> None:
    """Refuse one instrument as the own standard of two positions that work independently."""
    used: dict[str, list[str]] = {}
    for seat in seats:
        for instrument in dict.fromkeys(one.binding.instrument for one in seat.own.values()):
            used.setdefault(instrument, []).append(seat.position)
    for instrument, positions in used.items():
        if len(positions) > 1:
            reasons.add(
                f"'{instrument}' is the standard of the positions {named(positions)}, which are independent: "
                "each needs its own."
            )
