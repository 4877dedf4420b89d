"""Composing: the tests of a procedure, and of those it uses, as planned tests and points."""

from __future__ import annotations

from dataclasses import replace

from calbench.documents.deciding import MonteCarloPlan
from calbench.documents.handed import is_computed
from calbench.documents.inputs import NOT_BY_DEFAULT
from calbench.documents.loaded import Loaded
from calbench.documents.measurands import split
from calbench.documents.plan import TestPlan
from calbench.documents.point import Point
from calbench.documents.procedure import Procedure, Test
from calbench.documents.stages import AS_FOUND, staged
from calbench.planning import error_share, parameters, regulation
from calbench.planning.deriving import derive
from calbench.planning.earlier import foreseen
from calbench.planning.expansion import Case, cases, scope_of, words_and_quantities
from calbench.planning.inputs import leading
from calbench.planning.limits import quantity
from calbench.planning.parameters import Given
from calbench.planning.point_limits import limit_of
from calbench.planning.points import Setting, build
from calbench.planning.refusal import Reasons
from calbench.planning.request import Request
from calbench.planning.results import is_series
from calbench.planning.stages import measured_stages
from calbench.planning.stating import stated_at
from calbench.planning.tables import of_load, with_values
from calbench.planning.varying import by_combination, by_point, holds
from calbench.quantities import Quantity


def compose(request: Request, setting: Setting, reasons: Reasons) -> tuple[list[TestPlan], list[Point]]:
    """Plan every test of the procedure and of those it uses; a reason for each that cannot be planned."""
    tests: list[TestPlan] = []
    points: list[Point] = []
    for stage in measured_stages(request.procedure.model):
        of_stage = replace(setting, stage=stage)
        _procedure_tests(request, request.procedure, of_stage, tests, points, reasons)
        _procedure_tests(request, request.procedure, of_stage, tests, points, reasons, derived=True)
    return tests, points


def _procedure_tests(
    request: Request,
    owner: Loaded[Procedure],
    setting: Setting,
    tests: list[TestPlan],
    points: list[Point],
    reasons: Reasons,
    *,
    derived: bool = False,
) -> None:
    """Plan the tests of a procedure, and those of the procedures it uses in their places.

    First those that measure or inspect; then those `derived` from them, each behind what it follows from.
    """
    for test in owner.model.tests:
        if not _wanted(test, setting):
            continue
        if test.use is None:
            if derived and test.of is not None:
                _behind(derive(test, owner, setting, tests, points, reasons), tests)
            elif not derived and test.of is None:
                _test(test, owner, setting, tests, points, reasons)
            continue
        used = request.used[test.use]
        try:
            handed = _handed_on(test, used.model, setting)
        except ValueError as error:
            reasons.add(f"{used.model.id}: {error}.")
            continue
        chosen = parameters.resolve(used.model, handed, reasons)
        inner, _ = with_values(used.model, chosen, reasons)
        words = {
            language: {**setting.words.get(language, {}), **used.model.words.get(language, {})}
            for language in {*setting.words, *used.model.words}
        }
        below = replace(
            setting,
            parameters=inner,
            named_limits=used.model.limits,
            words=words,
            of_load=of_load(used.model.values),
            sources={**setting.sources, **regulation.tables(test, owner.model)},
        )
        _procedure_tests(request, used, below, tests, points, reasons, derived=derived)


def _behind(made: TestPlan | None, tests: list[TestPlan]) -> None:
    """Put a derived test behind the one it follows from, and behind the others that do."""
    if made is not None:
        last = max(place for place, one in enumerate(tests) if made.of in (one.id, one.of))
        tests.insert(last + 1, made)


def _wanted(test: Test, setting: Setting) -> bool:
    """Tell whether a test is done (in this stage); one that looks at its points is asked for each."""
    if test.stages is not None and _stage(setting) not in test.stages:
        return False
    if not regulation.asked_for(test, regulation.control_of(setting.parameters)):
        return False
    return by_combination(test) or by_point(test) or holds(test.only_if, _known(setting))


def _stage(setting: Setting) -> str:
    return setting.stage or AS_FOUND  # a run of one stage finds the unit as it is


