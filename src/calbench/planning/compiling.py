"""Compiling: from a request to the plan, or to every reason why there is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase

from calbench.documents.orders import UUT_FIELDS
from calbench.documents.origin import ParameterValue
from calbench.documents.plan import Plan, TestPlan, Uut
from calbench.documents.point import Point
from calbench.documents.stages import unstaged
from calbench.errors import PlanRefused
from calbench.planning import (
    deciding,
    describing,
    parameters,
    regulation,
    several,
    stages,
    substitution,
    witnesses,
)
from calbench.planning.binding import Bound, Seat, bind, together, watch
from calbench.planning.composing import compose
from calbench.planning.earlier import rests_on
from calbench.planning.points import Setting
from calbench.planning.refusal import Reasons
from calbench.planning.request import Request
from calbench.planning.seating import named
from calbench.planning.steps import estimate, setup_steps
from calbench.planning.tables import of_load, with_values


def compile_plan(request: Request) -> Plan:
    """Compile the plan of a request. Pure: the same request gives the same plan to the byte.

    Raises:
        PlanRefused: Something cannot work; holds every reason found.
    """
    reasons = Reasons()
    chosen = parameters.resolve(request.procedure.model, request.settings, reasons)
    known, values = with_values(request.procedure.model, chosen, reasons)
    _require_uut_fields(request, reasons)
    shared, seats = bind(request, reasons)
    bound = together(request, shared, seats[0] if seats else None)
    watched = _watched(request, bound, reasons)
    if not reasons:  # a role that is not filled is said by itself
        witnesses.require(several.every(shared, seats, watched), reasons)
    decision = deciding.planned(request.procedure.model, chosen, reasons)
    regulated = regulation.planned(request, known, reasons)
    if reasons:
        raise PlanRefused(reasons.listed())
    procedure = request.procedure.model
    cmc = request.station.model.laboratory.cmc
    setting = Setting(
        bound,
        known,
        procedure.limits,
        named([seat.position for seat in seats]),
        decision,
        request.created.date(),
        cmc,
        dict(procedure.words),
        of_load=of_load(procedure.values),
    )
    substitution.hold_least(setting, reasons)
    tests, points = compose(request, setting, reasons)
    _require_names(points, tests, reasons)
    substitution.hold(points, reasons)
    points = _only(points, tests, request.only, reasons)
    setup = setup_steps(request.procedure.model, setting, reasons, each=len(seats) > 1)
    if reasons:
        raise PlanRefused(reasons.listed())
    by_name = {point.id: point for point in points}
    kept = [
        _left_of(test, by_name)
        for test in tests
        if any(
            name in by_name for name in (*test.points, *(one for each in test.groups for one in each.points))
        )
    ]
    tests, measuring = stages.work(request.procedure.model, kept, by_name, setting, reasons)
    steps = setup + measuring
    points = [by_name[name] for test in tests for name in test.points if name in by_name]
    connections = describing.connections(request, setting.position)
    units = several.units(
        request, setting, shared, seats, several.Common(points, connections, steps), reasons
    )
    if units:
        stages.require_one(request.procedure.model, reasons)
    if reasons:
        raise PlanRefused(reasons.listed())
    everything = [*bound.values(), *watched.values()] if not units else several.every(shared, seats, watched)
    of_all = together(request, shared, None if units else seats[0] if seats else None)
    return Plan(
        software=request.software,
        created=request.created.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        simulated=request.simulated,
        operator=request.operator,
        laboratory=describing.laboratory(request.station.model.laboratory),
        procedure=describing.named(request.procedure.model),
        station=request.station.model.station,
        sources=describing.sources(request, everything),
        parameters=describing.used_parameters(request.procedure.model, chosen),
        uut=_uut(request, seats),
        bindings=[one.binding for one in (*of_all.values(), *watched.values())],
        standards=describing.used_standards(everything, request.created.date()),
        weights=describing.certified_masses(of_all),
        conditions=describing.conditions(request.procedure.model, watched),
        connections=connections,
        tests=tests,
        points=points,
        steps=steps,
        decision=decision,
        policy=describing.policy(request.procedure.model),
        safe_order=list(request.procedure.model.safe_state.order),
        partial=bool(request.only),
        not_in_effect=describing.not_in_effect(request),
        estimate_s=estimate(steps, by_name, several.sharing(procedure) if units else None, len(units) or 1),
        units=units,
        sharing=several.sharing(procedure) if units else None,
        release=describing.release(request.station.model.release),
        values=[ParameterValue(name=name, value=str(one)) for name, one in values.items()],
        regulated=regulated,
        formulas=describing.formulas(request, tests),
    )


def _uut(request: Request, seats: list[Seat]) -> Uut:
    """Say what the work order says of the unit under test, or of all of them."""
    if len(seats) > 1:
        return Uut(position="", given=dict(request.uut))
    position = seats[0].position if seats else ""
    return Uut(position=position, given=request.given(position))


def _left_of(test: TestPlan, points: Mapping[str, Point]) -> TestPlan:
    """Give a test without the groups of which no point is measured."""
    left = [one for one in test.groups if any(name in points for name in one.points)]
    return test if left == test.groups else test.model_copy(update={"groups": left})


def _require_names(points: list[Point], tests: list[TestPlan], reasons: Reasons) -> None:
    """Note what has no name of its own: readings, answers and results are filed under it."""
    if not points and not reasons:
        reasons.add("There is nothing to do: no test is left. Look at only_if of the tests.")
    groups = [one.id for test in tests for one in test.groups]
    for name, times in Counter([*(point.id for point in points), *groups]).items():
        if times > 1:
            what = "derived results" if name in groups else "points"
            reasons.add(f"{times} {what} are called {name}: give each another value, range or label.")


def _only(
    points: list[Point], tests: list[TestPlan], patterns: tuple[str, ...], reasons: Reasons
) -> list[Point]:
    """Keep the points that a pattern names, with those that a derived result follows from which it names.

    And those of tests on which the models of these rest, such as the tare.
    """
    if not patterns or not points:
        return points
    derived: dict[str, list[str]] = {}
    for test in tests:
        for one in test.groups:
            for name in one.points:
                derived.setdefault(name, []).append(one.id)
    kept = [
        point
        for point in points
        for own in [(point.id, *derived.get(point.id, []))]
        for names in [(*own, *(unstaged(name, point.stage) for name in own))]
        if any(fnmatchcase(name, pattern) for name in names for pattern in patterns)
    ]
    if not kept:
        reasons.add(f"--only {' '.join(patterns)} leaves no point. Points are named like {points[0].id}.")
    mine = {point.test for point in kept}
    below = {name for test in tests if test.id in mine for name in rests_on(test, tests)}
    below |= substitution.needed_for(kept, tests)
    return [point for point in points if point in kept or point.test in below]


def _watched(request: Request, bound: Mapping[str, Bound], reasons: Reasons) -> dict[str, Bound]:
    environment = request.procedure.model.environment
    wanted = [name for name in ("temperature", "humidity") if getattr(environment, name) is not None]
    found = {name: watch(request, name, reasons) for name in wanted}
    return {name: one for name, one in found.items() if one is not None and one.binding.role not in bound}


def _require_uut_fields(request: Request, reasons: Reasons) -> None:
    for name in dict.fromkeys([*request.uut, *(key for given in request.units.values() for key in given)]):
        if name not in UUT_FIELDS:
            close = get_close_matches(name, UUT_FIELDS, n=1)
            hint = f"did you mean {close[0]}?" if close else f"it can say {', '.join(UUT_FIELDS)}."
            reasons.add(f"Work order: '{name}' is nothing that can be said of a unit under test; {hint}")
