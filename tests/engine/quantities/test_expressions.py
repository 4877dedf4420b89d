"""Limits: 34401A specification (maker's data sheet, 1 year), as in the design's example procedure."""

from __future__ import annotations

from decimal import Decimal

import pytest

from calbench.quantities import (
    CELSIUS,
    NUMBER,
    TRUTH,
    DimensionError,
    ExpressionError,
    Quantity,
    Value,
    Vector,
    Word,
    dimension_of,
    evaluate,
    find_unit,
    names,
    parse,
    parse_quantity,
    unparse,
)

Q = parse_quantity
VOLT, OHM, KILOGRAM, KELVIN = (find_unit(unit).dimension for unit in ("V", "Ohm", "kg", "K"))


@pytest.mark.parametrize(
    ("mpe", "reading", "on_range", "limit"),
    [
        ("0.0050 % rdg + 0.0035 % rng", "100 mV", "100 mV", "8.5 µV"),
        ("0.0040 % rdg + 0.0007 % rng", "1 V", "1 V", "47 µV"),
        ("0.0035 % rdg + 0.0005 % rng", "10 V", "10 V", "400 µV"),
        ("0.0045 % rdg + 0.0006 % rng", "100 V", "100 V", "5.1 mV"),
        ("0.0045 % rdg + 0.0010 % rng", "1000 V", "1000 V", "55 mV"),
        ("0.010 % rdg + 0.004 % rng", "100 Ohm", "100 Ohm", "14 mΩ"),
        ("0.010 % rdg + 0.001 % rng", "1 kOhm", "1 kOhm", "110 mΩ"),
        ("0.010 % rdg + 0.001 % rng", "10 kOhm", "10 kOhm", "1.1 Ω"),
        ("0.0035 % rdg + 0.0005 % rng + 2 uV", "-10 V", "10 V", "-298 µV"),
        ("0.0035 % abs(rdg) + 0.0005 % rng + 2 uV", "-10 V", "10 V", "402 µV"),
        ("50 ppm rdg + 35 ppm rng", "100 mV", "100 mV", "8.5 µV"),
        ("0.005 % * rdg + 0.0035 % * rng", "100 mV", "100 mV", "8.5 µV"),
    ],
)
def test_limits_of_the_maker_are_exact(mpe, reading, on_range, limit):
    expression = parse(mpe)
    dimension = Q(reading).dimension
    assert dimension_of(expression, {"rdg": dimension, "rng": dimension}) == dimension
    value = evaluate(expression, {"rdg": Q(reading), "rng": Q(on_range)})
    assert isinstance(value, Quantity)
    assert value == Q(limit)
    assert str(value.engineering()) == limit


SCOPE: dict[str, Value] = {
    "rdg": Q("100 mV"),
    "rng": Q("1 V"),
    "e": Q("5 g"),
    "d": Q("5 g"),
    "max": Q("15 kg"),
    "load": Q("2.5 kg"),
    "n": Q("10"),
    "error": Q("-3 g"),
    "stdev": Q("2 uV"),
    "resolution": Q("0.1 uV"),
    "nominal": Q("-1 V"),
    "service": "initial",
    "warm": Q("23 degC"),
    "readings": (Q("1 V"), Q("2 V"), Q("4 V")),
    "repeatability.stdev": Q("1 g"),
    "$readings": Q("4"),
    "eccentricity.error": (Q("-4 g"), Q("3 g")),
    "done": True,
    "temperatures": (Q("22 degC"), Q("24 degC")),
    "half": Q("0.5"),
}


def _shape(value):
    match value:
        case tuple():
            return Vector(_shape(value[0]))
        case bool():
            return TRUTH
        case str():
            return Word(("initial", "in_service"))
    return CELSIUS if value.unit.offset else value.dimension


SHAPES = {name: _shape(value) for name, value in SCOPE.items()}

