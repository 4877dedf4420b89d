"""Plain tables and lines for the terminal; widths count East Asian characters as two cells."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Sequence
from itertools import zip_longest

import click

from calbench.cli.encoding import to_json
from calbench.cli.wording import word

NO_BREAK = "\N{NO-BREAK SPACE}"
"""Put it for a space at which `folded` is not to break."""
_NARROW = 20  # cells below which a column is not folded
_COLOURS = {"pass": "green", "fail": "red", "indeterminate_pass": "yellow", "indeterminate_fail": "yellow"}


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset()
) -> str:
    """Lay out rows in columns; the columns of `right` are aligned to the right."""
    cells = [list(header), *([str(cell) for cell in row] for row in rows)]
    widths = [max(width(row[index]) for row in cells) for index in range(len(header))]
    lines = [
        "  ".join(padded(cell, widths[i], right=i in right) for i, cell in enumerate(row)).rstrip()
        for row in cells
    ]
    return "\n".join([lines[0], "  ".join("─" * one for one in widths), *lines[1:]])


def folded(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows as `table`, with the widest columns broken at spaces until a line of the terminal holds a row."""
    columns = list(zip(header, *rows, strict=True))
    widths = [max(map(width, column)) for column in columns]
    least = [
        max(_NARROW, *(width(word) for cell in column for word in cell.split(" "))) for column in columns
    ]
    room = shutil.get_terminal_size().columns - 2 * (len(widths) - 1)
    while sum(widths) > room:
        widest = max(
            (one for one in range(len(widths)) if widths[one] > least[one]),
            key=widths.__getitem__,
            default=None,
        )
        if widest is None:
            break
        widths[widest] -= 1
    lines = [line for row in rows for line in zip_longest(*map(_broken, row, widths), fillvalue="")]
    return table(header, lines)


def _broken(cell: str, wanted: int) -> list[str]:
    """Break a cell at its spaces; a no-break space becomes a space afterwards."""
    lines = textwrap.wrap(cell, wanted, break_long_words=False, break_on_hyphens=False)
    return [line.replace(NO_BREAK, " ") for line in lines] or [""]


def width(text: str) -> int:
    """Give the number of terminal cells of a text."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def verdict(found: str) -> str:
    """Write a verdict, in colour where the terminal has it."""
    shown = word(found)
    return click.style(shown, fg=_COLOURS.get(found), bold=found == "fail") if coloured() else shown


def coloured() -> bool:
    """Tell whether colour is wanted: the output is a terminal, and NO_COLOR is not set (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def dump(content: object) -> None:
    """Write content for machines."""
    click.echo(to_json(content, indent=1))


def duration(seconds: float) -> str:
    """Write a duration for people: `1 h 12 min`, `40 s`."""
    whole = round(seconds)
    if whole < 60:  # noqa: PLR2004 - seconds of a minute
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004 - minutes of an hour


def padded(text: str, wanted: int, *, right: bool = False) -> str:
    """Pad a text with spaces to a number of terminal cells."""
    space = " " * (wanted - width(text))
    return space + text if right else text + space
