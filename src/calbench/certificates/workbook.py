"""The workbook of a record (Office Open XML, ECMA-376): written by openpyxl, packed so that its bytes do not change."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from calbench.certificates.sheets import Cell, Number, Sheet, sheets
from calbench.certificates.sheetwords import heading
from calbench.certificates.text import printable
from calbench.certificates.wording import LANGUAGES, Language, word
from calbench.documents.record import Record
from calbench.errors import UsageError

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST_CHARACTERS = 32_767
"""What a cell of a spreadsheet holds."""
MOST_DIGITS = 15
"""Digits that a double keeps of any decimal number, and that a spreadsheet shows."""
_FEWEST_WIDTH, _MOST_WIDTH = 6, 48
_COLOURS = {
    "pass": "E3F4E6",
    "fail": "FBE0DE",
    "indeterminate_pass": "FFF4D6",
    "indeterminate_fail": "FFE8CC",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_PACKED = (1980, 1, 1, 0, 0, 0)
_DATES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(?=</dcterms:)")


def workbook(record: Record, record_sha256: str, language: Language) -> bytes:
    """Give the workbook of a record in one language: results, values, budgets, readings, standards, integrity.

    Texts are stored as texts whatever they begin with, so that none becomes a formula. Nothing in the file depends on
    the time or the machine: its dates are the end of the run, it is packed without compression.

    Raises:
        UsageError: openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook  # noqa: PLC0415 - an extra: only those who want a workbook need it
    except ImportError as missing:
        raise UsageError(
            f"A workbook needs the package {missing.name!r}, which is not installed. Install it with "
            '`pip install "calbench[xlsx]"`, or write the results as csv.'
        ) from missing
    book = Workbook()
    book.remove(book.worksheets[0])
    simulated = " ".join(word("simulated", each) for each in LANGUAGES) if record.plan.simulated else ""
    for sheet in sheets(record, record_sha256, language):
        _fill(book, sheet, simulated, language)
    book.properties.creator = f"{record.software.name} {record.software.version}"
    book.properties.title = printable(f"{word('number', language)} {record.run.id}")
    book.properties.description = simulated
    raw = io.BytesIO()
    book.save(raw)
    return _packed(raw.getvalue(), record.run.ended)


def _fill(book: Workbook, sheet: Sheet, simulated: str, language: Language) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415 - as above
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - as above

    page: Any = book.create_sheet(sheet.name)
    bold, head = Font(bold=True), PatternFill("solid", fgColor="E8EDF3")
    above = [
        Alignment(wrap_text=True, vertical="top", horizontal="right" if numbers else "left")
        for numbers in _numeric(sheet)
    ]
    fills = {verdict: PatternFill("solid", fgColor=colour) for verdict, colour in _COLOURS.items()}
    verdict_at = sheet.columns.index(heading("verdict.column", language)) if _has_verdict(sheet) else -1
    for column, title in enumerate(sheet.columns, start=1):
        cell = page.cell(1, column)
        _put(cell, title, language)
        cell.font, cell.fill, cell.alignment = bold, head, above[column - 1]
    for place, line in enumerate(sheet.rows, start=2):
        for column, content in enumerate(line.cells, start=1):
            cell = page.cell(place, column)
            _put(cell, content, language)
            if column == verdict_at + 1 and line.verdict in fills:
                cell.fill = fills[line.verdict]
    for column, size in enumerate(_widths(sheet), start=1):
        page.column_dimensions[get_column_letter(column)].width = size
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(sheet.rows) + 1}"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage = (
        0,
        True,
    )  # all columns on one page
    page.print_title_rows = "1:1"
    if simulated:
        page.oddHeader.center.text = simulated
        page.sheet_properties.tabColor = "C00000"


def _numeric(sheet: Sheet) -> list[bool]:
    """Say which columns hold numbers."""
    return [
        any(isinstance(line.cells[at], Number) for line in sheet.rows) for at in range(len(sheet.columns))
    ]


def _has_verdict(sheet: Sheet) -> bool:
    return any(line.verdict for line in sheet.rows)


def _put(cell: Any, content: Cell, language: Language) -> None:  # noqa: ANN401 - a cell of openpyxl
    """Put a number as a number if a spreadsheet keeps its digits, everything else as text."""
    text = content.text if isinstance(content, Number) else content
    if not text:
        return
    if isinstance(content, Number):
        value = _decimal(text)
        if value is not None and (content.rounded or len(value.as_tuple().digits) <= MOST_DIGITS):
            # As text of a type that says number: openpyxl itself would write 16 digits, which is not every double.
            cell.value = repr(float(value)) if content.rounded else f"{value}"
            cell.data_type = "n"
            cell.number_format = "General" if content.rounded else _format(text, value)
            return
    shown = _cut(printable(text), language)
    # The type is set after the value: openpyxl takes a text that begins with = for a formula.
    cell.value = _ESCAPE.sub("_x005F_", shown)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = shown.startswith(_FORMULA) or text.startswith(_FORMULA)


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) <= 300 else None  # noqa: PLR2004 - what a double holds


def _format(text: str, value: Decimal) -> str:
    """Show a number with the digits that its text has, and with its sign if it has one."""
    exponent = value.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    if "e" in text.lower():
        digits = len(value.as_tuple().digits) - 1
        shown = f"0.{'0' * digits}E+00" if digits else "0E+00"
    else:
        shown = f"0.{'0' * places}" if places else "0"
    return f"+{shown};-{shown};{shown}" if text.startswith("+") else shown


def _cut(text: str, language: Language) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    told = heading("cut", language, length=f"{len(text)}", most=f"{MOST_CHARACTERS}")
    return text[: MOST_CHARACTERS - len(told) - 100] + told


def _widths(sheet: Sheet) -> list[float]:
    rows = [sheet.columns, *(_texts(line.cells) for line in sheet.rows)]
    longest = [max(_cells(text) for text in column) for column in zip(*rows, strict=True)]
    return [float(min(max(size + 2, _FEWEST_WIDTH), _MOST_WIDTH)) for size in longest]


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [cell.text if isinstance(cell, Number) else cell for cell in cells]


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text[:_MOST_WIDTH])


def _packed(raw: bytes, ended: str) -> bytes:
    """Pack the parts again in their order, with fixed times, and with the end of the run as the date of the file."""
    date = f"{ended[:19]}Z".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for entry in given.infolist():
            content = given.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _DATES.sub(rb"\g<1>" + date, content)
            part = zipfile.ZipInfo(entry.filename, _PACKED)
            part.external_attr = 0o600 << 16
            part.create_system = 3
            packed.writestr(part, content)
    return out.getvalue()
