"""Operating conditions: what a point is measured under, beside the limits of the unit (VIM 4.9 to 4.11).

A water meter passes or fails by its error. That the flow lay in the window of its flow point says nothing of the meter,
but without it the error was not found where the regulation wants it.
"""

from __future__ import annotations

from pydantic import Field

from calbench.documents.fields import ExpressionText, LocalText
from calbench.documents.model import Authored


class OperatingCondition(Authored):
    """One condition of each point of a test: `value` lies from one bound to the other, both inclusive.

    `value` is an expression of what was read; a bound is an expression of the same names, or a named limit. One of the
    two may be missing.
    """

    name: LocalText
    value: ExpressionText
    from_: ExpressionText | None = Field(default=None, alias="from")
    to: ExpressionText | None = None


class Validity(OperatingCondition):
    """That a formula holds for what it is given. No file has it: it follows from the formulas of a test."""