GOOD = [
    ("500 e", Q("2.5 kg")),
    ("0.5 e", Q("2.5 g")),
    ("0.5 max", Q("7.5 kg")),
    ("max / 3", Q("5 kg")),
    ("1 ppm * load", Q("2.5 mg")),
    ("1 ppm load", Q("2.5 mg")),
    ("1 d", Q("5 g")),
    ("d / 2", Q("2.5 g")),
    ("abs(load)", Q("2.5 kg")),
    ("n - 1", Q("9")),
    ("resolution / 2", Q("50 nV")),
    ("abs(nominal) <= 1 V", True),
    ("repeatability.stdev", Q("1 g")),
    ("max(readings) - min(readings)", Q("3 V")),
    ("max(abs(eccentricity.error)) / 2 * load / (max / 3)", Q("1 g")),
    ("$readings * 2", Q("8")),
    ("service == initial", True),
    ("service != initial", False),
    ("service == 'in_service'", False),
    ('"initial" == service', True),
    ("not done or load > 1 kg and n >= 2", True),
    ("not (done and load > 5 kg)", True),
    ("10 V / 2 s", Q("5 V/s")),
    ("2 mV/K * (warm - 20 degC)", Q("6 mV")),
    ("warm > 20 degC", True),
    ("warm - 20 degC <= 3 delta_degC", True),
    ("warm + 2 K", Q("25 degC")),
    ("-5 degC", Q("-5 degC")),
    ("mean(temperatures)", Q("23 degC")),
    ("max(temperatures) - min(temperatures)", Q("2 K")),
    ("abs(temperatures - warm)", (Q("1 K"), Q("1 K"))),
    ("2 + 3 * 4 - 6 / 3", Q("12")),
    ("8 - 4 - 2", Q("2")),
    ("16 / 4 / 2", Q("2")),
    ("-2^2", Q("-4")),
    ("(-2)^2", Q("4")),
    ("2^-2", Q("0.25")),
    ("3 m^2", Q("3 m^2")),
    ("2 half^2", Q("0.5")),
    ("--5", Q("5")),
    ("+2 uV", Q("2 uV")),
    ("1 - -1", Q("2")),
    ("rdg * 5 %", Q("5 mV")),
    ("0.1 % (rng - rdg)", Q("0.9 mV")),
    ("0.1 % max(rdg, rng)", Q("1 mV")),
    ("0.1 % of_nothing.x / 1 V".replace("of_nothing.x", "rng"), Q("0.001")),
    ("min(rdg, 2 mV, rng)", Q("2 mV")),
    ("readings * 2", (Q("2 V"), Q("4 V"), Q("8 V"))),
    ("readings - readings", (Q("0 V"),) * 3),
    ("-readings", (Q("-1 V"), Q("-2 V"), Q("-4 V"))),
    ("count(readings)", Q("3")),
    ("sum(readings)", Q("7 V")),
    ("sum(readings * 2) / count(readings)", Q("14 V") / Q("3")),
    ("count(readings > 1 V)", Q("2")),
    ("count(readings >= 1 V and readings < 4 V)", Q("2")),
    ("count(readings < 2 V or readings > 2 V)", Q("2")),
    ("count(not (readings == 2 V))", Q("2")),
    ("count(3 V > readings)", Q("2")),
    ("count(readings > readings)", Q("0")),
    ("count(eccentricity.error < -error) == 1", True),
    ("sqrt(9 V^2)", Q("3 V")),
    ("sqrt(rdg * rdg)", Q("100 mV")),
    ("exp(0)", Q("1")),
    ("log(1)", Q("0")),
    ("ceil(2.1)", Q("3")),
    ("ceil(3)", Q("3")),
    ("floor(2.9)", Q("2")),
    ("floor(-0.5)", Q("-1")),
    ("cos(0)", Q("1")),
    ("sin(0 deg)", Q("0")),
    ("5 min", Q("300 s")),
    ("1e3*1 V", Q("1 kV")),
    ("0.5e", Q("2.5 g")),
]


