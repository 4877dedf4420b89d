"""Loads: a stimulus of several quantities, and the power that they make; which phases carry current."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from calbench.documents.measurands import LOADED, MEASURANDS, Measurand, split
from calbench.documents.procedure import Test
from calbench.quantities import Quantity, Value, evaluate, find_unit, parse, round_to, significant

ALL, FIRST = LOADED[:2]
DIGITS = 12
PHASES = (1, 3)
_POWER = parse("loaded * voltage * current * cos(angle)")


def is_load(test: Test) -> bool:
    """Tell whether a test applies several quantities together."""
    measurand = None if test.apply is None else MEASURANDS.get(split(test.apply)[1])
    return measurand is not None and measurand.is_load and bool(test.with_)


def told(test: Test, scope: Mapping[str, Value]) -> dict[str, Quantity]:
    """Give what the source is told, by name, each in the unit of its method; an amount with twelve digits at most.

    Raises:
        ValueError: A quantity is missing, is of another kind, or cannot be.
    """
    applied = MEASURANDS[split(test.apply or "")[1]]
    return {name: _one(applied, name, test.with_.get(name), scope) for name in applied.stimulus}


def words(test: Test, load: Mapping[str, Quantity], scope: Mapping[str, Value]) -> dict[str, str]:
    """Give the words that the source is told beside a load, by name: which phases carry current, if the test says it.

    Raises:
        ValueError: It is none of the words that are allowed, or there is no such phase.
    """
    applied = MEASURANDS[split(test.apply or "")[1]]
    return {
        name: _word(name, test.with_[name], allowed, load, scope)
        for name, allowed in applied.optional
        if name in test.with_
    }


def nominal(test: Test, load: Mapping[str, Quantity], words: Mapping[str, str]) -> Quantity:
    """Give the value of what is applied; of a load in W: U · I · cos φ times the number of phases that carry current.

    cos φ is seldom a number that ends, so it is rounded to the twelfth digit of the apparent power.
    """
    if "value" in load:
        return load["value"]
    of_all = words.get("loaded", ALL) == ALL
    loaded = load["phases"] if of_all else Quantity.of(1)
    power = evaluate(_POWER, {**load, "loaded": loaded})
    apparent = loaded.value * load["voltage"].value * load["current"].value
    if not isinstance(power, Quantity) or not apparent:
        return Quantity(Decimal(0), find_unit("W"))
    step = Decimal(1).scaleb(apparent.adjusted() - DIGITS + 1)
    unit = MEASURANDS[split(test.apply or "")[1]].unit
    return Quantity(round_to(power.value, step), find_unit(unit))


def _one(applied: Measurand, name: str, text: object, scope: Mapping[str, Value]) -> Quantity:
    if not isinstance(text, str):
        raise ValueError(f"with: does not say one {name}")  # noqa: TRY004 - a wrong text in a file, not a wrong type
    value = evaluate(parse(text), scope)
    if not isinstance(value, Quantity):
        raise ValueError(f"'{text}' is not one {name}")  # noqa: TRY004 - as above
    wrong = refusal(applied, name, text, value)
    if wrong:
        raise ValueError(wrong)
    return _ending(value) if name == "value" else Quantity(value.value, find_unit(applied.told_in(name)))


def _word(
    name: str,
    text: object,
    allowed: tuple[str, ...],
    load: Mapping[str, Quantity],
    scope: Mapping[str, Value],
) -> str:
    if not isinstance(text, str):
        raise ValueError(f"with: does not say one {name}")  # noqa: TRY004 - a wrong text in a file, not a wrong type
    plain = text.strip()
    word = plain if plain in allowed and plain not in scope else evaluate(parse(text), scope)
    if word not in allowed:
        raise ValueError(f"{name} is {', '.join(allowed[:-1])} or {allowed[-1]}, and '{text}' is {word}")
    if word not in (ALL, FIRST) and load["phases"].value == 1:
        raise ValueError(f"{name} is {word}, and phases are 1: there is no phase {word}")
    return str(word)


def _ending(value: Quantity) -> Quantity:
    """Round an amount that does not end, such as a third, to twelve digits: more than any source can be told."""
    if len(value.value.as_tuple().digits) <= DIGITS:
        return value
    return Quantity(significant(value.value, DIGITS), value.unit)


def refusal(applied: Measurand, name: str, text: str, value: Quantity) -> str:
    """Say why a quantity of a load cannot be; empty if it can."""
    if name == "phases":
        fits = value.dimension.dimensionless and value.value in PHASES
        return "" if fits else f"phases are 1 or 3, and '{text}' is {value}"
    unit = find_unit(applied.told_in(name))
    if value.dimension != unit.dimension:
        return f"{name} is needed in {unit.symbol}, and '{text}' is {value}"
    if name == "angle":
        return (
            "" if value.unit.kind == "angle" else f"an angle needs its unit, as in 60 deg; '{text}' has none"
        )
    if name == "value" and applied.whole and value.value != value.value.to_integral_value():
        return f"{applied.name} are whole, and '{text}' is {value}"
    least = value.value > 0 or (value.value == 0 and name == "current")
    return "" if least else f"{name} is above zero, and '{text}' is {value}"
