"""`calbench plan`: what a run would do."""

from __future__ import annotations

from typing import Any

import click

from calbench.cli import text
from calbench.cli.choosing import options, shared
from calbench.cli.regulated import regulation
from calbench.cli.wording import local, word
from calbench.documents.deciding import DecisionPlan
from calbench.documents.plan import GroupPlan, Plan
from calbench.documents.point import Point
from calbench.workflow import prepare

SHOWN_DIGITS = 6


@click.command("plan")
@click.argument("procedure")
@click.argument("station")
@shared
def command(procedure: str, station: str, **chosen: Any) -> None:  # noqa: ANN401 - options as click hands them over
    """Show the plan of PROCEDURE on STATION; refuses what cannot work, and says why."""
    plan = prepare(procedure, station, options(chosen)).plan
    if chosen["for_machines"]:
        text.dump(plan.model_dump(mode="json"))
        return
    parts = (
        _head(plan),
        regulation(plan),
        _units(plan),
        _roles(plan),
        _points(plan),
        _derived(plan),
        _own(plan),
        _steps(plan),
    )
    for part in parts:
        if part:
            click.echo(part + "\n")
    if plan.not_in_effect:
        click.echo(word("not.in.effect", keys="; ".join(plan.not_in_effect)))


def _head(plan: Plan) -> str:
    mark = "  SIMULATED" if plan.simulated else ""
    procedure = f"{local(plan.procedure.title)} ({plan.procedure.id} {plan.procedure.version})"
    measured = sum(test.kind != "derived" for test in plan.tests)
    size = f"{len(plan.points)} points in {measured} tests, about {text.duration(plan.estimate_s)}."
    parameters = ", ".join(f"{one.name} = {one.value}" for one in plan.parameters)
    values = ", ".join(f"{one.name} {_short(one.value)}" for one in plan.values)
    return (
        f"{procedure} on station {plan.station}{mark}\n"
        f"{_rule(plan.decision)}\n"
        f"{size}\n"
        f"Parameters: {parameters}" + (f"\nValues: {values}" if values else "")
    )


def _short(quantity: str) -> str:
    """Write a value with at most six digits, marked where that rounds it: `= 0.5 A`, `≈ 37.8788 min`."""
    from calbench.quantities import parse_quantity, significant  # noqa: PLC0415 - loaded with the plan anyway

    value = parse_quantity(quantity)
    number = value.in_unit(value.unit)
    short = significant(number, SHOWN_DIGITS) if number else number
    if short == number:
        return f"= {quantity}"
    return f"≈ {short.normalize():f} {quantity.partition(' ')[2]}".rstrip()


def _rule(decision: DecisionPlan) -> str:
    """Say how is decided, as in `Decision rule customer/1: binary with …; r = 0.5, coverage 0.95.`."""
    from calbench.metrology.rules import find_rule  # noqa: PLC0415 - loaded with the plan anyway

    parts = [] if decision.guard_ratio is None else [f"r = {decision.guard_ratio}"]
    parts.append(
        f"coverage {decision.coverage}" if decision.coverage_rule != "fixed" else f"k = {decision.k}"
    )
    if decision.coverage_rule not in ("t", "fixed"):
        parts.append(f"coverage rule {decision.coverage_rule}")
    if decision.prior is not None:
        given = decision.prior.model_dump(exclude_none=True)
        parts.append(
            "prior: " + ", ".join(f"{name.replace('_', ' ')} {text}" for name, text in given.items())
        )
    return f"Decision rule {decision.rule}: {find_rule(decision.rule).title}; {', '.join(parts)}."


def _units(plan: Plan) -> str:
    """Say which units there are, what plays roles for each alone, and how they share the rest."""
    if plan.sharing is None:
        return ""
    rows = [
        (
            unit.position,
            next((one.driver for one in unit.bindings if one.role == "uut"), ""),
            ", ".join(f"{key} {value}" for key, value in {**plan.uut.given, **unit.given}.items()),
            ", ".join(f"{one.role}: {one.instrument}" for one in unit.bindings if one.role != "uut"),
        )
        for unit in plan.units
    ]
    sharing = plan.sharing
    order = f", {sharing.order.replace('_', ' ')}" if sharing.mode == "one_at_a_time" else ""
    how = (
        f"{len(rows)} units, {sharing.mode.replace('_', ' ')}{order}; a unit that is late: {sharing.on_late}."
    )
    own = any(row[3] for row in rows)
    heads = ("position", "driver", "work order", "its own standards")
    return f"{how}\n{text.table(heads if own else heads[:3], rows if own else [row[:3] for row in rows])}"


def _own(plan: Plan) -> str:
    """Show the points of the units that have standards of their own: their U and TUR are others."""
    parts = [
        f"At position {unit.position}, with its own standards:\n"
        + _points(plan.model_copy(update={"points": unit.points}))
        for unit in plan.units
        if any(point.quantity for point in unit.points)
    ]
    return "\n\n".join(parts)


