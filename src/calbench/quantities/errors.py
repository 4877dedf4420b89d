"""What can be wrong with a unit, a quantity or an expression. All are also `ValueError`."""

from __future__ import annotations

from collections.abc import Iterable

from calbench.errors import CalbenchError

_SHOWN = 40


class QuantityError(CalbenchError, ValueError):
    """A text is no quantity, or a computation with quantities has no result."""

    def __init__(self, message: str, mend: str = "") -> None:
        self.message = message
        self.mend = mend
        super().__init__(f"{message}; {mend}" if mend else message)


class UnknownUnit(QuantityError):  # noqa: N818 - reads as a sentence where it is caught
    """The unit is not in the table; `mend` says which units come close."""


class DimensionError(QuantityError):
    """Two quantities cannot be added, subtracted or compared: the message names both sides."""


class ExpressionError(QuantityError):
    """An expression breaks the grammar, mixes dimensions, or has no value.

    Attributes:
        message: what is wrong.
        mend: what to do, or "".
        offset: character column in the text, from 0.
        length: how many characters are concerned, at least 1.
    """

    def __init__(self, message: str, offset: int, length: int = 1, mend: str = "") -> None:
        self.offset = offset
        self.length = max(length, 1)
        super().__init__(message, mend)


def shown(text: str) -> str:
    """Quote a text for a message: printable whatever it holds, and short."""
    short = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return "'" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in short) + "'"


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """Give `did you mean 'x' or 'y'?`, other letter case first, or "" when nothing comes close."""
    import difflib  # noqa: PLC0415 - only an error needs it

    candidates = list(dict.fromkeys(known))
    folded = text.casefold()
    close = [name for name in candidates if name.casefold() == folded and name != text]
    close += [
        name for name in difflib.get_close_matches(text, candidates, n=3, cutoff=0.6) if name not in close
    ]
    return f"did you mean {' or '.join(shown(name) for name in close[:3])}?" if close else ""
