"""Reads an authored file into its model; every value keeps its place, and all problems are told at once.

Rules: `Y001`…`Y016` are in `yamlfile`, `S001`…`S099` in `wording`. `Y017` says how many problems are not
shown.

A field may raise `ValueError` with any of the attributes `message`, `mend`, `rule`, `offset` and `length`
(characters within the scalar), or a `PydanticCustomError` with these in its context.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from calbench.authoring.branches import Issue, best_branches
from calbench.authoring.located import Located, Part, Path, Place
from calbench.authoring.shorthand import parsed_as
from calbench.authoring.source import Source, open_source
from calbench.authoring.tracing import trace
from calbench.authoring.wording import suggested_key, word, words_of
from calbench.errors import InvalidFile, Problem

MOST_PROBLEMS = 100
_MOST_ERRORS = 5_000

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Document(Generic[M]):
    """A file that was read.

    Attributes:
        source: Its text and name.
        model: What it says.
        located: Where it says it.
        problems: What is wrong with it nevertheless; empty after `read`.
    """

    source: Source
    model: M
    located: Located
    problems: tuple[Problem, ...] = ()

    @property
    def origin(self) -> Source:
        """The file that was asked for, where another one is completed by it."""
        return self.source

    def problem(
        self,
        path: Sequence[str | int],
        rule: str,
        message: str,
        mend: str = "",
        *,
        part: Part = "value",
        offset: int | None = None,
        length: int = 1,
    ) -> Problem:
        """Make a problem at a path, as the file writes it: `("tests", 0, "with", "nplc")`.

        Args:
            path: Keys and indices; of a path that is not in the file, the closest parent is shown.
            rule: The number of the rule.
            message: What is wrong.
            mend: What to do.
            part: Point at the value or at its key.
            offset: The character of the scalar to point at, from 0.
            length: How many characters from there.
        """
        place = (
            self.located.inside(path, offset, length)
            if offset is not None
            else self.located.place(path, part)
        )
        return _problem(self.source, place, rule, message, mend)

    def problem_of(self, error: Exception, path: Sequence[str | int], rule: str) -> Problem:
        """Make a problem of an error about the scalar at a path, such as an `ExpressionError`."""
        message, mend = words_of(error)
        offset, length = _stretch({}, error)
        return self.problem(path, rule, message, mend, offset=offset, length=length)


def read(file: str | os.PathLike[str] | Source, model: type[M]) -> Document[M]:
    """Read a file, or a `Source` made of a text.

    Raises:
        InvalidFile: With all its problems.
        UsageError: There is no such file, or it cannot be read.
    """
    document, problems = read_lenient(file, model)
    if document is None or problems:
        raise InvalidFile(problems)
    return document


def read_lenient(
    file: str | os.PathLike[str] | Source, model: type[M]
) -> tuple[Document[M] | None, list[Problem]]:
    """Read a file as far as it can be understood, so that later rules can be checked too.

    Unknown and repeated keys are left out of the model. The document is None where nothing can be built.

    Raises:
        UsageError: There is no such file, or it cannot be read.
    """
    try:
        source = file if isinstance(file, Source) else open_source(file)
    except InvalidFile as invalid:
        return None, invalid.problems
    parsed = parsed_as(source, model)
    if parsed.root is None:
        return None, _shortened(source, parsed.problems)
    located = Located(source, parsed.root)
    built, issues = _build(model, located)
    problems = _shortened(source, parsed.problems + [_told(issue, located) for issue in issues])
    if built is None:
        return None, problems
    return Document(source, built, located, tuple(problems)), problems


def _build(model: type[M], located: Located) -> tuple[M | None, list[Issue]]:
    """Build the model; if nothing but unknown keys is wrong, build it without them."""
    found: list[Issue] = []
    pruned: set[Path] = set()
    while True:
        built, issues = _validate(model, located)
        found += [issue for issue in issues if not _is_echo(issue, pruned, located)]
        if not issues or any(issue.type != "extra_forbidden" for issue in issues):
            return built, found
        blocks = {issue.path[:-1] for issue in issues if _prune(issue, located)}
        if not blocks:
            return None, found
        pruned |= blocks


def _is_echo(issue: Issue, pruned: set[Path], located: Located) -> bool:
    """Tell whether something is wrong only because a key, already told of, was taken out of this block."""
    if issue.type == "missing":
        return issue.path[:-1] in pruned
    node = located.node(issue.path)
    return issue.path in pruned and node is not None and not node.value


def _prune(issue: Issue, located: Located) -> bool:
    """Take an unknown key out of what the model is built from; tell whether it was there."""
    parent = located.node(issue.path[:-1])
    if parent is None or not isinstance(parent.value, dict) or issue.path[-1] not in parent.value:
        return False
    del parent.value[issue.path[-1]]
    return True


def _validate(model: type[M], located: Located) -> tuple[M | None, list[Issue]]:
    try:
        return model.model_validate(located.root.value), []
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)[:_MOST_ERRORS]
    issues = []
    for one in errors:
        traced = trace(model, one["loc"])
        issues.append(
            Issue(one["type"], traced.steps, traced.owner, traced.in_key, one["msg"], one.get("ctx", {}))
        )
    return None, _without_echoes(best_branches(issues, located), located)


def _without_echoes(issues: list[Issue], located: Located) -> list[Issue]:
    """Leave out the missing key of which an unknown one is a misspelling."""
    meant = {
        (*issue.path[:-1], suggested_key(issue, located))
        for issue in issues
        if issue.type == "extra_forbidden"
    }
    return [issue for issue in issues if issue.type != "missing" or issue.path not in meant]


def _told(issue: Issue, located: Located) -> Problem:
    wording = word(issue, located)
    return _problem(located.source, _place(issue, located), wording.rule, wording.message, wording.mend)


def _place(issue: Issue, located: Located) -> Place:
    if issue.type == "missing":
        return located.place(issue.path[:-1], "key")
    if issue.type == "extra_forbidden" or issue.in_key:
        return located.place(issue.path, "key")
    if issue.type == "union_tag_invalid":
        discriminator = str(issue.context.get("discriminator", "")).strip("'")
        return located.place((*issue.path, discriminator))
    particular = next(
        (other for other in (issue, *issue.others) if _stretch(other.context)[0] is not None), issue
    )
    offset, length = _stretch(particular.context)
    return located.place(issue.path) if offset is None else located.inside(issue.path, offset, length)


def _stretch(context: Any, error: Exception | None = None) -> tuple[int | None, int]:  # noqa: ANN401 - pydantic's ctx
    """Give offset and length within a scalar, where an error knows them."""
    error = error or context.get("error")
    offset = context.get("offset", getattr(error, "offset", None))
    length = context.get("length", getattr(error, "length", None))
    return (offset, length if isinstance(length, int) else 1) if isinstance(offset, int) else (None, 1)


def _problem(source: Source, place: Place, rule: str, message: str, mend: str) -> Problem:
    return Problem(source.file, place.line, place.column, rule, message, mend, max(1, place.length))


def _shortened(source: Source, problems: list[Problem]) -> list[Problem]:
    """Order problems and drop repetitions (an alias is read twice); after a hundred, only say how many."""
    once = sorted(set(problems))
    if len(once) <= MOST_PROBLEMS:
        return once
    first = once[MOST_PROBLEMS]
    more = f"{len(once) - MOST_PROBLEMS} more problems are not shown"
    return [
        *once[:MOST_PROBLEMS],
        Problem(source.file, first.line, first.column, "Y017", more, "mend these first"),
    ]
