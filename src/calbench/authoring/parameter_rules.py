"""Rules for parameters: their names, their declarations, and the values they are given."""

from __future__ import annotations

from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.naming import Names
from calbench.authoring.suggestions import listed, mend, shown
from calbench.documents.procedure import Parameter, Procedure
from calbench.quantities import (
    CELSIUS,
    NUMBER,
    Quantity,
    QuantityError,
    Shape,
    Unit,
    Word,
    find_unit,
    parse_quantity,
)

RESERVED = (
    "nominal",
    "rdg",
    "rng",
    "range",
    "reference",
    "indication",
    "error",
    "resolution",
    "load",
    "n",
    "stdev",
)
CLASHING = ("readings",)
KEYWORDS = ("and", "or", "not")
_NUMERIC = ("integer", "number", "quantity")


def parameters(findings: Findings[Procedure]) -> Names:
    """Check all parameters, and give the names that they bring into expressions."""
    shapes: dict[str, Shape] = {}
    unclear: set[str] = set()
    values: dict[str, Quantity | str] = {}
    declared = findings.document.model.parameters
    for name, parameter in declared.items():
        _name(findings, name)
        path: Path = ("parameters", name)
        before = len(findings.problems)
        shape = _shape(findings, path, parameter)
        _declaration(findings, path, parameter)
        if shape is not None and len(findings.problems) == before:
            _values(findings, path, parameter)
        if parameter.type == "list":
            continue
        if shape is None:
            unclear |= {name, f"${name}"}
            continue
        shapes |= {name: shape, f"${name}": shape}
        if isinstance(parameter.default, str):
            _keep(values, name, parameter)
    for name in findings.keys(("parameters",)):
        unclear |= set() if name in declared else {name, f"${name}"}
    clashing = frozenset(name for name in CLASHING if name in declared)
    lists = frozenset(f"${name}" for name, parameter in declared.items() if parameter.type == "list")
    return Names(shapes, frozenset(unclear), lists, frozenset(), clashing, values)


def shape_of(parameter: Parameter) -> Shape | None:
    """Give the shape of a parameter that expressions can give a value; None if its declaration does not say."""
    unit = None if parameter.unit is None else _unit(parameter.unit)
    if parameter.type != "quantity":
        return NUMBER
    return None if unit is None else CELSIUS if unit.offset else unit.dimension


def refusal(parameter: Parameter, value: str | list[str]) -> tuple[str, str] | None:
    """Say why a parameter cannot have a value, and what to do; None if it can. Planning refuses the same."""
    if parameter.type == "list":
        return None
    if isinstance(value, list):
        return "a list stands here; one value is needed", "write one value"
    if parameter.choices is not None and not _among(value, parameter.choices):
        return f"{shown(value)} is not one of {', '.join(parameter.choices)}", mend(value, parameter.choices)
    return _misfit(parameter, value) if parameter.type in _NUMERIC else None


def _misfit(parameter: Parameter, value: str) -> tuple[str, str] | None:
    try:
        quantity = parse_quantity(value)
    except QuantityError as error:
        if parameter.type == "quantity":
            return error.message, error.mend
        return (
            f"{shown(value)} is not a {'whole ' * (parameter.type == 'integer')}number",
            "write digits, as in 10",
        )
    return _unfit(parameter, value, quantity) or _outside(parameter, value, quantity)


def _name(findings: Findings[Procedure], name: str) -> None:
    what = taken(name)
    if what:
        message = f"{shown(name)} is {what}, and no name for a parameter"
        findings.add(("parameters", name), "P004", message, "give it a longer name", part="key")


def taken(name: str) -> str:
    """Say what a name stands for already; empty if it is free."""
    if name in RESERVED or name in KEYWORDS:
        return "a word of the language" if name in KEYWORDS else "what expressions call a value of the point"
    return "a unit" if _unit(name) is not None else ""


def _unit(text: str) -> Unit | None:
    try:
        return find_unit(text)
    except QuantityError:
        return None


def _shape(findings: Findings[Procedure], path: Path, parameter: Parameter) -> Shape | None:
    if parameter.type in ("integer", "number"):
        return NUMBER
    if parameter.type != "quantity":
        return Word(tuple(parameter.choices or ()))
    text = parameter.unit
    if text is not None:
        try:
            unit = find_unit(text)
        except QuantityError as error:
            findings.error((*path, "unit"), error, "P005")
            return None
        return CELSIUS if unit.offset else unit.dimension
    if not findings.damaged(path):
        message = "a parameter of type quantity needs its unit"
        findings.add(path, "P005", message, "add it, as in unit: V", part="key")
    return None


