"""Any text gives a result or the documented error: never another exception, never slowly."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.quantities import (
    CELSIUS,
    NUMBER,
    TRUTH,
    WORD,
    ExpressionError,
    QuantityError,
    Shape,
    Truths,
    TruthValues,
    Value,
    Vector,
    dimension_of,
    evaluate,
    find_unit,
    parse,
    parse_quantity,
    unparse,
)

VOLT = find_unit("V").dimension
Q = parse_quantity
SHAPES: dict[str, Shape] = {
    "rdg": VOLT,
    "n": NUMBER,
    "r": Vector(VOLT),
    "t": CELSIUS,
    "ts": Vector(CELSIUS),
    "w": WORD,
    "ok": TRUTH,
    "$p": NUMBER,
}
SCOPE: dict[str, Value] = {
    "rdg": Q("2 V"),
    "n": Q("3"),
    "r": (Q("1 V"), Q("3 V")),
    "t": Q("23 degC"),
    "ts": (Q("20 degC"), Q("22 degC")),
    "w": "word",
    "ok": True,
    "$p": Q("0.5"),
}

anything = st.text(max_size=300) | st.text(
    st.characters(categories=("Cs", "Cc", "Nd", "No", "Sm", "Lo")), max_size=50
)


def _any_of(text):
    return st.sampled_from(text.split())


pieces = _any_of(
    "+ - * / ^ ( ) , < <= > >= == != and or not % ppm %RH ° min max abs sqrt exp log sin cos mean stdev "
    "count rdg n r t ts w ok $p $q V mV K degC delta_degC deg kg/m^3 e 0 1 2 3 4 0.5 1e60 1e-60 1e61 007 "
    "'word' \"x\" a.b . $ µ Ω 9"
)
grammatical = st.lists(pieces, max_size=30).map(" ".join) | st.lists(pieces, max_size=12).map("".join)

atoms = _any_of("rdg n r t ts w ok $p 2 0.5 -1 1e60 1e-60 0 'word' word 20~degC 3~K 2~V 5~% 0.1~%~rdg 2~n")
functions = _any_of("min max abs sqrt exp log sin cos mean stdev count")
operators = _any_of("+ - * / < <= == != and or")


def _deeper(inner):
    two = st.tuples(inner, operators, inner)
    return (
        two.map(lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})")
        | st.tuples(functions, inner).map(lambda parts: f"{parts[0]}({parts[1]})")
        | st.tuples(inner, inner).map(lambda parts: f"max({parts[0]}, {parts[1]})")
        | st.tuples(inner, st.integers(-4, 4)).map(lambda parts: f"({parts[0]})^{parts[1]}")
        | inner.map(lambda text: f"-({text})")
        | inner.map(lambda text: f"not ({text})")
    )


trees = st.recursive(atoms, _deeper, max_leaves=12).map(lambda text: text.replace("~", " "))


@given(anything | grammatical)
def test_unit_or_the_documented_error(text):
    try:
        unit = find_unit(text)
    except QuantityError as error:
        _printable(error)
    else:
        assert unit.factor > 0
        assert find_unit(unit.symbol or "1") == unit


@given(anything | grammatical | st.tuples(st.decimals(allow_nan=True).map(str), pieces).map("".join))
def test_quantity_or_the_documented_error(text):
    try:
        quantity = parse_quantity(text)
    except QuantityError as error:
        _printable(error)
    else:
        assert quantity.value.is_finite()
        assert str(quantity.engineering())
        assert quantity.dsi()


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**6), max_value=10**6),
    st.sampled_from(
        [
            "uV",
            "V",
            "kOhm",
            "degC",
            "min",
            "h",
            "deg",
            "rpm",
            "%",
            "ppm",
            "%RH",
            "g",
            "kg/m^3",
            "L/min",
            "kWh",
            "",
        ]
    ),
)
def test_text_of_a_quantity_gives_the_quantity_back(number, unit):
    quantity = parse_quantity(f"{number:f} {unit}")
    assert quantity.in_unit(quantity.unit) == number
    assert parse_quantity(str(quantity)) == quantity
    assert parse_quantity(str(quantity.engineering())) == quantity


@settings(max_examples=300)
@given(anything | grammatical | trees)
def test_expression_or_the_documented_error(text):
    started = process_time()
    try:
        expression = parse(text)
    except ExpressionError as error:
        _placed(error, text)
        return
    assert parse(unparse(expression)) == expression
    for compute in (lambda: dimension_of(expression, SHAPES), lambda: evaluate(expression, SCOPE)):
        try:
            compute()
        except ExpressionError as error:
            _placed(error, text)
    assert process_time() - started < 2


@settings(max_examples=300)
@given(trees)
def test_what_passes_the_check_has_a_value_of_that_shape(text):
    try:
        expression = parse(text)
        shape = dimension_of(expression, SHAPES)
    except ExpressionError:
        return
    try:
        value = evaluate(expression, SCOPE)
    except ExpressionError as error:
        _passed_on(error)
        return
    match shape:
        case Vector():
            assert isinstance(value, tuple)
            assert all(_fits(element, shape.of) for element in value)
        case Truths():
            assert isinstance(value, TruthValues)
        case _ if shape == TRUTH:
            assert isinstance(value, bool)
        case _ if isinstance(value, str):
            assert shape == WORD
        case _:
            assert _fits(value, shape)


def _fits(value, shape):
    return bool(value.unit.offset) if shape == CELSIUS else value.dimension == shape and not value.unit.offset


def _printable(error):
    assert str(error).encode()


def _passed_on(error):
    # only a value can be wrong now: never a name, a dimension or a kind
    parts = (
        "divided by zero",
        "too large",
        "negative",
        "not above zero",
        "no values",
        "no standard deviation",
    )
    assert any(part in str(error) for part in parts), str(error)


def _placed(error, text):
    assert 0 <= error.offset <= len(text)
    assert error.length >= 1
    assert str(error).encode()


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1999,
        "-" * 1999,
        "9^4" * 600,
        "abs(" * 499,
        "1" * 2000,
        "a." * 1000,
        "'" * 2000,
        " " * 2000,
        "1e" * 1000,
        "%" * 2000,
        "\0" * 2000,
        "exp(" * 58 + "9" + ")" * 58,
        "((((9^4)^4)^4)^4)^4",
        "1e60" + "*1e60" * 99,
        "°" * 2000,
        "1e-60" + "*1e-60" * 99 + "^4",
        "exp(exp(exp(9)))",
        "log(1e-60^4)",
        "sin(1e60)",
        "a" * 2000,
        "1." * 900,
    ],
    ids=lambda text: text[:12].encode("unicode_escape").decode(),
)
def test_hostile_expressions_end_at_once(text):
    started = process_time()
    try:
        expression = parse(text)
        dimension_of(expression, {})
        evaluate(expression, {})
    except ExpressionError as error:
        _placed(error, text)
    assert process_time() - started < 1
