"""Tables of a procedure: what a regulation gives by bands of a variable, by columns, or by a choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import WithJsonSchema

from calbench.documents.fields import ExpressionText, Name, ScalarText
from calbench.documents.model import Authored

Cell = str | None
"""What stands in one place of a table; None (`~`): the regulation gives nothing there."""
CellText = Annotated[
    ExpressionText | None,
    WithJsonSchema(
        {
            "type": ["string", "number", "integer", "boolean", "null"],
            "description": "A quantity or a small formula; ~ where the regulation gives nothing.",
        }
    ),
]
Columns = dict[str, CellText]
Rows = list[list[CellText]]
"""A table as a regulation prints it: the first row says the parameters that choose a row, and the values."""
JOINED = ", "
"""What stands between the words of a choice that several parameters make."""


class Ends(Authored):
    """Where a band ends: up to and including `up_to`, or below `below`; the last may have no end."""

    key: ClassVar[str]
    up_to: ExpressionText | None = None
    below: ExpressionText | None = None

    @property
    def cell(self) -> Cell | Mapping[str, Cell]:
        """What the band gives: the same everywhere, or by column."""
        given: Cell | Mapping[str, Cell] = getattr(self, self.key)
        return given


class Band(Ends):
    """One band of a named limit."""

    key: ClassVar[str] = "limit"
    limit: CellText | Columns


class ValueBand(Ends):
    """One band of a value."""

    key: ClassVar[str] = "value"
    value: CellText | Columns


class Table(Authored):
    """Bands of a variable, or one cell for each choice; multiplied by a factor if there is one.

    `selected_by` names what chooses the column or the choice, or several parameters that do so together; where there
    is neither, it chooses the factor, which `multiplied_by` does otherwise.
    """

    variable: ExpressionText | None = None
    choices: Columns = {}
    multiply_by: dict[str, ScalarText] = {}
    multiplied_by: Name | None = None
    selected_by: Name | list[Name] | None = None

    @property
    def rows(self) -> Sequence[Ends]:
        """The bands, in the order of the file."""
        return ()

    @property
    def columned(self) -> bool:
        """Tell whether `selected_by` chooses a column or a cell, not a factor."""
        return bool(self.choices) or any(isinstance(row.cell, Mapping) for row in self.rows)

    @property
    def selectors(self) -> Sequence[str]:
        """The names of what chooses the column or the choice."""
        named = self.selected_by
        return () if named is None else (named,) if isinstance(named, str) else named

    @property
    def factor_by(self) -> str | None:
        """The name of the parameter that chooses the factor."""
        return self.multiplied_by or (None if self.columned else next(iter(self.selectors), None))


class NamedLimit(Table):
    """A limit."""

    bands: list[Band] = []

    @property
    def rows(self) -> Sequence[Ends]:
        """The bands, in the order of the file."""
        return self.bands


class ValueTable(Table):
    """A value that is looked up when the plan is made."""

    bands: list[ValueBand] = []

    @property
    def rows(self) -> Sequence[Ends]:
        """The bands, in the order of the file."""
        return self.bands
