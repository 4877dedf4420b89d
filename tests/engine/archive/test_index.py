"""The index follows from the folders alone: whatever happens to them or to it, it says what reading them anew says."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.archive.conftest import Folder

from calbench.archive import Index, RunRow, Wanted
from calbench.archive.reading import read_run
from calbench.clock import VirtualClock
from calbench.errors import UsageError

LATER = datetime(2030, 1, 1, tzinfo=UTC)
"""When every file of these tests is old: what did not change is not read again."""


def index_of(runs: Path) -> Index:
    return Index(runs, VirtualClock(start=LATER))


def content(runs: Path) -> dict[str, list[Any]]:
    """Everything in the file of the index but the stamps."""
    with sqlite3.connect(runs / "index.sqlite") as connection:
        tables = ("run", "unit", "result", "certificate")
        columns = {
            table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "stamp"]
            for table in tables
        }
        found = {
            table: sorted(
                connection.execute(f"SELECT {', '.join(map(json.dumps, columns[table]))} FROM {table}"),
                key=repr,
            )
            for table in tables
        }
    connection.close()
    return found


# --- it follows from the folders ---


def cut(folder: Folder, run: Path, number: int) -> None:
    """Leave a journal as a process that was killed leaves it: some of its lines, the last one torn."""
    path = run / "journal.jsonl"
    if path.exists():
        folder.write(path, path.read_bytes()[: path.stat().st_size * (number + 1) // 11])


def damage(folder: Folder, run: Path, number: int) -> None:
    names = ("plan.json", "journal.jsonl", "record.json", "seal.txt", "units/3/record.json")
    path = run / names[number % 5]
    if path.exists():
        data = bytearray(path.read_bytes())
        if data:
            data[len(data) * (number + 1) // 12] ^= 0x01
        folder.write(path, bytes(data))


def amend(folder: Folder, run: Path, number: int) -> None:
    path = run / "record.json"
    if path.exists():
        folder.write(run / f"record-{number + 1}.json", path.read_bytes())
        folder.write(path, path.read_bytes().replace(b'"retakes":0', b'"retakes":%d' % number))


def lose(folder: Folder, run: Path, number: int) -> None:
    for name in ("units/2/record.json", "record.json", "plan.json", "journal.jsonl", "seal.txt")[
        : number % 5 + 1
    ]:
        (run / name).unlink(missing_ok=True)


CHANGES: dict[str, Callable[[Folder, Path, int], object]] = {
    "new": lambda folder, run, number: folder.put(sorted(folder.made)[number % len(folder.made)], run.name),
    "resumed": lambda folder, run, _: folder.put("resumed", run.name),
    "amended": amend,
    "deleted": lambda _folder, run, _: shutil.rmtree(run),
    "damaged": damage,
    "half written": cut,
    "lost": lose,
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(sorted(CHANGES)), st.integers(0, 1), st.integers(0, 9)),
        min_size=1,
        max_size=8,
    )
)
def test_brought_up_to_date_it_is_what_it_is_when_made_anew(
    runs: Folder, changes: list[tuple[str, int, int]]
) -> None:
    shutil.rmtree(runs.path)
    runs.path.mkdir()
    runs.put("sealed", "run-0")
    runs.put("stopped", "run-1")
    index = index_of(runs.path)
    index.refresh()
    for what, which, number in changes:
        run = runs.path / f"run-{which}"
        if what == "new" or run.exists():
            CHANGES[what](runs, run, number)
        index.refresh()
    before = content(runs.path)
    index.rebuild()
    assert before == content(runs.path)


def test_only_what_changed_is_read(runs: Folder) -> None:
    for name in ("a", "b", "c"):
        runs.put("sealed", name)
    index = index_of(runs.path)
    assert index.refresh().read == ("a", "b", "c")
    assert index.refresh().read == ()
    runs.touch(runs.path / "b" / "record.json")
    shutil.rmtree(runs.path / "c")
    runs.put("scale", "d")
    done = index.refresh()
    assert (done.runs, done.read, done.gone) == (3, ("b", "d"), 1)


def test_a_file_that_was_written_a_moment_ago_is_read_again(runs: Folder, made: dict[str, Path]) -> None:
    shutil.copytree(made["sealed"], runs.path / "a")
    (runs.path / "a" / "request.json").touch()
    index = Index(runs.path)
    assert index.refresh().read == ("a",)
    assert index.refresh().read == ("a",)


def test_a_new_index_reads_nothing_that_another_has_read(runs: Folder) -> None:
    runs.put("sealed", "a")
    index_of(runs.path).refresh()
    assert index_of(runs.path).refresh().read == ()


# --- whatever becomes of its file ---


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customers (name TEXT)")
    connection.close()


def other_version(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()


def without_a_table(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE certificate")
    connection.close()


def overwritten(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xa5" * (len(data) - 4096))


@pytest.mark.parametrize(
    ("spoil", "said", "kept"),
    [
        (lambda path: path.write_bytes(b"no database at all " * 99), "is damaged", True),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "is damaged", False),
        (overwritten, "is damaged", False),
        (foreign, "something else", True),
        (other_version, "another version", False),
        (without_a_table, "another version", False),
    ],
)
def test_an_index_that_is_damaged_or_foreign_is_made_anew_and_that_is_said(
    runs: Folder, spoil: Callable[[Path], object], said: str, *, kept: bool
) -> None:
    runs.put("sealed", "a")
    runs.put("scale", "b")
    index_of(runs.path).refresh()
    sound = content(runs.path)
    spoil(runs.path / "index.sqlite")
    assert {row.folder for row in index_of(runs.path).list()} == {"a", "b"}
    assert content(runs.path) == sound
    spoil(runs.path / "index.sqlite")
    done = index_of(runs.path).refresh()
    assert "made anew" in done.said
    assert said in done.said
    assert (runs.path / "index.sqlite.aside").exists() is kept, (
        "what is not ours is kept, what is ours is not"
    )


def test_deleted_it_comes_again(runs: Folder) -> None:
    runs.put("sealed", "a")
    index = index_of(runs.path)
    before = index.list()
    (runs.path / "index.sqlite").unlink()
    assert index.list() == before


def test_where_it_cannot_be_written_the_runs_are_found_all_the_same(runs: Folder) -> None:
    runs.put("sealed", "a")
    (runs.path / "index.sqlite").mkdir()
    index = index_of(runs.path)
    assert [row.folder for row in index.list()] == ["a"]
    assert "read without it" in index.refresh().said
    assert len(index.results("a")) == 4


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is no folder"):
        Index(tmp_path / "nowhere")


# --- used by several at a time ---


def listed(runs: str) -> list[str]:
    return [row.folder for row in index_of(Path(runs)).list()]


def test_several_threads_and_processes_ask_at_a_time_while_runs_come_and_go(runs: Folder) -> None:
    for number in range(4):
        runs.put("sealed", f"run-{number}")
    shared = index_of(runs.path)

    def ask(number: int) -> list[RunRow]:
        if number % 5 == 0:
            runs.put("scale", f"more-{number}")
        return shared.list(Wanted(procedure="dmm-34401a"))

    with multiprocessing.get_context("spawn").Pool(2) as processes, ThreadPoolExecutor(6) as threads:
        others = processes.map_async(listed, [str(runs.path)] * 6)
        found = list(threads.map(ask, range(20)))
        elsewhere = others.get(60)
    assert all({row.folder for row in rows} == {f"run-{number}" for number in range(4)} for rows in found)
    assert all({f"run-{number}" for number in range(4)} <= set(names) for names in elsewhere)
    before = content(runs.path) if shared.refresh() else {}
    shared.rebuild()
    assert content(runs.path) == before


# --- what is wanted ---


@pytest.fixture
def four(runs: Folder) -> Folder:
    for kind in ("sealed", "stopped", "resumed", "scale"):
        runs.put(kind, kind)
    record = json.loads((runs.path / "scale" / "record.json").read_bytes())
    for one in record["results"]:
        if one["id"] == "linearity/up/10kg":
            one["verdict"] = "indeterminate_fail"
    runs.write(runs.path / "scale" / "record.json", json.dumps(record).encode())
    return runs


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), {"sealed", "stopped", "resumed", "scale"}),
        (Wanted(status=("STOPPED",)), {"stopped"}),
        (Wanted(status=("STOPPED", "COMPLETED")), {"sealed", "stopped", "resumed", "scale"}),
        (Wanted(status=("RUNNING",)), set()),
        (Wanted(procedure="scale-class3"), {"scale"}),
        (Wanted(station="demo-tcp"), set()),
        (Wanted(serial="us3600"), {"sealed", "stopped", "resumed"}),
        (Wanted(customer="MÜLLER"), {"sealed", "stopped", "resumed"}),
        (Wanted(since="2026-01-05", until="2026-01-05"), {"sealed", "stopped", "resumed", "scale"}),
        (Wanted(since="2026-01-06"), set()),
        (Wanted(until="2026-01-04"), set()),
        (Wanted(verdict="not_evaluated"), {"stopped"}),
        (Wanted(failed_point="linearity/*"), {"scale"}),
        (Wanted(failed_point="dcv/*"), set()),
        (Wanted(serial="' OR 1=1 --"), set()),
        (Wanted(serial="%"), set()),
        (Wanted(damaged=True), set()),
    ],
)
def test_runs_are_found_by_what_is_known_of_them(four: Folder, wanted: Wanted, found: set[str]) -> None:
    assert {row.folder for row in index_of(four.path).list(wanted)} == found


def test_a_run_is_named_by_its_folder_or_by_its_id(four: Folder, made: dict[str, Path]) -> None:
    index = index_of(four.path)
    assert index.get("scale").procedure == "scale-class3"
    assert index.get(made["scale"].name).folder == "scale"
    with pytest.raises(UsageError, match=r"several runs"):
        index.get(made["stopped"].name)
    with pytest.raises(UsageError, match=r"has no run nowhere"):
        index.get("nowhere")


def test_a_text_that_is_too_long_is_refused(four: Folder) -> None:
    with pytest.raises(UsageError, match="longer than 200"):
        index_of(four.path).list(Wanted(failed_point="*a" * 200))


def test_rows_are_what_reading_the_folder_gives(four: Folder) -> None:
    index = index_of(four.path)
    for name in ("sealed", "stopped", "resumed", "scale"):
        entry = read_run(four.path / name)
        assert index.get(name) == entry.run
        assert tuple(index.results(name)) == entry.results