def _known(setting: Setting) -> dict[str, Given]:
    """Give what conditions may look at: parameters, values, and the stage; a parameter of this name goes first."""
    return {"stage": _stage(setting), **setting.parameters}


def _handed_on(test: Test, inner: Procedure, setting: Setting) -> dict[str, str | list[str] | Quantity]:
    """Give what `with` hands to a sub-procedure: `$name`, expressions of what the outer one knows, and plain values.

    Raises:
        ValueError: An expression cannot be computed.
    """
    handed: dict[str, str | list[str] | Quantity] = {}
    for name, given in test.with_.items():
        kind = inner.parameters[name].type if name in inner.parameters else ""
        outer = (
            setting.parameters.get(given[1:]) if isinstance(given, str) and given.startswith("$") else None
        )
        if outer is not None:
            handed[name] = list(outer) if isinstance(outer, tuple) else outer
        elif isinstance(given, str) and is_computed(kind, given, setting.parameters):
            try:
                handed[name] = quantity(given, scope_of(setting.parameters))
            except ValueError as error:
                raise ValueError(f"{name}, handed on as '{given}', cannot be computed: {error}") from error
        else:
            handed[name] = given
    return handed


def _built(test: Test, case: Case, setting: Setting, single: bool, reasons: Reasons) -> Point:  # noqa: FBT001 - as build takes it
    try:
        return build(test, case, setting, single, reasons)
    except ValueError as error:
        raise ValueError(f"{case.name}: {error}") from error


def _test(
    authored: Test,
    owner: Loaded[Procedure],
    setting: Setting,
    tests: list[TestPlan],
    points: list[Point],
    reasons: Reasons,
) -> None:
    if authored.ranges == []:
        reasons.add(
            f"Test {authored.test}: its ranges are those of a specification. Take the specification of a model, a file "
            f"with 'use: …/{owner.model.id}.yaml', in place of the procedure."
        )
        return
    test = _with_defaults(authored, owner.model)
    test = test.model_copy(update={"test": staged(test.test or "", setting.stage)}) if setting.stage else test
    setting = (
        replace(setting, earlier=foreseen(test, tests, points, setting.stage)) if test.inputs else setting
    )
    series = False
    try:
        expanded = cases(test, _known(setting))
        if expanded:
            read = split(leading(test))[1]
            series = is_series(test, stated_at(test, expanded[0], setting, read))
        own = [_built(test, case, setting, not series, reasons) for case in expanded]
    except ValueError as error:
        reasons.add(f"Test {test.test}: {error}.")
        return
    if not own:
        return  # its conditions left nothing of it
    whole = (
        limit_of(test, expanded[0], setting, words_and_quantities(own[0].scope), reasons) if series else None
    )
    points.extend(own)
    tests.append(
        TestPlan(
            id=test.test or "",
            title=test.title or {"en": authored.test or ""},
            kind="series" if series else "points" if test.read or test.inputs else "inspection",
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
            monte_carlo=_draws(test),
            stage=setting.stage,
            sources={
                **setting.sources,
                **regulation.tables(authored, owner.model),
                **error_share.tables_of(own, setting.bound),
            },
            indication=test.indication or "",
            reference=test.reference or "",
            unit=test.unit or "",
            stated=test.stated,
        )
    )


def _with_defaults(test: Test, procedure: Procedure) -> Test:
    given = procedure.defaults.model_dump(exclude_none=True, by_alias=False)
    missing = {
        name: getattr(procedure.defaults, name)
        for name in given
        if getattr(test, name) is None and not (test.inputs and name in NOT_BY_DEFAULT)
    }
    return test if test.ask else test.model_copy(update=missing)


def _draws(test: Test) -> MonteCarloPlan | None:
    stated = test.monte_carlo
    if stated is None:
        return None
    return MonteCarloPlan(
        draws=stated.draws, seed=stated.seed, interval=stated.interval, generator="PCG64DXSM"
    )


def _interval(test: Test, points: list[Point]) -> str | None:
    if test.rounding is None or not points:
        return None
    return quantity(test.rounding.interval, words_and_quantities(points[0].scope)).text()


def _scale(test: Test, points: list[Point]) -> str | None:
    if test.scale is None or not points:
        return None
    return quantity(test.scale.value, words_and_quantities(points[0].scope)).text()
