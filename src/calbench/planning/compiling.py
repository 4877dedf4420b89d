"""Compiling: from a request to the plan, or to every reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from calbench.documents.loaded import Loaded
from calbench.documents.plan import (
    ConditionPlan,
    ConnectionPlan,
    DecisionPlan,
    LimitPlan,
    ParameterValue,
    Plan,
    Point,
    PolicyPlan,
    ProcedureRef,
    Source,
    Standard,
    TestPlan,
    Uut,
)
from calbench.documents.procedure import Condition, Procedure, Test
from calbench.errors import PlanRefused
from calbench.metrology import find_rule
from calbench.planning import parameters, standards
from calbench.planning.binding import Bound, bind, watch
from calbench.planning.expansion import cases, fill
from calbench.planning.limits import quantity
from calbench.planning.points import Setting, build, limit_of
from calbench.planning.refusal import Reasons
from calbench.planning.request import Request
from calbench.planning.results import is_series
from calbench.planning.steps import estimate, grouped, measuring_steps, setup_steps
from calbench.quantities import Quantity, Value, parse_quantity


def compile_plan(request: Request) -> Plan:
    """Compile the plan of a request. Pure: the same request gives the same plan to the byte.

    Raises:
        PlanRefused: Something cannot work; holds every reason found.
    """
    reasons = Reasons()
    values = parameters.resolve(request.procedure.model, request.settings, reasons)
    bound, position = bind(request, reasons)
    watched = _watched(request, bound, reasons)
    decision = _decision(request.procedure.model, values, reasons)
    if reasons:
        raise PlanRefused(reasons.listed())
    setting = Setting(bound, values, request.procedure.model.limits, position, float(decision.coverage))
    tests, points = _tests(request, setting, reasons)
    points = _only(points, request.only, reasons)
    if reasons:
        raise PlanRefused(reasons.listed())
    by_name = {point.id: point for point in points}
    tests = grouped([test for test in tests if any(name in by_name for name in test.points)])
    steps = setup_steps(request.procedure.model, setting) + measuring_steps(tests, by_name)
    return Plan(
        software=request.software,
        created=request.created.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        simulated=request.simulated,
        operator=request.operator,
        laboratory=dict(request.station.model.laboratory),
        procedure=_procedure(request.procedure.model),
        station=request.station.model.station,
        sources=_sources(request, [*bound.values(), *watched.values()]),
        parameters=_parameters(request.procedure.model, values),
        uut=Uut(position=position, given=dict(request.uut)),
        bindings=[one.binding for one in (*bound.values(), *watched.values())],
        standards=_standards([*bound.values(), *watched.values()]),
        weights=_weights(bound),
        conditions=_conditions(request.procedure.model, watched),
        connections=_connections(request.procedure.model, position),
        tests=tests,
        points=[by_name[name] for test in tests for name in test.points if name in by_name],
        steps=steps,
        decision=decision,
        policy=_policy(request.procedure.model),
        safe_order=list(request.procedure.model.safe_state.order),
        partial=bool(request.only),
        estimate_s=estimate(steps, by_name),
    )


def _tests(request: Request, setting: Setting, reasons: Reasons) -> tuple[list[TestPlan], list[Point]]:
    tests: list[TestPlan] = []
    points: list[Point] = []
    for test in request.procedure.model.tests:
        if test.use is not None:
            used = request.used[test.use]
            inner = parameters.resolve(used.model, test.with_, reasons)
            sub = replace(setting, parameters=inner, named_limits=used.model.limits)
            for one in used.model.tests:
                _test(one, used, sub, tests, points, reasons)
        else:
            _test(test, request.procedure, setting, tests, points, reasons)
    return tests, points


def _test(
    authored: Test,
    owner: Loaded[Procedure],
    setting: Setting,
    tests: list[TestPlan],
    points: list[Point],
    reasons: Reasons,
) -> None:
    test = _with_defaults(authored, owner.model)
    series = is_series(test, setting.parameters)
    try:
        expanded = cases(test, setting.parameters)
        own = [build(test, case, setting, not series, reasons) for case in expanded]
    except ValueError as error:
        reasons.add(f"Test {test.test}: {error}.")
        return
    whole = _series_limit(test, own, setting, reasons) if series and own else None
    points.extend(own)
    tests.append(
        TestPlan(
            id=test.test or "",
            title=test.title or {"en": test.test or ""},
            kind="series" if series else "points" if test.read else "inspection",
            procedure=owner.model.id,
            procedure_version=owner.model.version,
            connection=test.connection or "",
            atomic=test.atomic,
            value=test.evaluate.value if test.evaluate else "error",
            model=test.model or "indication - reference",
            judge_on=test.judge_on or "raw",
            rounding=_interval(test, own),
            rounding_of=test.rounding.of if test.rounding else "error",
            scale_unit=test.scale.unit if test.scale else {},
            scale_value=_scale(test, own),
            limit=whole,
            points=[point.id for point in own],
        )
    )


def _with_defaults(test: Test, procedure: Procedure) -> Test:
    given = procedure.defaults.model_dump(exclude_none=True, by_alias=False)
    missing = {name: getattr(procedure.defaults, name) for name in given if getattr(test, name) is None}
    return test if test.ask else test.model_copy(update=missing)


def _series_limit(test: Test, points: list[Point], setting: Setting, reasons: Reasons) -> LimitPlan | None:
    case = cases(test, setting.parameters)[0]
    return limit_of(test, case, setting, _scope_of(points[0]), reasons)


def _scope_of(point: Point) -> dict[str, Value]:
    scope: dict[str, Value] = {}
    for name, text in point.scope.items():
        try:
            scope[name] = parse_quantity(text)
        except ValueError:
            scope[name] = text
    return scope


def _interval(test: Test, points: list[Point]) -> str | None:
    if test.rounding is None or not points:
        return None
    return quantity(test.rounding.interval, _scope_of(points[0])).text()


def _scale(test: Test, points: list[Point]) -> str | None:
    if test.scale is None or not points:
        return None
    return quantity(test.scale.value, _scope_of(points[0])).text()


def _only(points: list[Point], patterns: tuple[str, ...], reasons: Reasons) -> list[Point]:
    if not patterns:
        return points
    kept = [point for point in points if any(fnmatchcase(point.id, pattern) for pattern in patterns)]
    if not kept:
        reasons.add(f"--only {' '.join(patterns)} leaves no point. Points are named like {points[0].id}.")
    return kept


def _watched(request: Request, bound: Mapping[str, Bound], reasons: Reasons) -> dict[str, Bound]:
    environment = request.procedure.model.environment
    wanted = [name for name in ("temperature", "humidity") if getattr(environment, name) is not None]
    found = {name: watch(request, name, reasons) for name in wanted}
    return {name: one for name, one in found.items() if one is not None and one.binding.role not in bound}


def _decision(procedure: Procedure, values: Mapping[str, parameters.Given], reasons: Reasons) -> DecisionPlan:
    rule, coverage = procedure.decision.rule, procedure.decision.coverage
    if rule.startswith("$"):
        rule = str(values.get(rule[1:], ""))
    try:
        rule = str(find_rule(rule))
    except Exception as error:  # noqa: BLE001 - a UsageError that becomes one reason among others
        reasons.add(f"Decision rule: {error}")
    return DecisionPlan(rule=rule, coverage=coverage)


def _procedure(procedure: Procedure) -> ProcedureRef:
    regulation = procedure.regulation
    return ProcedureRef(
        id=procedure.id,
        version=procedure.version,
        title=procedure.procedure,
        regulation=f"{regulation.id}-{regulation.year}" if regulation else "",
        sources=dict(procedure.sources),
        applies_to=dict(procedure.applies_to),
    )


def _sources(request: Request, bound: list[Bound]) -> list[Source]:
    procedures = [request.procedure, *request.used.values()]
    assets = [request.assets[name] for name in dict.fromkeys(one.binding.asset for one in bound) if name]
    return [
        *(
            Source(
                kind="procedure", id=one.model.id, version=one.model.version, path=one.path, sha256=one.sha256
            )
            for one in procedures
        ),
        Source(
            kind="station",
            id=request.station.model.station,
            path=request.station.path,
            sha256=request.station.sha256,
        ),
        *(Source(kind="asset", id=one.model.asset, path=one.path, sha256=one.sha256) for one in assets),
    ]


def _parameters(procedure: Procedure, values: Mapping[str, parameters.Given]) -> list[ParameterValue]:
    return [
        ParameterValue(name=name, value=parameters.shown(value), label=procedure.parameters[name].label or {})
        for name, value in values.items()
    ]


def _standards(bound: list[Bound]) -> list[Standard]:
    assets = {one.asset.asset: one.asset for one in bound if one.asset is not None}
    return [standards.described(asset) for asset in assets.values()]


def _weights(bound: Mapping[str, Bound]) -> dict[str, str]:
    return {weight.id: weight.mass for one in bound.values() if one.asset for weight in one.asset.weights}


def _conditions(procedure: Procedure, watched: Mapping[str, Bound]) -> list[ConditionPlan]:
    return [_condition(name, getattr(procedure.environment, name), one) for name, one in watched.items()]


def _condition(name: str, condition: Condition, bound: Bound) -> ConditionPlan:
    lower, upper = condition.min, condition.max
    if condition.nominal is not None and condition.tolerance is not None:
        nominal, tolerance = parse_quantity(condition.nominal), parse_quantity(condition.tolerance)
        lower = Quantity(nominal.value - tolerance.value, nominal.unit).text()
        upper = Quantity(nominal.value + tolerance.value, nominal.unit).text()
    return ConditionPlan(
        quantity=name,
        role=bound.binding.role,
        lower=lower,
        upper=upper,
        drift=condition.drift,
        check_every=condition.check_every,
        on_violation=condition.on_violation,
    )


def _connections(procedure: Procedure, position: str) -> list[ConnectionPlan]:
    texts = {"position": position}
    return [
        ConnectionPlan(
            id=name,
            title=fill(one.title, texts),
            text=fill(one.text, texts),
            picture=one.picture,
            confirm=[fill(line, texts) for line in one.confirm],
        )
        for name, one in procedure.connections.items()
    ]


def _policy(procedure: Procedure) -> PolicyPlan:
    policy = procedure.policy
    return PolicyPlan(
        on_fail=policy.on_fail,
        retakes=policy.retake.allowed,
        comms_retry=policy.comms_retry,
        stages=list(policy.stages),
    )
