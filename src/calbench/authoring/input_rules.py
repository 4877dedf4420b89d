"""Rules for the inputs of a test: their names, what is read, and what is computed of them."""

from __future__ import annotations

from dataclasses import replace

from calbench.authoring import source_input_rules
from calbench.authoring.expression_rules import stability
from calbench.authoring.findings import SECOND, Findings, difference, shape_name
from calbench.authoring.located import Path
from calbench.authoring.naming import MEASURED, Names, check, computed, count
from calbench.authoring.parameter_rules import KEYWORDS, RESERVED
from calbench.authoring.suggestions import shown
from calbench.authoring.test_rules import used, weights
from calbench.authoring.testview import View, before, read, repeated, shape_of
from calbench.documents.inputs import Input, kind_of, leading
from calbench.documents.measurands import split
from calbench.documents.procedure import Procedure, Test
from calbench.documents.varying import at_of
from calbench.quantities import (
    TRUTH,
    QuantityError,
    Shape,
    Truth,
    Vector,
    Word,
    dimension_of,
    find_unit,
    parse,
)

_OF_ONE_READING = ("read", "readings", "stable")
_OF_INPUTS = ("indication", "reference")


def with_nominal(view: View, scope: Names) -> View:
    """Give a test with the shape of its nominal values, as far as that is clear."""
    if not view.inputs:
        return view
    loaded = shape_of(split(view.test.apply or "")[1]) if view.is_load else None
    nominal = loaded or _shape(_first(view.test), repeated(view, scope))
    return replace(view, nominal=nominal, quantity=split(leading(view.test.inputs or {}))[1])


def shaped(view: View, scope: Names, earlier: Names) -> View:
    """Give a test with the shape of its indication, as far as that is clear; it has that of its nominal values.

    `earlier` are names that look at tests before it.
    """
    if not view.inputs:
        return view
    own, unclear = read(view)
    known = before(view, scope).with_({**own, **earlier.shapes}, frozenset(), unclear | earlier.unclear)
    return replace(view, shape=_shape(view.test.indication, known))


def of_test(findings: Findings[Procedure], view: View, parameters: Names, earlier: Names) -> None:
    """Check the inputs of a test, and that what belongs to them stands nowhere else."""
    _unit(findings, view)
    if view.test.inputs is None:
        for key in _OF_INPUTS:
            if getattr(view.test, key) is not None:
                message = f"{shown(key)} is computed of inputs, and {view.name} has none"
                findings.add(view.path(key), "P077", message, "add inputs:, or remove it", part="key")
        return
    _alone(findings, view)
    source_input_rules.of_inputs(findings, view)
    for name, one in view.test.inputs.items():
        _name(findings, view, name)
        _input(findings, view, name, one, parameters)
    _computed(findings, view, parameters, earlier)


def _alone(findings: Findings[Procedure], view: View) -> None:
    """Check that nothing stands beside inputs that belongs to a test with one reading."""
    for key in _OF_ONE_READING:
        if getattr(view.own, key) is not None:
            message = f"{shown(key)} is for a test with one reading, and {view.name} has inputs"
            findings.add(view.path(key), "P075", message, "say it of an input, or remove it", part="key")
    if view.test.reading_is == "reference":
        message = f"what a reading of {view.name} is, indication and reference say"
        findings.add(view.path("reading_is"), "P075", message, "remove it", part="key")
    if view.test.rounding is not None and view.test.rounding.of == "reading":
        message = f"{view.name} has several readings, and it is not clear which is rounded"
        findings.add(view.path("rounding", "of"), "P075", message, "write of: error")
    if not view.test.inputs and not findings.damaged(view.path()):
        findings.add(
            view.path("inputs"), "P077", "there are no inputs", "name one, as in t: {read: uut.temperature}"
        )


