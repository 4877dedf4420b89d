"""The share of the limit that the maximum permissible error (MPE) of a standard may have: `max_error_share`.

A regulation says of a standard that its |MPE| is at most a third, say, of that of the unit under test. This rule is of
classes, and looks at no uncertainty: `min_tur` beside it does. Where a limit has two sides, |MPE| of the unit is half
of their distance; a test that is judged as a whole has no limit at its points, and none to be held against. What
follows from single points, as an error less that at zero, has the weights of these held against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from calbench.documents.point import LimitPlan, Point
from calbench.planning.binding import Bound
from calbench.planning.limits import quantity
from calbench.planning.refusal import LargeError, Reasons
from calbench.planning.weighing import Picked
from calbench.quantities import Quantity, Value, coherent_unit, parse_quantity, significant
from calbench.traceability.parts import AtPoint
from calbench.traceability.weight_classes import TABLE, class_limit

LARGEST_PARTS = 1000
_ROUNDED = Fraction(1, 10**20)


@dataclass(frozen=True)
class Use:
    """A point as far as this rule needs it: the standards in use by role, the weights placed, and its limit."""

    name: str
    found: Mapping[str, AtPoint]
    roles: Iterable[str]
    placed: Sequence[Picked]
    place_role: str
    limit: LimitPlan | None


def hold(use: Use, bound: Mapping[str, Bound], scope: Mapping[str, Value], reasons: Reasons) -> str | None:
    """Hold every standard of a point that has a share against its limit; gives the largest |MPE|, None without any.

    Adds a reason, with figures, for each standard that is not good enough, and for each whose MPE nobody states.
    """
    half = _half(use.limit)
    largest: Quantity | None = None
    for role in dict.fromkeys(use.roles):
        stated = bound[role].role.max_error_share if role in bound else None
        if stated is None or half is None:
            continue
        mpe = _mpe(use, role, bound[role], reasons)
        if mpe is None:
            continue
        share = _exact(quantity(stated, scope).value)
        if Fraction(mpe.value) > share * Fraction(half.value):
            allowed = Quantity(significant(half.value * share.numerator / share.denominator, 4), half.unit)
            low = LargeError(role, use.name, mpe.text(), allowed.text(), half.text(), stated)
            reasons.add_large(low)
        if largest is None or mpe > largest:
            largest = mpe
    return None if largest is None else largest.text()


def hold_group(
    point: Point,
    limit: LimitPlan | None,
    bound: Mapping[str, Bound],
    scope: Mapping[str, Value],
    reasons: Reasons,
) -> str | None:
    """Hold the weights of a point against the limit of what follows from it alone; gives their |MPE|, as `hold`."""
    role, placed = placed_at(point, bound)
    if not role:
        return None
    return hold(Use(point.id, {}, [role], placed, role, limit), bound, scope, reasons)


def placed_at(point: Point, bound: Mapping[str, Bound]) -> tuple[str, list[Picked]]:
    """Give the role and the weights on which the result of a point rests; none if nothing is placed there.

    Of several inputs with weights these are the ones that do not lie on the pan all the time, as a tare load does.
    """
    loads = [(point.place_role, point.place)] if point.place_role else []
    loads += [(one.place_role, one.place) for one in point.inputs if one.place_role]
    if not loads:
        return "", []
    role = loads[0][0]
    named = [set(names) for other, names in loads if other == role]
    always = set.intersection(*named) if len(named) > 1 else set()
    wanted = set.union(*named) - always
    sets = bound[role].assets if role in bound else ()
    return role, [Picked(asset, one) for asset in sets for one in asset.weights if one.id in wanted]


def tables_of(points: Iterable[Point], bound: Mapping[str, Bound]) -> dict[str, str]:
    """Name the rows of the table of weight classes that the shares of these points rest on, if any is not confirmed."""
    rows: dict[str, str] = {}
    for point in points:
        if point.predicted.standard_mpe is None:
            continue
        for picked in placed_at(point, bound)[1]:
            found = class_limit(picked.asset.accuracy_class or "", parse_quantity(picked.weight.nominal))
            if picked.weight.mpe is None and found is not None:
                rows[f"{TABLE}, {found.row}"] = found.source
    return {name: source for name, source in rows.items() if source != "confirmed"}


def _mpe(use: Use, role: str, one: Bound, reasons: Reasons) -> Quantity | None:
    """Give |MPE| of a standard at a point; None, with a reason, if nobody states it."""
    if not one.assets:
        reasons.add(
            f"Role '{role}' has max_error_share, and '{one.binding.instrument}' has no asset that states its maximum "
            "permissible error: name one with asset: in the station, with mpe: in its entries."
        )
        return None
    if role == use.place_role:
        return _of_weights(role, use.placed, reasons)
    found = use.found.get(role)
    if found is None:  # nothing is certified there: that is said already
        return None
    if found.mpe is None:
        asset = one.assets[0]
        reasons.add(
            f"Role '{role}' has max_error_share, and {asset.asset} states no maximum permissible error at {use.name}: "
            f"write mpe: into that entry of {asset.asset}.yaml, as its specification or class says."
        )
    return found.mpe


def mpe_of(placed: Iterable[Picked]) -> Quantity | None:
    """Give the sum of |MPE| of weights, each its own or that of its class; None if nobody states one."""
    own = [_mpe_of(one) for one in placed]
    known = [one.value for one in own if one is not None]
    return None if len(known) < len(own) else Quantity(sum(known, Decimal(0)), parse_quantity("1 kg").unit)


def _mpe_of(one: Picked) -> Quantity | None:
    if one.weight.mpe is not None:
        return parse_quantity(one.weight.mpe)
    found = class_limit(one.asset.accuracy_class or "", parse_quantity(one.weight.nominal))
    return None if found is None else found.mpe


def _of_weights(role: str, placed: Sequence[Picked], reasons: Reasons) -> Quantity | None:
    """Give the sum of |MPE| of the weights on the pan: each its own, or that of its class."""
    total = Decimal(0)
    for one in placed:
        own = _mpe_of(one)
        if own is None:
            said = f"class {one.asset.accuracy_class}" if one.asset.accuracy_class else "no class"
            reasons.add(
                f"Role '{role}' has max_error_share, and weight {one.weight.id} of {one.asset.asset} "
                f"({one.weight.nominal}, {said}) has no maximum permissible error in {TABLE} as this program has it: "
                "write mpe: beside its mass."
            )
            return None
        total += own.value
    return Quantity(total, parse_quantity("1 kg").unit)


def _half(limit: LimitPlan | None) -> Quantity | None:
    """Give |MPE| of the unit under test: half the distance of its limits, or the one limit that there is."""
    if limit is None:
        return None
    ends = [parse_quantity(one) for one in (limit.nominal_lower, limit.nominal_upper) if one is not None]
    if not ends:
        return None
    size = abs(ends[-1].value - ends[0].value) / 2 if len(ends) > 1 else abs(ends[0].value)
    return Quantity(size, coherent_unit(ends[0].dimension))


def _exact(value: Decimal) -> Fraction:
    """Give a share as the fraction that was meant: 1/3 as a decimal ends, and a standard of just a third must pass."""
    near = Fraction(value).limit_denominator(LARGEST_PARTS)
    return near if abs(near - Fraction(value)) < _ROUNDED else Fraction(value)
