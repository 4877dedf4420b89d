"""What a regulation asks of a run: the edition that is in force here, the kind of control, and how long it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from calbench.documents.procedure import Procedure, Test
from calbench.documents.regulating import (
    CONTROL,
    IN_USE,
    LONGEST,
    IntervalPlan,
    LeftOut,
    RegulatedPlan,
    plain_name,
    work_of,
)
from calbench.planning.expansion import scope_of
from calbench.planning.limits import quantity
from calbench.planning.parameters import Given
from calbench.planning.refusal import Reasons
from calbench.planning.request import Request


def planned(request: Request, values: Mapping[str, Given], reasons: Reasons) -> RegulatedPlan | None:
    """Give what the regulation asks; None where none is followed, and no kind of control is known.

    Adds a reason for each procedure that follows another edition than the station works to.
    """
    procedure = request.procedure.model
    pinned = [_pinned(request, one.model, reasons) for one in (request.procedure, *request.used.values())]
    control = control_of(values)
    if procedure.regulation is None and not control:
        return None
    stated = procedure.regulation
    return RegulatedPlan(
        id="" if stated is None else stated.id,
        year=0 if stated is None else stated.year,
        pinned=pinned[0],
        control=control,
        left_out=list(_left_out(request, procedure, control)),
        interval=_interval(procedure, values, control, reasons),
    )


def control_of(values: Mapping[str, Given]) -> str:
    """Give the kind of control that was chosen; empty where the procedure knows none."""
    found = values.get(CONTROL)
    return found if isinstance(found, str) else ""


def asked_for(test: Test, control: str) -> bool:
    """Tell whether a kind of control asks for a test; every one does for a test that does not say for which."""
    return test.controls is None or control in test.controls


def tables(test: Test, procedure: Procedure) -> dict[str, str]:
    """Give the tables that a test rests on with how sure they are: those it names, and one of its own name."""
    named = [*test.sources, *([test.test] if test.test in procedure.sources else [])]
    return {name: procedure.sources[name] for name in dict.fromkeys(named) if name in procedure.sources}


def _pinned(request: Request, procedure: Procedure, reasons: Reasons) -> bool:
    """Tell whether the station pins the edition that a procedure follows; a reason if it pins another one."""
    stated = procedure.regulation
    if stated is None:
        return False
    station = request.station.model
    pins = [
        (name, year)
        for name, year in station.regulations.items()
        if plain_name(name) == plain_name(stated.id)
    ]
    for name, year in pins:
        if year != stated.year:
            reasons.add(
                f"{procedure.id} {procedure.version} follows {stated.id}-{stated.year}, and station {station.station} "
                f"works to {name}-{year}. Take a procedure of that edition; or, if the laboratory has gone over to "
                f"{stated.year}, write '{name}: {stated.year}' under regulations: of the station."
            )
    return bool(pins)


def _left_out(request: Request, procedure: Procedure, control: str) -> Iterator[LeftOut]:
    for test in procedure.tests:
        used = None if test.use is None else request.used[test.use].model
        if not asked_for(test, control):
            tests = [test] if used is None else used.tests
            yield from (
                LeftOut(test=one.test, title=one.title or {"en": one.test}) for one in tests if one.test
            )
        elif used is not None:
            yield from _left_out(request, used, _handed(test, used, control))


def _handed(test: Test, used: Procedure, control: str) -> str:
    """Give the kind of control as a sub-procedure has it."""
    given = test.with_.get(CONTROL, used.parameters[CONTROL].default if CONTROL in used.parameters else "")
    return control if given == f"${CONTROL}" else given if isinstance(given, str) else ""


def _interval(
    procedure: Procedure, values: Mapping[str, Given], control: str, reasons: Reasons
) -> IntervalPlan | None:
    """Give how long a verification holds; an in-service inspection verifies nothing anew."""
    stated = procedure.interval
    work = work_of(procedure.kind, regulated=procedure.regulation is not None)
    if stated is None or work != "verification" or control == IN_USE:
        return None
    try:
        months = quantity(stated.months, scope_of(values))
        whole = int(months.value)
        if months.dimension.dimensionless and whole == months.value and 1 <= whole <= LONGEST:
            return IntervalPlan(months=whole, source=stated.source)
        why = f"it gives {months.text()}"
    except ValueError as error:
        why = str(error)
    reasons.add(f"interval: '{stated.months}' is no whole number of months from 1 to {LONGEST}: {why}.")
    return None