@pytest.mark.parametrize(("text", "value"), GOOD, ids=[text for text, _ in GOOD])
def test_value_shape_and_canonical_spelling(text, value):
    expression = parse(text)
    assert evaluate(expression, SCOPE) == value
    shape = dimension_of(expression, SHAPES)
    result = evaluate(expression, SCOPE)
    assert shape == (TRUTH if isinstance(value, bool) else _shape(result))
    assert parse(unparse(expression)) == expression
    assert str(expression) == text


def _number(text: str) -> Decimal:
    value = evaluate(parse(text), SCOPE)
    assert isinstance(value, Quantity)
    return value.value


def test_standard_deviation_and_mean():
    # NIST/SEMATECH e-Handbook 1.3.5.6: squared deviations over n - 1; by hand: 1, 2, 4 -> 7/3, s^2 = 7/3
    assert abs(_number("stdev(readings)") ** 2 - Decimal(7) / 3) < Decimal("1e-26")
    assert abs(_number("mean(readings)") - Decimal(7) / 3) < Decimal("1e-26")
    kelvin = evaluate(parse("stdev(temperatures)"), SCOPE)
    assert isinstance(kelvin, Quantity)
    assert kelvin == evaluate(parse("sqrt(2 K^2)"), SCOPE)
    assert kelvin.unit.symbol == "K"


def test_transcendental_functions():
    # NIST DLMF 4.2: e and ln 2 to 30 digits
    assert str(_number("exp(1)")).startswith("2.71828182845904523536028747135")
    assert str(_number("log(2)")).startswith("0.69314718055994530941723212145")
    assert abs(_number("sin(30 deg)") - Decimal("0.5")) < Decimal("1e-15")
    assert abs(_number("cos(60 deg)") - Decimal("0.5")) < Decimal("1e-15")


BAD_AT_LOAD = [  # text, offset, length, part of the message
    ("rdg + 1 Ohm", 4, 1, "cannot add voltage (V) and resistance (Ohm)"),
    ("rdg > 0", 4, 1, "0 V"),
    ("rdg == 1", 4, 2, "compare voltage (V) and a plain number"),
    ("1 + max", 2, 1, "a plain number and mass (kg)"),
    ("exp(rdg)", 4, 3, "exp takes a plain number"),
    ("sin(1 V)", 4, 3, "sin takes a plain number"),
    ("max(readings, rdg)", 4, 8, "not both"),
    ("max(rdg)", 0, 3, "two values or more"),
    ("min()", 0, 3, "two values or more"),
    ("mean(rdg, rng)", 0, 4, "one vector"),
    ("abs(rdg, rng)", 0, 3, "one value, not 2"),
    ("max(rdg, 1 kg)", 9, 4, "cannot compare"),
    ("readings < 1 kg", 9, 1, "cannot compare"),
    ("mean(readings > 1 V)", 14, 1, "count(…) gives how often"),
    ("readings > 1 V and done", 15, 3, "not one of each"),
    ("sum(rdg)", 0, 3, "one vector"),
    ("sum(temperatures)", 4, 12, "delta_degC or K"),
    ("sum(readings > 1 V)", 13, 1, "count(…) gives how often"),
    ("warm + 23 degC", 5, 1, "delta_degC or K"),
    ("warm * 2", 0, 4, "delta_degC or K"),
    ("warm - 20 degC < 2 degC", 15, 1, "delta_degC or K"),
    ("abs(warm)", 4, 4, "delta_degC or K"),
    ("2 warm", 0, 6, "delta_degC or K"),
    ("degC", 0, 4, "delta_degC"),
    ("service == intial", 11, 6, "did you mean 'initial'"),
    ("service < initial", 8, 1, "=="),
    ("service == 1", 8, 2, "a word is compared"),
    ("service + 1", 0, 7, "does not take a word"),
    ("done + 1", 0, 4, "does not take a condition"),
    ("not rdg", 4, 3, "takes a condition"),
    ("rdg and done", 0, 3, "takes a condition"),
    ("done == done", 0, 4, "cannot be compared"),
    ("rgd", 0, 3, "'rdg'"),
    ("5 foobar", 2, 6, "neither a name in scope nor a unit"),
    ("0.1 % rngg", 6, 4, "'rng'"),
    ("$reading", 0, 8, "'$readings'"),
    ("foo == bar", 0, 3, "neither a name"),
    ("'a' == 'b'", 4, 2, "neither"),
]


