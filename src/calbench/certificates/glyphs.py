"""Characters that the fonts of the PDF cannot show, as `[U+1F600]`: PDF/A forbids a missing glyph."""

from __future__ import annotations

import struct
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path

# What the fallback font (DejaVu Sans Mono, part of typst) adds: Latin Extended-A for names, raised and
# lowered digits for units; its file cannot be asked, so a test sets each of these characters.
FALLBACK = ((0x0100, 0x017F), (0x2070, 0x2071), (0x2074, 0x208E))
_FORMAT_12 = 12


@lru_cache(maxsize=4)
def covered(font: Path) -> tuple[tuple[int, int], ...]:
    """Read which code points an OpenType font has a glyph for: first and last of each range, in order.

    Source: OpenType specification, tables `cmap`, format 12.

    Raises:
        ValueError: The font has no such table.
    """
    data = font.read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    for tag, _, start, _ in struct.iter_unpack(">4sIII", data[12 : 12 + 16 * tables]):
        if tag != b"cmap":
            continue
        (count,) = struct.unpack_from(">H", data, start + 2)
        for _, _, offset in struct.iter_unpack(">HHI", data[start + 4 : start + 4 + 8 * count]):
            at = start + offset
            if struct.unpack_from(">H", data, at)[0] == _FORMAT_12:
                (groups,) = struct.unpack_from(">I", data, at + 12)
                ranges = struct.iter_unpack(">III", data[at + 16 : at + 16 + 12 * groups])
                return tuple((first, last) for first, last, _ in ranges)
    raise ValueError(f"{font.name} has no character table of format 12.")


def settable(text: str, font: Path) -> str:
    """Give the text with every character that cannot be set as its code point in brackets."""
    ranges = (*covered(font),)
    return "".join(
        c if c.isascii() or _known(ord(c), ranges) else f"[U+{ord(c):04X}]" for c in _composed(text)
    )


def _composed(text: str) -> str:
    """Compose letters with their accents: the font has `é`, not the accent alone."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _known(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    index = bisect_right(ranges, (code, 0x10FFFF)) - 1
    if index >= 0 and ranges[index][0] <= code <= ranges[index][1]:
        return True
    return any(first <= code <= last for first, last in FALLBACK)
