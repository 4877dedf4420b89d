"""What to write instead: the closest allowed word, or the list of allowed words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

MOST_LISTED = 12
_SHOWN = 40


def shown(value: object) -> str:
    """Quote a value for a message: short, on one line, and with invisible characters made visible."""
    text = str(value)
    short = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return "'" + "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in short) + "'"


def listed(words: Sequence[str], last: str = "or") -> str:
    """Write `a, b or c`; after twelve words an ellipsis."""
    if len(words) > MOST_LISTED:
        return ", ".join(words[:MOST_LISTED]) + ", …"
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else "nothing"


def closest(word: str, allowed: Iterable[str]) -> str | None:
    """Give the allowed word that was probably meant, or None.

    Letter case, spaces, `-` and `_` count for nothing; apart from that, at least six tenths must agree.
    """
    by_form: dict[str, str] = {}
    for candidate in allowed:
        by_form.setdefault(_form(candidate), candidate)
    form = _form(word)
    if form in by_form:
        return by_form[form]
    found = difflib.get_close_matches(form, by_form, n=1, cutoff=0.6)
    return by_form[found[0]] if found else None


def mend(word: str, allowed: Sequence[str]) -> str:
    """Give `did you mean 'x'?`, else what is allowed."""
    match = closest(word, allowed)
    if match is not None:
        return f"did you mean {shown(match)}?"
    return f"allowed here: {listed(allowed, 'and')}" if allowed else "remove it: nothing is allowed here"


def _form(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
