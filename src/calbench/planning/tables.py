"""Tables: which band, column or choice holds; and the values that a procedure computes from its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from calbench.documents.procedure import Procedure
from calbench.documents.tables import JOINED, Cell, Ends, Table, ValueTable
from calbench.planning.parameters import Given
from calbench.planning.refusal import Reasons
from calbench.planning.varying import scope_of
from calbench.quantities import Quantity, Shape, Value, dimension_of, evaluate, names, parse

Scope = Mapping[str, Value]
NOWHERE = "the regulation gives no {key} there"


class Found(NamedTuple):
    """What stands in a table: an expression, and the factor by which it is multiplied."""

    text: str
    factor: str

    @property
    def whole(self) -> str:
        """Both in one expression."""
        return self.text if self.factor == "1" else f"({self.text}) * {self.factor}"


def look_up(table: Table, scope: Scope, labels: Mapping[str, str], key: str) -> Found:
    """Find what a table gives.

    Args:
        table: The table.
        scope: What its expressions may look at.
        labels: What a column may be chosen by beside the parameters: labels of the point.
        key: What is looked for, `limit` or `value`, for messages.

    Raises:
        ValueError: The variable lies above the last band, or nothing stands at its place.
    """
    where = ""
    cell: Cell | Mapping[str, Cell] = table.choices
    if table.rows:
        value = quantity(table.variable or "", scope)
        where = f"{table.variable} = {value}"
        cell = _row(table, value, scope).cell
    if isinstance(cell, Mapping):
        word = JOINED.join(chosen(name, scope, labels) for name in table.selectors)
        where = ", ".join(part for part in (where, f"{JOINED.join(table.selectors)} = {word}") if part)
        cell = cell.get(word)
    if cell is None:
        raise ValueError(f"{NOWHERE.format(key=key)}: {where}. Leave this point out, as with only_if")
    return Found(cell, _factor(table, scope))


def chosen(name: str, scope: Scope, labels: Mapping[str, str]) -> str:
    """Give the word by which a column is chosen: a label of the point, else the value of a parameter."""
    return labels[name] if name in labels else str(scope[name])


def quantity(text: str, scope: Scope) -> Quantity:
    """Evaluate an expression that gives one quantity.

    Raises:
        ValueError: It gives several values, or none.
    """
    value = evaluate(parse(text), scope)
    if not isinstance(value, Quantity):
        raise ValueError(f"'{text}' is not one quantity")  # noqa: TRY004 - a wrong text in a file, not a wrong type
    return value


def with_values(
    procedure: Procedure, given: Mapping[str, Given], reasons: Reasons
) -> tuple[dict[str, Given], dict[str, Quantity]]:
    """Give the parameters and values of a procedure together, and the values alone; a reason for each without one.

    A value may look at others; `check` refuses values that look at each other without end.
    """
    known: dict[str, Given] = dict(given)
    lacking = procedure.parameters.keys() - given.keys()  # told of already, and values may look at them
    later = of_load(procedure.values)
    waiting = {} if lacking else {name: one for name, one in procedure.values.items() if name not in later}
    while waiting:
        ready = [name for name, one in waiting.items() if not looked_at(one) & waiting.keys()]
        if not ready:
            reasons.add(f"The values {', '.join(waiting)} need each other without end.")
            break
        for name in ready:
            try:
                known[name] = _value(waiting[name], scope_of(known))
            except (ValueError, KeyError) as error:
                waiting = {}  # what looks at it has no value either, and would only repeat this
                reasons.add(f"Value '{name}' cannot be computed: {error}.")
                break
            del waiting[name]
    return known, {name: one for name in procedure.values if isinstance(one := known.get(name), Quantity)}


def of_load(values: Mapping[str, str | ValueTable]) -> dict[str, str | ValueTable]:
    """Give the values that look at the load, directly or through others, in the order in which they are computed.

    They have no value of their own, but one at each point.
    """
    found: dict[str, str | ValueTable] = {}
    grown = True
    while grown:
        more = {
            name: one
            for name, one in values.items()
            if name not in found and looked_at(one) & {"load", *found}
        }
        found, grown = {**found, **more}, bool(more)
    return found


def at_load(values: Mapping[str, str | ValueTable], scope: Scope) -> dict[str, Value]:
    """Give the values that look at the load, as they are at a point; without a load there are none.

    Raises:
        ValueError: One cannot be computed.
    """
    known: dict[str, Value] = dict(scope)
    waiting = dict(values) if "load" in scope else {}
    found: dict[str, Value] = {}
    while waiting:
        name = next((one for one in waiting if not looked_at(waiting[one]) & waiting.keys()), None)
        if name is None:
            raise ValueError(f"the values {', '.join(waiting)} need each other without end")
        found[name] = _value(waiting.pop(name), known)
        known |= {name: found[name], f"${name}": found[name]}
    return found


def shapes_of(values: Mapping[str, str | ValueTable], known: Mapping[str, Shape]) -> dict[str, Shape]:
    """Give the dimensions of values that look at the load, each also as `$name`: those of their first expressions."""
    found: dict[str, Shape] = {}
    for name, one in values.items():  # in the order in which they are computed
        text = one if isinstance(one, str) else next(iter(_cells(one)))
        shape = dimension_of(parse(text), {**known, **found})
        found |= {name: shape, f"${name}": shape}
    return found


def _cells(table: Table) -> list[str]:
    cells = [*table.choices.values()]
    for row in table.rows:
        cells += row.cell.values() if isinstance(row.cell, Mapping) else [row.cell]
    return [text for text in cells if text is not None]


def looked_at(value: str | ValueTable) -> set[str]:
    """Give the names that a value looks at, without `$`."""
    texts = [value] if isinstance(value, str) else _texts(value)
    own = set() if isinstance(value, str) else {*value.selectors, value.multiplied_by} - {None}
    return {name.removeprefix("$") for text in texts for name in names(parse(text))} | {str(n) for n in own}


def _texts(table: Table) -> list[str]:
    found = [table.variable, *table.choices.values()]
    for row in table.rows:
        found += [row.up_to, row.below, *(row.cell.values() if isinstance(row.cell, Mapping) else [row.cell])]
    return [text for text in found if text is not None]


def _value(value: str | ValueTable, scope: Scope) -> Quantity:
    if isinstance(value, str):
        return quantity(value, scope)
    return quantity(look_up(value, scope, {}, "value").whole, scope)


def _row(table: Table, value: Quantity, scope: Scope) -> Ends:
    for row in table.rows:
        if row.up_to is not None:
            inside = value <= quantity(row.up_to, scope)
        else:
            inside = row.below is None or value < quantity(row.below, scope)
        if inside:
            return row
    last = table.rows[-1]
    if last.up_to is None:
        raise ValueError(
            f"{table.variable} = {value} does not lie below the end of the last band, {last.below}"
        )
    raise ValueError(f"{table.variable} = {value} lies above the last band, which ends at {last.up_to}")


def _factor(table: Table, scope: Scope) -> str:
    if table.factor_by is None or not table.multiply_by:
        return "1"
    word = str(scope[table.factor_by])
    if word not in table.multiply_by:
        raise ValueError(f"'{word}' is not one of {', '.join(table.multiply_by)}")
    return table.multiply_by[word]
