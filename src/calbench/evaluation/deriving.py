"""Derived results: what follows from the points of another test, such as hysteresis; nothing is measured for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calbench.documents.deciding import DecisionPlan
from calbench.documents.plan import GroupPlan, TestPlan
from calbench.documents.point import Point
from calbench.documents.record import Result
from calbench.evaluation.judging import Limits, judge
from calbench.evaluation.observing import Observation, Scope, limits_of, quantity, scope, words_and_quantities
from calbench.evaluation.showing import Figures, show
from calbench.quantities import ONE, Quantity, Value, find_unit, parse_quantity

SIMPLE = DecisionPlan(rule="simple/1", coverage="0.95")
"""How derived results are decided, whatever the rule of the procedure: no uncertainty is evaluated of them."""
LACKING = "Not every point that it follows from was measured."


def conclude_group(
    test: TestPlan,
    group: GroupPlan,
    observations: Mapping[str, Observation],
    across: Mapping[str, Value],
) -> Result:
    """Give the result that follows from the points of a group; it needs every one of them.

    Args:
        test: the derived test.
        group: which points go together.
        observations: what was observed so far, by point.
        across: names that look at other tests of the stage.
    """
    own = [observations[name] for name in group.points if name in observations]
    if len(own) < len(group.points):
        return _without(test, group, len(own), LACKING)
    names = scope_of(test, group, own, across)
    try:
        value = quantity(test.value, names)
        limits = limits_of(group.limit, names)
        verdict = judge(SIMPLE, value.value, limits, None, names).decision.verdict.value
    except ValueError as error:
        return _without(test, group, len(own), f"Not evaluated: {error}")
    unit = find_unit(group.unit) if group.unit else ONE
    return Result(
        id=group.id,
        test=test.id,
        labels=group.labels,
        of="derived",
        n=len(own),
        value=value.text(unit),
        judged=value.text(unit),
        lower=None if limits[0] is None else limits[0].text(unit),
        upper=None if limits[1] is None else limits[1].text(unit),
        verdict=verdict,
        shown=show(_figures(group, value, limits), _shown_as(test, group), test),
    )


def scope_of(
    test: TestPlan, group: GroupPlan, own: Sequence[Observation], across: Mapping[str, Value]
) -> Scope:
    """Give the names that the value of a group may use.

    Of one point by itself they are those of its uncertainty. Of several, what each has to say is a vector, and stands
    by itself under the label that names it: `up.error`.
    """
    if not test.across:
        return {**scope(own[0], across), **words_and_quantities(group.scope)}
    each = {one.point.id: said_of(one) for one in own}
    known = {**words_and_quantities(group.scope), **across}
    for name in said_of(own[0]):
        known[name] = tuple(each[point][name] for point in group.points)
        known |= {f"{label}.{name}": each[point][name] for label, point in group.names.items()}
    if group.nominal is None and all(one.point.nominal is not None for one in own):
        nominal = tuple(parse_quantity(one.point.nominal or "") for one in own)
        known |= (
            {"nominal": nominal, "load": nominal} if own[0].point.quantity == "mass" else {"nominal": nominal}
        )
    return known


def said_of(observation: Observation) -> dict[str, Quantity]:
    """Give what one point has to say, by name; inputs of a point that have names of their own belong here."""
    return {
        "indication": observation.indication,
        "reference": observation.reference,
        "error": observation.error,
        **{name: one.value for name, one in observation.inputs.items()},
    }


def _figures(group: GroupPlan, value: Quantity, limits: Limits) -> Figures:
    nominal = None if group.nominal is None else parse_quantity(group.nominal)
    # a temperature in degC is no nominal value of a difference in K
    alike = nominal is not None and nominal.dimension == value.dimension and not nominal.unit.offset
    return Figures(nominal=nominal if alike else None, error=value, lower=limits[0], upper=limits[1])


def _without(test: TestPlan, group: GroupPlan, n: int, remark: str) -> Result:
    return Result(
        id=group.id,
        test=test.id,
        labels=group.labels,
        of="derived",
        n=n,
        verdict="not_evaluated",
        shown=show(Figures(), _shown_as(test, group), test),
        remark=remark,
    )


def _shown_as(test: TestPlan, group: GroupPlan) -> Point:
    """Give a point that is printed as the result is: in its unit, to its last place."""
    return Point(
        id=group.id, test=test.id, quantity="", unit=group.unit, reference="none", resolution=group.resolution
    )
