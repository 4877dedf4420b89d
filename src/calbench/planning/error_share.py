"""The share of the limit that the maximum permissible error (MPE) of a standard may have: `max_error_share`.

A regulation says of a standard that its |MPE| is at most a third, say, of that of the unit under test. This rule is of
classes, and looks at no uncertainty: `min_tur` beside it does. Where a limit has two sides, |MPE| of the unit is half
of their distance; a test that is judged as a whole has no limit at its points, and none to be held against. Where the
result is computed from several readings, |MPE| is what arrives there of that of the standard: `carrying`. What follows
from single points, as an error less that at zero, has the weights of these held against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from calbench.documents.asset import Asset
from calbench.documents.point import LimitPlan, Point
from calbench.metrology.composition import REFERENCE
from calbench.planning.binding import Bound
from calbench.planning.carrying import Error, carried, to_digits, value_of
from calbench.planning.inputs import LOAD, Planned
from calbench.planning.limits import quantity
from calbench.planning.refusal import LargeError, Reasons
from calbench.planning.weighing import Picked
from calbench.quantities import Quantity, Unit, Value, coherent_unit, parse_quantity
from calbench.traceability.parts import AtPoint
from calbench.traceability.weight_classes import TABLE, class_limit

LARGEST_PARTS = 1000
_ROUNDED = Fraction(1, 10**20)
KILOGRAM = parse_quantity("1 kg").unit


@dataclass(frozen=True)
class Use:
    """A point as far as this rule needs it: the standards in use by role, the weights placed, and its limit.

    `roles` are those that move the reference value; `inputs` are there if the result is computed, in `unit`.
    """

    name: str
    found: Mapping[str, AtPoint]
    roles: Iterable[str]
    placed: Sequence[Picked]
    place_role: str
    limit: LimitPlan | None
    unit: Unit
    inputs: Planned | None = None

    @property
    def all_roles(self) -> list[str]:
        """Every role that a standard of the point plays."""
        plans = [] if self.inputs is None else self.inputs.plans
        read = [role for one in plans for role in (one.role, one.place_role) if role]
        return list(dict.fromkeys([*self.roles, *read]))


def hold(use: Use, bound: Mapping[str, Bound], scope: Mapping[str, Value], reasons: Reasons) -> str | None:
    """Hold every standard of a point that has a share against its limit; gives the largest |MPE|, None without any.

    Adds a reason, with figures, for each standard that is not good enough, and for each whose MPE nobody states.
    """
    half = _half(use.limit)
    largest: Quantity | None = None
    for role in use.all_roles:
        stated = bound[role].role.max_error_share if role in bound else None
        if stated is None or half is None:
            continue
        errors = _errors(use, role, bound[role], reasons)
        if errors is None:
            continue
        mpe = _arrived(use, errors)
        share = _exact(quantity(stated, scope).value)
        if Fraction(mpe.value) > share * Fraction(half.value):
            allowed = half.value * share.numerator / share.denominator
            most = to_digits(Quantity(allowed, mpe.unit), 4).text()
            here, limit = (Quantity(one, mpe.unit).text() for one in (mpe.value, half.value))
            own = (
                ""
                if use.inputs is None
                else ", ".join(f"{one.moves}: {one.size.engineering()}" for one in errors)
            )
            reasons.add_large(LargeError(role, use.name, here, most, limit, stated, own))
        if largest is None or mpe > largest:
            largest = mpe
    return None if largest is None else largest.text()


def hold_group(
    point: Point,
    limit: LimitPlan | None,
    bound: Mapping[str, Bound],
    scope: Mapping[str, Value],
    reasons: Reasons,
) -> None:
    """Hold the weights of a point against the limit of a mass that follows from it alone, with reasons as `hold`."""
    half = _half(limit)
    if half is None or half.dimension != KILOGRAM.dimension or point.place_role not in bound:
        return
    placed = _picked(bound[point.place_role].assets, [*point.place, *point.behind])
    hold(
        Use(point.id, {}, [point.place_role], placed, point.place_role, limit, KILOGRAM),
        bound,
        scope,
        reasons,
    )


def tables_of(points: Iterable[Point], bound: Mapping[str, Bound]) -> dict[str, str]:
    """Name the rows of the table of weight classes that the shares of these points rest on, if any is not confirmed."""
    rows: dict[str, str] = {}
    for point in points:
        if point.predicted.standard_mpe is None:
            continue
        for role, ids in [
            (point.place_role, [*point.place, *point.behind]),
            *((one.place_role, [*one.place, *one.behind]) for one in point.inputs),
        ]:
            for one in _picked(bound[role].assets, ids) if role in bound else []:
                found = class_limit(one.asset.accuracy_class or "", parse_quantity(one.weight.nominal))
                if one.weight.mpe is None and found is not None:
                    rows[f"{TABLE}, {found.row}"] = found.source
    return {name: source for name, source in rows.items() if source != "confirmed"}


def _arrived(use: Use, errors: Sequence[Error]) -> Quantity:
    """Give |MPE| of the standard as it reaches the result: what is compared directly adds."""
    if use.inputs is not None:
        return carried(use.inputs, errors, use.unit)
    first = errors[0].size if errors else Quantity(Decimal(0), KILOGRAM)  # a load of zero needs no weight
    return sum((one.size for one in errors[1:]), start=first)


def _errors(use: Use, role: str, one: Bound, reasons: Reasons) -> list[Error] | None:
    """Give the errors of a standard that move the result at a point; None, with a reason, if nobody states them."""
    if not one.assets:
        reasons.add(
            f"Role '{role}' has max_error_share, and '{one.binding.instrument}' has no asset that states its maximum "
            "permissible error: name one with asset: in the station, with mpe: in its entries."
        )
        return None
    errors: list[Error | None] = []
    if role == use.place_role:
        errors += _of_weights(role, REFERENCE, use.placed, reasons)
    elif role in use.found and role in use.roles:
        errors += _of_standard(use, role, REFERENCE, use.found[role], one, reasons)
    if use.inputs is not None:
        for name, found in use.inputs.certificates.get(role, []):
            if not name.endswith(LOAD):
                errors += _of_standard(use, role, name, found, one, reasons)
        for plan in use.inputs.plans:
            if plan.place_role == role:
                placed = _picked(one.assets, [*plan.place, *plan.behind])
                errors += _of_weights(role, plan.name + LOAD, placed, reasons)
    stated = all(each is not None for each in errors)
    return [each for each in errors if each is not None] if stated else None


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


def _of_standard(
    use: Use, role: str, moves: str, found: AtPoint, one: Bound, reasons: Reasons
) -> list[Error | None]:
    """Give the error of a standard that is read or applied; None, with a reason, if nobody states its limits."""
    if found.mpe is not None:
        return [Error(moves, value_of(found), found.mpe)]
    asset = one.assets[0]
    reasons.add(
        f"Role '{role}' has max_error_share, and {asset.asset} states no maximum permissible error at {use.name}: "
        f"write mpe: into that entry of {asset.asset}.yaml, as its specification or class says."
    )
    return [None]


def _of_weights(role: str, moves: str, placed: Sequence[Picked], reasons: Reasons) -> list[Error | None]:
    """Give the errors of the weights on the pan: each its own limit, or that of its class."""
    errors: list[Error | None] = []
    for one in placed:
        own = _mpe_of(one)
        if own is None:
            said = f"class {one.asset.accuracy_class}" if one.asset.accuracy_class else "no class"
            reasons.add(
                f"Role '{role}' has max_error_share, and weight {one.weight.id} of {one.asset.asset} "
                f"({one.weight.nominal}, {said}) has no maximum permissible error in {TABLE} as this program has it: "
                "write mpe: beside its mass."
            )
            return [None]
        errors.append(Error(moves, f"{one.asset.asset}/{one.weight.id}", Quantity(own.value, KILOGRAM)))
    return errors


def _picked(sets: Sequence[Asset], ids: Iterable[str]) -> list[Picked]:
    times = Counter(ids)
    return [Picked(each, weight) for each in sets for weight in each.weights for _ in range(times[weight.id])]


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
