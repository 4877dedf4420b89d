"""Which answers a prompt allows, and which are so unlikely that they must be given twice."""

from __future__ import annotations

from calbench.control.verbs import LONGEST_ANSWER
from calbench.documents.prompt import Ask
from calbench.quantities import Quantity, QuantityError, find_unit, parse_quantity
from calbench.quantities.typed import of_day

YES = "yes"
ALL = "all"
"""What may be said for every item of a checklist."""


def tidied(ask: Ask, answer: str) -> str:
    """Give an answer as it is journalled: without blanks around it; the items of a checklist in their order."""
    if ask.kind != "checklist":
        return answer.strip()
    ticked = [line.strip() for line in answer.splitlines() if line.strip()]
    if ticked == [ALL] and ALL not in ask.choices:
        return "\n".join(ask.choices)
    known = [item for item in ask.choices if item in ticked]
    return "\n".join(known + [item for item in ticked if item not in ask.choices])


def refused(ask: Ask, answer: str) -> str | None:
    """Say why an answer is not allowed; None if it is."""
    if (problem := _no_text(answer)) is not None:
        return problem
    if not answer:
        return None if ask.optional else _missing(ask)
    if ask.kind in ("confirm", "place"):
        return None if answer in (YES, "no") else f"'{answer}' is not an answer here: {YES} or no."
    if ask.kind == "choice":
        return None if answer in ask.choices else f"'{answer}' is not one of: {', '.join(ask.choices)}."
    if ask.kind == "checklist":
        return _list_refused(ask, answer.splitlines())
    return _number_refused(ask, answer) if ask.kind == "number" else None


def doubted(ask: Ask, answer: str) -> str | None:
    """Say why an allowed answer is not plausible, so that it must be given twice; None if it is."""
    if (
        ask.kind != "number"
        or not answer
        or (ask.plausible_minimum is None and ask.plausible_maximum is None)
    ):
        return None
    low, high = _limits(ask.plausible_minimum, ask.plausible_maximum)
    value = number(answer, ask.unit)
    if _within(value, low, high):
        return None
    return f"{value} is outside what is plausible, {_shown(low, high)}. Look again; if it is right, give it once more."


def same(ask: Ask, one: str, other: str) -> bool:
    """Tell whether two allowed answers say the same: `10` and `10.0 V` do where volts are asked for."""
    return one == other or (ask.kind == "number" and number(one, ask.unit) == number(other, ask.unit))


def number(answer: str, unit: str | None) -> Quantity:
    """Read a typed number: in the unit of the prompt, or with a unit of its own of the same dimension.

    Where a time is wanted, it may be a time of day (`typed.of_day`).

    Raises:
        QuantityError: It is no number, or its unit does not fit.
    """
    if unit == "s" and (seconds := of_day(answer)) is not None:
        return Quantity.of(seconds, unit)
    value = parse_quantity(answer)
    wanted = find_unit(unit) if unit else None
    if wanted is None or not value.unit.symbol:
        return Quantity.of(answer, wanted) if wanted is not None else value
    value.in_unit(wanted)
    return value


def _no_text(answer: str) -> str | None:
    if len(answer) > LONGEST_ANSWER:
        return f"An answer has at most {LONGEST_ANSWER} characters; this one has {len(answer)}."
    if any(not letter.isprintable() and letter not in "\n\t" for letter in answer):
        return "An answer is plain text: this one has characters that nobody can see."
    return None


def _missing(ask: Ask) -> str:
    return f"Not ticked: {'; '.join(ask.choices)}." if ask.kind == "checklist" else "An answer is needed."


def _list_refused(ask: Ask, ticked: list[str]) -> str | None:
    strange = [item for item in ticked if item not in ask.choices]
    if strange:
        return f"'{strange[0]}' is not an item of this list: {'; '.join(ask.choices)}."
    missing = [item for item in ask.choices if item not in ticked]
    return f"Not ticked: {'; '.join(missing)}." if missing and not ask.optional else None


def _number_refused(ask: Ask, answer: str) -> str | None:
    try:
        value = number(answer, ask.unit)
        low, high = _limits(ask.minimum, ask.maximum)
    except QuantityError as error:
        return f"'{answer}' is not a number in {ask.unit or '1'}: {error}."
    if _within(value, low, high):
        return None
    return f"{value} is outside {_shown(low, high)}, and nothing else is allowed here."


def _limits(low: str | None, high: str | None) -> tuple[Quantity | None, Quantity | None]:
    return (None if low is None else parse_quantity(low), None if high is None else parse_quantity(high))


def _within(value: Quantity, low: Quantity | None, high: Quantity | None) -> bool:
    return not ((low is not None and value < low) or (high is not None and value > high))


def _shown(low: Quantity | None, high: Quantity | None) -> str:
    return f"{low or '-∞'} … {high or '+∞'}"
