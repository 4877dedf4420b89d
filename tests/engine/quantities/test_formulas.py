"""Formulas written out mean what they mean: values by hand, and of the bounds by counting."""

from __future__ import annotations

import random
import re
import time

import pytest

from calbench.metrology.compiling import compile_expression
from calbench.quantities import (
    CELSIUS,
    NUMBER,
    ExpressionError,
    Formula,
    Quantity,
    Shape,
    TooLong,
    dimension_of,
    evaluate,
    find_unit,
    formulas_of,
    names,
    parse,
    parse_quantity,
    written_out,
)


def formula(name: str, body: str, *arguments: str) -> Formula:
    taken = tuple((one, NUMBER) for one in arguments)
    return Formula(name, taken, parse(body), NUMBER, names(parse(body)) - set(arguments))


PLAIN = {
    one.name: one
    for one in (
        formula("less", "x - y", "x", "y"),
        formula("square", "x^2", "x"),
        formula("half", "0.5 x", "x"),
        formula("again", "less(y, x) - less(x, y)", "x", "y"),
    )
}
THIN = Formula(
    "thin",
    (("t", CELSIUS),),
    parse("1000 kg/m^3 - 0.2 kg/m^3/K * (t - 0 degC)"),
    find_unit("kg/m^3").dimension,
    frozenset({"kg", "m", "K"}),
    {"t": ("0 degC", "40 degC")},
)


def value(text: str, **scope: str) -> Quantity:
    whole, _ = written_out(parse(text), {**PLAIN, "thin": THIN}, guarded=False)
    found = evaluate(parse(whole.text), {name: parse_quantity(one) for name, one in scope.items()})
    assert isinstance(found, Quantity)
    return found


@pytest.mark.parametrize(
    ("text", "by_hand"),
    [
        ("10 - less(3, 1)", 8),  # and not 10 - 3 - 1
        ("less(1 - 2, 3 - 4)", 0),
        ("square(-3)", 9),  # and not -3^2
        ("square(1 + 2) / square(2)", 2.25),
        ("half(1 + 3)^2", 4),
        ("2 / half(4)", 1),
        ("again(5, 3)", -4),
        ("less(y, x)", 5),  # arguments of the same names, the other way round
        ("again(y, x)", -10),
        ("-half(2)", -1),
    ],
)
def test_arguments_take_the_place_of_their_names_with_their_brackets(text: str, by_hand: float) -> None:
    assert float(value(text, x="2", y="7").value) == by_hand


def test_a_formula_of_a_temperature_is_what_it_is_by_hand() -> None:
    assert value("thin(tw + 5 K)", tw="15 degC") == parse_quantity("996 kg/m^3")


def test_what_is_written_out_is_parsed_again_to_the_same() -> None:
    """A thousand expressions of formulas, drawn: the text of the plan means what the tree meant."""
    drawn = random.Random(73)

    def some(depth: int) -> tuple[str, float]:
        if depth == 0 or drawn.random() < 0.2:
            number = drawn.randint(1, 9)
            return str(number), float(number)
        (one, a), (other, b) = some(depth - 1), some(depth - 1)
        return drawn.choice(
            [
                (f"less({one}, {other})", a - b),
                (f"{one} - ({other})", a - b),
                (f"half({one}) * ({other})", a / 2 * b),
                (f"-square({one})", -a * a),
                (f"again({one}, {other})", 2 * (b - a)),
            ]
        )

    for _ in range(1000):
        text, expected = some(3)
        assert float(value(text).value) == pytest.approx(expected, rel=1e-12), text


