"""The certificate as PDF/A-3b, set by typst from a fixed template; the record travels inside it.

Texts reach the template as JSON through `sys.inputs` and are set as text: nothing of a record is ever source.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from calbench.certificates.content import Certificate
from calbench.certificates.glyphs import settable
from calbench.certificates.wording import Language, word
from calbench.errors import UsageError
from calbench.software import layout

TEMPLATE = Path(__file__).parent / "typeset" / "certificate.typ"
# typst keeps what it computed until so many more documents were set, some 40 MB for each certificate; setting
# empty ones, which takes milliseconds, makes it let go.
_GENERATIONS = 11
_EMPTY = b"#set document(date: datetime(year: 2000, month: 1, day: 1))"
RECORD, ISSUE, DCC = "record.json", "issue.json", "certificate.xml"
LAYOUT = "calbench layout "
"""How the keyword of a PDF begins that says by which layout it was set."""
STANDARD: Literal["a-3b"] = "a-3b"


@dataclass(frozen=True)
class Attached:
    """What travels inside a PDF, byte for byte, each UTF-8: the record, the issue and the digital certificate."""

    record: bytes
    issue: bytes | None = None
    dcc: bytes | None = None

    def files(self, language: Language) -> list[dict[str, str]]:
        """Give what PDF says of each file (ISO 19005-3, 6.8): what the page was made from is its source."""
        known = (
            (RECORD, self.record, "source", "application/json", "attachment"),
            (ISSUE, self.issue, "data", "application/json", "attachment.issue"),
            (DCC, self.dcc, "data", "application/xml", "attachment.dcc"),
        )
        return [
            {"name": name, "relationship": relation, "mime": mime, "description": word(says, language)}
            for name, data, relation, mime, says in known
            if data is not None
        ]

    def inputs(self) -> dict[str, str]:
        """Give the texts by the names of the files."""
        each = {RECORD: self.record, ISSUE: self.issue, DCC: self.dcc}
        return {name: data.decode("utf-8") for name, data in each.items() if data is not None}


def pdf(content: Certificate, attached: Attached) -> bytes:
    """Set a certificate. Its date is the end of the run, so that the same record gives the same bytes.

    Args:
        content: the certificate.
        attached: what travels inside.

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
        "layout": f"{LAYOUT}{layout('pdf')}",
        "files": json.dumps(attached.files(content.language), ensure_ascii=False),
        **attached.inputs(),
    }
    compiled = set_by(str(TEMPLATE), sys_inputs=inputs)
    for _ in range(_GENERATIONS):
        set_by(_EMPTY)
    if not isinstance(compiled, bytes):
        raise TypeError(f"typst gave {type(compiled).__name__}, not the bytes of one PDF.")
    return compiled
