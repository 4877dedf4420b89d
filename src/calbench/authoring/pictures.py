"""Pictures of prompts: which files are one, by their content."""

from __future__ import annotations

import re
from xml.parsers import expat

MOST = 5 * 1024 * 1024
"""Bytes of a picture."""
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_DECLARED = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def picture_problem(data: bytes, name: str) -> str | None:
    """Say why a file is not the picture that its name says; None if it is.

    An SVG must be well-formed, have `svg` as its root, and declare no entities. It may still hold scripts: whoever
    shows one on a page serves it as an image, see `docs/how-to/answer-prompts.md`.
    """
    if len(data) > MOST:
        return f"it has more than {MOST} bytes"
    kind = name.lower().rpartition(".")[2]
    if kind == "png":
        return None if data.startswith(_PNG) and data[12:16] == b"IHDR" else "its content is no PNG"
    if kind in ("jpg", "jpeg"):
        return None if data.startswith(_JPEG) else "its content is no JPEG"
    return _svg_problem(data)


def _svg_problem(data: bytes) -> str | None:
    if _DECLARED.search(data):
        return "it declares a document type or entities, which no picture needs"
    roots: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, _attributes: roots.append(name) if not roots else None
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        return f"its content is no SVG: {error}"
    return (
        None
        if roots == ["http://www.w3.org/2000/svg svg"]
        else "its content is no SVG: its root is another element"
    )