def _name(findings: Findings[Procedure], view: View, name: str) -> None:
    procedure, path = findings.document.model, view.path("inputs", name)
    if name in (*RESERVED, *MEASURED, *KEYWORDS):
        message = f"{shown(name)} is a word of expressions, and no name for an input"
    elif name in procedure.parameters:
        message = f"{shown(name)} is a parameter, and no name for an input too"
    elif name in (view.test.values or {}):
        message = f"{shown(name)} is a value of the test, and no name for an input too"
    elif any(name == one.test for one in procedure.tests):
        message = f"{shown(name)} is a test, and no name for an input too"
    elif _is_unit(name):
        message = f"{shown(name)} is a unit, and no name for an input"
    else:
        return
    findings.add(path, "P076", message, f"name it otherwise, as in {name}_1", part="key")


def _input(findings: Findings[Procedure], view: View, name: str, one: Input, parameters: Names) -> None:
    path, shape = view.path("inputs", name), view.inputs[name]
    spread = None if shape is None else difference(shape)
    known = before(view, parameters)
    if one.apply is not None and one.read is None:
        source_input_rules.of_input(findings, path, name, one, known, view)
    if one.read is not None:
        role = findings.document.model.roles.get(split(one.read)[0])
        used(findings, (*path, "read"), one.read, kind_of(one, role.needs if role else ()))
    if one.expected is not None:
        check(findings, (*path, "expected"), one.expected, known, shape)
    elif one.read is not None and shape is not None and view.nominal is not None and shape != view.nominal:
        message = f"input {name} is {shape_name(shape)}, and the nominal value does not say what it will read"
        findings.add(path, "P078", message, "add expected: about what it reads", part="key")
    check(findings, (*path, "range"), one.range, known, spread)
    count(findings, (*path, "readings"), one.readings, parameters)
    loaded = view.has_nominal and view.quantity == "mass"
    there = parameters.with_(parameters.of_load) if loaded else parameters
    check(findings, (*path, "resolution"), one.resolution, there, spread)
    if check(findings, (*path, "settle"), one.settle, known, SECOND) is not None and one.settle is not None:
        value = computed(one.settle, known)
        if value is not None and value.value < 0:
            findings.add((*path, "settle"), "P024", f"{value} is below zero", "write a time, as in 5 s")
    if one.stable is not None:
        stability(findings, (*path, "stable"), one.stable, known, spread)
    _placed(findings, path, one, known)
    _small(findings, path, one, known)
    if one.only_if is not None:
        check(findings, (*path, "only_if"), one.only_if, known, TRUTH)
    check(findings, (*path, "otherwise"), one.otherwise, known, shape)
    if (one.only_if is None) != (one.otherwise is None):
        given, lacks = ("only_if", "otherwise") if one.otherwise is None else ("otherwise", "only_if")
        message = f"{given} is given without {lacks}"
        findings.add(
            (*path, given),
            "P115",
            message,
            "say when it is left out, and what then stands for it",
            part="key",
        )


def _small(findings: Findings[Procedure], path: Path, one: Input, known: Names) -> None:
    """Check small weights: that a mass is read, and that what is counted is read in no other way."""
    given = [key for key in ("beside", "added", "removed") if getattr(one, key) is not None]
    for key in given:
        check(findings, (*path, key), getattr(one, key), known, find_unit("kg").dimension)
        if split(one.used)[1] != "mass":
            message = f"weights are handled, and {split(one.used)[1]} is read"
            findings.add((*path, "read"), "P079", message, f"read a mass, or remove {key}")
    counted = [key for key in given if key != "beside"]
    if not counted:
        return
    beside = [
        key for key in ("place", "load", "beside", "stable", "readings") if getattr(one, key) is not None
    ]
    if len(counted) > 1 or beside:
        other = (counted[1:] or beside)[0]
        message = f"weights are {counted[0]} one by one to what lies there, and {other} is something else"
        findings.add((*path, other), "P079", message, "make it an input of its own", part="key")
    if one.expected is None and not findings.damaged(path):
        message = "nothing says about how much makes the indication step"
        findings.add(path, "P078", message, "add expected:, as in half a step", part="key")


