"""Specifying: a procedure with the ranges of a specification in their places, as one that says where it is from.

What the specification does not name is left out: the tests, what follows from them, and what only they need of a role.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from calbench.authoring.located import Located, Node, Part, Path
from calbench.authoring.source import Source
from calbench.authoring.validation import Document
from calbench.documents.fields import LocalText
from calbench.documents.measurands import capability, split
from calbench.documents.procedure import Procedure, Role, Test
from calbench.documents.specification import Specification
from calbench.errors import Problem


@dataclass(frozen=True)
class Specified(Document[Procedure]):
    """A procedure with a specification in it: a problem is told in the file of the two that says what is wrong.

    `source` is that of the procedure, beside which pictures lie; `moved` says where values of the specification stand.
    """

    given: Document[Specification] | None = None
    moved: Mapping[Path, Path] = field(default_factory=dict)

    @property
    def origin(self) -> Source:
        """The file that was asked for."""
        return self.source if self.given is None else self.given.source

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
        """Make a problem at a path of the whole, as `Document.problem`."""
        for deep in range(len(path), 0, -1):
            stands = self.moved.get(tuple(path[:deep]))
            if stands is not None and self.given is not None:
                there = (*stands, *path[deep:])
                return self.given.problem(there, rule, message, mend, part=part, offset=offset, length=length)
        return super().problem(path, rule, message, mend, part=part, offset=offset, length=length)


def specified(given: Document[Specification], procedure: Document[Procedure]) -> Specified:
    """Put a specification into the procedure that it completes; both must be free of problems of their form."""
    kept = [
        index for index, test in enumerate(procedure.model.tests) if _kept(test, procedure.model, given.model)
    ]
    moved: dict[Path, Path] = {}
    for at, index in enumerate(kept):
        name = procedure.model.tests[index].test
        if name in given.model.ranges:
            moved["tests", at, "ranges"] = ("ranges", name)
    for name in given.model.with_:
        moved["parameters", name, "default"] = ("with", name)
    for index in range(len(given.model.setup)):
        moved["setup", len(procedure.model.setup) + index] = ("setup", index)
    root = _tree(procedure.located.root, kept)
    for where, stands in moved.items():
        node = given.located.node(stands)
        root = root if node is None else _put(root, where, node)
    return Specified(
        procedure.source,
        _model(given.model, procedure.model, kept),
        Located(procedure.source, root),
        given=given,
        moved=moved,
    )


def _kept(test: Test, procedure: Procedure, given: Specification) -> bool:
    if test.of is not None:
        followed = next((one for one in procedure.tests if one.test == test.of), None)
        return followed is None or _kept(followed, procedure, given)
    return test.ranges != [] or test.test in given.ranges


def _model(given: Specification, procedure: Procedure, kept: Sequence[int]) -> Procedure:
    tests = [
        test.model_copy(update={"ranges": given.ranges[test.test]}) if test.test in given.ranges else test
        for test in (procedure.tests[index] for index in kept)
    ]
    parameters = {
        name: one.model_copy(update={"default": given.with_[name]}) if name in given.with_ else one
        for name, one in procedure.parameters.items()
    }
    languages = {*procedure.words, *given.words}
    return procedure.model_copy(
        update={
            "procedure": _title(procedure.procedure, given.specification),
            "id": given.id,
            "version": given.version,
            "applies_to": {**procedure.applies_to, **given.applies_to},
            "sources": {**procedure.sources, **given.sources},
            "words": {one: {**procedure.words.get(one, {}), **given.words.get(one, {})} for one in languages},
            "parameters": parameters,
            "setup": [*procedure.setup, *given.setup],
            "roles": _needed(procedure, tests),
            "tests": tests,
        }
    )


def _title(procedure: LocalText, specification: LocalText) -> LocalText:
    """Join two titles in each language that one of them has; English where the other has it not."""
    joined = {}
    for language in dict.fromkeys([*procedure, *specification]):
        whole, model = (one.get(language, one["en"]) for one in (procedure, specification))
        joined[language] = f"{whole}（{model}）" if language == "zh" else f"{whole} ({model})"
    return joined


def _needed(procedure: Procedure, tests: Sequence[Test]) -> dict[str, Role]:
    """Give the roles without what only tests need that are left out."""
    before = {one for test in procedure.tests for one in _uses(test)}
    gone = before - {one for test in tests for one in _uses(test)}
    return {
        name: role.model_copy(update={"needs": [one for one in role.needs if (name, one) not in gone]})
        for name, role in procedure.roles.items()
    }


def _uses(test: Test) -> Iterator[tuple[str, str]]:
    """Give the roles of a test with what it needs of each."""
    inputs = (test.inputs or {}).values()
    put_out, read = (
        [test.apply, *(one.apply for one in inputs)],
        [test.read, *(one.read for one in inputs)],
    )
    for kind, text in [*(("source", one) for one in put_out), *(("measure", one) for one in read)]:
        if text is not None:
            role, quantity = split(text)
            yield role, capability(kind, quantity)


def _tree(root: Node, kept: Sequence[int]) -> Node:
    tests = root.children["tests"]
    left = Node(tests.value, tests.place, tests.style)
    left.children = {at: tests.children[index] for at, index in enumerate(kept)}
    return _put(root, ("tests",), left)


def _put(node: Node, path: Path, put: Node) -> Node:
    """Give a tree in which `put` stands at a path; the other is not changed."""
    if not path:
        return put
    made = Node(node.value, node.place, node.style)
    below = node.children.get(path[0]) or Node(None, node.place)
    made.children = {**node.children, path[0]: _put(below, path[1:], put)}
    made.keys = dict(node.keys)
    return made
