"""Pages that a command writes on request: whether they can be written is known before hours of work, not after."""

from __future__ import annotations

from pathlib import Path

from calbench.errors import UsageError


def check_writable(path: Path) -> None:
    """Look whether a file can be written; what is in it stays, and what was not there is not left behind.

    Raises:
        UsageError: It cannot: its folder is not there, or may not be written.
    """
    new = not path.exists()
    try:
        with path.open("ab"):
            pass
        if new:
            path.unlink()
    except OSError as error:
        raise _refused(path, error) from error


def write(path: Path, content: bytes) -> None:
    """Write a file.

    Raises:
        UsageError: It cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> UsageError:
    return UsageError(f"{path} cannot be written: {error.strerror or error}")
