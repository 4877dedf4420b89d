"""Rules for the inputs of a budget file, and what the model may know of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from calbench.authoring.findings import Findings, difference
from calbench.authoring.located import Path
from calbench.authoring.suggestions import listed, shown
from calbench.documents.budget import BudgetFile, BudgetInput
from calbench.quantities import Quantity, QuantityError, Shape, parse_quantity
from calbench.quantities.functions import mean
from calbench.quantities.shapes import shape_of_unit

_SPREADS = ("u", "expanded", "half_width")
_PARAMETERS = {"top": "trapezoidal", "blur": "curvilinear_trapezoid"}
FEWEST_READINGS = 2


@dataclass
class Known:
    """What is known of the inputs: shapes and values by name, and the names that are wrong."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    values: dict[str, Quantity] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)

    @property
    def unclear(self) -> frozenset[str]:
        """Names whose shape is not known: expressions that use them are not judged."""
        return frozenset(self.wrong - set(self.shapes))

    @property
    def complete(self) -> bool:
        """Whether every input has a value."""
        return not self.wrong


def known_inputs(findings: Findings[BudgetFile]) -> Known:
    """Check every input, and give what is known of them."""
    known = Known()
    one_id: dict[str, str] = {}
    for name, one in findings.document.model.inputs.items():
        path: Path = ("inputs", name)
        value = _value(findings, path, one)
        if value is None:
            known.wrong.add(name)
        else:
            known.values[name] = value
            known.shapes[name] = shape_of_unit(value.unit)
            _spread(findings, path, one, value)
        _belonging(findings, path, one)
        _same(findings, path, name, one, one_id)
    return known


def _value(findings: Findings[BudgetFile], path: Path, one: BudgetInput) -> Quantity | None:
    if not findings.exactly_one(path, {"value": one.value, "readings": one.readings}, "B001", "an input"):
        return None
    if one.value is not None:
        return parse_quantity(one.value)
    texts = one.readings or []
    if len(texts) < FEWEST_READINGS:
        message = f"{len(texts)} reading{'s' if len(texts) != 1 else ''} cannot show a spread"
        findings.add(
            (*path, "readings"), "B007", message, "take two or more, or write value: with u:", part="key"
        )
        return None
    readings = [parse_quantity(text) for text in texts]
    first = shape_of_unit(readings[0].unit)
    alike = [findings.quantity((*path, "readings", i), text, first, "B005") for i, text in enumerate(texts)]
    if any(quantity is None for quantity in alike):
        return None
    try:
        return mean(tuple(readings))
    except (QuantityError, ArithmeticError) as error:
        findings.error((*path, "readings"), error, "B005")
        return None


def _spread(findings: Findings[BudgetFile], path: Path, one: BudgetInput, value: Quantity) -> None:
    given = {key: getattr(one, key) for key in _SPREADS}
    if one.readings is not None:
        for key in (key for key, text in given.items() if text is not None):
            message = f"readings have their own uncertainty, and {shown(key)} is one too many"
            findings.add((*path, key), "B002", message, "give it as an input of its own", part="key")
        return
    if not any(text is not None for text in given.values()) and not findings.damaged(path):
        message = f"an input with a value needs one of {listed(list(_SPREADS))}"
        unit = value.unit.symbol
        help_ = f"add one of them; for a constant write u: 0{' ' + unit if unit and unit != 'degC' else ''}"
        findings.add(path, "B002", message, help_, part="key")
        return
    findings.exactly_one(path, given, "B002", "an input")
    shape = difference(shape_of_unit(value.unit))
    for key, text in given.items():
        findings.quantity((*path, key), text, shape, "B005", sign="not negative")


def _belonging(findings: Findings[BudgetFile], path: Path, one: BudgetInput) -> None:
    """Check what belongs to one way of stating an uncertainty: k, shape, top, blur and dof."""
    if one.expanded is not None and one.k is None and not findings.damaged(path):
        help_ = "add k: 2, or what the certificate says"
        findings.add((*path, "expanded"), "B003", "an expanded uncertainty needs its k", help_, part="key")
    if one.expanded is None and one.k is not None:
        message = "k belongs to an expanded uncertainty, and there is none"
        findings.add((*path, "k"), "B003", message, "remove it", part="key")
    findings.plain((*path, "k"), one.k, "B003", what="k", sign="positive")
    if one.half_width is None and one.shape is not None:
        message = f"the shape {one.shape} belongs to a half width, and there is none"
        findings.add((*path, "shape"), "B004", message, "write half_width:, or remove the shape")
    for key, shape in _PARAMETERS.items():
        text = getattr(one, key)
        if text is not None and one.shape != shape:
            message = f"{key} belongs to the shape {shape}, and the shape is {one.shape or 'rectangular'}"
            findings.add((*path, key), "B004", message, f"write shape: {shape}, or remove {key}", part="key")
        number = findings.plain((*path, key), text, "B004", what=key)
        if number is not None and not 0 <= number.value <= 1:
            findings.add(
                (*path, key),
                "B004",
                f"{key} is {text}; it is a share from 0 to 1",
                "write a share, as in 0.5",
            )
    _dof(findings, path, one)


def _dof(findings: Findings[BudgetFile], path: Path, one: BudgetInput) -> None:
    if one.dof is not None and one.readings is not None:
        message = "readings have their own degrees of freedom, n - 1"
        findings.add((*path, "dof"), "B006", message, "remove dof", part="key")
    number = findings.plain((*path, "dof"), one.dof, "B006", what="dof")
    if number is not None and number.value < Decimal(1):
        help_ = "write 1 or more; without dof they are infinite"
        findings.add((*path, "dof"), "B006", f"dof is {one.dof}; an uncertainty has 1 or more", help_)


def _same(
    findings: Findings[BudgetFile], path: Path, name: str, one: BudgetInput, one_id: dict[str, str]
) -> None:
    """Check that inputs of one id say the same: they are one quantity."""
    identity = name if one.id is None else one.id
    other = one_id.setdefault(identity, name)
    if other == name:
        return
    first = findings.document.model.inputs[other]
    if first.model_copy(update={"name": None, "id": None}) != one.model_copy(
        update={"name": None, "id": None}
    ):
        message = (
            f"{shown(name)} has the id of {shown(other)}, so it is the same quantity, and says something else"
        )
        key: Path = (*path, "id") if one.id is not None else path
        help_ = "give it another id, or write the same value and uncertainty"
        findings.add(key, "B016", message, help_, part="value" if one.id is not None else "key")
