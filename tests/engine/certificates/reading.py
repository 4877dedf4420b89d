"""Reads the text of a PDF through the ToUnicode tables of its fonts, as a viewer does when text is copied."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf


def pages(data: bytes) -> list[str]:
    """Give the text of each page without white space, which depends on how lines break."""
    return ["".join(text.split()) for text in raw_pages(data)]


def raw_pages(data: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [_text(page, page.Resources) for page in pdf.pages]


def right_ends(data: bytes) -> list[float]:
    """Give where each run of upright text ends, in points from the left edge of its page."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [end for page in pdf.pages for end in _ends(page)]


def _ends(page: Any) -> list[float]:
    widths = {str(name): _widths(font) for name, font in dict(page.Resources.Font).items()}
    found: list[float] = []
    matrix, font, size = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], "", 0.0
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "cm":
                matrix = [float(number) for number in operands]
            case "Tf":
                font, size = str(operands[0]), float(operands[1])
            case "Tj" | "TJ" if matrix[1] == 0:
                whole = operands[0] if str(instruction.operator) == "TJ" else [operands[0]]
                codes = b"".join(bytes(part) for part in whole if isinstance(part, pikepdf.String))
                pairs = (codes[at : at + 2] for at in range(0, len(codes), 2))
                found.append(matrix[4] + sum(widths[font].get(code, 1000.0) for code in pairs) / 1000 * size)
    return found


def _widths(font: Any) -> dict[bytes, float]:
    """Read the glyph widths of a composite font (ISO 32000-1, 9.7.4.3), in thousandths of its size."""
    found: dict[bytes, float] = {}
    given = list(font.DescendantFonts[0].W)
    while given:
        first = int(given.pop(0))
        if isinstance(given[0], pikepdf.Array):
            several = list(given.pop(0))
        else:
            last, width = int(given.pop(0)), given.pop(0)
            several = [width] * (last - first + 1)
        found |= {(first + step).to_bytes(2, "big"): float(width) for step, width in enumerate(several)}
    return found


def _text(stream: Any, resources: Any) -> str:
    fonts = {str(name): _table(font) for name, font in dict(resources.get("/Font", {})).items()}
    found: list[str] = []
    table: dict[bytes, str] = {}
    for instruction in pikepdf.parse_content_stream(stream):
        operands: Any = instruction.operands
        operator = instruction.operator
        if str(operator) == "Tf":
            table = fonts[str(operands[0])]
        elif str(operator) == "Tj":
            found.append(_decoded(bytes(operands[0]), table))
        elif str(operator) == "TJ":
            found += [
                _decoded(bytes(part), table) for part in operands[0] if isinstance(part, pikepdf.String)
            ]
        elif str(operator) == "Do":
            form = resources["/XObject"][str(operands[0])]
            if form.get("/Subtype") == "/Form":
                found.append(_text(form, form.get("/Resources", resources)))
    return "".join(found)


def _table(font: Any) -> dict[bytes, str]:
    text = font.ToUnicode.read_bytes().decode("ascii")
    pairs: dict[bytes, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL):
        for code, character in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            pairs[bytes.fromhex(code)] = bytes.fromhex(character).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.DOTALL):
        for first, last, start in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                code = (int(first, 16) + step).to_bytes(len(first) // 2, "big")
                pairs[code] = chr(int(start, 16) + step)
    return pairs


def _decoded(data: bytes, table: dict[bytes, str]) -> str:
    return "".join(table.get(data[at : at + 2], "\ufffd") for at in range(0, len(data), 2))
