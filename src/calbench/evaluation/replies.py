"""Do the parsed values of a run follow from the exact texts that came back? Read again, without any driver.

Whoever alters a value and leaves the text is found here. Read are: a number alone (NR1 to NR3 of IEEE 488.2), a number
with its unit, as a person types it or behind the letters of state that weighing instruments send, the first field of
`number,unit,…`, and `name= number unit …` where one number has the unit that is wanted. Every other form only
its driver knows: such a value is counted, and not compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from calbench.documents.journal import Event
from calbench.documents.measurands import MEASURANDS
from calbench.documents.plan import Plan
from calbench.documents.record import Attempt
from calbench.evaluation.checks import Check
from calbench.quantities import QuantityError, parse_quantity
from calbench.quantities.typed import typed_value

KEYBOARD = "keyboard"
MOST = 5
"""Contradictions that are told; of more, only how many."""
_BARE = re.compile(r" *([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?) *", re.ASCII)
_STATE = re.compile(r"(?:[A-Z]{1,2}[ ,]+){0,2}(?P<sign>[+-]?) *(?P<rest>[\d.].*)", re.ASCII)
_FIELDS = re.compile(r" *([+-]?[\d.]+(?:[eE][+-]?\d{1,3})?) *, *([A-Za-z]+) *(?:,.*)?", re.ASCII)
_NAMED = re.compile(r"[A-Za-z]+ *= *([+-]?[\d.]+) *([^\s\d=]+)(?: +|$)", re.ASCII)
_CELSIUS = frozenset(("'C", "C"))
_CONVERTED = (1, 36)
"""What a driver may convert by, but for powers of ten: nothing, and hours to seconds (3600)."""


@dataclass(frozen=True)
class Value:
    """One value that was parsed: where it stands, its role, by whose driver; `wanted` is the point's unit or ""."""

    where: str
    role: str
    driver: str
    text: str
    value: str
    unit: str
    wanted: str


@dataclass(frozen=True)
class Compared:
    """How many values there are, those that contradict their text, and the drivers of those not compared."""

    of: int
    wrong: tuple[str, ...]
    apart: int
    drivers: tuple[str, ...]


def compared(values: Iterable[Value]) -> Compared:
    """Hold every value against its text.

    A number alone that was converted, like kPa to Pa, is its driver's, if every number of that role and unit was:
    nobody shifts the point of one reading unseen.
    """
    every = list(values)
    found = [_holds(one) for one in every]
    plain = {
        (one.role, one.unit) for one, (holds, zero) in zip(every, found, strict=True) if holds and not zero
    }
    wrong, apart = [], []
    for one, (holds, _) in zip(every, found, strict=True):
        if holds is False or (holds is None and _BARE.fullmatch(one.text) and (one.role, one.unit) in plain):
            wrong.append(f"{one.where}: {one.value[:40]} {one.unit[:10]} was stored, {one.text[:60]!r} came")
        elif holds is None:
            apart.append(one.driver)
    return Compared(len(every), tuple(wrong), len(apart), tuple(sorted(set(apart))))


def measured(plan: Plan, attempts: Mapping[str, list[Attempt]]) -> Iterator[Value]:
    """Give the values of readings and of what sources said, from every attempt, in the order of the plan."""
    drivers = {one.role: one.driver for one in plan.bindings}
    for point in plan.points:
        for attempt in attempts.get(point.id, []):
            reads = {one.name: (one.role, one.read) for one in point.reads}
            applied = [(raw, (point.apply_role, point.apply)) for raw in attempt.applied]
            read = [(raw, reads.get(raw.input, ("", ""))) for raw in attempt.readings]
            for raw, (role, what) in [*applied, *read]:
                wanted = MEASURANDS[what].unit if what in MEASURANDS else ""
                where = f"{point.id}, {raw.input}" if raw.input else point.id
                yield Value(where, role, drivers.get(role, ""), raw.text, raw.value, raw.unit, wanted)


def conditions(plan: Plan, events: Iterable[Event]) -> Iterator[Value]:
    """Give the values of the conditions of the environment, in the order of the journal."""
    drivers = {one.role: one.driver for one in plan.bindings}
    for event in events:
        if event.type != "condition":
            continue
        quantity, text = str(event.body["quantity"]), str(event.body["text"])
        role, unit = f"environment.{quantity}", MEASURANDS[quantity].unit
        try:
            value = str(parse_quantity(str(event.body["value"])).in_unit(unit))
        except QuantityError:
            value = str(event.body["value"])
        yield Value(f"{quantity}, line {event.seq}", role, drivers.get(role, ""), text, value, unit, unit)


def said(found: Compared) -> Check:
    """Say what was found of the values of a run."""
    if found.wrong:
        more = f"; and {len(found.wrong) - MOST} more" if len(found.wrong) > MOST else ""
        return Check("readings", False, f"not what their reply says: {'; '.join(found.wrong[:MOST])}{more}")
    if found.apart:
        return Check(
            "readings",
            None,
            f"{found.of - found.apart} of {found.of} values follow from their reply text; the others are in the "
            f"form of their drivers ({', '.join(found.drivers)}) and were not compared",
        )
    return Check("readings", True, f"{found.of} values follow from their reply text")


def _holds(one: Value) -> tuple[bool | None, bool]:
    """Say whether a value follows from its text (None: only its driver can say), and whether it is zero."""
    try:
        stored = Decimal(one.value)
    except InvalidOperation:
        return False, False
    if not stored.is_finite() or (one.wanted and one.unit != one.wanted):
        return False, False
    read = typed_value(one.text, one.unit) if one.driver == KEYBOARD else _read(one.text, one.unit)
    if read is None:
        # a person types a number and nothing else
        return (False if one.driver == KEYBOARD else None), stored == 0
    if read == stored:
        return True, stored == 0
    bare = one.driver != KEYBOARD and _BARE.fullmatch(one.text)
    return (None if bare and _converted(read, stored) else False), False


def _read(text: str, unit: str) -> Decimal | None:
    """Read a text of an instrument in one of the forms that need no driver; None if it has none of them."""
    if bare := _BARE.fullmatch(text):
        return Decimal(bare[1])
    if (fields := _FIELDS.fullmatch(text)) and fields[2].upper() == unit.upper():
        return typed_value(fields[1], unit)
    if weight := _STATE.fullmatch(text):
        value = typed_value(weight["sign"] + weight["rest"], unit)
        # without its unit, what stands behind letters may be anything
        return None if _BARE.fullmatch(weight["rest"]) else value
    named = [
        found[1]
        for found in _NAMED.finditer(text)
        if found[2] == unit or (unit == "degC" and found[2] in _CELSIUS)
    ]
    if len(named) == 1 and not _NAMED.sub("", text).strip():
        return typed_value(named[0], unit)
    return None


def _converted(read: Decimal, stored: Decimal) -> bool:
    """Tell whether a driver may have made the one number from the other by a change of the unit."""
    if read == 0 or stored == 0:
        return False
    ratio = (stored / read).normalize()
    return ratio.is_signed() is False and int("".join(map(str, ratio.as_tuple().digits))) in _CONVERTED
