"""Parameters: defaults, what `--set` gives, and the checks that their declaration asks for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from calbench.documents.procedure import Parameter, Procedure
from calbench.planning.refusal import Reasons
from calbench.quantities import Quantity, QuantityError, find_unit, parse_quantity

Given = Quantity | str | tuple[str, ...]


def resolve(
    procedure: Procedure, given: Mapping[str, str | list[str] | Quantity], reasons: Reasons
) -> dict[str, Given]:
    """Give the value of each parameter; a reason for each one that is unknown, missing or not allowed.

    What is given is as it was written, or a quantity that was computed.
    """
    for name in given:
        if name not in procedure.parameters:
            known = ", ".join(procedure.parameters) or "none"
            reasons.add(f"Parameter '{name}': {procedure.id} has no such parameter. It has: {known}.")
    values: dict[str, Given] = {}
    for name, parameter in procedure.parameters.items():
        text = given.get(name, parameter.default)
        if text is None:
            reasons.add(f"Parameter '{name}' has no default: give it with --set {name}=VALUE.")
            continue
        try:
            values[name] = parsed(parameter, text)
        except ValueError as error:
            reasons.add(f"Parameter '{name}': {error}")
    return values


def parsed(parameter: Parameter, given: str | list[str] | Quantity) -> Given:
    """Read one parameter value, or take one that was computed.

    Raises:
        ValueError: It is not of the parameter's type, or outside its limits or choices; says what is allowed.
    """
    text = str(given) if isinstance(given, Quantity) else given
    if parameter.type == "list":
        entries = tuple(text if isinstance(text, list) else (part.strip() for part in text.split(",")))
        if not all(entries):
            raise ValueError(f"'{text}' has an empty entry; write entries with commas between them.")
        return entries
    if isinstance(text, list):
        raise ValueError(f"wants one value, not a list of {len(text)}.")  # noqa: TRY004 - a wrong file
    if parameter.choices is not None and not _among(text, parameter.choices):
        raise ValueError(f"'{text}' is not one of {', '.join(parameter.choices)}.")
    if parameter.type in ("choice", "text"):
        return text
    value = given if isinstance(given, Quantity) else parse_quantity(text)
    _check_type(parameter, text, value)
    _check_span(parameter, text, value)
    return value


def shown(value: Given) -> str:
    """Write a parameter value as text that `parsed` reads again."""
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _among(text: str, choices: list[str]) -> bool:
    return text in choices or any(_same_number(text, choice) for choice in choices)


def _same_number(text: str, choice: str) -> bool:
    try:
        return parse_quantity(text) == parse_quantity(choice)
    except QuantityError:
        return False


def _check_type(parameter: Parameter, text: str, value: Quantity) -> None:
    wanted = find_unit(parameter.unit) if parameter.unit else None
    if parameter.type == "quantity" and wanted is not None and value.dimension != wanted.dimension:
        raise ValueError(f"'{text}' is not a quantity in {parameter.unit}.")
    if parameter.type in ("integer", "number") and not value.dimension.dimensionless:
        raise ValueError(f"'{text}' has a unit; write a plain number.")
    if parameter.type == "integer" and value.value != value.value.to_integral_value():
        raise ValueError(f"'{text}' is not a whole number.")


def _check_span(parameter: Parameter, text: str, value: Quantity) -> None:
    if parameter.min is not None and value < parse_quantity(parameter.min):
        raise ValueError(f"'{text}' is below its minimum {parameter.min}.")
    if parameter.max is not None and value > parse_quantity(parameter.max):
        raise ValueError(f"'{text}' is above its maximum {parameter.max}.")


def whole(value: Quantity) -> int:
    """Give a dimensionless whole number as int.

    Raises:
        ValueError: It is not whole, or not between 1 and 10,000.
    """
    number = value.value
    if (
        not value.dimension.dimensionless
        or number != number.to_integral_value()
        or not 1 <= number <= Decimal(10_000)
    ):
        raise ValueError(f"{value} is not a whole number from 1 to 10,000")
    return int(number)
