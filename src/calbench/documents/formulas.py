"""Formulas: functions that expressions of a procedure may use, its own or of a formulary (language version 1)."""

from __future__ import annotations

from pydantic import Field

from calbench.documents.fields import (
    ExpressionText,
    Identifier,
    Language,
    LocalText,
    Name,
    QuantityText,
    Version,
)
from calbench.documents.model import Authored, Stored
from calbench.documents.scalars import Text


class FormulaStated(Authored):
    """One formula: of which arguments, each in a unit, it is what expression of them, and where that is from.

    `valid` says from where to where an argument may lie; outside the formula has no value.
    """

    title: LocalText | None = None
    of: dict[Name, Text] = Field(min_length=1)
    is_: ExpressionText = Field(alias="is")
    valid: dict[Name, list[QuantityText]] = {}
    source: LocalText


class Formulary(Authored):
    """A formulary file: formulas that several procedures share; a procedure names it."""

    formulary: LocalText
    id: Identifier
    version: Version
    language: Language
    formulas: dict[Name, FormulaStated] = Field(min_length=1)


class FormulaPlan(Stored):
    """One formula that the plan was written out with, as its author wrote it.

    `of` are the units of its arguments, `within` the ends between which they may lie; `origin` is the id of the
    formulary or the procedure that it stands in, with the version.
    """

    name: str
    title: dict[str, str] = {}
    of: dict[str, str]
    text: str
    within: dict[str, list[str]] = {}
    source: dict[str, str]
    origin: str

    @property
    def call(self) -> str:
        """As it is called: `density(t)`."""
        return f"{self.name}({', '.join(self.of)})"
