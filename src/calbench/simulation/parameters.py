"""Parameters of SCPI commands: numbers with units, booleans, words, strings, blocks (SCPI-99, vol. 1, 7)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from calbench.simulation.mnemonic import matches


class ScpiError(Exception):
    """A handler's way to report an error: code of the error queue, and detail."""

    def __init__(self, code: int, detail: str = "", *, text: str = "") -> None:
        self.code = code
        self.detail = detail
        self.text = text
        super().__init__(f"{code} {text or detail}")


_NUMBER = re.compile(
    r"([+-]?(?:\d+\.?\d*|\.\d+)(?:\s*[eE]\s*[+-]?\d+)?)\s*([A-Za-z%/][A-Za-z0-9%/.^-]*)?", re.ASCII
)
_NON_DECIMAL = re.compile(r"#([HQB])([0-9A-F]+)", re.IGNORECASE)
_RADIX = {"H": 16, "Q": 8, "B": 2}
_MULTIPLIERS = (
    ("EX", 1e18), ("PE", 1e15), ("MA", 1e6), ("T", 1e12), ("G", 1e9), ("K", 1e3), ("M", 1e-3),
    ("U", 1e-6), ("N", 1e-9), ("P", 1e-12), ("F", 1e-15), ("A", 1e-18), ("", 1.0),
)  # fmt: skip
_MEGA_UNITS = frozenset({"OHM", "HZ"})  # MOHM and MHZ are mega (SCPI-99 7.1.3, IEEE 488.2 table 7-2)


def number(
    text: str,
    *,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    words: Mapping[str, float] | None = None,
) -> float:
    """Read a numeric parameter.

    Args:
        text: as received: `12`, `1.5E-3`, `10 MV`, `#HFF`, `MIN`, `MAXimum`.
        low: smallest value allowed; also what MINimum means.
        high: largest value allowed; also what MAXimum means.
        unit: unit that may follow, with or without a multiplier, such as "V"; empty allows none.
        words: values of further words such as `{"DEFault": 10.0}`.

    Raises:
        ScpiError: −109 empty, −104 not a number, −131 wrong unit, −138 no unit allowed, −222 out of range.
    """
    text = text.strip()
    if not text:
        raise ScpiError(-109)
    named = {
        **({"MINimum": low} if low is not None else {}),
        **({"MAXimum": high} if high is not None else {}),
    }
    for word, meaning in (*named.items(), *(words or {}).items()):
        if matches(word, text):
            return meaning
    value = _numeric(text, unit.upper())
    if (low is not None and value < low) or (high is not None and value > high):
        raise ScpiError(-222)
    return value


def boolean(text: str) -> bool:
    """Read `ON`, `OFF` or a number (which is true if it rounds to something else than 0)."""
    word = text.strip().upper()
    if word in {"ON", "OFF"}:
        return word == "ON"
    if not word:
        raise ScpiError(-109)
    if word[0].isalpha():
        raise ScpiError(-224)
    return abs(_numeric(word, "")) > 0.5  # noqa: PLR2004 - rounds to something else than 0


def choice(text: str, *words: str) -> str:
    """Read one of several words, given as `IMMediate`; gives the short form in capitals.

    Raises:
        ScpiError: −109 empty, −224 another word.
    """
    if not text.strip():
        raise ScpiError(-109)
    for word in words:
        if matches(word, text.strip()):
            return "".join(letter for letter in word if not letter.islower())
    raise ScpiError(-224)


def string(text: str) -> str:
    """Read a quoted string; a doubled quote stands for one (−151 if it is not quoted)."""
    text = text.strip()
    if len(text) < 2 or text[0] not in "\"'" or text[-1] != text[0]:  # noqa: PLR2004 - two quotes
        raise ScpiError(-151)
    return text[1:-1].replace(text[0] * 2, text[0])


def block(text: str) -> bytes:
    """Read a definite (`#15HELLO`) or indefinite (`#0HELLO`) block (−161 if it is not one)."""
    if len(text) >= 2 and text[0] == "#" and text[1].isdecimal():  # noqa: PLR2004 - "#" and a digit
        if text[1] == "0":
            return text[2:].encode("latin-1")
        start = 2 + int(text[1])
        digits = text[2:start]
        if digits.isdecimal() and len(text) == start + int(digits):
            return text[start:].encode("latin-1")
    raise ScpiError(-161)


def quoted(text: str) -> str:
    """Write a string response: quotes around it, quotes in it doubled."""
    return '"' + text.replace('"', '""') + '"'


def nr3(value: float, digits: int = 8) -> str:
    """Write a response in NR3: `+1.50000000E+00`, with so many digits behind the point."""
    return f"{value:+.{digits}E}"


def definite_block(data: bytes) -> str:
    """Write a definite-length block response: `#15HELLO` (latin-1 text)."""
    count = str(len(data))
    return f"#{len(count)}{count}{data.decode('latin-1')}"


def _numeric(text: str, unit: str) -> float:
    radix = _NON_DECIMAL.fullmatch(text)
    if radix is not None:
        try:
            return float(int(radix[2], _RADIX[radix[1].upper()]))
        except ValueError:
            raise ScpiError(-121) from None
        except OverflowError:
            return math.inf
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ScpiError(-121 if text[0].isdecimal() else -104)
    value = float("".join(found[1].split()))
    suffix = (found[2] or "").upper()
    if not suffix:
        return value
    if not unit:
        raise ScpiError(-138)
    for multiplier, factor in _MULTIPLIERS:
        if suffix == multiplier + unit:
            return value * (1e6 if multiplier == "M" and unit in _MEGA_UNITS else factor)
    raise ScpiError(-131)