def _placed(findings: Findings[Procedure], path: Path, one: Input, known: Names) -> None:
    """Check the weights that lie on the pan while an input is read."""
    role = findings.document.model.roles.get(one.place or "")
    if one.substituted and (role is None or role.substitution is None):
        message = "ballast takes the place of weights, and no role here says of which load"
        findings.add(
            (*path, "substituted"), "P079", message, "add place:, of a role with substitution:", part="key"
        )
    if (one.place is None) != (one.load is None):
        given, lacks = ("place", "load") if one.load is None else ("load", "place")
        message = f"{given} is given without {lacks}"
        findings.add(
            (*path, given), "P079", message, "say which weights are placed, and to what load", part="key"
        )
        return
    if one.place is None:
        return
    if weights(findings, (*path, "place"), one.place) and split(one.used)[1] != "mass":
        message = f"weights are placed, and {split(one.used)[1]} is read"
        findings.add((*path, "place"), "P079", message, "read a mass, or remove place and load")
    check(findings, (*path, "load"), one.load, known, find_unit("kg").dimension)


def _computed(findings: Findings[Procedure], view: View, parameters: Names, earlier: Names) -> None:
    """Check indication and reference, which may look at earlier tests."""
    test = view.test
    own, unclear = read(view)
    known = before(view, parameters)
    hidden = frozenset({"rdg", "reference"})  # what is computed here cannot be used for it
    bare = replace(known, shapes={name: one for name, one in known.shapes.items() if name not in hidden})
    names = replace(bare, later=bare.later | hidden).with_(
        {**own, **earlier.shapes}, frozenset(), unclear | earlier.unclear
    )
    if test.indication is None:
        if not findings.damaged(view.path()):
            message = f"{view.name} has inputs, and nothing says what the indication is"
            findings.add(
                view.path("inputs"),
                "P077",
                message,
                "add indication: an expression of the inputs",
                part="key",
            )
        return
    shape = check(findings, view.path("indication"), test.indication, names)
    if shape is not None and isinstance(shape, Vector | Truth | Word):
        message = f"{shown(test.indication)} gives {shape_name(shape)}; one quantity is needed"
        findings.add(view.path("indication"), "P022", message, "compute one value of the inputs")
        return
    if test.reference is not None:
        check(findings, view.path("reference"), test.reference, names, shape)
    elif shape is not None and view.nominal is not None and shape != view.nominal:
        message = (
            f"the indication is {shape_name(shape)}, and the nominal value, which it is compared with, is not"
        )
        findings.add(view.path("indication"), "P077", message, "add reference: an expression of the inputs")


def _unit(findings: Findings[Procedure], view: View) -> None:
    text = view.test.unit
    if text is None:
        return
    try:
        offset = find_unit(text).offset
    except QuantityError as error:
        findings.add(view.path("unit"), "P081", error.message, error.mend)
        return
    if offset:
        message = f"errors are differences, and {text} is a point on a scale"
        findings.add(view.path("unit"), "P081", message, "write K, or delta_degC")
    elif not view.measures:
        message = f"{view.name} has no error that could be in {text}"
        findings.add(view.path("unit"), "P081", message, "remove it", part="key")


def _first(test: Test) -> str | None:
    """Give the first nominal value."""
    if test.ranges:
        return next(map(at_of, test.ranges[0].points), None)
    if isinstance(test.points, dict):
        return next((at_of(one) for points in test.points.values() for one in points), None)
    return next(map(at_of, test.points or []), test.load)


def _shape(text: str | None, known: Names) -> Shape | None:
    if text is None:
        return None
    try:
        shape = dimension_of(parse(text), known.shapes)
    except (QuantityError, ArithmeticError, RecursionError):
        return None  # told where the expression is checked
    return None if isinstance(shape, Vector | Truth | Word) else shape


def _is_unit(name: str) -> bool:
    try:
        find_unit(name)
    except QuantityError:
        return False
    return True
