"""Digital calibration certificates (DCC 3.0 to 3.3 with D-SI): their content, and how it is read and written.

Other packages: `calbench.certificates.digital` makes one from a record, `calbench.authoring` lets assets name one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calbench.dcc.content import Certificate
    from calbench.dcc.reading import read, read_file
    from calbench.dcc.writing import write

__all__ = ["Certificate", "read", "read_file", "write"]
_HOME_OF = {"Certificate": "content", "read": "reading", "read_file": "reading", "write": "writing"}
"""The module of each name: loaded when it is first used, for a run without such a certificate needs none of it."""


def __getattr__(name: str) -> object:
    """Load the module of a name when it is first asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = found
    return found
