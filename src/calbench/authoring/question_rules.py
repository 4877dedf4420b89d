"""Rules for questions: their names, what may be answered, and within which limits."""

from __future__ import annotations

from calbench.authoring.findings import Findings
from calbench.authoring.located import Path
from calbench.authoring.suggestions import mend, shown
from calbench.documents.procedure import Checklist, Plausible, Procedure, Question
from calbench.quantities import CELSIUS, NUMBER, Quantity, QuantityError, Shape, find_unit


def questions(findings: Findings[Procedure], path: Path, asked: list[Question]) -> None:
    """Check the questions of a prompt, or of a test that only asks."""
    seen: dict[str, int] = {}
    for index, one in enumerate(asked):
        where = (*path, index)
        if one.name in seen:
            findings.add(
                (*where, "name"),
                "P046",
                f"there is already a question {shown(one.name)} here",
                "give it another name",
            )
        seen.setdefault(one.name, index)
        if isinstance(one.answers, list):
            _choices(findings, (*where, "answers"), one.answers)
            _must_be(findings, where, one, one.answers)
        elif isinstance(one.answers, Checklist):
            _items(findings, where, one, one.answers.checklist)
        _bounds(findings, where, one)


def _choices(findings: Findings[Procedure], path: Path, answers: list[str]) -> None:
    if not answers:
        findings.add(path, "P047", "there are no answers to choose from", "write them, or answers: text")
    for index, answer in enumerate(answers):
        if answer in answers[:index]:
            findings.add((*path, index), "P047", f"the answer {shown(answer)} is there twice", "remove one")


def _must_be(findings: Findings[Procedure], path: Path, one: Question, answers: list[str]) -> None:
    if one.must_be is not None and answers and one.must_be not in answers:
        message = f"must_be is {shown(one.must_be)}, which is not among the answers"
        findings.add((*path, "must_be"), "P045", message, mend(one.must_be, answers))


def _items(findings: Findings[Procedure], path: Path, one: Question, items: list[str]) -> None:
    """Check a checklist: its answer is the ticked items, a line each."""
    where: Path = (*path, "answers", "checklist")
    if not items:
        findings.add(where, "P047", "there are no items to tick", "write them, or answers: text")
    for index, item in enumerate(items):
        if item in items[:index]:
            findings.add((*where, index), "P047", f"the item {shown(item)} is there twice", "remove one")
        if len(item.splitlines()) != 1 or item != item.strip():
            findings.add(
                (*where, index), "P047", f"the item {shown(item)} is not one plain line", "write one line"
            )
    if one.must_be is not None:
        message = "a checklist has no must_be: every item must be ticked"
        help_ = "remove it; optional: true lets items be left out"
        findings.add((*path, "must_be"), "P045", message, help_, part="key")


def _bounds(findings: Findings[Procedure], path: Path, one: Question) -> None:
    if one.answers != "number":
        for key in ("unit", "min", "max", "plausible"):
            if getattr(one, key) is not None:
                message = f"{shown(key)} belongs to a number, and the answer is none"
                findings.add((*path, key), "P047", message, "write answers: number, or remove it", part="key")
        return
    shape: Shape = NUMBER
    if one.unit is not None:
        try:
            unit = find_unit(one.unit)
        except QuantityError as error:
            findings.error((*path, "unit"), error, "P047")
            return
        shape = CELSIUS if unit.offset else unit.dimension
    low = findings.quantity((*path, "min"), one.min, shape, "P047")
    high = findings.quantity((*path, "max"), one.max, shape, "P047")
    if one.plausible is not None:
        _plausible(findings, path, one.plausible, shape, (low, high))
    if low is not None and high is not None and low > high:
        findings.add(
            (*path, "min"), "P047", f"the minimum {one.min} is above the maximum {one.max}", "exchange them"
        )


def _plausible(
    findings: Findings[Procedure],
    path: Path,
    stated: Plausible,
    shape: Shape,
    allowed: tuple[Quantity | None, Quantity | None],
) -> None:
    """Check that plausible limits lie within those that are allowed, and leave something between them."""
    where: Path = (*path, "plausible")
    low = findings.quantity((*where, "min"), stated.min, shape, "P047")
    high = findings.quantity((*where, "max"), stated.max, shape, "P047")
    if stated.min is None and stated.max is None:
        findings.add(where, "P047", "plausible has neither min nor max", "write one of them, or both")
    if low is not None and high is not None and low > high:
        findings.add(
            (*where, "min"),
            "P047",
            f"the minimum {stated.min} is above the maximum {stated.max}",
            "exchange them",
        )
    if low is not None and allowed[0] is not None and low < allowed[0]:
        message = f"{stated.min} is below the minimum that is allowed"
        findings.add((*where, "min"), "P047", message, "plausible limits lie within min and max")
    if high is not None and allowed[1] is not None and high > allowed[1]:
        message = f"{stated.max} is above the maximum that is allowed"
        findings.add((*where, "max"), "P047", message, "plausible limits lie within min and max")
