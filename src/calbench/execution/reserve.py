"""Room on the disk that is kept for the last lines of a journal, and given back when the disk is full.

Without it a full disk would keep a run from writing how it ended, although its outputs were made safe.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

RESERVE = "reserve.bin"
"""Its file; a run whose process died leaves it, and it is of no use then."""
SIZE = 131_072
"""Bytes; the last lines of a run with 48 units and 50 sources take some 40,000: see decision 43."""
_FULL = frozenset(
    getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG", "WSAEDQUOT") if hasattr(errno, name)
)


def make_reserve(folder: Path) -> None:
    """Take the room, if it is not there already.

    Raises:
        OSError: The disk does not give it.
    """
    path = folder / RESERVE
    if path.exists() and path.stat().st_size == SIZE:
        return
    try:
        with path.open("wb") as file:
            file.write(os.urandom(SIZE))  # what can be compressed would keep less than it seems to
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        release(folder)
        raise


@contextlib.contextmanager
def keeping_room(folder: Path) -> Iterator[None]:
    """Keep room for the end of a journal as long as a `with` block lasts.

    Raises:
        OSError: The disk does not give it.
    """
    make_reserve(folder)
    try:
        yield
    finally:
        release(folder)


def release(folder: Path) -> None:
    """Give the room back; nothing happens if that was done, by the guard for instance."""
    with contextlib.suppress(OSError):
        (folder / RESERVE).unlink(missing_ok=True)


def says_full(error: OSError) -> bool:
    """Tell whether an error says that the disk, or what one may use of it, is full."""
    return error.errno in _FULL
