"""Output formats of Vaisala's FORM command: parse once, render often (HMT330 user's guide, p. 102)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

DEFAULT: Final = '"RH=" 3.1 rh " " U3 " T=" 3.1 t " " U2 #r #n'
_UNITS = {"RH": "%RH", "T": "'C", "TD": "'C"}
_FIELDS = ("ADDR", "ERR", "SN", "TIME", "DATE", "STAT")
_SPECIAL = {"#T": "\t", "#R": "\r", "#N": "\n"}
_TOKEN = re.compile(
    r'\s*(?:"(?P<text>[^"]*)"|(?P<length>\d+\.\d+)|(?P<code>#\d{3}|#[TRN])|(?P<word>[A-Z]+\d*))',
    re.ASCII | re.IGNORECASE,
)
_MOST_DIGITS = 12
_LARGEST_CODE = 255
_LONGEST_LENGTH = 2  # digits of one part of a length such as 4.2


class FormatError(Exception):
    """The text is no format."""


class Format:
    """One format, as given."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._tokens: list[tuple[str, str]] = []
        position, text = 0, source.rstrip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None or not self._known(match):
                raise FormatError
            kind = str(match.lastgroup)
            self._tokens.append((kind, match[kind] if kind == "text" else match[kind].upper()))
            position = match.end()

    @staticmethod
    def _known(match: re.Match[str]) -> bool:
        word, length, code = (match["word"] or "").upper(), match["length"], match["code"]
        if length:
            parts = length.split(".")
            return all(len(part) <= _LONGEST_LENGTH and int(part) <= _MOST_DIGITS for part in parts)
        if code and code[1:].isdecimal():
            return int(code[1:]) <= _LARGEST_CODE
        if not word:
            return True
        return word in {*_UNITS, *_FIELDS, "CS2", "CS4", "CSX"} or re.fullmatch(r"U\d?", word) is not None

    def render(self, values: Mapping[str, float | None], fields: Mapping[str, str]) -> str:
        """Write the values; stars fill the place of one that is invalid."""
        out, length, unit = "", (3, 1), ""
        for kind, token in self._tokens:
            if kind == "text":
                out += token
            elif kind == "length":
                whole, _, part = token.partition(".")
                length = int(whole), int(part)
            elif kind == "code":
                out += _SPECIAL.get(token) or chr(int(token[1:]))
            elif token in _UNITS:
                out += _number(values[token], *length)
                unit = _UNITS[token]
            elif token.startswith("U"):
                out += unit.ljust(int(token[1:] or 0))
            else:
                out += fields[token] if token in fields else _checksum(token, out)
        return out


def _number(value: float | None, whole: int, part: int) -> str:
    width = whole + part + (1 if part else 0)
    return "*" * width if value is None else f"{value:{width}.{part}f}"


def _checksum(kind: str, text: str) -> str:
    data = text.encode("latin-1")
    if kind == "CSX":
        result = 0
        for byte in data:
            result ^= byte
        return f"{result:02X}"
    return f"{sum(data) % 256:02X}" if kind == "CS2" else f"{sum(data) % 65536:04X}"
