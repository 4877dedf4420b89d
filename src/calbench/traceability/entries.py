"""Looking up the entry of a certificate at a value, or the two between which a line is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from calbench.documents.asset import Asset, Entry, FrequencySpan
from calbench.quantities import Quantity, coherent_unit, evaluate, parse, parse_quantity
from calbench.traceability.parts import Stated

_SIGNED = {"mpe": "a maximum permissible error"}


@dataclass(frozen=True)
class End:
    """A certified value that counts with a weight: 1 alone, or as one of two ends of a line."""

    weight: Decimal
    stated: Stated
    correction: Quantity
    name: str
    mpe: Quantity | None = None


@dataclass(frozen=True)
class Found:
    """What the certificate says at a value: one entry, or two ends of a line; `where` in words."""

    ends: tuple[End, ...]
    where: str
    alternating: bool = False

    @property
    def stated(self) -> Stated:
        """The uncertainty if the ends move together: a line through the two (weights sum to 1)."""
        first, *others = (end.stated.scaled(end.weight) for end in self.ends)
        return first.plus(others[0]) if others else first

    @property
    def correction(self) -> Quantity:
        """The correction, on the line through the two."""
        total = sum((end.weight * end.correction.value for end in self.ends), Decimal(0))
        return Quantity(total, self.ends[0].correction.unit)

    @property
    def mpe(self) -> Quantity | None:
        """The maximum permissible error of the standard: on a line the larger of both; None if one has none."""
        stated = [end.mpe for end in self.ends if end.mpe is not None]
        return max(stated) if len(stated) == len(self.ends) else None


def look_up(
    asset: Asset,
    capability: str,
    value: Quantity,
    frequency: Quantity | None,
    ranged: Quantity | None = None,
) -> Found | None:
    """Find what holds at a value, and at a frequency if it alternates; None if nothing does.

    Where it is known on which range the value is, entries of other ranges do not count.

    Of what covers both, the one that is narrowest in value counts, of these the one that is narrowest in frequency,
    of these the first.
    """
    entries = [
        one for one in asset.provides.get(capability, []) if _holds_at(one, frequency) and _on(one, ranged)
    ]
    single = [
        (_width(one), _bandwidth(one), one.result is not None, (one,))
        for one in entries
        if _covers(one, value)
    ]
    lines = [
        (_gap(low, high), _bandwidth(low), True, (low, high))
        for low, high in _neighbours(entries)
        if _at(low) < value < _at(high)
    ]
    fitting = [*single, *lines]
    if not fitting:
        return None
    chosen = min(fitting, key=lambda one: one[:3])[3]
    place = (asset, capability)
    return (
        _single(place, chosen[0], value) if len(chosen) == 1 else _line(place, chosen[0], chosen[-1], value)
    )


def _on(entry: Entry, ranged: Quantity | None) -> bool:
    return ranged is None or entry.range is None or parse_quantity(entry.range) == ranged


def covered(asset: Asset, capability: str) -> str:
    """Say in words which values an asset's certificate covers."""
    entries = asset.provides.get(capability, [])
    spans = [" at ".join([_span(entry), *frequencies(entry)]) for entry in entries]
    lines = [f"between {low.at} and {high.at}" for low, high in _neighbours(entries)]
    return ", ".join([*spans, *lines]) or "nothing"


def scope_of(value: Quantity, entry_range: str | None = None) -> dict[str, Quantity]:
    """Give what expressions of an entry may use at a value."""
    size = value if value.unit.offset else abs(value)
    ranged = {} if entry_range is None else {"rng": parse_quantity(entry_range)}
    return {"value": value, "out": size, "rdg": size, **ranged}


def evaluated(text: str, scope: dict[str, Quantity]) -> Quantity:
    """Evaluate an expression that gives one quantity."""
    value = evaluate(parse(text), scope)
    if not isinstance(value, Quantity):
        raise ValueError(f"'{text}' is not a quantity")  # noqa: TRY004 - authoring refused this file before
    return value


def stated_by(
    asset: Asset, key: str, text: str, scope: dict[str, Quantity], where: str, *, negative: bool = False
) -> Quantity:
    """Evaluate an expression of an asset file; an uncertainty must not be negative, a correction may.

    Args:
        asset: whose file it is; the file bears its id.
        key: of the expression: `expanded`, `per_year`.
        text: the expression.
        scope: what it may use; `value` is the value at which it is evaluated.
        where: the entry, in words.
        negative: whether it may be.

    Raises:
        ValueError: It cannot be evaluated there, or is negative; says file, entry, expression and what to do.
    """
    place = f"{asset.asset}.yaml, {where}, {key}: '{text}'"
    try:
        found = evaluated(text, scope)
    except ValueError as error:
        raise ValueError(
            f"{place} cannot be evaluated at {scope['value']}: {error}; correct it, or the values that it holds for"
        ) from error
    if found.value < 0 and not negative:
        raise ValueError(
            f"{place} is {found.text()} at {scope['value']}, and {_SIGNED.get(key, 'an uncertainty')} is zero or more; "
            "correct it: `out` "
            "is the absolute value, `value` has its sign"
        )
    return found