def _declaration(findings: Findings[Procedure], path: Path, parameter: Parameter) -> None:
    if parameter.type == "choice" and not parameter.choices and not findings.damaged(path):
        findings.add(
            path, "P005", "a parameter of type choice needs its choices", "add choices: [a, b]", part="key"
        )
    if parameter.unit is not None and parameter.type != "quantity":
        message = f"a parameter of type {parameter.type} has no unit"
        findings.add((*path, "unit"), "P005", message, "write type: quantity, or remove the unit", part="key")
    for key in ("min", "max"):
        if getattr(parameter, key) is not None and parameter.type not in _NUMERIC:
            message = f"a parameter of type {parameter.type} has no {key}"
            findings.add((*path, key), "P005", message, "remove it", part="key")
    if isinstance(parameter.default, list) and parameter.type != "list":
        message = f"a parameter of type {parameter.type} has one default, not a list"
        findings.add((*path, "default"), "P006", message, "write one value, or type: list")
    if parameter.type == "list" and parameter.choices is not None:
        findings.add(
            (*path, "choices"), "P005", "a parameter of type list has no choices", "remove them", part="key"
        )
    for index, choice in enumerate(parameter.choices or []):
        if choice in (parameter.choices or [])[:index]:
            findings.add((*path, "choices", index), "P005", f"{shown(choice)} is there twice", "remove one")


def _values(findings: Findings[Procedure], path: Path, parameter: Parameter) -> None:
    """Check choices, bounds and default, each against what was found good before it."""
    bare = parameter.model_copy(update={"choices": None, "min": None, "max": None})
    texts = [((*path, "choices", index), text) for index, text in enumerate(parameter.choices or [])]
    texts += [((*path, key), text) for key in ("min", "max") if (text := getattr(parameter, key)) is not None]
    good = [_accepted(findings, where, bare, text) for where, text in texts]
    if not all(good):
        return
    low, high = (None if text is None else parse_quantity(text) for text in (parameter.min, parameter.max))
    if low is not None and high is not None and low > high:
        message = f"the minimum {parameter.min} is above the maximum {parameter.max}"
        findings.add((*path, "min"), "P006", message, "exchange them")
        return
    if parameter.default is not None:
        _accepted(findings, (*path, "default"), parameter, parameter.default)


def _accepted(
    findings: Findings[Procedure], path: Path, parameter: Parameter, value: str | list[str]
) -> bool:
    why = refusal(parameter, value)
    if why is not None:
        findings.add(path, "P006", *why)
    return why is None


def _unfit(parameter: Parameter, text: str, value: Quantity) -> tuple[str, str] | None:
    if parameter.type == "quantity":
        wanted = find_unit(parameter.unit or "")
        if value.dimension == wanted.dimension and bool(value.unit.offset) == bool(wanted.offset):
            return None
        help_ = f"write {text} {parameter.unit}" if not value.unit.symbol else f"write it in {parameter.unit}"
        return f"{shown(text)} is not a quantity in {parameter.unit}", help_
    if value.unit.symbol:
        return (
            f"{shown(text)} has a unit, and a parameter of type {parameter.type} has none",
            "write the number alone",
        )
    if parameter.type == "integer" and value.value != value.value.to_integral_value():
        return f"{shown(text)} is not a whole number", "write digits only, as in 10"
    return None


def _outside(parameter: Parameter, text: str, value: Quantity) -> tuple[str, str] | None:
    low, high = (None if one is None else parse_quantity(one) for one in (parameter.min, parameter.max))
    span = listed(
        [
            *([f"{parameter.min} or more"] if low is not None else []),
            *([f"{parameter.max} or less"] if high is not None else []),
        ],
        "and",
    )
    if low is not None and value < low:
        return f"{shown(text)} is below the minimum {parameter.min}", f"allowed: {span}"
    if high is not None and value > high:
        return f"{shown(text)} is above the maximum {parameter.max}", f"allowed: {span}"
    return None


def _among(text: str, choices: list[str]) -> bool:
    return text in choices or any(_same(text, choice) for choice in choices)


def _same(text: str, choice: str) -> bool:
    try:
        return parse_quantity(text) == parse_quantity(choice)
    except QuantityError:
        return False


def _keep(values: dict[str, Quantity | str], name: str, parameter: Parameter) -> None:
    text = str(parameter.default)
    if parameter.type not in _NUMERIC:
        values |= {name: text, f"${name}": text}
        return
    if refusal(parameter, text) is None:
        value = parse_quantity(text)
        values |= {name: value, f"${name}": value}
