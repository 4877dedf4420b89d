"""What this program is: its version, and a hash over the modules that compute results."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from calbench import __version__
from calbench.documents.plan import Software

LEGALLY_RELEVANT = ("quantities", "metrology", "documents", "dcc", "traceability", "planning", "evaluation")
"""The packages whose code decides what a result is (WELMEC 7.2, P2 and U2: software identification)."""


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