def frequencies(entry: Entry) -> list[str]:
    """Say in words at which frequencies an entry holds; nothing if it says none."""
    if entry.frequency is None:
        return []
    if isinstance(entry.frequency, FrequencySpan):
        return [f"{entry.frequency.from_} to {entry.frequency.to}"]
    return [entry.frequency]


def _single(place: tuple[Asset, str], entry: Entry, value: Quantity) -> Found:
    where = ", ".join([entry.at or entry.range or f"{entry.from_} to {entry.to}", *frequencies(entry)])
    return Found((_end(place, entry, value, Decimal(1), value),), where, entry.frequency is not None)


def _line(place: tuple[Asset, str], low: Entry, high: Entry, value: Quantity) -> Found:
    first, last = _at(low), _at(high)
    along = (value.value - first.value) / (last.value - first.value)
    where = ", ".join([f"on the line between {low.at} and {high.at}", *frequencies(low)])
    ends = (_end(place, low, first, 1 - along, value), _end(place, high, last, along, value))
    return Found(ends, where, low.frequency is not None)


def _end(place: tuple[Asset, str], entry: Entry, value: Quantity, weight: Decimal, wanted: Quantity) -> End:
    """Give an end of a line, at its own value; its MPE, which is specified for any value, at the wanted one."""
    scope, (asset, capability) = scope_of(value, entry.range), place
    where = ", ".join([f"provides {capability}, {_span(entry)}", *frequencies(entry)])

    def of(key: Literal["expanded", "half_width", "correction", "mpe"]) -> Quantity | None:
        text: str | None = getattr(entry, key)
        if text is None:
            return None
        used = scope_of(wanted, entry.range) if key == "mpe" else scope
        return stated_by(asset, key, text, used, where, negative=key == "correction")

    stated = Stated(
        expanded=of("expanded"),
        half_width=of("half_width"),
        k=entry.k or "2",
        dof=entry.dof,
        shape="normal" if entry.half_width is None else "rectangular",
    )
    correction = of("correction") or Quantity.of(0, coherent_unit(value.dimension))
    return End(weight, stated, correction, value.text().replace(" ", ""), of("mpe"))


def _neighbours(entries: list[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Give the pairs between which a line is drawn: next to each other, of one range, frequency and list."""
    groups: dict[object, list[Entry]] = {}
    for entry in entries:
        if entry.at is not None and entry.between == "linear":
            key = (entry.range, tuple(frequencies(entry)), entry.result)
            groups.setdefault(key, []).append(entry)
    for group in groups.values():
        yield from pairwise(sorted(group, key=lambda one: _at(one).value))


def _at(entry: Entry) -> Quantity:
    return parse_quantity(entry.at or "")


def _span(entry: Entry) -> str:
    return entry.at or f"{entry.from_} to {entry.to}"


def _covers(entry: Entry, value: Quantity) -> bool:
    if entry.at is not None:
        return parse_quantity(entry.at) == value
    low = parse_quantity(entry.from_) if entry.from_ else None
    high = parse_quantity(entry.to) if entry.to else None
    return (low is None or low <= value) and (high is None or value <= high)


def _holds_at(entry: Entry, frequency: Quantity | None) -> bool:
    if entry.frequency is None:
        return True
    if frequency is None:
        return False
    if isinstance(entry.frequency, FrequencySpan):
        return parse_quantity(entry.frequency.from_) <= frequency <= parse_quantity(entry.frequency.to)
    return parse_quantity(entry.frequency) == frequency


def _bandwidth(entry: Entry) -> Decimal:
    if not isinstance(entry.frequency, FrequencySpan):
        return Decimal(0)
    return parse_quantity(entry.frequency.to).value - parse_quantity(entry.frequency.from_).value


def _width(entry: Entry) -> Decimal:
    if entry.at is not None or entry.from_ is None or entry.to is None:
        return Decimal(0)
    return parse_quantity(entry.to).value - parse_quantity(entry.from_).value


def _gap(low: Entry, high: Entry) -> Decimal:
    return _at(high).value - _at(low).value
