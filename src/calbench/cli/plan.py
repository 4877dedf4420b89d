"""`calbench plan`: what a run would do."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import click

from calbench.certificates.formulas import holds
from calbench.certificates.rulewords import RULE_WORDS
from calbench.cli import text
from calbench.cli.choosing import options, shared
from calbench.cli.regulated import regulation
from calbench.cli.wording import counted, language, local, word
from calbench.documents.deciding import DecisionPlan
from calbench.documents.measurands import LOADED
from calbench.documents.plan import GroupPlan, Plan
from calbench.documents.point import OperatingPlan, Point
from calbench.metrology.rules import find_rule
from calbench.quantities import display, parse_quantity, significant
from calbench.workflow import prepare

SHOWN_DIGITS = 6
FEW_DIGITS = 3  # of an uncertainty; `--json` has them all


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
        _operating(plan),
        _formulas(plan),
        _own(plan),
        _steps(plan),
    )
    for part in parts:
        if part:
            click.echo(part + "\n")
    if plan.not_in_effect:
        click.echo(word("not.in.effect", keys="; ".join(plan.not_in_effect)))


def _head(plan: Plan) -> str:
    mark = f"  {word('simulated')}" if plan.simulated else ""
    procedure = f"{local(plan.procedure.title)} ({plan.procedure.id} {plan.procedure.version})"
    parameters = ", ".join(f"{one.name} = {one.value}" for one in plan.parameters)
    values = ", ".join(f"{one.name} {_short(one.value)}" for one in plan.values)
    lines = [
        word("plan.head", procedure=procedure, station=plan.station) + mark,
        _rule(plan.decision),
        _size(plan),
        word("plan.parameters", all=parameters) if parameters else "",
        word("plan.values", all=values) if values else "",
    ]
    return "\n".join(line for line in lines if line)


def _size(plan: Plan) -> str:
    """Say how much is measured, and how much follows from it: `19 points in 6 tests, about 22 min; …`."""
    derived = [test for test in plan.tests if test.kind == "derived"]
    size = {
        "points": counted("plan.points", len(plan.points)),
        "tests": counted("plan.tests", len(plan.tests) - len(derived)),
        "time": text.duration(plan.estimate_s),
    }
    if not derived:
        return word("plan.size", **size)
    results = counted("plan.results", sum(len(test.groups) for test in derived))
    return word("plan.size.more", **size, results=results, others=counted("plan.others", len(derived)))


def _short(quantity: str) -> str:
    """Write a value with at most six digits, marked where that rounds it: `= 0.5 A`, `≈ 37.8788 min`."""
    value = parse_quantity(quantity)
    number = value.in_unit(value.unit)
    short = significant(number, SHOWN_DIGITS) if number else number
    if short == number:
        return f"= {quantity}"
    return f"≈ {short.normalize():f} {quantity.partition(' ')[2]}".rstrip()


def _rule(decision: DecisionPlan) -> str:
    """Say how is decided, as in `Decision rule customer/1: binary with …; r = 0.5, coverage 0.95.`."""
    parts = [] if decision.guard_ratio is None else [f"r = {decision.guard_ratio}"]
    parts.append(
        word("plan.coverage", value=str(decision.coverage))
        if decision.coverage_rule != "fixed"
        else f"k = {decision.k}"
    )
    if decision.coverage_rule not in ("t", "fixed"):
        parts.append(word("plan.coverage.rule", value=decision.coverage_rule))
    if decision.prior is not None:
        given = decision.prior.model_dump(exclude_none=True)
        said = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in given.items())
        parts.append(word("plan.prior", value=said))
    rule = find_rule(decision.rule)
    title = rule.title if language() == "en" else RULE_WORDS[f"rule.name.{rule.id}"]["zh"]
    return word("plan.rule", rule=decision.rule, title=title, details=", ".join(parts))


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
    mode = f"{sharing.mode.replace('_', ' ')}{order}"
    how = word("plan.units", number=str(len(rows)), mode=mode, late=sharing.on_late)
    own = any(row[3] for row in rows)
    heads = tuple(map(word, ("position", "plan.driver", "plan.work.order", "plan.own.standards")))
    return f"{how}\n{text.table(heads if own else heads[:3], rows if own else [row[:3] for row in rows])}"


def _own(plan: Plan) -> str:
    """Show the points of the units that have standards of their own: their U and TUR are others."""
    parts = [
        word("plan.own", position=unit.position)
        + "\n"
        + _points(plan.model_copy(update={"points": unit.points}))
        for unit in plan.units
        if any(point.quantity for point in unit.points)
    ]
    return "\n\n".join(parts)


def _roles(plan: Plan) -> str:
    due = {
        standard.id: word("plan.due", number=str(standard.certificate_number), due=str(standard.due))
        for standard in plan.standards
    }
    rows = [
        (
            one.role,
            one.instrument,
            one.driver or word("plan.by.hand"),
            " ".join(one.link.values()),
            " + ".join([one.asset, *one.also]),
            "; ".join(due.get(name, "") for name in [one.asset, *one.also]),
        )
        for one in plan.bindings
    ]
    heads = ("plan.role", "plan.instrument", "plan.driver", "plan.link", "plan.asset", "plan.certificate")
    return text.table([word(one) for one in heads], rows)


def _points(plan: Plan) -> str:
    measured = [point for point in plan.points if point.quantity]
    alternating = any(point.frequency for point in measured)
    loads = any(point.stimulus for point in measured)
    prior = plan.decision.prior is not None
    shares = any(point.predicted.standard_mpe for point in measured)
    rows = [
        _row(point, alternating=alternating, prior=prior, loads=loads, shares=shares) for point in measured
    ]
    frequency = (*(("plan.load",) if loads else ()), *(("plan.frequency",) if alternating else ()))
    everywhere = ("PFA", "PFR") if prior else ()
    mpe = ("plan.mpe",) if shares else ()
    header = (
        "point", *frequency, "limit", *mpe, "plan.u.standard", "plan.tur.standard", "plan.u", "TUR", "w", "plan.risk",
        *everywhere, "plan.hazard",
    )  # fmt: skip
    right = {"plan.tur.standard", "TUR", "plan.risk", *everywhere}
    heads = [one if one in ("TUR", "w", *everywhere) else word(one) for one in header]
    shown = text.table(heads, rows, right=frozenset(header.index(name) for name in right))
    said = f"{shown}\n{word('plan.risks')}" + (f" {word('plan.global')}" if prior else "")
    asked = Counter(point.test for point in plan.points if not point.quantity)
    if not asked:
        return said
    names = ", ".join(f"{test} ({number})" for test, number in asked.items())
    return f"{said}\n{word('plan.asked', all=names)}"


def _row(point: Point, *, alternating: bool, prior: bool, loads: bool, shares: bool) -> tuple[str, ...]:
    predicted = point.predicted
    return (
        point.id,
        *((", ".join(_load(point)),) if loads else ()),
        *((engineering(point.frequency),) if alternating else ()),
        limit(point),
        *((engineering(predicted.standard_mpe),) if shares else ()),
        engineering(predicted.standard_u, FEW_DIGITS),
        predicted.standard_tur or "",
        engineering(predicted.u),
        predicted.tur or "",
        _guard(predicted.guard_band),
        word("plan.none.can.pass")
        if predicted.guard_band and not predicted.limit_risk
        else percent(predicted.limit_risk),
        *((percent(predicted.pfa), percent(predicted.pfr)) if prior else ()),
        word("plan.voltage") if point.hazard else "",
    )


def _guard(band: str | None) -> str:
    """Write a guard band; without one 0 alone, which is so in every unit."""
    return "0" if band is not None and not parse_quantity(band).value else engineering(band)


def _load(point: Point) -> list[str]:
    """Write what a source is told, as in `3 x 220 V, 5 A, 60 °, 50 Hz, phase A alone`, or `0.1 m³, 2.5 m³/h`."""
    told = dict(point.stimulus)
    phases, loaded = told.pop("phases", ""), told.pop("loaded", LOADED[0])
    texts = list(told.values())
    if loaded != LOADED[0]:
        texts.append(word("plan.loaded", phase=loaded.upper()))
    return [f"{phases} x {texts[0]}", *texts[1:]] if phases else texts


def _derived(plan: Plan) -> str:
    """Show the results that follow from points, and are not measured."""
    rows = [
        (
            one.id,
            test.stated.get("value", test.value),
            word("plan.of", number=str(len(one.points)), test=str(test.of)),
            limit(one),
        )
        for test in plan.tests
        for one in test.groups
    ]
    if not rows:
        return ""
    heads = ("plan.follows", "plan.value", "plan.points", "limit")
    shown = text.table([word(one) for one in heads], rows)
    judged = any(one.limit is not None for test in plan.tests for one in test.groups)
    otherwise = judged and not plan.decision.rule.startswith("simple/")
    said = f"\n{word('plan.without.u')}" if otherwise else ""
    return f"{shown}{said}"


def _operating(plan: Plan) -> str:
    """Show the conditions that must hold at points, so that they are judged."""
    rows = [
        (point.id, local(one.name), one.value, _allowed(one))
        for point in plan.points
        for one in point.operating
    ]
    heads = ("plan.held", "plan.condition", "plan.value", "plan.allowed")
    return text.table([word(one) for one in heads], rows) if rows else ""


def _formulas(plan: Plan) -> str:
    """Show what was written with formulas, and the formulas, with where they hold and from where they are."""
    if not plan.formulas:
        return ""
    lines = [word("plan.formulas")]
    for test in plan.tests:
        lines += [f"  {test.id}: {key} = {said}" for key, said in test.stated.items()]
    for one in plan.formulas:
        lines += [
            f"  {one.call} = {one.text}",
            f"    {holds(one)}",
            f"    {word('plan.source', source=local(one.source), origin=one.origin)}",
        ]
    return "\n".join(lines)


def _allowed(one: OperatingPlan) -> str:
    """Write the bounds of a condition: as values, or as they are written where they look at what is read."""
    bounds = [(one.limit.lower, one.limit.nominal_lower), (one.limit.upper, one.limit.nominal_upper)]
    lower, upper = (_short(known).removeprefix("= ") if known else written or "" for written, known in bounds)
    return f"{lower} … {upper}" if lower and upper else f"≥ {lower}" if lower else f"≤ {upper}"


def limit(point: Point | GroupPlan) -> str:
    """Write the limit at the nominal value: `±8.5 µV`, both limits where they differ, or `≤ 3` and `≥ 5 g` of one."""
    if point.limit is None:
        return ""
    lower, upper = engineering(point.limit.nominal_lower), engineering(point.limit.nominal_upper)
    if not lower or not upper:
        return f"≤ {upper}" if upper else f"≥ {lower}"
    return f"±{upper}" if lower == f"-{upper}" else f"{lower} … {upper}"


def engineering(quantity: str | None, digits: int | None = None) -> str:
    """Write a quantity with the prefix that suits it; at most as many `digits` as are asked for."""
    if quantity is None:
        return ""
    value = parse_quantity(quantity).engineering()
    number = value.in_unit(value.unit)
    if digits is None or not number or significant(number, digits) == number:
        return value.text()
    return f"{significant(number, digits):f} {display(value.unit)}".rstrip()


def percent(share: str | None) -> str:
    """Write a probability in %, two digits: `2.3 %`, `< 0.001 %`."""
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
    return word("plan.steps") + "\n" + "\n".join(lines or [f"  {word('plan.none')}"])
