"""An expression of which a part is evaluated once: the same value as the whole, and the same errors."""

from __future__ import annotations

import pytest

from calbench.quantities import ExpressionError, Quantity, Value, evaluate, parse, parse_quantity, settled
from calbench.quantities.syntax import Known, walk

Q = parse_quantity
SCOPE: dict[str, Value] = {"a": Q("2 V"), "b": Q("3"), "each": (Q("1 V"), Q("4 V")), "mode": "up"}


@pytest.mark.parametrize(
    ("text", "moved", "value"),  # by hand, with a = 5 V
    [
        ("a * (b + 1)^2", "5 V", "80 V"),
        ("a + max(each) - mean(each)", "5 V", "6.5 V"),
        ("abs(-a) / (2 b)", "6 V", "1 V"),
        ("-(b^2) * a", "5 V", "-45 V"),
        ("a - 500 mV", "5 V", "4.5 V"),
    ],
)
def test_what_stands_still_is_evaluated_once_and_the_value_is_that_of_the_whole(
    text: str, moved: str, value: str
) -> None:
    one = settled(parse(text), SCOPE, {"a"})
    assert evaluate(one, {**SCOPE, "a": Q(moved)}) == Q(value)
    assert str(one) == text


def test_a_part_that_stands_still_is_not_looked_at_again() -> None:
    one = settled(parse("a * (b + 1)^2"), SCOPE, {"a"})
    assert [node.value for node in walk(one) if isinstance(node, Known)] == [Quantity.of(16)]
    assert evaluate(one, {"a": Q("1 V")}) == Q("16 V")  # b is not needed any more


def test_conditions_and_words_keep_their_meaning() -> None:
    one = settled(parse("mode == up and a > mean(each)"), SCOPE, {"a"})
    assert evaluate(one, {**SCOPE, "a": Q("2.6 V")}) is True
    assert evaluate(one, {**SCOPE, "a": Q("2.4 V")}) is False


def test_an_error_in_what_stands_still_is_told_when_the_whole_is_evaluated() -> None:
    one = settled(parse("a + b / (b - 3)"), SCOPE, {"a"})
    with pytest.raises(ExpressionError, match="divided by zero") as caught:
        evaluate(one, SCOPE)
    assert caught.value.offset == 6
