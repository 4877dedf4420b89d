"""Rules for formulas: their names and arguments, what they compute, and where they hold."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.authoring import table_rules
from calbench.authoring.findings import Findings, M, fitting, shape_name
from calbench.authoring.located import Path
from calbench.authoring.naming import ANY_FORMULA, Names, check
from calbench.authoring.parameter_rules import KEYWORDS, RESERVED, taken
from calbench.authoring.suggestions import mend, shown
from calbench.authoring.validation import Document
from calbench.authoring.writing_out import limits_named, made
from calbench.documents.formulas import Formulary, FormulaStated
from calbench.documents.procedure import Procedure
from calbench.errors import Problem
from calbench.quantities import (
    CELSIUS,
    FUNCTIONS,
    WITHIN,
    Celsius,
    Dimension,
    Formula,
    QuantityError,
    Shape,
    called,
    find_unit,
    formulas_of,
    names,
    parse,
    parse_quantity,
    written_out,
)

_ENDS = 2


def problems_of(document: Document[Formulary]) -> list[Problem]:
    """Give the problems of a formulary."""
    findings = Findings(document)
    _declared(findings, document.model.formulas, Names())
    return findings.problems


def formulas(findings: Findings[Procedure], scope: Names) -> Names:
    """Check the formulas of a procedure, and give the names in scope with them; those of formularies were checked."""
    procedure = findings.document.model
    for name in procedure.formulas:
        what = _other(procedure, name)
        if what:
            own = findings.written(("formulas", name))
            message = f"{shown(name)} is a formula, and also {what}"
            where: Path = ("formulas", name) if own else ("formulary",)
            findings.add(where, "P150", message, "give one of them another name", part="key")
    lost = {f"{name}(" for name in findings.keys(("formulas",)) if name not in procedure.formulas}
    if procedure.formulary:  # what is left of them was not read
        lost.add(ANY_FORMULA)
    known = _declared(findings, procedure.formulas, Names(unclear=frozenset(lost)))
    _limits_of_derived(findings, known)
    return scope.with_(known.shapes, unclear=known.unclear)


def _other(procedure: Procedure, name: str) -> str:
    """Say what else a procedure calls by the name of a formula; empty if nothing."""
    if name in procedure.parameters:
        return "a parameter"
    if name in procedure.values or any(name in (one.values or {}) for one in procedure.tests):
        return "a value"
    if name in procedure.limits:
        return "a limit"
    if any(name in (one.inputs or {}) for one in procedure.tests):
        return "an input"
    varied = any(name in {**(one.vary or {}), **(one.for_each or {})} for one in procedure.tests)
    return "what a test goes through" if varied else ""


def _limits_of_derived(findings: Findings[Procedure], known: Names) -> None:
    """Check the named limits of results that follow from others: there is no point that a formula could hold at."""
    procedure, formulas_ = findings.document.model, formulas_of(known.shapes)
    for index, test in enumerate(procedure.tests):
        for name in limits_named(test) if test.of is not None else []:
            limit = procedure.limits.get(name)
            if limit is not None and any(
                _ranged(text, formulas_) for _, text in table_rules.cells((), limit)
            ):
                message = f"the limit {shown(name)} has a formula with a range, and nothing is measured here"
                help_ = "write the limit here, as an expression"
                findings.add(("tests", index, "evaluate", "limit"), "P156", message, help_)


def _ranged(text: str, known: Mapping[str, Formula]) -> bool:
    try:
        return bool(written_out(parse(text), known, guarded=False)[1])
    except QuantityError:
        return False  # told where it stands


def _declared(findings: Findings[M], stated: Mapping[str, FormulaStated], known: Names) -> Names:
    """Check formulas in their order, each with those before it in scope."""
    for name, one in stated.items():
        path: Path = ("formulas", name)
        what = "a function" if name in (*FUNCTIONS, WITHIN) else taken(name)
        if what:
            message = f"{shown(name)} is {what}, and no name for a formula"
            findings.add(path, "P150", message, "give it a longer name", part="key")
        sound = not what and _arguments(findings, path, one)
        if sound and _in_order(findings, path, name, one, stated, known):
            formula = _formula(findings, path, name, one, known)
            if formula is not None:
                known = known.with_({name: formula})
                continue
        known = known.with_({}, unclear=frozenset({f"{name}("}))
    return known


def _arguments(findings: Findings[M], path: Path, one: FormulaStated) -> bool:
    """Check the arguments of a formula: their names, their units, and that each is used."""
    try:
        used = names(parse(one.is_))
    except QuantityError:
        return False  # told when it was read
    sound = True
    for name, unit in one.of.items():
        where: Path = (*path, "of", name)
        if name in (*RESERVED, *KEYWORDS, *FUNCTIONS):
            message = f"{shown(name)} is a word of expressions, and no name for an argument"
            findings.add(where, "P151", message, f"name it otherwise, as in {name}_1", part="key")
        elif name not in used:
            message = f"the formula does not use its argument {shown(name)}"
            findings.add(where, "P151", message, "remove it, or use it", part="key")
        elif (error := _unit(unit)) is not None:
            findings.error(where, error, "P151")
        else:
            continue
        sound = False
    return sound


def _unit(text: str) -> QuantityError | None:
    try:
        find_unit(text)
    except QuantityError as error:
        return error
    return None


def _in_order(
    findings: Findings[M],
    path: Path,
    name: str,
    one: FormulaStated,
    stated: Mapping[str, FormulaStated],
    known: Names,
) -> bool:
    """Check that a formula uses none but those before it: so none can use itself."""
    for used in sorted(called(parse(one.is_)) & stated.keys()):
        if used in known.shapes or f"{used}(" in known.unclear:
            continue
        message = f"{shown(used)} does not stand before this formula"
        help_ = "move it up"
        if used == name:
            message, help_ = f"{shown(used)} uses itself", "write it out, as x * x * x"
        findings.add((*path, "is"), "P152", message, help_, offset=one.is_.find(used), length=len(used))
        return False
    return True


def _formula(findings: Findings[M], path: Path, name: str, one: FormulaStated, known: Names) -> Shape | None:
    arguments: dict[str, Shape] = {}
    for argument, unit in one.of.items():
        found = find_unit(unit)
        arguments[argument] = CELSIUS if found.offset else found.dimension
    shape = check(findings, (*path, "is"), one.is_, known.with_(arguments))
    if shape is not None and not isinstance(shape, Dimension | Celsius):
        message = f"a formula is one quantity, and this is {shape_name(shape)}"
        findings.add((*path, "is"), "P022", message, "write an expression of quantities")
        shape = None
    whole = [
        _valid(findings, (*path, "valid", each), each, ends, arguments) for each, ends in one.valid.items()
    ]
    return None if shape is None or not all(whole) else made(name, one, known.shapes)


def _valid(
    findings: Findings[M], path: Path, name: str, ends: list[str], arguments: Mapping[str, Shape]
) -> bool:
    """Check from where to where an argument may lie."""
    if name not in arguments:
        message = f"the formula has no argument {shown(name)}"
        findings.add(path, "P153", message, mend(name, list(arguments)), part="key")
        return False
    if len(ends) != _ENDS:
        findings.add(
            path,
            "P153",
            f"a range has two ends, not {len(ends)}",
            "write from where to where, as in [0 degC, 40 degC]",
        )
        return False
    values = [parse_quantity(text) for text in ends]
    for index, value in enumerate(values):
        got: Shape = CELSIUS if value.unit.offset else value.dimension
        if got != arguments[name]:
            message = f"{shown(ends[index])} is {shape_name(got)}; {shape_name(arguments[name])} is needed"
            findings.add((*path, index), "P153", message, fitting(arguments[name], got))
            return False
    if values[0] >= values[1]:
        findings.add(path, "P153", f"the range goes from {ends[0]} to {ends[1]}", "write the lower end first")
        return False
    return True
