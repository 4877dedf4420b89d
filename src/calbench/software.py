"""What this program is: its version, a hash over the modules that compute results, and one over those that lay out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from calbench import __version__
from calbench.documents.origin import Software
from calbench.errors import UsageError

LEGALLY_RELEVANT = ("quantities", "metrology", "documents", "dcc", "traceability", "planning", "evaluation")
"""The packages whose code decides what a result is (WELMEC 7.2, P2 and U2: software identification)."""
LAYING_OUT = ("quantities", "documents", "dcc", "certificates")
"""The packages whose code decides which bytes a certificate of a record has."""
SETTING = ("typst", "pylopdf-fonts-zh-cn", "segno")
"""The packages of others that decide it for a PDF: what sets it, its fonts, and its QR code."""


@cache
def software() -> Software:
    """Give name, version and id; the id changes with any byte of a module that computes results."""
    total = hashlib.sha256()
    package = Path(__file__).parent
    for name in LEGALLY_RELEVANT:
        for path in sorted((package / name).glob("*.py")):
            total.update(f"{name}/{path.name}\0".encode())
            total.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return Software(name="calbench", version=__version__, id=total.hexdigest()[:16])


@cache
def layout(kind: Literal["dcc", "pdf"]) -> str:
    """Give the id of how a record is laid out as DCC or as PDF: 16 hexadecimal digits.

    As long as it is the same, a record gives the same file, to the byte, whatever program computed the record.

    Raises:
        UsageError: A package that sets a PDF is not installed.
    """
    total = hashlib.sha256(kind.encode())
    package = Path(__file__).parent
    for path in _laying_out(package, ("*.py", "*.typ") if kind == "pdf" else ("*.py",)):
        total.update(f"{path.relative_to(package).as_posix()}\0".encode())
        total.update(path.read_bytes().replace(b"\r\n", b"\n"))
    for name in SETTING if kind == "pdf" else ():
        total.update(f"{name} {_version(name)}\0".encode())
    return total.hexdigest()[:16]


def _laying_out(package: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    for name in LAYING_OUT:
        found = [path for pattern in patterns for path in (package / name).rglob(pattern)]
        yield from sorted(found, key=lambda path: path.as_posix())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        raise UsageError(
            f"A PDF needs the package {name!r}, which is not installed. Install it with "
            '`pip install "calbench[pdf]"`.'
        ) from None
