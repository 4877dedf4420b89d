"""The QR code of a certificate: the head of the journal, to be read from the paper and compared.

Its text is `CALBENCH1:STATION:RUN:LINES:HEAD`: the version of this text, the id of the station, the name of the run,
the number of lines of its journal, and the SHA-256 of the last line, without its line end, in hexadecimal. Whoever
has a journal can check it with nothing but SHA-256.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from calbench.certificates.content import Code
from calbench.certificates.text import printable
from calbench.certificates.wording import Language, word
from calbench.documents.record import Record

VERSION = "CALBENCH1"
_QUIET = 4  # modules of white around it (ISO/IEC 18004, 6.3.8)
_LEVEL = "m"  # survives damage to 15 % of it


def code_text(record: Record) -> str:
    """Give the text of the code."""
    journal = record.journal
    run = record.run.id.removesuffix(f"-{record.plan.uut.position}") if record.plan.of_run else record.run.id
    return f"{VERSION}:{record.plan.station}:{run}:{journal.lines}:{journal.head}"


def code(record: Record, language: Language) -> Code:
    """Give the code of a record: the same record, the same modules."""
    text = code_text(record)
    rows = _modules(text)
    return Code(
        text=printable(text),
        caption=word("code.says", language),
        alt=word("code.alt", language, text=printable(text)),
        size=len(rows),
        path="".join(_row(row, y) for y, row in enumerate(rows)),
    )


@lru_cache(maxsize=8)
def _modules(text: str) -> list[tuple[bool, ...]]:
    """Give which modules are dark, by rows; page and PDF in each language have the same."""
    import segno  # noqa: PLC0415 - only certificates need it

    made = segno.make_qr(text, error=_LEVEL, boost_error=False)
    return [tuple(map(bool, row)) for row in made.matrix_iter(border=_QUIET)]


def _row(row: tuple[bool, ...], y: int) -> str:
    """Draw the dark modules of a row as rectangles, in the language of SVG paths."""
    parts, x = [], 0
    for dark, run in groupby(row):
        width = len(list(run))
        if dark:
            parts.append(f"M{x} {y}h{width}v1h-{width}z")
        x += width
    return "".join(parts)
