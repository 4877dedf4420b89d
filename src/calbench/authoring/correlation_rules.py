"""Rules for the correlations of a budget file: two inputs and a coefficient each, and together possible."""

from __future__ import annotations

from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.suggestions import mend, shown
from calbench.documents.budget import BudgetFile

_PARTS = 3


def correlations(findings: Findings[BudgetFile]) -> None:
    """Check every correlation by itself, and then whether all of them can hold together."""
    file = findings.document.model
    pairs: dict[tuple[str, str], float] = {}
    complete = True
    for index, parts in enumerate(file.correlations):
        found = _pair(findings, ("correlations", index), parts, pairs)
        complete &= found
    if complete and pairs:
        _together(findings, pairs)
    if "mc" in file.report.methods:
        _drawable(findings, pairs)


def _pair(
    findings: Findings[BudgetFile], path: Path, parts: list[str], pairs: dict[tuple[str, str], float]
) -> bool:
    """Check one correlation and note it among the pairs; tells whether it is right."""
    inputs = findings.document.model.inputs
    if len(parts) != _PARTS:
        message = f"a correlation is two inputs and a coefficient, and here are {len(parts)} parts"
        findings.add(path, "B011", message, "write [R1, R2, 0.2]")
        return False
    one, other, text = parts
    unknown = [place for place, name in enumerate((one, other)) if name not in inputs]
    for place in unknown:
        message = f"there is no input {shown(parts[place])}"
        findings.add((*path, place), "B011", message, mend(parts[place], list(inputs)))
    r = _coefficient(findings, (*path, 2), text)
    if unknown or r is None:
        return False
    first, second = inputs[one].id or one, inputs[other].id or other
    if first == second:
        message = (
            f"{shown(one)} and {shown(other)} are one quantity, which is correlated with itself by definition"
        )
        findings.add((*path, 1), "B011", message, "remove this correlation")
    elif (first, second) in pairs or (second, first) in pairs:
        message = f"the correlation of {shown(one)} and {shown(other)} is given twice"
        findings.add(path, "B011", message, "remove one of the two")
    else:
        pairs[first, second] = r
        return True
    return False


def _coefficient(findings: Findings[BudgetFile], path: Path, text: str) -> float | None:
    number = findings.plain(path, text, "B011", what="a coefficient")
    if number is not None and abs(number.value) > 1:
        findings.add(path, "B011", f"the coefficient is {text}; it is -1 to 1", "check digits and sign")
        return None
    return None if number is None else float(number.value)


def _together(findings: Findings[BudgetFile], pairs: dict[tuple[str, str], float]) -> None:
    from calbench.metrology import correlation_matrix  # noqa: PLC0415 - numpy, and few files have correlations

    ids = list(dict.fromkeys(id_ for pair in pairs for id_ in pair))
    try:
        correlation_matrix(ids, pairs)
    except ValueError as error:
        message, _, help_ = str(error).partition(" Check ")
        said = message[0].lower() + message[1:].rstrip(".")
        findings.add(("correlations",), "B012", said, f"check {help_.rstrip('.')}", part="key")


def _drawable(findings: Findings[BudgetFile], pairs: dict[tuple[str, str], float]) -> None:
    """Refuse to draw a correlated quantity of another shape than normal or t: nothing says how two vary together."""
    correlated = {id_ for pair, r in pairs.items() if r for id_ in pair}
    for name, one in findings.document.model.inputs.items():
        if (one.id or name) in correlated and one.half_width is not None:
            message = (
                f"{shown(name)} is {one.shape or 'rectangular'} and correlated by a coefficient, which does not say "
                f"how the two are drawn together"
            )
            help_ = "write what they have in common as an input of its own, or leave out the method mc"
            findings.add(("inputs", name, "half_width"), "B017", message, help_, part="key")
