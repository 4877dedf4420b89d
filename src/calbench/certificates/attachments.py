"""What travels inside a PDF, read back: the files, and the language of its pages. Files of strangers are bounded."""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from calbench.certificates.pdf import LAYOUT
from calbench.errors import IntegrityFailure, UsageError

MOST_BYTES = 64 * 1024 * 1024
_MOST_FILES = 20
_TYPST = re.compile(rb"Typst \d+\.\d+\.\d+")


@dataclass(frozen=True)
class Contents:
    """The files of a PDF by their names, its language, the program that set it, and the id of its layout."""

    files: dict[str, bytes]
    language: str
    typeset_by: str
    layout: str = ""


def contents(data: bytes) -> Contents:
    """Read what travels in a PDF.

    Raises:
        IntegrityFailure: It is no PDF that can be read, or holds too much.
        UsageError: pyHanko is not installed.
    """
    try:
        from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415 - an extra: only those who verify a PDF need it
        from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - as above
    except ImportError as missing:
        raise UsageError(
            f'Reading a PDF needs the package {missing.name!r}: pip install "calbench[signatures]".'
        ) from missing
    if len(data) > MOST_BYTES:
        raise IntegrityFailure(f"the PDF has {len(data)} bytes; certificates have at most {MOST_BYTES}")
    try:
        with _silent():
            reader = PdfFileReader(BytesIO(data))
            root = reader.root
            listed = root["/Names"]["/EmbeddedFiles"]["/Names"] if "/Names" in root else []
            if len(listed) > 2 * _MOST_FILES:
                raise IntegrityFailure(
                    f"there are {len(listed) // 2} files in the PDF; certificates have few"
                )
            if len({str(listed[at]) for at in range(0, len(listed), 2)}) * 2 != len(listed):
                raise IntegrityFailure("two files in the PDF have the same name")
            files = {str(listed[at]): _bytes(listed[at + 1]["/EF"]["/F"]) for at in range(0, len(listed), 2)}
            language = str(root.get("/Lang", ""))
            keywords = str(reader.trailer["/Info"].get("/Keywords", "")) if "/Info" in reader.trailer else ""
    except (
        PdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        zlib.error,
    ) as error:
        raise IntegrityFailure(f"the PDF cannot be read: {str(error)[:100]}") from error
    laid_out = keywords.removeprefix(LAYOUT) if keywords.startswith(LAYOUT) else ""
    return Contents(files, language, typeset_by(data), laid_out)


@contextmanager
def _silent() -> Iterator[None]:
    """Keep pyHanko from writing to the terminal what it finds odd in an altered file: checks say what is wrong."""
    logger = logging.getLogger("pyhanko.pdf_utils")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def typeset_by(data: bytes) -> str:
    """Give the typesetting program with its version, as the file says; empty if it says nothing."""
    found = _TYPST.search(data)
    return found[0].decode("ascii") if found else ""


def _bytes(stream: Any) -> bytes:  # noqa: ANN401 - of pyhanko
    """Give the bytes of an embedded file; unpacked by hand, because a few bytes can unpack to gigabytes."""
    packed: bytes = stream.encoded_data
    named = stream.get("/Filter")
    if named is None:
        return packed
    if str(named) != "/FlateDecode":
        raise IntegrityFailure(f"a file in the PDF is packed by {named}, which is not read here")
    unpacking = zlib.decompressobj()
    found = unpacking.decompress(packed, MOST_BYTES)
    if unpacking.unconsumed_tail or not unpacking.eof:
        raise IntegrityFailure("a file in the PDF is too large, or cut off")
    return found
