"""The table of leases: all or none, stale ones taken over, and a clear refusal whenever nobody can tell."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine.leasing.conftest import Machine

from calbench.errors import InstrumentInUse, LeasesUnusable, UsageError
from calbench.leasing import schema
from calbench.leasing.lease import TTL, Claim
from calbench.leasing.places import VARIABLE, lease_file
from calbench.leasing.table import Table

WANTED = {"gpib0:4": "calibrator", "asset:REF-0017": "calibrator", "gpib0:22": "1"}


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def table(tmp_path: Path, machine: Machine) -> Table:
    return Table(tmp_path / "leases" / "machine.sqlite", machine)


def claim(name: str) -> Claim:
    return Claim(f"runs/{name}", "demo", f"{name}. Tester", 4711, name)


def names(table: Table) -> dict[str, str]:
    return {one.resource: one.claim.token for one in table.held()}


def test_a_run_has_all_or_none(table: Table) -> None:
    table.acquire(claim("a"), WANTED)
    with pytest.raises(InstrumentInUse):
        table.acquire(claim("b"), {"gpib0:5": "supply", "gpib0:22": "1"})
    assert names(table) == dict.fromkeys(sorted(WANTED), "a")
    table.release(claim("a"))
    table.acquire(claim("b"), {"gpib0:5": "supply", "gpib0:22": "1"})
    assert names(table) == {"gpib0:22": "b", "gpib0:5": "b"}


def test_a_refusal_names_instrument_run_person_time_and_what_to_do(table: Table) -> None:
    table.acquire(claim("a"), WANTED)
    with pytest.raises(InstrumentInUse) as refused:
        table.acquire(claim("b"), {"gpib0:4": "source"})
    said = str(refused.value)
    for part in (
        "source (gpib0:4)",
        "runs/a",
        "station demo",
        "a. Tester",
        "process 4711",
        "2026-01-05T08:00:00Z",
    ):
        assert part in said
    for part in ("Nothing was touched", "--wait", "calbench stop runs/a", "calbench leases"):
        assert part in said


def test_a_lease_that_is_renewed_lives_and_a_silent_one_is_taken_over(table: Table, machine: Machine) -> None:
    table.acquire(claim("a"), WANTED)
    for _ in range(5):
        machine.sleep(TTL)
        assert not table.renew(claim("a"), WANTED, "runner", again=True)
    machine.sleep(TTL)
    with pytest.raises(InstrumentInUse):
        table.acquire(claim("b"), WANTED)
    machine.sleep(0.001)
    taken = table.acquire(claim("b"), WANTED)
    assert {(one.resource, one.claim.token) for one in taken} == {(name, "a") for name in WANTED}
    entries = table.log()
    assert {(one.did, one.resource, one.run, one.by) for one in entries} == {
        ("taken over", name, "runs/a", "runs/b") for name in WANTED
    }
    assert all("silent since 2026-01-05T08:00:50Z" in one.text for one in entries)
    loss = table.renew(claim("a"), WANTED, "runner", again=True)
    assert {one.claim.token for one in loss.taken.values()} == {"b"}
    assert set(loss.taken) == set(WANTED)
    assert set(names(table).values()) == {"b"}, "who was silent gets nothing back"


@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_the_time_of_day_decides_nothing(table: Table, machine: Machine, days: int) -> None:
    table.acquire(claim("a"), WANTED)
    machine.day = machine.day.replace(year=machine.day.year + (1 if days > 0 else -1))
    with pytest.raises(InstrumentInUse):
        table.acquire(claim("b"), WANTED)


def test_a_machine_that_was_started_anew_has_no_leases(table: Table, machine: Machine) -> None:
    table.acquire(claim("a"), WANTED)
    machine.reboot()
    assert all(one.stale for one in table.held())
    assert len(table.acquire(claim("b"), WANTED)) == len(WANTED)


def test_a_person_releases_what_is_stale_and_only_by_force_what_lives(table: Table, machine: Machine) -> None:
    table.acquire(claim("a"), WANTED)
    with pytest.raises(UsageError, match=r"in use by the run runs/a .*calbench stop runs/a"):
        table.break_off("gpib0:4", "C. Chief", "I think it hangs", force=False)
    assert "gpib0:4" in names(table)
    table.break_off("gpib0:4", "C. Chief", "it hangs", force=True)
    assert "gpib0:4" not in names(table)
    assert [(one.did, one.by, one.text) for one in table.log()] == [
        ("released by a person", "C. Chief", "it hangs")
    ]
    loss = table.renew(claim("a"), WANTED, "runner", again=True)
    assert loss.broken == {"gpib0:4": "released by C. Chief: it hangs"}
    assert names(table)["gpib0:4"] == "a", "its holder makes it safe before another one has it"
    machine.sleep(TTL + 1)
    assert table.break_off("gpib0:22", "C. Chief", "left over", force=False).claim.token == "a"
    for by, reason in (("", "x"), ("x", " ")):
        with pytest.raises(UsageError, match="a name, and a reason"):
            table.break_off("gpib0:4", by, reason, force=True)
    with pytest.raises(UsageError, match="Nobody has a lease of 'gpib0:7'"):
        table.break_off("gpib0:7", "C. Chief", "x", force=False)


def test_a_passive_guard_does_not_take_back_what_a_person_released(table: Table) -> None:
    table.acquire(claim("a"), WANTED)
    table.break_off("gpib0:4", "C. Chief", "it hangs", force=True)
    assert "gpib0:4" in table.renew(claim("a"), WANTED, "runner", again=False).broken
    assert "gpib0:4" not in names(table)


# --- a file that cannot be used ---


def every_use(table: Table):
    yield lambda: table.acquire(claim("b"), {"gpib0:9": "load"})
    yield lambda: table.renew(claim("a"), WANTED, "runner", again=True)
    yield lambda: table.release(claim("a"))
    yield lambda: table.break_off("gpib0:4", "C", "x", force=True)


def test_no_file_is_no_lease_and_is_made_when_one_is_taken(table: Table) -> None:
    assert (table.held(), table.log()) == ([], [])
    assert not table.path.exists()
    table.acquire(claim("a"), WANTED)
    assert table.path.exists()


@pytest.mark.parametrize("content", [b"x" * 4096, b"SQLite format 3\x00" + b"\xff" * 4080, b"{}"])
def test_a_damaged_file_refuses_everything(table: Table, content: bytes) -> None:
    table.path.parent.mkdir()
    table.path.write_bytes(content)
    for use in (*every_use(table), table.held, table.log):
        with pytest.raises(LeasesUnusable, match="damaged") as refused:
            use()
        assert str(table.path) in str(refused.value)
        assert "move the file away" in str(refused.value)
    assert table.path.read_bytes() == content


def test_another_database_is_not_taken_for_it(table: Table) -> None:
    table.path.parent.mkdir()
    with sqlite3.connect(table.path) as other:
        other.execute("CREATE TABLE lease (resource TEXT)")
    other.close()
    for use in (*every_use(table), table.held):
        with pytest.raises(LeasesUnusable, match="no file of leases of this version"):
            use()


def test_a_locked_file_refuses_after_a_while(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    table.acquire(claim("a"), WANTED)
    monkeypatch.setattr(schema, "BUSY", 0.05)
    other = sqlite3.connect(table.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        for use in (*every_use(table), table.held):
            with pytest.raises(LeasesUnusable, match="locked"):
                use()
    finally:
        other.close()
    assert set(names(table).values()) == {"a"}


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A folder of somebody else; whoever is root is nobody meanwhile, because root may write everything."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)
        shutil.rmtree(folder)


@pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")
def test_a_file_that_is_read_only_refuses_to_write_and_can_be_read(
    unprivileged: Path, machine: Machine
) -> None:
    table = Table(unprivileged / "machine.sqlite", machine)
    root = os.geteuid() != os.getuid()
    if root:
        os.seteuid(0)
    table.acquire(claim("a"), WANTED)
    table.path.chmod(0o444)
    unprivileged.chmod(0o555)
    if root:
        os.seteuid(65534)
    for use in every_use(table):
        with pytest.raises(LeasesUnusable, match=r"readonly|read-only|Permission"):
            use()
    assert set(names(table).values()) == {"a"}


def test_a_folder_that_cannot_be_made_refuses(tmp_path: Path, machine: Machine) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LeasesUnusable, match=VARIABLE):
        Table(tmp_path / "file" / "machine.sqlite", machine).acquire(claim("a"), WANTED)


def test_what_stands_in_the_file_is_shown_as_one_short_line(table: Table) -> None:
    evil = Claim("runs/\x1b[2Ja\nb" + "x" * 10_000, "demo", "", 1, "a")
    table.acquire(evil, {"gpib0:4": "1"})
    shown = table.held()[0].claim.run
    assert shown.isprintable()
    assert len(shown) == 500


# --- where it lies ---


def test_the_file_is_named_after_the_machine_in_the_folder_that_is_named(tmp_path: Path) -> None:
    path = lease_file({VARIABLE: str(tmp_path)})
    assert (path.parent, path.suffix) == (tmp_path, ".sqlite")
    assert lease_file({}).parent == Path.home() / ".calbench" / "leases"


@pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")
def test_accounts_that_share_the_folder_share_the_file(
    table: Table, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, machine: Machine
) -> None:
    table.acquire(claim("a"), WANTED)
    assert stat.S_IMODE(table.path.stat().st_mode) == 0o600
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o770)
    monkeypatch.setenv(VARIABLE, str(folder))
    Table(lease_file(), machine).acquire(claim("a"), WANTED)
    assert stat.S_IMODE(lease_file().stat().st_mode) == 0o660