def test_what_it_holds_is_told_and_the_guarded_text_has_no_value_outside() -> None:
    whole, held = written_out(parse("thin(tw) / thin(tr)"), {"thin": THIN}, guarded=False)
    assert [(one.argument, one.value, one.low, one.high) for one in held] == [
        ("t", "tw", "0 degC", "40 degC"),
        ("t", "tr", "0 degC", "40 degC"),
    ]
    assert "thin" not in whole.text

    guarded, held = written_out(parse("thin(tw)"), {"thin": THIN}, guarded=True)
    assert held == []
    assert evaluate(guarded, {"tw": parse_quantity("40 degC")}) == parse_quantity("992 kg/m^3")
    with pytest.raises(
        ExpressionError, match=r"t of thin is 40.01 .*, and the formula holds from 0 .* to 40 .* alone"
    ):
        evaluate(guarded, {"tw": parse_quantity("40.01 degC")})
    assert compile_expression(guarded, frozenset({"tw"}))({"tw": 293.15}) == pytest.approx(996)
    assert compile_expression(parse("max(a, b) + sqrt(b)"), frozenset({"a", "b"}))({"a": 1.0, "b": 4.0}) == 6


@pytest.mark.parametrize("levels", [25, 60])
@pytest.mark.parametrize("body", ["x + x", "max(x, x)", "first(x, x)", "first(max(x, x), x)"])
def test_formulas_that_double_each_other_are_refused_at_once(body: str, levels: int) -> None:
    """As many as 2^60, whether what comes of them is long, deep, or nothing at all."""
    known = {"first": formula("first", "x", "x", "y"), "f0": formula("f0", "x", "x")}
    for n in range(1, levels + 1):
        known[f"f{n}"] = formula(f"f{n}", re.sub(r"\bx\b", f"f{n - 1}(x)", body), "x")
    start = time.process_time()
    with pytest.raises(
        TooLong, match=f"with 'f{levels}' written out, this is longer than 2000 characters, 100"
    ):
        written_out(parse(f"1 + f{levels}(2)"), known, guarded=True)
    assert time.process_time() - start < 1


def test_one_formula_that_doubles_in_itself_is_refused_at_once() -> None:
    """2^22 times: what stands in the tree once is counted as often as it would be written."""
    start = time.process_time()
    with pytest.raises(TooLong):
        written_out(parse("d(" * 22 + "2" + ")" * 22), {"d": formula("d", "max(x, x)", "x")}, guarded=False)
    assert time.process_time() - start < 1


def test_the_place_of_what_is_too_long_is_that_of_the_formula() -> None:
    known = {"square": formula("square", "x * x", "x")}
    text = "1 + " + "square(" * 9 + "a + 1" + ")" * 9
    with pytest.raises(TooLong) as told:
        written_out(parse(text), known, guarded=False)
    assert (told.value.offset, told.value.length) == (4, 6)


SHAPES: dict[str, Shape] = {**PLAIN, "thin": THIN, "tw": CELSIUS, "a": NUMBER}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("thin(5 K)", "t of thin is a temperature in degC, and this is temperature"),
        ("thin(a)", "t of thin is a temperature in degC, and this is a plain number"),
        ("thin()", r"thin takes 1 \(t\), not 0"),
        ("thin(tw, tw)", r"thin takes 1 \(t\), not 2"),
        ("thin", "'thin' is a formula, and is given no values"),
        ("2 thin", "has no multiple"),
        ("square(thin(tw))", "x of square is a plain number, and this is density"),
        ("thinn(tw)", "'thinn' is no function; did you mean 'thin'"),
        ("square(square)", "'square' is a formula, and is given no values"),
    ],
)
def test_a_formula_is_held_to_what_it_is_declared_as(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        dimension_of(parse(text), SHAPES)


def test_a_unit_in_a_formula_is_never_caught_by_a_name_of_the_procedure() -> None:
    with pytest.raises(ExpressionError, match="in thin, 'm' is a unit, and here it is something else"):
        dimension_of(parse("thin(tw)"), {**SHAPES, "m": NUMBER})


def test_formulas_of_a_scope_are_those_and_no_other_name() -> None:
    assert set(formulas_of(SHAPES)) == {"less", "square", "half", "again", "thin"}
