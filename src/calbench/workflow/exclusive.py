"""Appending to a file that several processes may append to: one at a time, and nothing is overwritten.

POSIX locks the file by `flock`, Windows a byte far beyond its end by `msvcrt`, as a locked byte cannot be read there.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_BEYOND = 1 << 30


@contextlib.contextmanager
def exclusively(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading and appending as long as a `with` block lasts; others wait. It is made if missing.

    Raises:
        OSError: It cannot be opened; on Windows also where another process holds it for over 10 s.
    """
    with path.open("a+b") as file:
        _lock(file)
        try:
            file.seek(0)
            yield file
            file.flush()
            os.fsync(file.fileno())
        finally:
            _unlock(file)


def _lock(file: BinaryIO) -> None:
    if sys.platform == "win32":
        file.seek(_BEYOND)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
    else:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)


def _unlock(file: BinaryIO) -> None:
    if sys.platform == "win32":
        file.seek(_BEYOND)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
