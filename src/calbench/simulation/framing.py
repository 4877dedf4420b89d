"""From bytes to messages: where one message to an instrument ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_REMEMBERED = 1024  # messages; a procedure uses a few dozen


@lru_cache
def _pattern(ends: tuple[bytes, ...], blocks: bool) -> re.Pattern[bytes]:  # noqa: FBT001 - private
    """Match the next end; with blocks also what may hide one: a quote or the head of a block."""
    alternatives = [re.escape(end) for end in sorted(ends, key=len, reverse=True)]
    return re.compile(b"|".join(alternatives + ([rb"(?P<hide>[\"'#])"] if blocks else [])))


class Framer:
    r"""Splits what arrives on one connection into messages without their ends.

    A carriage return just before a line feed that ends a message is white space (IEEE 488.2, 7.6.1) and goes.
    Within definite-length blocks (`#15a\nbcd`) an end does not count, if `blocks` is set; a `#` in a quoted
    string begins no block.
    """

    def __init__(self, ends: tuple[bytes, ...], *, blocks: bool, limit: int) -> None:
        self._ends = ends
        self._find = _pattern(ends, blocks).search if ends else None
        self._blocks = blocks
        self._limit = limit
        self._tail = bytes(sorted(set(b"".join(ends)))) + (b"\r" if b"\n" in ends else b"")
        self._buffer = bytearray()
        self._skipping = False
        self._known: dict[
            bytes, list[str]
        ] = {}  # whole messages that came before: saves looking for their end

    def clear(self) -> None:
        """Forget what has arrived of an unfinished message."""
        self._buffer.clear()
        self._skipping = False

    def whole(self, data: bytes) -> str | None:
        """Give the message that these bytes with END are, if it came before; None if they are not just one."""
        known = self._known.get(data)
        return known[0] if known else None

    def feed(self, data: bytes, *, end: bool) -> Sequence[str | None]:
        """Take bytes; give the complete messages as text (latin-1, so that bytes survive).

        None stands for a message that was longer than the limit and is thrown away.

        Args:
            data: what arrived.
            end: whether END (EOI) came with the last byte.
        """
        if self._find is None:  # a device with frames of its own: it gets the bytes as they come
            return [data.decode("latin-1")] if data else []
        if end and not self._buffer and not self._skipping:
            known = self._known.get(data)
            if known is not None:
                return known
            if len(data) <= self._limit and self._is_simple(data):
                return self._remember(data)
        self._buffer += data
        messages = [text for text in self._cut(end) if text != ""]
        if len(self._buffer) > self._limit:
            self._buffer.clear()
            self._skipping = True
        return messages

    def _is_simple(self, data: bytes) -> bool:
        """Tell whether this is one message, with ends at its end only and nothing that may hide one."""
        body = data.rstrip(self._tail)
        return self._find is not None and self._find(body) is None and not (self._blocks and b"#" in data)

    def _remember(self, data: bytes) -> list[str]:
        body = data.rstrip(self._tail)
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        messages = self._known[data] = [body.decode("latin-1")] if body else []
        return messages

    def _cut(self, end: bool) -> list[str | None]:  # noqa: FBT001 - private
        messages: list[str | None] = []
        while (cut := self._next_end()) is not None:
            messages.append(self._finish(cut[0]))
            del self._buffer[: cut[1]]
        if end and self._buffer:
            messages.append(self._finish(len(self._buffer)))
            self._buffer.clear()
        return messages

    def _finish(self, length: int) -> str | None:
        if self._skipping or length > self._limit:
            self._skipping = False
            return None
        message = bytes(self._buffer[:length])
        if b"\n" in self._ends and not (self._blocks and b"#" in message):
            message = message.rstrip(b"\r")
        return message.decode("latin-1")

    def _next_end(self) -> tuple[int, int] | None:
        """Give where the first message stops and where the next begins; None if there is no end yet."""
        position = 0
        while self._find is not None and (found := self._find(self._buffer, position)) is not None:
            if not self._blocks or found["hide"] is None:
                return found.start(), found.end()
            skipped = _behind(self._buffer, found.start(), self._limit)
            if skipped is None:
                return None
            position = skipped
        return None


def _behind(data: bytearray, start: int, longest: int) -> int | None:
    """Give the index behind the string or block that starts at `start`; None if it is not complete yet.

    A block that says that it has more than `longest` bytes could never be taken: it hides nothing, and the parser will
    complain about it.
    """
    if data[start] != ord("#"):
        close = data.find(data[start : start + 1], start + 1)
        line_end = data.find(b"\n", start + 1)
        # A quote that is not closed on its line hides nothing: the parser will complain about it.
        return close + 1 if close >= 0 and (line_end < 0 or close < line_end) else start + 1
    head = bytes(data[start + 1 : start + 2])
    if not head:
        return None
    if head == b"0":
        return len(data)
    digits = bytes(data[start + 2 : start + 2 + int(head)]) if head.isdigit() else b"none"
    if digits and not digits.isdigit():
        return start + 1
    behind = start + 2 + int(head) + int(digits) if len(digits) == int(head) else None
    if behind is not None and behind - start > longest:
        return start + 1
    return behind if behind is not None and behind <= len(data) else None