@pytest.mark.parametrize(
    ("text", "offset", "length", "part"), BAD_AT_LOAD, ids=[bad[0] for bad in BAD_AT_LOAD]
)
def test_the_check_finds_it_before_there_are_values(text, offset, length, part):
    with pytest.raises(ExpressionError) as caught:
        dimension_of(parse(text), SHAPES)
    assert (caught.value.offset, caught.value.length) == (offset, length)
    assert part in str(caught.value)
    if text != "service == intial":  # without choices, no evaluation can know
        with pytest.raises(ExpressionError):
            evaluate(parse(text), SCOPE)


BAD_AT_PARSING = [
    ("", 0, "empty"),
    ("1 +", 3, "ends too early"),
    ("(1", 0, "a ) is missing"),
    ("1)", 1, "not expected"),
    ("rdg rng", 4, "operator is missing"),
    ("5 V (3)", 2, "write *"),
    ("rdg % 2", 4, "follows a number"),
    ("quux(1)", 0, "allowed functions: min, max, abs"),
    ("maxx(1, 2)", 0, "did you mean 'max'"),
    ("a < b < c", 6, "a < b and b < c"),
    ("9^4^4", 3, "parentheses"),
    ("2^5", 2, "whole number"),
    ("2^0.5", 2, "sqrt"),
    ("2^x", 2, "whole number"),
    ("2^007", 2, "whole number"),
    ("9**9**9**9", 1, "^"),
    ("a = 1", 2, "=="),
    ("2 × 3", 2, "write *"),
    ("a && b", 2, "write and"),
    ("x.__class__", 0, ""),
    ("x . y", 2, "repeatability.stdev"),
    ("__import__('os')", 0, "is no function"),
    ("lambda: 1", 6, ""),
    ("a[0]", 1, "vector"),
    ("{load}", 0, "for text"),
    ("a\0b", 1, "\\u0000"),
    ("\ud800", 0, "\\ud800"),
    ("'open", 0, "close the quotation"),
    ("1e999999", 0, "exponent"),
    ("1e-61 V", 0, "exponent"),
    ("1" * 500, 0, "no number"),
    ("1." + "3" * 40, 0, "34 digits"),
    ("(" * 3000, 2000, "longer than 2000"),
    ("(" * 1000, 60, "60 levels"),
    ("-" * 1000 + "1", 60, "60 levels"),
    ("not " * 400 + "a", 240, "60 levels"),
    ("abs(" * 400, 240, "60 levels"),
    ("+".join("1" * 900), 201, "100 operators"),
    ("a" * 5000, 2000, "longer than 2000"),
    (",", 0, "not expected"),
    ("min(1,,2)", 6, "not expected"),
]


@pytest.mark.parametrize(
    ("text", "offset", "part"), BAD_AT_PARSING, ids=[bad[0][:20] for bad in BAD_AT_PARSING]
)
def test_grammar_errors_have_place_and_mend(text, offset, part):
    with pytest.raises(ExpressionError) as caught:
        dimension_of(parse(text), {})
    assert caught.value.offset == offset
    assert part in str(caught.value)
    assert str(caught.value).encode()


