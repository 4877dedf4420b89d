"""The readings that results are computed from, where a point has several: a table beside that of the results."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from calbench.certificates.content import Block, Column, Paragraph, Row, Table
from calbench.certificates.numbered import Numbered, Tested
from calbench.certificates.text import local, printable, split
from calbench.certificates.wording import Language, sentences, word
from calbench.documents.measurands import MEASURANDS
from calbench.documents.readings import InputPlan
from calbench.documents.record import Record
from calbench.quantities import QuantityError, find_unit, last_place, parse_quantity, round_to, significant

BESIDE = 6
"""How many inputs stand beside each other; more go into another table below."""
DIGITS = 8
"""Digits of a mean whose instrument has no resolution in the plan."""
UUT = "uut"


def inputs(record: Record, test: Tested, rows: Sequence[Numbered], language: Language) -> list[Block]:
    """Give what was read at the points of a test; nothing where a point has one reading.

    Numbers have the last place of the resolution, and one more where a mean or a correction lies between; then all
    that have this resolution have it.
    """
    own = [each for each in rows if each.result.inputs]
    if not own:
        return []
    plans = {point.id: {one.name: one for one in point.inputs} for point in test.points}
    in_order = [name for each in own for name in (*plans.get(each.result.id, {}), *each.result.inputs)]
    names = list(dict.fromkeys(in_order))
    tables = [
        _table(own, names[start : start + BESIDE], plans, language) for start in range(0, len(names), BESIDE)
    ]
    known = {name: plan for one in plans.values() for name, plan in one.items()}
    said = [_named(record, name, known.get(name), language) for name in names]
    joined = ("; " if language == "en" else "；").join(said)
    return [
        *tables,
        Paragraph(sentences([word("inputs.says", language, inputs=joined)], language), tone="small"),
    ]


def _table(
    rows: Sequence[Numbered], names: Sequence[str], plans: dict[str, dict[str, InputPlan]], language: Language
) -> Table:
    cells = {
        name: _alike(
            [
                _shown(each.result.inputs.get(name, ""), plans.get(each.result.id, {}).get(name))
                for each in rows
            ]
        )
        for name in names
    }
    units = {name: {unit for number, unit in column if number} for name, column in cells.items()}
    shared = {name: next(iter(found)) if len(found) == 1 else "" for name, found in units.items()}
    heads = [
        word("in.unit", language, name=printable(name), unit=printable(shared[name]))
        if shared[name]
        else printable(name)
        for name in names
    ]
    before = [Column(word("no", language), "right"), Column(word("point", language), wide=True)]
    columns = [*before, *(Column(head, "right") for head in heads)]
    found = [
        Row([each.number, each.point, *(_cell(*cells[name][index], shared[name]) for name in names)])
        for index, each in enumerate(rows)
    ]
    return Table(columns, found)


def _cell(number: str, unit: str, shared: str) -> str:
    return printable(number if unit == shared else f"{number} {unit}")


def _named(record: Record, name: str, plan: InputPlan | None, language: Language) -> str:
    """Say what an input is: the quantity, and of which instrument."""
    if plan is None:
        return printable(name)
    binding = next((one for one in record.plan.bindings if one.role == plan.role), None)
    of = plan.role if binding is None else binding.asset or binding.instrument
    of = word("inputs.uut", language) if plan.role == UUT else of
    measurand = MEASURANDS.get(plan.read)
    quantity = local(measurand.title, language) if measurand else plan.read
    return word("inputs.one", language, name=printable(name), quantity=quantity, of=printable(of))


Cell = tuple[str, str, Decimal | None]
"""A number, its unit, and the last place of the resolution, where the plan has one."""


def _alike(column: Sequence[Cell]) -> list[tuple[str, str]]:
    """Write the numbers of one resolution with as many places; a shorter one is exact, so that zeros are true."""
    places: dict[tuple[str, Decimal | None], int] = {}
    for number, unit, last in column:
        places[unit, last] = max(places.get((unit, last), 0), _decimals(number))
    return [
        (number if last is None else f"{Decimal(number):.{places[unit, last]}f}", unit)
        for number, unit, last in column
    ]


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])


def _shown(text: str, plan: InputPlan | None) -> Cell:
    """Give a mean as number and unit; a text that is no quantity comes back as it is."""
    number, unit = split(text)
    try:
        value = parse_quantity(text).in_unit(unit or "1")
        step = _step(plan, unit)
    except QuantityError:
        return number, unit, None
    if step is None:
        long = len(value.as_tuple().digits) > DIGITS
        return format(significant(value, DIGITS), "f") if long else number, unit, None
    place = last_place(significant(step, 2).normalize())
    exact = round_to(value, place)
    return format(exact if exact == value else round_to(value, place / 10), "f"), unit, place


def _step(plan: InputPlan | None, unit: str) -> Decimal | None:
    """Give the resolution of an input in the unit of its mean; of degC it is in K."""
    if plan is None or plan.resolution is None:
        return None
    own = find_unit(unit or "1")
    return parse_quantity(plan.resolution).in_unit("K" if own.offset else own)
