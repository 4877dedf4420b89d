"""SQLite as the index uses it: how a file is opened, what is ours, and what becomes of one that is not."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Literal

from calbench.archive import schema

FILE = "index.sqlite"
ASIDE = "index.sqlite.aside"
"""What a file is called that stood in the place of the index and was not surely ours."""
WAIT = 60.0
"""Seconds that one process waits for another which writes."""
_BESIDE = ("-journal", "-wal", "-shm")
_MAGIC, _APPLICATION_AT = b"SQLite format 3\0", 68  # sqlite.org/fileformat2.html, 1.3
_NOT_NOW = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_AUTH,
    }
)
_FIXED = (((3, 44, 6), (3, 45)), ((3, 50, 7), (3, 51)), ((3, 51, 3), (99,)))


class Unusable(Exception):  # noqa: N818 - reads as a sentence where it is caught
    """The file is not an index of this version: it is made anew."""


def journal_mode(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> Literal["WAL", "TRUNCATE"]:
    """Give the journal mode that is safe with a version of SQLite.

    From 3.7.0 to 3.51.2 a checkpoint of one connection beside a commit of another may damage a file in WAL mode
    (sqlite.org/wal.html, "The WAL-reset bug"; mended in 3.51.3, 3.50.7 and 3.44.6).
    """
    return "WAL" if any(first <= version < end for first, end in _FIXED) else "TRUNCATE"


def connect(path: Path | None) -> sqlite3.Connection:
    """Open the index, or one in memory for None; makes the tables if the file is new. To be closed by the caller.

    Raises:
        Unusable: It is foreign, or of another version.
        sqlite3.DatabaseError: It is damaged, or cannot be had: see `cannot_be_had`.
    """
    connection = sqlite3.connect(
        ":memory:" if path is None else path, timeout=WAIT, isolation_level=None, check_same_thread=False
    )
    try:
        connection.row_factory = sqlite3.Row
        connection.create_function("folded", 1, _folded, deterministic=True)
        connection.create_function("concat_words", -1, _words, deterministic=True)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA mmap_size = 0")
        connection.execute(f"PRAGMA journal_mode = {journal_mode()}")
        connection.execute("PRAGMA synchronous = FULL")
        _require_ours(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def cannot_be_had(error: Exception) -> bool:
    """Tell whether the file may be sound, but cannot be opened or written now: rights, a full disk, locked."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_NOW


def reason(error: Exception) -> str:
    """Say why a file is no usable index."""
    return str(error) if isinstance(error, Unusable) else f"it is damaged ({error})"


def _require_ours(connection: sqlite3.Connection) -> None:
    if _tables(connection) is None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _tables(connection) is None:  # nobody else was quicker
                for statement in schema.statements():
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {schema.APPLICATION}")
                connection.execute(f"PRAGMA user_version = {schema.VERSION}")
        finally:
            connection.execute("COMMIT")
    whose = connection.execute("PRAGMA application_id").fetchone()[0]
    if whose != schema.APPLICATION:
        raise Unusable("it is a database of something else")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != schema.VERSION or _tables(connection) != schema.names():
        raise Unusable("it was written by another version")


def _tables(connection: sqlite3.Connection) -> set[str] | None:
    """Give the names of the tables; None for a file in which nothing is yet."""
    found = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if found or connection.execute("PRAGMA application_id").fetchone()[0]:
        return found
    return None


def _words(*texts: object) -> str:
    return "\n".join(
        str(text) for text in texts if text
    )  # what is looked for has no line end: nothing fits across two


def _folded(text: object) -> str:
    return str(text).casefold()


def set_aside(path: Path) -> str:
    """Take away a file that is no usable index, and say what became of it; one that is not ours is kept.

    Raises:
        OSError: It cannot be moved; on Windows while another process has it open.
    """
    with contextlib.suppress(FileNotFoundError):  # another process was quicker
        with path.open("rb") as file:
            head = file.read(_APPLICATION_AT + 4)
        ours = head.startswith(_MAGIC) and head[_APPLICATION_AT:] == schema.APPLICATION.to_bytes(4, "big")
        for end in _BESIDE:  # else it would be rolled back into the new file
            path.with_name(path.name + end).unlink(missing_ok=True)
        if ours:
            path.unlink()
            return ""
        path.replace(path.with_name(ASIDE))
        return f"; what was there is kept as {ASIDE}"
    return ""
