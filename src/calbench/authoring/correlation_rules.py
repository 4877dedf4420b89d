"""Rules for correlations: two inputs or contributions and a coefficient each, and together possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from calbench.authoring.findings import Findings, M
from calbench.authoring.located import Path
from calbench.authoring.suggestions import mend, shown
from calbench.documents.budget import BudgetFile

_PARTS = 3


class Kind(NamedTuple):
    """What is correlated, an example of it, and the numbers under which one or all are refused."""

    what: str
    example: str
    single: str
    together: str


OF_BUDGETS = Kind("input", "[R1, R2, 0.2]", "B011", "B012")


def correlations(findings: Findings[BudgetFile]) -> None:
    """Check the correlations of a budget file."""
    file = findings.document.model
    ids = {name: one.id or name for name, one in file.inputs.items()}
    pairs = correlated(findings, ("correlations",), file.correlations, ids, OF_BUDGETS)
    if "mc" in file.report.methods:
        _drawable(findings, pairs)


def correlated(
    findings: Findings[M], path: Path, stated: Sequence[list[str]], ids: Mapping[str, str], kind: Kind
) -> dict[tuple[str, str], float]:
    """Check every correlation by itself, and then whether all of them can hold together; gives those that are right.

    Args:
        findings: Where problems are noted.
        path: Of the list.
        stated: Two names and a coefficient each.
        ids: Which quantity each name is: two names may be one.
        kind: What is correlated.
    """
    pairs: dict[tuple[str, str], float] = {}
    complete = True
    for index, parts in enumerate(stated):
        complete &= _pair(findings, (*path, index), parts, ids, pairs, kind)
    if complete and pairs:
        _together(findings, path, pairs, kind)
    return pairs


def _pair(
    findings: Findings[M],
    path: Path,
    parts: list[str],
    ids: Mapping[str, str],
    pairs: dict[tuple[str, str], float],
    kind: Kind,
) -> bool:
    """Check one correlation and note it among the pairs; tells whether it is right."""
    if len(parts) != _PARTS:
        message = f"a correlation is two {kind.what}s and a coefficient, and here are {len(parts)} parts"
        findings.add(path, kind.single, message, f"write {kind.example}")
        return False
    one, other, text = parts
    unknown = [place for place, name in enumerate((one, other)) if name not in ids]
    for place in unknown:
        message = f"there is no {kind.what} {shown(parts[place])}"
        findings.add((*path, place), kind.single, message, mend(parts[place], list(ids)))
    r = _coefficient(findings, (*path, 2), text, kind)
    if unknown or r is None:
        return False
    first, second = ids[one], ids[other]
    if first == second:
        message = (
            f"{shown(one)} and {shown(other)} are one quantity, which is correlated with itself by definition"
        )
        findings.add((*path, 1), kind.single, message, "remove this correlation")
    elif (first, second) in pairs or (second, first) in pairs:
        message = f"the correlation of {shown(one)} and {shown(other)} is given twice"
        findings.add(path, kind.single, message, "remove one of the two")
    else:
        pairs[first, second] = r
        return True
    return False


def _coefficient(findings: Findings[M], path: Path, text: str, kind: Kind) -> float | None:
    number = findings.plain(path, text, kind.single, what="a coefficient")
    if number is not None and abs(number.value) > 1:
        message = f"the coefficient is {text}; it is -1 to 1"
        findings.add(path, kind.single, message, "check digits and sign")
        return None
    return None if number is None else float(number.value)


def _together(findings: Findings[M], path: Path, pairs: dict[tuple[str, str], float], kind: Kind) -> None:
    from calbench.metrology import correlation_matrix  # noqa: PLC0415 - numpy, and few files have correlations

    ids = list(dict.fromkeys(id_ for pair in pairs for id_ in pair))
    try:
        correlation_matrix(ids, pairs)
    except ValueError as error:
        message, _, help_ = str(error).partition(" Check ")
        said = message[0].lower() + message[1:].rstrip(".")
        findings.add(path, kind.together, said, f"check {help_.rstrip('.')}", part="key")


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
