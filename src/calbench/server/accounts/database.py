"""The file of accounts: SQLite in the state folder, one short transaction at a time."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from calbench.errors import UsageError

FILE = "accounts.sqlite"
APPLICATION = 0x63616C62  # "calb": the file says whose it is
VERSION = 1
_SCHEMA = """
CREATE TABLE accounts (
    name TEXT PRIMARY KEY, roles TEXT NOT NULL, password TEXT NOT NULL, created TEXT NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0, locked_until REAL NOT NULL DEFAULT 0,
    language TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE sessions (
    hash TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts(name), csrf TEXT NOT NULL,
    opened REAL NOT NULL, used REAL NOT NULL
) STRICT;
CREATE TABLE tokens (
    hash TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts(name), label TEXT NOT NULL, created TEXT NOT NULL
) STRICT;
CREATE TABLE audit (seq INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT;
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
"""


class Database:
    """The file, opened; several processes may have it open at once.

    Raises:
        UsageError: The file cannot be made or read, or is not one of accounts.
    """

    def __init__(self, state: Path) -> None:
        self.path = state / FILE
        self._lock = threading.RLock()
        try:
            state.mkdir(parents=True, exist_ok=True)
            if not self.path.exists():
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))  # its owner alone may read it
            self._connection = sqlite3.connect(
                self.path, timeout=10, isolation_level=None, check_same_thread=False
            )
            self._connection.executescript(
                "PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL; PRAGMA trusted_schema=OFF;"
            )
            self._begin()
        except (OSError, sqlite3.Error) as error:
            raise UsageError(
                f"{self.path} cannot be used: {error}. Choose another folder with --state."
            ) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection within a transaction: all of it is kept, or nothing."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Give all rows of a query."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _begin(self) -> None:
        with self.writing() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                for statement in _statements():
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id={APPLICATION}")
                connection.execute(f"PRAGMA user_version={VERSION}")
            elif (
                version != VERSION or connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION
            ):
                raise UsageError(f"{self.path} is not a file of accounts of this version.")


def _statements() -> list[str]:
    found, part = [], ""
    for line in _SCHEMA.strip().splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            found.append(part)
            part = ""
    return found
