"""Terminals and pipes that cannot hold every character: what is written there stays readable, and never fails."""

from __future__ import annotations

import codecs
import io
import json
import sys

PLAIN = {
    "µ": "u",
    "μ": "u",
    "Ω": "Ohm",
    "°": "deg",
    "±": "+/-",
    "−": "-",
    "–": "-",
    "—": "-",
    "─": "-",
    "…": "...",
    "·": ".",
    "∞": "inf",
    "²": "2",
    "√": "sqrt",
}
"""What stands for a character where the encoding has none; anything else becomes `?`."""


def write_anyway() -> None:
    """Let output and error stream replace what their encoding lacks (GBK has no µ, Windows-1252 no line)."""
    codecs.register_error("calbench", _replace)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="calbench")


def to_json(content: object, *, indent: int | None = None) -> str:
    """Write JSON that reaches its reader unchanged: escaped where the output is not UTF-8."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    text = json.dumps(content, ensure_ascii=encoding != "utf8", indent=indent)
    return text if text.isascii() or _encodes(text) else json.dumps(content, indent=indent)


def _encodes(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # a file name of bytes that are no text
        return False
    return True


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(PLAIN.get(char, "?") for char in error.object[error.start : error.end]), error.end
