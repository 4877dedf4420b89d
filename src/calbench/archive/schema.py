"""The tables of the index, and the way between rows and them; a run's rows go and come together."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from calbench.archive.rows import CertificateRow, ResultRow, RunRow, UnitRow

if TYPE_CHECKING:
    from calbench.archive.reading import Entry

APPLICATION = 0x63414C62  # "cALb": says whose file it is
VERSION = 2
_KINDS = {"str": "TEXT", "int": "INTEGER", "bool": "INTEGER", "float": "REAL"}
_OUTSIDE = ("state", "units", "certificates")  # of a run: told by its process, and tables of their own
_TABLES: dict[str, type[Any]] = {
    "run": RunRow,
    "unit": UnitRow,
    "result": ResultRow,
    "certificate": CertificateRow,
}
_INDEXES = (
    "CREATE INDEX run_started ON run(started, folder)",
    "CREATE INDEX unit_folder ON unit(folder)",
    "CREATE INDEX result_folder ON result(folder)",
    "CREATE INDEX result_failed ON result(verdict, id)",
    "CREATE INDEX certificate_folder ON certificate(folder)",
)


def _columns(table: str) -> list[str]:
    names = [
        one.name for one in dataclasses.fields(_TABLES[table]) if table != "run" or one.name not in _OUTSIDE
    ]
    return names if table == "run" else ["folder", "number_of_row", *names]


def _kind(table: str, column: str) -> str:
    fields = {one.name: str(one.type) for one in dataclasses.fields(_TABLES[table])}
    if column == "number_of_row":
        return "INTEGER"
    return _KINDS.get(fields.get(column, "str").split(" ")[0], "TEXT")


def statements() -> list[str]:
    """Give what makes the tables; strict ones, where SQLite knows them (3.37)."""
    strict = " STRICT" if sqlite3.sqlite_version_info >= (3, 37) else ""
    made = []
    for table in _TABLES:
        columns = ", ".join(f'"{name}" {_kind(table, name)}' for name in _columns(table))
        last = ", stamp TEXT NOT NULL, PRIMARY KEY (folder)" if table == "run" else ""
        made.append(f"CREATE TABLE {table} ({columns}{last}){strict}")
    return [*made, *_INDEXES]


def names() -> set[str]:
    """Give the names of the tables."""
    return set(_TABLES)


def put(connection: sqlite3.Connection, entry: Entry, stamp: str) -> None:
    """Write the rows of a run in the place of those that there are."""
    remove(connection, entry.run.folder)
    run = entry.run
    _insert(connection, "run", [[_kept(getattr(run, name)) for name in _columns("run")] + [stamp]])
    for table, rows in (("unit", run.units), ("result", entry.results), ("certificate", run.certificates)):
        fields = _columns(table)[2:]
        _insert(
            connection,
            table,
            [
                [run.folder, number, *(_kept(getattr(row, name)) for name in fields)]
                for number, row in enumerate(rows)
            ],
        )


def remove(connection: sqlite3.Connection, folder: str) -> None:
    """Take the rows of a run away."""
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table} WHERE folder = ?", (folder,))  # noqa: S608 - a name of our own


def clear(connection: sqlite3.Connection) -> None:
    """Take all rows away."""
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of our own


def run_of(connection: sqlite3.Connection, row: sqlite3.Row) -> RunRow:
    """Make a run of its row, with its units and certificates."""
    values = {name: row[name] for name in _columns("run")}
    values |= {name: bool(row[name]) for name in ("simulated", "cleared")}
    return RunRow(
        **{**values, "title": json.loads(row["title"]), "wrong": tuple(json.loads(row["wrong"]))},
        units=tuple(UnitRow(**one) for one in _rows(connection, "unit", row["folder"])),
        certificates=tuple(
            CertificateRow(
                **{**one, "formats": tuple(json.loads(one["formats"])), "in_force": bool(one["in_force"])}
            )
            for one in _rows(connection, "certificate", row["folder"])
        ),
    )


def results_of(connection: sqlite3.Connection, folder: str) -> list[ResultRow]:
    """Give the results of a run in the order of its records."""
    return [ResultRow(**one) for one in _rows(connection, "result", folder)]


def _rows(connection: sqlite3.Connection, table: str, folder: str) -> list[dict[str, Any]]:
    wanted = _columns(table)[2:]
    listed = ", ".join(f'"{name}"' for name in wanted)
    sql = f"SELECT {listed} FROM {table} WHERE folder = ? ORDER BY number_of_row"  # noqa: S608 - names of our own
    return [dict(zip(wanted, row, strict=True)) for row in connection.execute(sql, (folder,))]


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[Sequence[object]]) -> None:
    if rows:
        places = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - a name of our own


def _kept(value: object) -> object:
    """Give a value as a table takes it: maps and lists as JSON."""
    if isinstance(value, dict | tuple):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value
