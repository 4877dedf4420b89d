"""Rules for budget files: inputs, the model with its dimensions, and how the result is stated."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.authoring.budget_inputs import Known, known_inputs
from calbench.authoring.correlation_rules import correlations
from calbench.authoring.findings import Findings, M, difference, shape_name
from calbench.authoring.located import Path
from calbench.authoring.naming import Names, Rules, check
from calbench.authoring.suggestions import mend, shown
from calbench.authoring.validation import Document
from calbench.documents.budget import BudgetFile
from calbench.errors import Problem
from calbench.quantities import (
    Celsius,
    Dimension,
    ExpressionError,
    Quantity,
    QuantityError,
    Shape,
    evaluate,
    find_unit,
    parse,
)
from calbench.quantities.shapes import shape_of_unit
from calbench.quantities.syntax import Scaled, walk

_MODEL = Rules("B008", "B008", "B008", "B008")
FEWEST_DRAWS, MOST_DRAWS = 10_000, 20_000_000
HIGHEST_SEED = 2**63 - 1


def problems_of(document: Document[BudgetFile]) -> list[Problem]:
    """Give the problems of a budget file."""
    findings = Findings(document)
    known = known_inputs(findings)
    outputs = _models(findings, known)
    correlations(findings)
    _report(findings, outputs)
    return findings.problems


def _models(findings: Findings[BudgetFile], known: Known) -> dict[str, Shape | None]:
    """Check each output: one value of a dimension, clear, and with a value at the estimates."""
    file = findings.document.model
    names = Names(known.shapes, known.unclear)
    found: dict[str, Shape | None] = {}
    for output, text in file.model.items():
        path: Path = ("model", output)
        found[output] = None
        if output in file.inputs:
            message = f"{shown(output)} is an input and an output, and can be only one of them"
            findings.add(path, "B009", message, "give the output another name", part="key")
            continue
        shape = check(findings, path, text, names, rules=_MODEL)
        if shape is None or _unclear(findings, path, text, known):
            continue
        if not isinstance(shape, Dimension | Celsius):
            message = f"{shown(text)} gives {shape_name(shape)}; one quantity is needed"
            findings.add(
                path, "B008", message, "write what the result is computed from", offset=0, length=len(text)
            )
            continue
        found[output] = shape
        if known.complete:
            _value(findings, path, text, known.values)
    return found


def _unclear(findings: Findings[BudgetFile], path: Path, text: str, known: Known) -> bool:
    """Refuse `5 V` where V is an input: it would be a product, and looks like a quantity."""
    for node in walk(parse(text)):
        if not isinstance(node, Scaled) or node.name not in known.shapes:
            continue
        try:
            find_unit(node.name)
        except QuantityError:
            continue
        message = f"{shown(node.name)} is an input here and also a unit, so this could mean two things"
        help_ = f"write * between number and input, or call the input otherwise than {shown(node.name)}"
        findings.add(path, "B009", message, help_, offset=node.offset, length=node.length)
        return True
    return False


def _value(findings: Findings[BudgetFile], path: Path, text: str, values: Mapping[str, Quantity]) -> None:
    try:
        evaluate(parse(text), values)
    except ExpressionError as error:
        message = f"at the values of the inputs, {error.message}"
        help_ = error.mend or "check the values of the inputs, or restate the model"
        findings.add(path, "B010", message, help_, offset=error.offset, length=error.length)
    except (QuantityError, ArithmeticError) as error:
        findings.error(path, error, "B010")


def _report(findings: Findings[BudgetFile], outputs: Mapping[str, Shape | None]) -> None:
    report = findings.document.model.report
    _share(findings, ("report", "coverage"), report.coverage)
    _fixed(findings)
    whole(findings, ("report", "digits"), report.digits, "digits", 1, 2)
    whole(findings, ("report", "seed"), report.seed, "seed", 0, HIGHEST_SEED)
    if report.draws != "adaptive":
        whole(findings, ("report", "draws"), report.draws, "draws", FEWEST_DRAWS, MOST_DRAWS)
    if not report.methods and not findings.damaged(("report",)):
        findings.add(("report", "methods"), "B013", "no method is named", "write gum, mc or both", part="key")
    for output, unit in report.units.items():
        path: Path = ("report", "units", output)
        shape = _output(findings, path, output, outputs)
        if shape is not None:
            _unit(findings, path, unit, shape)
    for output, amount in report.cmc.items():
        path = ("report", "cmc", output)
        shape = _output(findings, path, output, outputs)
        if shape is not None:
            findings.quantity(path, amount, difference(shape), "B014", sign="positive")


def _output(
    findings: Findings[BudgetFile], path: Path, output: str, outputs: Mapping[str, Shape | None]
) -> Shape | None:
    if output not in outputs:
        findings.add(
            path, "B014", f"there is no output {shown(output)}", mend(output, list(outputs)), part="key"
        )
    return outputs.get(output)


def _unit(findings: Findings[BudgetFile], path: Path, text: str, shape: Shape) -> None:
    try:
        unit = find_unit(text)
    except QuantityError as error:
        findings.error(path, error, "B014")
        return
    got = shape_of_unit(unit)
    if got != shape:
        message = f"{shown(text)} is a unit of {shape_name(got)}, and the output is {shape_name(shape)}"
        findings.add(path, "B014", message, "name a unit of the output's dimension")


def _fixed(findings: Findings[BudgetFile]) -> None:
    report = findings.document.model.report
    path: Path = ("report", "k")
    if report.rule == "fixed" and report.k is None and not findings.damaged(("report",)):
        findings.add(("report", "rule"), "B015", "the rule 'fixed' needs its k", "add k: 2")
    if report.rule != "fixed" and report.k is not None:
        message = f"k belongs to the rule 'fixed', and the rule is {shown(report.rule)}"
        findings.add(path, "B015", message, "write rule: fixed, or remove k", part="key")
    findings.plain(path, report.k, "B015", what="k", sign="positive")
    if report.rule in ("rectangular", "trapezoidal") and "gum" not in report.methods:
        message = f"the rule {shown(report.rule)} is of the method gum, and only mc is asked for"
        findings.add(("report", "rule"), "B015", message, "remove the rule, or add gum to methods")


def _share(findings: Findings[BudgetFile], path: Path, text: str) -> None:
    found = findings.plain(path, text, "B013", what="coverage")
    if found is not None and not 0 < found.value < 1:
        findings.add(
            path, "B013", f"coverage is {text}; it is a share between 0 and 1", "write 0.95 for 95 %"
        )


def whole(
    findings: Findings[M], path: Path, text: str, what: str, least: int, most: int, rule: str = "B013"
) -> None:
    """Check a whole number within bounds."""
    found = findings.plain(path, text, rule, what=what)
    if found is None:
        return
    if found.value != found.value.to_integral_value() or not least <= found.value <= most:
        message = f"{what} is {text}; it is a whole number from {least:,} to {most:,}"
        findings.add(
            path, rule, message, f"write {least}" if what == "seed" else "write a number between them"
        )
