"""What `make thorough` runs in full and `make test` in part: tests of minutes, each with a short form beside it."""

from __future__ import annotations

import os

import pytest

THOROUGH = bool(os.environ.get("THOROUGH"))
whole = pytest.mark.skipif(not THOROUGH, reason="THOROUGH=1 runs it; make thorough does")


def many(full: int, few: int) -> int:
    """Give how many cases are tried: `full` when everything is, `few` otherwise."""
    return full if THOROUGH else few