def _roles(plan: Plan) -> str:
    due = {standard.id: f"{standard.certificate_number}, due {standard.due}" for standard in plan.standards}
    rows = [
        (
            one.role,
            one.instrument,
            one.driver or "by hand",
            " ".join(one.link.values()),
            " + ".join([one.asset, *one.also]),
            "; ".join(due.get(name, "") for name in [one.asset, *one.also]),
        )
        for one in plan.bindings
    ]
    return text.table(("role", "instrument", "driver", "link", "asset", "certificate"), rows)


def _points(plan: Plan) -> str:
    measured = [point for point in plan.points if point.quantity]
    alternating = any(point.frequency for point in measured)
    loads = any(point.stimulus for point in measured)
    prior = plan.decision.prior is not None
    shares = any(point.predicted.standard_mpe for point in measured)
    rows = [
        _row(point, alternating=alternating, prior=prior, loads=loads, shares=shares) for point in measured
    ]
    frequency = (*(("load",) if loads else ()), *(("frequency",) if alternating else ()))
    everywhere = ("PFA", "PFR") if prior else ()
    mpe = ("MPE standard",) if shares else ()
    header = (
        "point", *frequency, "limit", *mpe, "U standard", "TUR standard", "U predicted", "TUR", "w", "risk at limit",
        *everywhere, "hazard",
    )  # fmt: skip
    right = {"TUR standard", "TUR", "risk at limit", *everywhere}
    shown = text.table(header, rows, right=frozenset(header.index(name) for name in right))
    return f"{shown}\n{_RISKS}" + (f" {_GLOBAL}" if prior else "")


_RISKS = "w: guard band. Risk at limit: the most that the probability can be that what passes is beyond its limits."
_GLOBAL = "PFA, PFR: false accepts and false rejects among all items, by the prior."


def _row(point: Point, *, alternating: bool, prior: bool, loads: bool, shares: bool) -> tuple[str, ...]:
    predicted = point.predicted
    return (
        point.id,
        *((", ".join(_load(point)),) if loads else ()),
        *((engineering(point.frequency),) if alternating else ()),
        limit(point),
        *((engineering(predicted.standard_mpe),) if shares else ()),
        engineering(predicted.standard_u),
        predicted.standard_tur or "",
        engineering(predicted.u),
        predicted.tur or "",
        engineering(predicted.guard_band),
        "none can pass"
        if predicted.guard_band and not predicted.limit_risk
        else percent(predicted.limit_risk),
        *((percent(predicted.pfa), percent(predicted.pfr)) if prior else ()),
        "voltage" if point.hazard else "",
    )


def _load(point: Point) -> list[str]:
    """Write what a source is told, as in `3 x 220 V, 5 A, 60 °, 50 Hz`, or `0.1 m³, 2.5 m³/h`."""
    told = dict(point.stimulus)
    phases = told.pop("phases", "")
    texts = list(told.values())
    return [f"{phases} x {texts[0]}", *texts[1:]] if phases else texts


def _derived(plan: Plan) -> str:
    """Show the results that follow from points, and are not measured."""
    rows = [
        (one.id, test.value, f"{len(one.points)} of {test.of}", limit(one))
        for test in plan.tests
        for one in test.groups
    ]
    if not rows:
        return ""
    shown = text.table(("follows from points", "value", "points", "limit"), rows)
    said = (
        ""
        if plan.decision.rule.startswith("simple/")
        else "\nThey have no U, and are decided by simple acceptance."
    )
    return f"{shown}{said}"


def limit(point: Point | GroupPlan) -> str:
    """Write the limit at the nominal value: `±8.5 µV`, or both limits where they differ."""
    if point.limit is None:
        return ""
    lower, upper = engineering(point.limit.nominal_lower), engineering(point.limit.nominal_upper)
    return f"±{upper}" if lower == f"-{upper}" else f"{lower or '-∞'} … {upper or '+∞'}"


def engineering(quantity: str | None) -> str:
    """Write a quantity with the prefix that suits it."""
    from calbench.quantities import parse_quantity  # noqa: PLC0415 - loaded with the plan anyway

    return "" if quantity is None else parse_quantity(quantity).engineering().text()


def percent(share: str | None) -> str:
    """Write a probability in %, two digits: `2.3 %`, `< 0.001 %`."""
    from decimal import Decimal  # noqa: PLC0415 - loaded with the plan anyway

    from calbench.quantities import significant  # noqa: PLC0415 - as above

    if share is None:
        return ""
    value = Decimal(share) * 100
    if value < Decimal("0.001"):
        return "< 0.001 %"
    return f"{significant(value, 2):f} %"


def _steps(plan: Plan) -> str:
    connections = {one.id: local(one.title) for one in plan.connections}
    lines = [
        f"  {step.id}: {text.duration(float(step.seconds))}"
        for step in plan.steps
        if step.kind in ("warm_up", "wait")
    ]
    lines += [f"  {step.id}: {connections[step.connection]}" for step in plan.steps if step.kind == "connect"]
    return "Waits and connections:\n" + "\n".join(lines or ["  none"])
