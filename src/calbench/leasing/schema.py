"""The file of leases: its form, and how it is opened, made and refused.

SQLite with a rollback journal, never WAL: programs with different SQLite libraries may share the file, and versions
before 3.51.3 may damage one in WAL mode. It is written a few times a second at most.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

from calbench.errors import LeasesUnusable
from calbench.leasing.places import VARIABLE

BUSY = 5.0
"""Real seconds that one waits for another program to let go of the file."""
APPLICATION = 0x63624C31  # "cbL1": so that no other database is taken for it
VERSION = 1
_TABLES = (
    """CREATE TABLE lease (
        resource TEXT PRIMARY KEY, run TEXT NOT NULL, station TEXT NOT NULL, who TEXT NOT NULL,
        pid INTEGER NOT NULL, token TEXT NOT NULL, by TEXT NOT NULL, since TEXT NOT NULL,
        renewed TEXT NOT NULL, mono REAL NOT NULL CHECK (typeof(mono) = 'real')
    )""",
    """CREATE TABLE log (
        number INTEGER PRIMARY KEY, utc TEXT NOT NULL, did TEXT NOT NULL, resource TEXT NOT NULL,
        run TEXT NOT NULL, token TEXT NOT NULL, by TEXT NOT NULL, text TEXT NOT NULL
    )""",
)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Give the file, made if need be, within one transaction that nobody else writes in; it ends with the block.

    Raises:
        LeasesUnusable: It cannot be made, read or written.
    """
    with _clear_errors(path):
        made = _make(path)
        connection = _connect(path)
        try:
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute("BEGIN IMMEDIATE")
            _require_form(connection, path, make=made or path.stat().st_size == 0)
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        finally:
            connection.close()


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Give the file to read; None if there is none, or nothing in it yet.

    Raises:
        LeasesUnusable: It cannot be read.
    """
    with _clear_errors(path):
        if not path.exists() or path.stat().st_size == 0:
            yield None
            return
        connection = _connect(path)
        try:
            _require_form(connection, path, make=False)
            yield connection
        finally:
            connection.close()


def _make(path: Path) -> bool:
    """Make the file where there is none; whoever may write in a folder that was named for it, may write it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    if os.environ.get(VARIABLE) and os.name != "nt":  # on Windows a file has the rights of its folder anyway
        path.chmod(stat.S_IMODE(path.parent.stat().st_mode) & 0o666)
    return True


def _connect(path: Path) -> sqlite3.Connection:
    # to write, also where one only reads: what a process that was killed left half done must be taken back first;
    # where this user may only read, SQLite is content with that
    # without a transaction of its own (isolation_level None): ours begin where they must, and end
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=BUSY, isolation_level=None
    )
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _require_form(connection: sqlite3.Connection, path: Path, *, make: bool) -> None:
    found = tuple(
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    if found == (APPLICATION, VERSION):
        return
    if not make or found != (0, 0):
        raise LeasesUnusable(
            f"{path} is no file of leases of this version of calbench (application {found[0]}, version {found[1]}). "
            f"When no run is going on, move it away: a new one is made."
        )
    for table in _TABLES:
        connection.execute(table)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


@contextlib.contextmanager
def _clear_errors(path: Path) -> Iterator[None]:
    """Say what SQLite and the system say in a sentence with the file and what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        why, mend = (
            str(error),
            "Make sure that this user may write it and its folder, and that the disk has room.",
        )
        if "locked" in why:
            why, mend = (
                f"another program has kept it locked for {BUSY:g} s",
                "End that program; then try again.",
            )
        raise _unusable(path, why, mend) from error
    except sqlite3.DatabaseError as error:
        mend = "When no run is going on, move the file away: a new one is made."
        raise _unusable(path, f"it is damaged ({error})", mend) from error
    except OSError as error:
        mend = f"Make the folder usable, or name another one in {VARIABLE}."
        raise _unusable(path, error.strerror or str(error), mend) from error


def _unusable(path: Path, why: str, mend: str) -> LeasesUnusable:
    return LeasesUnusable(
        f"The leases of this machine, {path}, cannot be used: {why}. Nobody knows which instruments are in use, so "
        f"none is touched. {mend}"
    )
