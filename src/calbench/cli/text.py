"""Plain tables and lines for the terminal; widths count East Asian characters as two cells."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Mapping, Sequence

import click

VERDICTS = {
    "pass": "pass",
    "fail": "FAIL",
    "indeterminate_pass": "pass?",
    "indeterminate_fail": "fail?",
    "not_evaluated": "—",
}
_COLOURS = {"pass": "green", "fail": "red", "indeterminate_pass": "yellow", "indeterminate_fail": "yellow"}


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset()
) -> str:
    """Lay out rows in columns; the columns of `right` are aligned to the right."""
    cells = [list(header), *([str(cell) for cell in row] for row in rows)]
    widths = [max(width(row[index]) for row in cells) for index in range(len(header))]
    lines = [
        "  ".join(_pad(cell, widths[i], right=i in right) for i, cell in enumerate(row)).rstrip()
        for row in cells
    ]
    return "\n".join([lines[0], "  ".join("─" * one for one in widths), *lines[1:]])


def width(text: str) -> int:
    """Give the number of terminal cells of a text."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def verdict(word: str) -> str:
    """Write a verdict, in colour where the terminal has it."""
    return (
        click.style(VERDICTS[word], fg=_COLOURS.get(word), bold=word == "fail")
        if coloured()
        else VERDICTS[word]
    )


def coloured() -> bool:
    """Tell whether colour is wanted: the output is a terminal, and NO_COLOR is not set (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def local(texts: Mapping[str, str]) -> str:
    """Give the text in the language of the terminal: Chinese where LANG says so, else English."""
    language = os.environ.get("CALBENCH_LANG") or os.environ.get("LANG", "")
    wanted = "zh" if language.startswith("zh") else "en"
    return texts.get(wanted) or texts.get("en") or next(iter(texts.values()), "")


def dump(content: object) -> None:
    """Write content for machines."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=1))


def duration(seconds: float) -> str:
    """Write a duration for people: `1 h 12 min`, `40 s`."""
    whole = round(seconds)
    if whole < 60:  # noqa: PLR2004 - seconds of a minute
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004 - minutes of an hour


def _pad(text: str, wanted: int, *, right: bool) -> str:
    space = " " * (wanted - width(text))
    return space + text if right else text + space
