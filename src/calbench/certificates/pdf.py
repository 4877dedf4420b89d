"""The certificate as PDF/A-3b, set by typst from a fixed template; the record travels inside it.

Texts reach the template as JSON through `sys.inputs` and are set as text: nothing of a record is ever source.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Literal

from calbench.certificates.content import Certificate
from calbench.certificates.glyphs import settable
from calbench.certificates.wording import word
from calbench.errors import UsageError

TEMPLATE = Path(__file__).parent / "typeset" / "certificate.typ"
# typst keeps what it computed until so many more documents were set, some 40 MB for each certificate; setting
# empty ones, which takes milliseconds, makes it let go.
_GENERATIONS = 11
_EMPTY = b"#set document(date: datetime(year: 2000, month: 1, day: 1))"
STANDARD: Literal["a-3b"] = "a-3b"


def pdf(content: Certificate, record_bytes: bytes) -> bytes:
    """Set a certificate. Its date is the end of the run, so that the same record gives the same bytes.

    Args:
        content: the certificate.
        record_bytes: what is attached as `record.json`: UTF-8, byte for byte.

    Raises:
        UsageError: typst or the fonts are not installed.
    """
    try:
        import pylopdf_fonts_zh_cn  # noqa: PLC0415 - an extra: only those who want a PDF need it
        import typst  # noqa: PLC0415 - as above
    except ImportError as missing:
        raise UsageError(
            f"A PDF needs the package {missing.name!r}, which is not installed. Install it with "
            '`pip install "calbench[pdf]"`, or write the certificate as html.'
        ) from missing
    font = pylopdf_fonts_zh_cn.sans_path()
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(font.parent)]
    )
    set_by = partial(
        typst.compile,
        root=str(TEMPLATE.parent),
        font_paths=fonts,
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=[STANDARD],
    )
    inputs = {
        "content": settable(json.dumps(asdict(content), ensure_ascii=False), font),
        "record": record_bytes.decode("utf-8"),
        "attachment": word("attachment", content.language),
    }
    compiled = set_by(str(TEMPLATE), sys_inputs=inputs)
    for _ in range(_GENERATIONS):
        set_by(_EMPTY)
    if not isinstance(compiled, bytes):
        raise TypeError(f"typst gave {type(compiled).__name__}, not the bytes of one PDF.")
    return compiled
