"""The index of a folder of runs: brought up to date whenever it is asked, and made anew whenever it is not sound."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from calbench.archive import schema
from calbench.archive.engine import FILE, Unusable, cannot_be_had, connect, reason, set_aside
from calbench.archive.living import living
from calbench.archive.looking import folders, stamp
from calbench.archive.rows import Page, ResultRow, RunRow, Wanted
from calbench.archive.selecting import LIVE, query
from calbench.clock import Clock, RealClock
from calbench.errors import UsageError

T = TypeVar("T")
Runs = list[RunRow]
Results = list[ResultRow]
_TRIES = 3


@dataclass(frozen=True)
class Refreshed:
    """What was done: how many runs there are, which were read, how many are gone; `said` if the index was no use."""

    runs: int
    read: tuple[str, ...]
    gone: int
    said: str = ""


class Index:
    """The runs in one folder. May be used by several threads, and by several processes at a time.

    Every question looks at all folders first and reads those that changed. Runs lie directly in the folder; what
    lies deeper is not looked at. Nothing here raises because a run is damaged: its row says what is wrong.

    Args:
        runs: The folder.
        clock: Tells what was written a moment ago; None for that of the machine.

    Raises:
        UsageError: There is no such folder.
    """

    def __init__(self, runs: Path, clock: Clock | None = None) -> None:
        if not runs.is_dir():
            raise UsageError(f"{runs} is no folder: give the one that holds the runs.")
        self._runs = runs
        self._clock = clock or RealClock()

    def refresh(self) -> Refreshed:
        """Read what changed since the last time."""
        return self._ask(lambda _: None)[1]

    def rebuild(self) -> Refreshed:
        """Read every run anew."""
        return self._ask(lambda _: None, anew=True)[1]

    def list(self, wanted: Wanted | None = None) -> Runs:
        """Give the runs that are wanted, newest first.

        Raises:
            UsageError: A text of `wanted` is too long.
        """
        wanted = wanted or Wanted()
        text, values = query(wanted)

        def found(connection: sqlite3.Connection) -> Runs:
            return [schema.run_of(connection, row) for row in connection.execute(text, values).fetchall()]

        rows = [living(self._runs, row) for row in self._ask(found)[0]]
        return [row for row in rows if not wanted.status or row.status in wanted.status]

    def page(self, wanted: Wanted, first: int, most: int) -> Page:
        """Give some of the runs that are wanted, newest first, from number `first` (from 0).

        Raises:
            UsageError: A text of `wanted` is too long.
        """
        text, values = query(wanted)
        ask_all = any(
            one in LIVE for one in wanted.status
        )  # which of the open ones are meant, only these can say
        part = slice(None) if ask_all else slice(first, first + most)

        def found(connection: sqlite3.Connection) -> tuple[Runs, int, tuple[str, ...], tuple[str, ...]]:
            rows = connection.execute(text, values).fetchall()
            runs = [schema.run_of(connection, row) for row in rows[part]]
            return runs, len(rows), _known(connection, "station"), _known(connection, "procedure")

        runs, number, stations, procedures = self._ask(found)[0]
        runs = [living(self._runs, row) for row in runs]
        if ask_all:
            runs = [row for row in runs if row.status in wanted.status]
            number, runs = len(runs), runs[first : first + most]
        return Page(tuple(runs), number, stations, procedures)

    def get(self, name: str) -> RunRow:
        """Give the run of this folder or id.

        Raises:
            UsageError: There is none, or several have this id.
        """
        return living(self._runs, self._ask(lambda connection: self._one(connection, name))[0])

    def results(self, name: str) -> Results:
        """Give the results of the run of this folder or id, unit by unit, in the order of the records.

        Raises:
            UsageError: As `get`.
        """
        return self._ask(lambda one: schema.results_of(one, self._one(one, name).folder))[0]

    def _one(self, connection: sqlite3.Connection, name: str) -> RunRow:
        for column in ("folder", "id"):
            sql = f"SELECT * FROM run WHERE {column} = ? ORDER BY folder"  # noqa: S608 - one of two columns
            found = connection.execute(sql, (name,)).fetchall()
            if len(found) == 1:
                return schema.run_of(connection, found[0])
            if found:
                named = ", ".join(row["folder"] for row in found)
                raise UsageError(f"{self._runs} has several runs {name}: {named}. Give the name of a folder.")
        raise UsageError(f"{self._runs} has no run {name}. calbench runs {self._runs} lists them.")

    def _ask(self, question: Callable[[sqlite3.Connection], T], *, anew: bool = False) -> tuple[T, Refreshed]:
        """Ask an index that is up to date; one in memory where the file cannot be had: runs are found anyway."""
        path, said = self._runs / FILE, ""
        for _ in range(_TRIES):
            try:
                return self._asked(path, question, said, anew=anew)
            except (
                Unusable,
                sqlite3.DatabaseError,
                ValueError,
            ) as why:  # a ValueError: no JSON where some was
                if cannot_be_had(why):
                    said = f"The index {path} cannot be used ({why}); the runs were read without it."
                    break
                try:
                    said = f"The index {path} was made anew, because {reason(why)}{set_aside(path)}."
                except OSError as error:
                    said = f"The index {path} is not usable and cannot be replaced ({error.strerror}); "
                    said += "the runs were read without it."
                    break
        return self._asked(None, question, said, anew=True)

    def _asked(
        self, path: Path | None, question: Callable[[sqlite3.Connection], T], said: str, *, anew: bool
    ) -> tuple[T, Refreshed]:
        with contextlib.closing(connect(path)) as connection:
            done = self._refreshed(connection, anew=anew)
            connection.execute("BEGIN")  # the same answer whoever writes meanwhile
            return question(connection), replace(done, said=said)

    def _refreshed(self, connection: sqlite3.Connection, *, anew: bool) -> Refreshed:
        there, changed, gone = self._looked(connection, anew=anew)
        if not changed and not gone and not anew:
            return Refreshed(there, (), 0)
        from calbench.archive.reading import read_run  # noqa: PLC0415 - only for what changed: it loads the documents

        connection.execute("BEGIN IMMEDIATE")
        try:
            there, changed, gone = self._looked(connection, anew=anew)  # again: another may have been quicker
            if anew:
                schema.clear(connection)
            for name in gone:
                schema.remove(connection, name)
            for name, seen in changed.items():
                schema.put(connection, read_run(self._runs / name), seen)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        return Refreshed(there, tuple(changed), len(gone))

    def _looked(self, connection: sqlite3.Connection, *, anew: bool) -> tuple[int, dict[str, str], set[str]]:
        """Tell how many runs there are, which changed, each with its stamp of now, and which are gone."""
        known: dict[str, str] = dict(connection.execute("SELECT folder, stamp FROM run").fetchall())
        now = int(self._clock.utc().timestamp() * 1e9)
        there = {name: stamp(self._runs / name, now) for name in folders(self._runs)}
        changed = {name: seen for name, seen in there.items() if anew or not seen or known.get(name) != seen}
        return len(there), changed, known.keys() - there.keys()


def _known(connection: sqlite3.Connection, column: str) -> tuple[str, ...]:
    """Give what stands in a column of the runs, each once."""
    sql = f"SELECT DISTINCT {column} FROM run WHERE {column} <> '' ORDER BY {column}"  # noqa: S608 - a name of our own
    return tuple(row[0] for row in connection.execute(sql))
