"""The dimension check: what shape the result of an expression has, before there are values."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from calbench.quantities.dimension import Dimension
from calbench.quantities.errors import ExpressionError, did_you_mean, shown
from calbench.quantities.resolution import (
    FUNCTIONS,
    REDUCTIONS,
    ROUNDED,
    WITHIN,
    bare_word,
    no_function,
    unit_of,
    wrong_number,
)
from calbench.quantities.shapes import (
    CELSIUS,
    KELVIN,
    NUMBER,
    TRUTH,
    TRUTHS,
    WORD,
    Celsius,
    Formula,
    Shape,
    Truth,
    Truths,
    Vector,
    Word,
    shape_of_unit,
    shape_text,
)
from calbench.quantities.syntax import (
    COMPARISONS,
    Binary,
    Call,
    Expression,
    Known,
    Name,
    Node,
    Number,
    Power,
    Quoted,
    Scaled,
    Unary,
)

Scope = Mapping[str, Shape]
_Scalar = Dimension | Celsius
_ADVICE = "for a difference write delta_degC or K"


def dimension_of(expression: Expression, scope: Scope) -> Shape:
    """Give the shape of the result: a `Dimension`, `CELSIUS`, a `Vector` of these, `Word`, `TRUTH` or `TRUTHS`.

    Raises:
        ExpressionError: a name is unknown, or two sides cannot be added or compared; with its place.
    """
    return _shape(expression.root, scope)


def _shape(node: Node, scope: Scope) -> Shape:  # noqa: PLR0911 - one return for each kind of node
    match node:
        case Number():
            return NUMBER
        case Scaled():
            return _scaled(node, scope)
        case Name():
            known = scope.get(node.name)
            if isinstance(known, Formula):
                raise _wrong(
                    node, f"{shown(node.name)} is a formula, and is given no values", f"write {known}"
                )
            return shape_of_unit(unit_of(node, scope)) if known is None else known
        case Quoted():
            return WORD
        case Unary():
            return _unary(node, scope)
        case Binary():
            return _binary(node, scope)
        case Power():
            shape = _multiple(node.base, scope, "^")
            return _like(shape, _of(shape) ** node.exponent)
        case Call():
            known = scope.get(node.function)
            if node.function == WITHIN:
                return _shape(node.arguments[0], scope)
            return _formula(node, known, scope) if isinstance(known, Formula) else _call(node, scope)
        case Known():
            raise AssertionError("unreachable: shapes are looked at before anything is evaluated")


def _scaled(node: Scaled, scope: Scope) -> Shape:
    known = scope.get(node.name)
    if known is None:
        unit = unit_of(node, scope)
        if node.power == 1:
            return shape_of_unit(unit)
        known = shape_of_unit(unit)
    if not isinstance(known, Dimension | Vector) or (isinstance(known, Vector) and known.of == CELSIUS):
        raise _wrong(node, f"{shown(node.name)} is {shape_text(known)} and has no multiple", _ADVICE)
    return _like(known, _of(known) ** node.power)


def _unary(node: Unary, scope: Scope) -> Shape:
    if node.operator == "not":
        return _condition(node.operand, scope, "not")
    return _multiple(node.operand, scope, "-")


def _binary(node: Binary, scope: Scope) -> Shape:
    if node.operator in {"and", "or"}:
        return _both(node, scope)
    if node.operator in COMPARISONS:
        return _comparison(node, scope)
    if node.operator in {"*", "/"}:
        return _product(node, scope)
    left, right = _value(node.left, scope, node.operator), _value(node.right, scope, node.operator)
    one, other = _scalar(left), _scalar(right)
    of = _sum(node, one, other) if node.operator == "+" else _difference(node, one, other)
    return Vector(of) if isinstance(left, Vector) or isinstance(right, Vector) else of


def _product(node: Binary, scope: Scope) -> Shape:
    left, right = _multiple(node.left, scope, node.operator), _multiple(node.right, scope, node.operator)
    of = _of(left) * _of(right) if node.operator == "*" else _of(left) / _of(right)
    return Vector(of) if isinstance(left, Vector) or isinstance(right, Vector) else of


def _sum(node: Binary, one: _Scalar, other: _Scalar) -> _Scalar:
    if one == CELSIUS and other == CELSIUS:
        raise _wrong(node, "two temperatures in degC have no sum", _ADVICE)
    if CELSIUS in (one, other):
        _alike(node, "add", _kelvin(one), _kelvin(other))
        return CELSIUS
    return _alike(node, "add", one, other)


def _difference(node: Binary, one: _Scalar, other: _Scalar) -> _Scalar:
    if CELSIUS not in (one, other):
        return _alike(node, "subtract", one, other)
    _alike(node, "subtract", _kelvin(one), _kelvin(other))
    if one != CELSIUS:
        raise _wrong(node, "a temperature in degC is subtracted from one in K", _ADVICE)
    return KELVIN if other == CELSIUS else CELSIUS


def _comparison(node: Binary, scope: Scope) -> Shape:
    words = _words(node, scope)
    if words is not None:
        return words
    left, right = (_comparable(side, scope, node.operator) for side in (node.left, node.right))
    _alike(node, "compare", _scalar(left), _scalar(right))
    return TRUTHS if isinstance(left, Vector) or isinstance(right, Vector) else TRUTH


def _comparable(node: Node, scope: Scope, operator: str) -> Dimension | Celsius | Vector:
    shape = _shape(node, scope)
    if isinstance(shape, Dimension | Celsius | Vector):
        return shape
    raise _wrong(node, f"{shape_text(shape)} cannot be compared with {operator}", "write x or not x")


def _both(node: Binary, scope: Scope) -> Truth | Truths:
    left, right = (_condition(side, scope, node.operator) for side in (node.left, node.right))
    if left != right:
        message = f"{node.operator} takes two conditions, or two that hold for each of several values, not one of each"
        raise _wrong(node, message, "compare the same values on both sides, or count(…) one side")
    return left


def _words(node: Binary, scope: Scope) -> Shape | None:
    """Check a comparison of words; None when no side is known to be a word."""
    sides = [node.left, node.right]
    shapes = [scope.get(side.name) if isinstance(side, Name) else None for side in sides]
    known = [shape for shape in shapes if isinstance(shape, Word)]
    if not known and not any(isinstance(side, Quoted) for side in sides):
        return None
    if node.operator not in {"==", "!="}:
        raise _wrong(node, f"words cannot be compared with {node.operator}", "write == or !=")
    for side, shape in zip(sides, shapes, strict=True):
        word = side.word if isinstance(side, Quoted) else bare_word(side, scope)
        if word is None and not isinstance(shape, Word):
            raise _wrong(node, f"a word is compared with {shape_text(_shape(side, scope))}")
        choices = known[0].choices if known else ()
        if word is not None and choices and word not in choices:
            mend = did_you_mean(word, choices) or f"allowed: {', '.join(choices)}"
            raise _wrong(side, f"{shown(word)} is none of the choices", mend)
    if not known:
        raise _wrong(node, "two words are compared, and neither is a name in scope")
    return TRUTH


def _call(node: Call, scope: Scope) -> Shape:
    name = node.function
    if name not in FUNCTIONS:
        raise no_function(node, scope)
    if name in REDUCTIONS:
        return _reduction(node, scope)
    if name in ROUNDED:
        return _stepped(node, scope)
    if len(node.arguments) != 1:
        raise _wrong(node, f"{name} takes one value, not {len(node.arguments)}")
    shape = _multiple(node.arguments[0], scope, name)
    if name == "abs":
        return shape
    if name == "sqrt":
        return _like(shape, _of(shape) ** Fraction(1, 2))
    if not _of(shape).dimensionless:
        message = f"{name} takes a plain number, not {shape_text(shape)}"
        raise _wrong(node.arguments[0], message, "divide by a quantity of the same dimension")
    return shape


def _formula(node: Call, formula: Formula, scope: Scope) -> Shape:
    if len(node.arguments) != len(formula.arguments):
        raise wrong_number(node, formula)
    for (name, wanted), argument in zip(formula.arguments, node.arguments, strict=True):
        shape = _shape(argument, scope)
        if shape != wanted:
            message = f"{name} of {formula.name} is {shape_text(wanted)}, and this is {shape_text(shape)}"
            raise _wrong(argument, message, _fitting(wanted, shape, formula))
    taken = sorted(formula.units & scope.keys())
    if taken:
        message = f"in {formula.name}, {shown(taken[0])} is a unit, and here it is something else"
        raise _wrong(node, message, f"give what is called {shown(taken[0])} here another name")
    return formula.result


def _fitting(wanted: Shape, got: Shape, formula: Formula) -> str:
    if isinstance(got, Vector):
        return "a formula takes single values, as max, min or mean of a vector"
    if wanted == CELSIUS and got == KELVIN:
        return "write it in degC, as in 20 degC"
    return f"look at how {formula} is declared"


def _stepped(node: Call, scope: Scope) -> Shape:
    name = node.function
    if len(node.arguments) != 2:  # noqa: PLR2004 - as it says
        raise _wrong(node, f"{name} takes a value and a step", f"write {name}(x, 0.1 g)")
    what, by = node.arguments
    shape, step = _multiple(what, scope, name), _multiple(by, scope, name)
    if isinstance(step, Vector):
        raise _wrong(by, f"{name} takes one step, not a vector")
    _alike(by, "round", _scalar(shape), _scalar(step))
    return shape


def _reduction(node: Call, scope: Scope) -> Shape:
    name = node.function
    found = [_shape(argument, scope) for argument in node.arguments]
    if name == "count" and found == [TRUTHS]:
        return NUMBER
    shapes = [_no_word(node, shape, name) for node, shape in zip(node.arguments, found, strict=True)]
    if len(shapes) == 1 and isinstance(shapes[0], Vector):
        of = shapes[0].of
        if name == "sum" and of == CELSIUS:
            raise _wrong(node.arguments[0], "temperatures in degC have no sum", _ADVICE)
        return NUMBER if name == "count" else KELVIN if name == "stdev" and of == CELSIUS else of
    if name not in {"min", "max"}:
        raise _wrong(node, f"{name} takes one vector, such as the readings of a point")
    if len(shapes) <= 1:
        raise _wrong(node, f"{name} takes a vector, or two values or more")
    for shape, argument in zip(shapes, node.arguments, strict=True):
        if isinstance(shape, Vector):
            raise _wrong(
                argument, f"{name} takes one vector or several single values, not both", f"write {name}(…)"
            )
        _alike(argument, "compare", _scalar(shapes[0]), _scalar(shape))
    return shapes[0]


def _value(node: Node, scope: Scope, operator: str) -> Dimension | Celsius | Vector:
    return _no_word(node, _shape(node, scope), operator)


def _no_word(node: Node, shape: Shape, operator: str) -> Dimension | Celsius | Vector:
    if isinstance(shape, Truths):
        raise _wrong(
            node, f"{operator} does not take {shape_text(shape)}", "count(…) gives how often it is true"
        )
    if isinstance(shape, Word | Truth | Formula):
        raise _wrong(node, f"{operator} does not take {shape_text(shape)}", "use a quantity or a number")
    return shape


def _multiple(node: Node, scope: Scope, operator: str) -> Dimension | Vector:
    shape = _value(node, scope, operator)
    if isinstance(shape, Celsius) or _scalar(shape) == CELSIUS:
        raise _wrong(
            node, f"{operator} does not take a temperature in degC: it is a point on a scale", _ADVICE
        )
    return shape


def _condition(node: Node, scope: Scope, operator: str) -> Truth | Truths:
    shape = _shape(node, scope)
    if not isinstance(shape, Truth | Truths):
        raise _wrong(
            node, f"{operator} takes a condition, not {shape_text(shape)}", "compare it, as in x > 0 V"
        )
    return shape


def _alike(node: Node, verb: str, one: _Scalar, other: _Scalar) -> _Scalar:
    if one == other:
        return one
    mend = "both must be of one kind: correct a name or a unit, or multiply one by what makes it the other"
    if CELSIUS in (one, other) and KELVIN in (one, other):
        mend = _ADVICE
    elif NUMBER in (one, other):
        mend = "give the plain number a unit, as in 0 V"
    raise _wrong(node, f"cannot {verb} {shape_text(one)} and {shape_text(other)}", mend)


def _scalar(shape: Dimension | Celsius | Vector) -> _Scalar:
    return shape.of if isinstance(shape, Vector) else shape


def _of(shape: Dimension | Vector) -> Dimension:
    return _kelvin(_scalar(shape))


def _like(shape: Dimension | Vector, of: Dimension) -> Dimension | Vector:
    return Vector(of) if isinstance(shape, Vector) else of


def _kelvin(scalar: _Scalar) -> Dimension:
    return KELVIN if isinstance(scalar, Celsius) else scalar


def _wrong(node: Node, message: str, mend: str = "") -> ExpressionError:
    return ExpressionError(message, node.offset, node.length, mend)