BAD_VALUES = [
    ("rdg / 0", 4, "divided by zero"),
    ("0^-1", 1, "divided by zero"),
    ("log(0 V / rdg)", 0, "not above zero"),
    ("log(-1)", 0, "not above zero"),
    ("sqrt(-1 V^2)", 0, "negative"),
    ("exp(1000000)", 0, "too large"),
    ("exp(-1000000)", 0, "too small"),
    ("((1e60^4)^4)^4 * ((1e60^4)^4)^4", 15, "too large"),
    ("stdev(empty)", 0, "no values"),
    ("max(empty)", 0, "no values"),
    ("mean(empty)", 0, "no values"),
    ("stdev(one)", 0, "two readings or more"),
    ("one + readings", 4, "vectors of 1 and 3"),
    ("sin((1e60^4)^4)", 0, "too large"),
]


@pytest.mark.parametrize(("text", "offset", "part"), BAD_VALUES, ids=[bad[0] for bad in BAD_VALUES])
def test_what_has_no_value_is_an_error_with_its_place(text, offset, part):
    with pytest.raises(ExpressionError) as caught:
        evaluate(parse(text), {**SCOPE, "empty": (), "one": (Q("1 V"),)})
    assert part in str(caught.value)
    assert caught.value.offset == offset


def test_count_of_nothing_is_zero():
    assert evaluate(parse("count(x)"), {"x": ()}) == Q("0")


def test_a_name_in_scope_wins_over_a_unit():
    assert evaluate(parse("2 min"), {}) == Q("120 s")
    assert evaluate(parse("2 min"), {"min": Q("3 kg")}) == Q("6 kg")
    assert evaluate(parse("min(min, 2 kg)"), {"min": Q("3 kg")}) == Q("2 kg")
    assert evaluate(parse("service == g"), {"service": "g"}) is True


@pytest.mark.parametrize("text", ["0.5 s/day", "0.5 s/d", "0.5 s / day", "-(-0.5 s/d)"])
def test_seconds_a_day_are_one_unit_whatever_d_is(text):
    """Of a clock: half a second in 86 400; shown so, and read again from what is shown."""
    found = evaluate(parse(text), {"d": parse_quantity("5 g")})
    assert isinstance(found, Quantity)
    assert (found.text(), found) == ("0.5 s/d", parse_quantity("0.5 s/d"))
    assert float(found.value) == pytest.approx(0.5 / 86400)


def test_a_time_by_something_else_is_divided():
    assert evaluate(parse("6 s/2"), {}) == parse_quantity("3 s")
    assert evaluate(parse("86400 s/day^2"), {}) == evaluate(parse("1 / 86400 s"), {})


def test_a_condition_that_is_decided_is_not_looked_at_further():
    assert evaluate(parse("n > 0 and 1 / n > 0"), {"n": Q("0")}) is False
    assert evaluate(parse("n == 0 or 1 / n > 0"), {"n": Q("0")}) is True


def test_names_are_all_that_might_be_names():
    assert names(parse("0.5 e + max(a.b, $k) * 2 V - abs(-x^2)")) == {"e", "a.b", "$k", "V", "x"}
    assert names(parse("not done and service == initial")) == {"done", "service", "initial"}


def test_parsing_is_cached_and_trees_are_frozen():
    expression = parse("0.5 e")
    assert parse("0.5 e") is expression
    assert hash(parse("0.5   e")) == hash(expression)
    with pytest.raises(AttributeError):
        expression.root = expression.root  # type: ignore[misc] # refused when run, too


def test_an_expression_error_is_a_value_error_and_carries_its_cause():
    with pytest.raises(ValueError, match="cannot add") as caught:
        evaluate(parse("rdg + 1 Ohm"), SCOPE)
    assert isinstance(caught.value.__cause__, DimensionError)


def test_deepest_allowed_trees_are_evaluated():
    text = "(" * 58 + "1" + "+1)" * 40 + ")" * 18 + "+1" * 55
    assert evaluate(parse(text), {}) == Q("96")
    assert dimension_of(parse(text), {}) == NUMBER
    assert parse(unparse(parse(text))) == parse(text)
