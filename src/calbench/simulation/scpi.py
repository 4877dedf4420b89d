"""SCPI command tree for simulated instruments: headers, paths and chaining (SCPI-99, volume 1, chapter 6).

```python
self.status = Status488("EXAMPLE,1,0,0")
self._commands = CommandTree(
    {"CONFigure:VOLTage[:DC]": self._configure, "READ?": self._read, "OUTPut#:STATe": self._output},
    self.status,
)
def receive(self, line: str) -> None:
    answer = self._commands.run(line)
    if answer is not None:
        self.reply(answer.text, after=answer.after)
```
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial

from calbench.simulation.answer import NOT_HANDLED, Answer, NotHandled, Result, Text, joined, made
from calbench.simulation.mnemonic import forms
from calbench.simulation.parameters import ScpiError
from calbench.simulation.status import Status488

Handler = Callable[..., Result]
"""Called with the numeric suffixes of the header (one int for each `#`), then the parameters as text."""

_CACHE_LIMIT = 2048  # messages; a procedure uses a few dozen
_NODE = re.compile(r"(\[?):?([A-Za-z*@_]+[A-Za-z0-9_]*?)(#?)(\]?)(?=$|:|\[|\?|\])")
_WHITE = re.compile(r"\s")
_SUFFIX = re.compile(r"(.*?)(\d{1,9})", re.ASCII)
_INDEFINITE_IDENTITY = -440


@dataclass(slots=True)
class _Node:
    """One level of the tree: the mnemonics below it, and its header as command and as query."""

    children: dict[str, _Node] = field(default_factory=dict)
    numbered: set[str] = field(default_factory=set)
    command: _Entry | None = None
    query: _Entry | None = None


@dataclass(frozen=True)
class _Entry:
    """A header as the table has it, and how many suffixes it has."""

    header: str
    suffixes: int


class _Unit:
    """One message unit, parsed: call it. An error stands for a unit that could not be parsed."""

    __slots__ = ("arguments", "common", "error", "handler", "identity", "query", "waits")

    def __init__(
        self,
        handler: Handler | None,
        arguments: tuple[object, ...] = (),
        *,
        query: bool = False,
        common: str = "",
        error: tuple[int, str] | None = None,
    ) -> None:
        self.handler = handler
        self.arguments = arguments
        self.query = query
        self.common = common
        self.error = error
        self.identity = common.upper().startswith("*IDN?")
        self.waits = common.strip().upper() == "*WAI"


class CommandTree:
    """The commands of one instrument.

    Args:
        table: header → handler. `VOLTage` accepts VOLT and VOLTAGE, `[:DC]` may be left out, `#` takes a
            numeric suffix (missing means 1), a trailing `?` makes it a query. Common commands that are not
            mandatory (`*TRG`) may be in the table too.
        status: takes the errors and handles the mandatory common commands.
        no_query: error code when a command exists but has no query form (SCPI: −113).
        no_command: error code when a query exists but has no command form.
        misuse_text: texts of these two codes where they are the maker's own.
    """

    def __init__(
        self,
        table: Mapping[str, Handler],
        status: Status488,
        *,
        no_query: int = -113,
        no_command: int = -113,
        misuse_text: Mapping[int, str] | None = None,
    ) -> None:
        self._status = status
        self._no_query = no_query
        self._no_command = no_command
        self._misuse_text = misuse_text or {}
        self._cache: dict[str, list[_Unit]] = {}
        self._handlers: dict[str, Handler] = {"SYSTem:ERRor[:NEXT]?": status.errors.pop_reply, **table}
        self._arities: dict[str, tuple[int, int]] = {}
        self._root = _tree(tuple(self._handlers))

    def run(self, line: str) -> Answer | None:
        """Execute one program message.

        Errors go to the status; after a command error the rest of the message is not executed.

        Returns:
            The responses joined with `;` and when they are ready, None if there is nothing to say.
        """
        units = self._cache.get(line)
        if units is None:
            units = self._parse(line)
            if len(self._cache) >= _CACHE_LIMIT:
                self._cache.clear()
            self._cache[line] = units
        if len(units) != 1:
            return self._run_all(units, 0, ())
        unit = units[0]
        if unit.handler is None:
            result = self._execute_common(unit)
        else:
            try:
                result = unit.handler(*unit.arguments) if unit.arguments else unit.handler()
            except ScpiError as error:
                self._status.error(error.code, error.text, detail=error.detail)
                return None
        return Answer(result) if isinstance(result, str) else result

    def _run_all(self, units: list[_Unit], start: int, before: Sequence[Text]) -> Answer | None:
        """Execute the units from number `start` on; what takes time and is not the last suspends the rest."""
        texts: list[Text] = [*made(before)]
        after = 0.0
        for index in range(start, len(units)):
            unit = units[index]
            if index and units[index - 1].identity and unit.query:
                self._status.error(_INDEFINITE_IDENTITY)  # *IDN? must be the last query in a message
                break
            wait = self._status.busy() if unit.waits else 0.0
            result = self._execute(unit)
            if isinstance(result, Answer):
                wait = result.after
                texts.append(result.text)
            elif result is not None:
                texts.append(result)
            if unit.error is not None:
                break
            if wait > 0 and index + 1 < len(units) and self._status.bound:
                self._status.suspend(wait, partial(self._run_all, units, index + 1, texts))
                return None
            after += wait
        return Answer(joined(texts), after) if texts else None

    def _execute(self, unit: _Unit) -> Result:
        handler = unit.handler
        if handler is None:
            return self._execute_common(unit)
        try:
            return handler(*unit.arguments)
        except ScpiError as error:
            self._status.error(error.code, error.text, detail=error.detail)
        return None

    def _execute_common(self, unit: _Unit) -> Result:
        if unit.error is not None:
            self._status.error(unit.error[0], unit.error[1])
            return None
        result = self._status.common(unit.common)
        if isinstance(result, NotHandled):
            self._status.error(-113)
            return None
        return result

    def _parse(self, line: str) -> list[_Unit]:
        units: list[_Unit] = []
        path: tuple[str, ...] = ()
        for text in _split(line, ";"):
            stripped = text.lstrip() if "#" in text else text.strip()  # a block may end in white space
            if not stripped.strip():
                continue
            header, *behind = _WHITE.split(stripped, 1)
            rest = behind[0] if behind else ""
            parameters = _parameters(rest)
            if header.startswith("*"):
                units.append(self._common(stripped, header, parameters))
            else:
                levels = header.removesuffix("?").removeprefix(":").split(":")
                full = tuple(levels) if header.startswith(":") else (*path, *levels)
                units.append(self._unit(full, parameters, query=header.endswith("?")))
                path = full[:-1]
            if units[-1].error is not None:
                break
        return units

    def _common(self, text: str, header: str, parameters: tuple[str, ...]) -> _Unit:
        name = header.removesuffix("?").upper()
        query = header.endswith("?")
        node = self._root.children.get(name)
        entry = None if node is None else (node.query if query else node.command)
        if entry is None:
            action = None if parameters else self._status.action(header)
            return _Unit(action, query=query, common=text)
        return self._checked(entry, (), parameters, query=query)

    def _unit(self, levels: tuple[str, ...], parameters: tuple[str, ...], *, query: bool) -> _Unit:
        node: _Node | None = self._root
        suffixes: list[int] = []
        for level in levels:
            name = level.upper()
            found = node.children.get(name) if node is not None else None
            if found is None and node is not None and (split := _SUFFIX.fullmatch(name)) is not None:
                found = node.children.get(split[1])
                if found is not None and split[1] not in node.numbered:
                    return self._wrong(-113)
                suffixes.append(int(split[2]))
            elif found is not None and node is not None and name in node.numbered:
                suffixes.append(1)
            node = found
        if node is None or (node.query is None and node.command is None):
            return self._wrong(-113)
        entry = node.query if query else node.command
        if entry is None:
            return self._wrong(self._no_query if query else self._no_command)
        return self._checked(entry, tuple(suffixes), parameters, query=query)

    def _checked(
        self, entry: _Entry, suffixes: tuple[int, ...], parameters: tuple[str, ...], *, query: bool
    ) -> _Unit:
        handler = self._handlers[entry.header]
        arity = self._arities.get(entry.header)
        if arity is None:
            arity = self._arities[entry.header] = _arity(handler, entry.suffixes)
        if len(parameters) < arity[0]:
            return self._wrong(-109)
        if len(parameters) > arity[1]:
            return self._wrong(-108)
        return _Unit(handler, (*suffixes, *parameters), query=query)

    def _wrong(self, code: int) -> _Unit:
        return _Unit(None, error=(code, self._misuse_text.get(code, "")))


@lru_cache(maxsize=256)  # one for each model and its options; tables of a hundred headers take long to grow
def _tree(headers: tuple[str, ...]) -> _Node:
    """Grow the tree of these headers; it is shared and not changed any more."""
    root = _Node()
    for header in headers:
        levels = [
            (name, bool(number), bool(optional))
            for optional, name, number, _ in _NODE.findall(header.rstrip("?"))
        ]
        written = "".join(name + "#" * number for name, number, _ in levels)
        if written != re.sub(r"[\[\]:?]", "", header):
            raise ValueError(f"The header {header!r} cannot be read. Write it like 'SENSe#:VOLTage[:DC]?'.")
        entry = _Entry(header, sum(number for _, number, _ in levels))
        for node in _ends(root, levels):
            if header.endswith("?"):
                node.query = entry
            else:
                node.command = entry
    return root


def _ends(root: _Node, levels: list[tuple[str, bool, bool]]) -> list[_Node]:
    """Grow the tree along one header; give each node where the header may end."""
    ends = [root]
    for name, numbered, optional in levels:
        children = [_child(node, name, numbered=numbered) for node in ends]
        ends = [*children, *ends] if optional else children
    return ends


def _child(node: _Node, name: str, *, numbered: bool) -> _Node:
    """Give the node below another one, by either form of its name."""
    both = forms(name)
    child = next((node.children[form] for form in both if form in node.children), None) or _Node()
    for form in both:
        node.children[form] = child
        if numbered:
            node.numbered.add(form)
    return child


def _arity(handler: Handler, suffixes: int) -> tuple[int, int]:
    """Give the fewest and the most parameters that a handler takes behind its suffixes."""
    kinds = inspect.signature(handler).parameters.values()
    if any(kind.kind is kind.VAR_POSITIONAL for kind in kinds):
        most = 1000
    else:
        most = (
            sum(kind.kind in (kind.POSITIONAL_ONLY, kind.POSITIONAL_OR_KEYWORD) for kind in kinds) - suffixes
        )
    fewest = sum(
        kind.default is kind.empty and kind.kind in (kind.POSITIONAL_ONLY, kind.POSITIONAL_OR_KEYWORD)
        for kind in kinds
    )
    return max(fewest - suffixes, 0), most


def _parameters(text: str) -> tuple[str, ...]:
    return (
        tuple(part.strip() if "#" not in part else part.lstrip() for part in _split(text, ","))
        if text.strip()
        else ()
    )


def _split(text: str, separator: str) -> list[str]:
    """Split outside of strings, parentheses and blocks."""
    if not any(mark in text for mark in "\"'#("):
        return text.split(separator)
    parts, start, position, depth = [], 0, 0, 0
    while position < len(text):
        letter = text[position]
        if letter in "\"'":
            close = text.find(letter, position + 1)
            position = close if close >= 0 else position
        elif letter == "#" and text[position + 1 : position + 2].isdecimal():
            position = _block_end(text, position) - 1
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == separator and depth <= 0:
            parts.append(text[start:position])
            start = position + 1
        position += 1
    return [*parts, text[start:]]


def _block_end(text: str, start: int) -> int:
    count = int(text[start + 1])
    digits = text[start + 2 : start + 2 + count]
    return len(text) if count == 0 else start + 2 + count + (int(digits) if digits.isdecimal() else 0)


__all__ = ["NOT_HANDLED", "Answer", "CommandTree", "Handler", "Result", "ScpiError"]
