"""Problems of meaning: gathered over one file, each at its place and said once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel

from calbench.authoring.located import Node, Part, Path
from calbench.authoring.suggestions import listed, mend, shown
from calbench.authoring.validation import Document
from calbench.errors import Problem
from calbench.quantities import (
    CELSIUS,
    Celsius,
    Dimension,
    Quantity,
    QuantityError,
    Shape,
    Vector,
    coherent_unit,
    describe,
    find_unit,
    parse_quantity,
)

M = TypeVar("M", bound=BaseModel)
KELVIN = find_unit("K").dimension
SECOND = find_unit("s").dimension
Sign = Literal["any", "not negative", "positive"]
_EXAMPLES = {"s": "5 s", "K": "2 delta_degC", "Ohm": "20 mOhm", "V": "0.2 uV", "kg": "5 g"}


class Findings(Generic[M]):
    """What the rules find in one file; `part` of a document that is wrong twice is told once."""

    def __init__(self, document: Document[M]) -> None:
        self.document = document
        self._problems: dict[Problem, None] = {}
        self._unreadable = sorted((problem.line, problem.column) for problem in document.problems)

    @property
    def problems(self) -> list[Problem]:
        """What was found, in the order of the file."""
        return sorted(self._problems)

    def add(
        self,
        path: Path,
        rule: str,
        message: str,
        help_: str = "",
        *,
        part: Part = "value",
        offset: int | None = None,
        length: int = 1,
    ) -> None:
        """Note a problem at a path, as the file writes it."""
        self._note(self.document.problem(path, rule, message, help_, part=part, offset=offset, length=length))

    def error(self, path: Path, error: Exception, rule: str) -> None:
        """Note an error about the scalar at a path, at the place that the error knows."""
        self._note(self.document.problem_of(error, path, rule))

    def unknown(
        self, path: Path, rule: str, what: str, word: str, known: list[str], *, part: Part = "value"
    ) -> None:
        """Note that a word names nothing; `what` says what it should name, as in `role`."""
        if self.damaged((f"{what}s",)):
            return
        help_ = mend(word, known) if known else f"declare a {what} {shown(word)} first"
        offset = 0 if part == "value" and self.written(path) else None
        message = f"there is no {what} {shown(word)}"
        self.add(path, rule, message, help_, part=part, offset=offset, length=len(word))

    def written(self, path: Path) -> bool:
        """Tell whether the file says anything at this path."""
        return self.document.located.node(path) is not None

    def damaged(self, path: Path) -> bool:
        """Tell whether something in the block at a path could not be read: what seems missing may be just that."""
        node = self.document.located.node(path)
        if node is None or not self._unreadable:
            return False
        first, last = node.place.line, _last_line(node)
        return any(first <= line <= last for line, _ in self._unreadable)

    def _note(self, problem: Problem) -> None:
        if (problem.line, problem.column) not in self._unreadable:
            self._problems[problem] = None

    def keys(self, path: Path) -> list[str]:
        """Give the keys of the block at a path, those that could not be read included."""
        node = self.document.located.node(path)
        return [] if node is None else [str(key) for key in node.children]

    def texts(self, path: Path) -> Iterator[tuple[Path, str]]:
        """Give the texts at a path: one, or one per language."""
        node = self.document.located.node(path)
        if node is None:
            return
        if isinstance(node.value, str):
            yield path, node.value
        for key, child in node.children.items():
            if isinstance(child.value, str):
                yield (*path, key), child.value

    def quantity(
        self, path: Path, text: str | None, shape: Shape, rule: str, *, sign: Sign = "any"
    ) -> Quantity | None:
        """Check a quantity that must be of a shape; None if there is none or it is wrong."""
        if text is None:
            return None
        try:
            value = parse_quantity(text)
        except QuantityError as error:
            self.error(path, error, rule)
            return None
        got: Shape = CELSIUS if value.unit.offset else value.dimension
        if got != shape:
            self.add(
                path,
                rule,
                f"{shown(text)} is {shape_name(got)}; {shape_name(shape)} is needed",
                fitting(shape, got),
            )
            return None
        if (sign == "positive" and value.value <= 0) or (sign == "not negative" and value.value < 0):
            wanted = "greater than zero" if sign == "positive" else "zero or more"
            help_ = "write the amount without a sign" if value.value < 0 else "write an amount"
            self.add(path, rule, f"{shown(text)} must be {wanted}", help_)
            return None
        return value

    def plain(
        self, path: Path, text: str | None, rule: str, *, what: str, sign: Sign = "any"
    ) -> Quantity | None:
        """Check a plain number; None if there is none or it is wrong."""
        if text is None:
            return None
        if not _NUMBER.fullmatch(text.strip()):
            self.add(
                path,
                rule,
                f"{what} must be a plain number, not {shown(text)}",
                "write digits, as in 2 or 0.95",
            )
            return None
        return self.quantity(path, text, Dimension(), rule, sign=sign)

    def exactly_one(self, path: Path, given: Mapping[str, object], rule: str, what: str) -> bool:
        """Check that exactly one of several keys is given; tells whether it is."""
        there = [key for key, value in given.items() if value is not None]
        if len(there) == 1:
            return True
        if not there:
            if not self.damaged(path):
                self.add(
                    path, rule, f"{what} needs one of {listed(list(given))}", "add one of them", part="key"
                )
            return False
        for key in there[1:]:
            message = f"{what} has {shown(there[0])} and {shown(key)}, and can have only one of them"
            self.add((*path, key), rule, message, f"remove {shown(key)} or {shown(there[0])}", part="key")
        return False

    def languages(self, rule: str) -> None:
        """Check that every text that is given per language is given in English, the language of last resort."""
        for path in self.document.located.paths():
            node = self.document.located.node(path)
            if (
                node is not None
                and set(node.children) == {"zh"}
                and isinstance(node.children["zh"].value, str)
            ):
                self.add(
                    (*path, "zh"),
                    rule,
                    "this text is given in zh only",
                    "add the English text: {en: …, zh: …}",
                    part="key",
                )


_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?", re.ASCII)


def _last_line(node: Node) -> int:
    last, waiting = node.place.line, [node]
    while waiting:
        one = waiting.pop()
        last = max(last, one.place.line, *(key.line for key in one.keys.values()))
        waiting += [child for child in one.children.values() if child.style != "*"]
    return last


def shape_name(shape: Shape) -> str:
    """Name a shape in a message: `voltage (V)`, `several values of voltage (V)`."""
    if isinstance(shape, Vector):
        return f"several values of {shape_name(shape.of)}"
    return describe(shape) if isinstance(shape, Dimension) else str(shape)


def fitting(wanted: Shape, got: Shape | None = None) -> str:
    """Say how a value of a shape is written."""
    if isinstance(wanted, Celsius):
        return "write it in degC, as in 23 degC"
    if got == CELSIUS and wanted == KELVIN:
        return "for a difference write delta_degC or K"
    if isinstance(wanted, Dimension) and wanted.dimensionless:
        return "write a plain number, or a share such as 0.5 %"
    if isinstance(wanted, Dimension):
        symbol = coherent_unit(wanted).symbol
        return f"give it a unit, as in {_EXAMPLES.get(symbol, f'1 {symbol}')}"
    return ""


def difference(shape: Shape) -> Shape:
    """Give the shape of the difference of two values of a shape: kelvin for degC."""
    return KELVIN if isinstance(shape, Celsius) else shape
