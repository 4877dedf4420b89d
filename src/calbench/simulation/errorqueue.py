"""The error queue of an instrument: first in, first out, with a depth and an overflow entry."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from types import MappingProxyType

SCPI_TEXTS: Mapping[int, str] = MappingProxyType(
    {
        -100: "Command error",
        -101: "Invalid character",
        -102: "Syntax error",
        -103: "Invalid separator",
        -104: "Data type error",
        -108: "Parameter not allowed",
        -109: "Missing parameter",
        -113: "Undefined header",
        -114: "Header suffix out of range",
        -121: "Invalid character in number",
        -131: "Invalid suffix",
        -138: "Suffix not allowed",
        -141: "Invalid character data",
        -151: "Invalid string data",
        -161: "Invalid block data",
        -200: "Execution error",
        -211: "Trigger ignored",
        -213: "Init ignored",
        -221: "Settings conflict",
        -222: "Data out of range",
        -223: "Too much data",
        -224: "Illegal parameter value",
        -230: "Data corrupt or stale",
        -310: "System error",
        -350: "Queue overflow",
        -363: "Input buffer overrun",
        -410: "Query INTERRUPTED",
        -420: "Query UNTERMINATED",
        -430: "Query DEADLOCKED",
        -440: "Query UNTERMINATED after indefinite response",
    }
)
"""Standard texts (SCPI-99, volume 2, chapter 21)."""


class ErrorQueue:
    """Errors in the order in which they happened; on overflow the last slot becomes the overflow entry.

    Args:
        depth: how many entries there are room for.
        texts: text of each code.
        no_error: what an empty queue gives.
        overflow: code of the overflow entry.
        translate: code of this family for a SCPI code, for families with codes of their own.
        sign: "+" if positive codes and zero are written with a sign.
    """

    def __init__(
        self,
        *,
        depth: int = 20,
        texts: Mapping[int, str] = SCPI_TEXTS,
        no_error: tuple[int, str] = (0, "No error"),
        overflow: int = -350,
        translate: Mapping[int, int] | None = None,
        sign: str = "",
    ) -> None:
        self._entries: deque[tuple[int, str]] = deque()
        self._depth = depth
        self._texts = texts
        self._no_error = no_error
        self._overflow = overflow
        self._translate = translate or {}
        self._sign = sign

    def push(self, code: int, text: str = "", detail: str = "") -> None:
        """Add an error; an empty `text` means the standard one, `detail` goes behind it after a semicolon."""
        code = self._translate.get(code, code)
        text = text or self._texts.get(code) or SCPI_TEXTS.get(code, "Device error")
        if len(self._entries) < self._depth:
            self._entries.append((code, f"{text};{detail}" if detail else text))
        elif self._entries[-1][0] != self._overflow:
            overflow = self._texts.get(self._overflow, SCPI_TEXTS[-350])
            self._entries[-1] = (self._overflow, overflow)

    def pop(self) -> tuple[int, str]:
        """Take the oldest error out: code and text; the no-error entry if there is none."""
        return self._entries.popleft() if self._entries else self._no_error

    def pop_reply(self) -> str:
        """Take the oldest error out as a reply: `-113,"Undefined header"`."""
        code, text = self.pop()
        return f'{self._sign if code >= 0 else ""}{code},"{text}"'

    def clear(self) -> None:
        """Forget all errors."""
        self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)
