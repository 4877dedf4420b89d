"""The budget file: a measurement model with its inputs, evaluated by itself, without instruments."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from calbench.documents.fields import ExpressionText, LocalText, Name, QuantityText, ScalarText
from calbench.documents.model import Authored
from calbench.documents.scalars import Text

InputShape = Literal["rectangular", "triangular", "trapezoidal", "arcsine", "curvilinear_trapezoid"]
BudgetMethod = Literal["gum", "mc"]


class BudgetInput(Authored):
    """One input quantity: `readings`, or a `value` with one of `u`, `expanded` and `half_width`.

    `id` makes it the same quantity as others of that id; without it, it is one of its own.
    """

    name: LocalText | None = None
    id: Text | None = None
    value: QuantityText | None = None
    readings: list[QuantityText] | None = None
    u: QuantityText | None = None
    expanded: QuantityText | None = None
    k: ScalarText | None = None
    half_width: QuantityText | None = None
    shape: InputShape | None = None
    top: ScalarText | None = None
    blur: ScalarText | None = None
    dof: ScalarText | None = None
    source: LocalText | None = None


class BudgetReport(Authored):
    """How the result is found and stated."""

    coverage: ScalarText = "0.95"
    rule: Literal["t", "fixed", "rectangular", "trapezoidal", "auto"] = "t"
    k: ScalarText | None = None
    methods: list[BudgetMethod] = ["gum"]
    draws: ScalarText = "1000000"
    seed: ScalarText = "1"
    interval: Literal["symmetric", "shortest"] = "symmetric"
    digits: ScalarText = "2"
    rounding: Literal["nearest", "up"] = "nearest"
    units: dict[Name, Text] = {}
    cmc: dict[Name, QuantityText] = {}


class BudgetFile(Authored):
    """A budget file."""

    budget: LocalText
    model: dict[Name, ExpressionText] = Field(min_length=1)
    inputs: dict[Name, BudgetInput] = Field(min_length=1)
    correlations: list[list[ScalarText]] = []
    report: BudgetReport = BudgetReport()
    notes: LocalText | None = None
