"""The audit log: who signed in, who told a run what, who changed an account; append-only, each line chained."""

from __future__ import annotations

import json
import sqlite3

from calbench.clock import Clock
from calbench.documents.canonical import ZEROS, canonical, sha256
from calbench.errors import IntegrityFailure
from calbench.server.accounts.database import Database

LONGEST = 2000  # characters of one value


class Audit:
    """Writes lines and gives them back."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def note(self, what: str, by: str, **about: str) -> None:
        """Append a line in a transaction of its own."""
        with self._database.writing() as connection:
            self.note_in(connection, what, by, **about)

    def note_in(self, connection: sqlite3.Connection, what: str, by: str, **about: str) -> None:
        """Append a line in a transaction that is open: what is done and what is said of it are kept together."""
        last = connection.execute("SELECT seq, line FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
        seq, prev = (1, ZEROS) if last is None else (last[0] + 1, sha256(str(last[1]).encode()))
        line = canonical(
            {
                "seq": seq,
                "prev": prev,
                "t_utc": f"{self._clock.utc().isoformat(timespec='milliseconds').removesuffix('+00:00')}Z",
                "what": what,
                "by": by,
                "about": {name: text[:LONGEST] for name, text in about.items()},
            }
        )
        connection.execute("INSERT INTO audit VALUES (?, ?)", (seq, line.decode()))

    def lines(self, most: int = 1000) -> list[dict[str, object]]:
        """Give the newest lines, oldest first, after checking the chain of the whole log.

        Raises:
            IntegrityFailure: A line was altered, taken away or put in.
        """
        prev, found = ZEROS, []
        for number, (seq, line) in enumerate(
            self._database.rows("SELECT seq, line FROM audit ORDER BY seq"), 1
        ):
            content = json.loads(str(line))
            if seq != number or content["seq"] != number or content["prev"] != prev:
                raise IntegrityFailure(f"Line {number} of the audit log does not follow from the one before.")
            prev = sha256(str(line).encode())
            found.append(content)
        return found[-most:]
