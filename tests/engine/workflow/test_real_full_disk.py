"""A real full disk: small tmpfs file systems, which only root can mount, on Linux."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.engine.workflow.fulldisk import OPTIONS, events, points

from calbench.cli import main, running
from calbench.cli.ending import exit_code_of
from calbench.cli.running import write_certificates
from calbench.documents.journal import Event
from calbench.documents.plan import Plan
from calbench.documents.record import Record
from calbench.errors import NotKept, UsageError
from calbench.evaluation import recording
from calbench.execution.guarding import ThreadGuard
from calbench.execution.reserve import SIZE, make_reserve
from calbench.instruments.opening import LinkSpec
from calbench.trust.stationkeys import Signer
from calbench.workflow import (
    Finished,
    Options,
    certify,
    evaluate,
    execute,
    executing,
    prepare,
    room,
    seal_later,
)
from calbench.workflow.room import require_room
from calbench.workflow.staging import stage_of

MEGABYTE = 1_000_000
pytestmark = pytest.mark.usefixtures("disk_with_waiting")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB."""
    with mounted(tmp_path / "disk", "size=4m") as path:
        yield path


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[Path]:
    """A disk that takes no more than twenty files."""
    with mounted(tmp_path / "crowded", "nr_inodes=20") as path:
        yield path


def crowd(disk: Path) -> None:
    """Make files until no other can be made."""
    with contextlib.suppress(OSError):
        for number in range(100):
            (disk / f"ballast-{number}").touch()
    assert not (disk / "ballast-99").exists()


@contextlib.contextmanager
def mounted(path: Path, options: str) -> Iterator[Path]:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk, and only Linux has tmpfs")
    path.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(path)], capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"this root may not mount: {done.stderr.decode(errors='replace').strip()}")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


def filling(disk: Path, when: Callable[[Event], bool], leave: int = 0) -> Callable[[Event], None]:
    """Fill the disk at an event, as another program might, to the last byte or up to some."""

    def listen(event: Event) -> None:
        if when(event):
            fill(disk, leave)

    return listen


def fill(disk: Path, leave: int = 0) -> None:
    with (disk / "ballast").open("ab", buffering=0) as file:
        try:
            while shutil.disk_usage(disk).free > leave:
                file.write(b"x" * 4096)
        except OSError:
            return


def free(disk: Path) -> None:
    (disk / "ballast").unlink()


def test_a_real_full_disk_stops_the_run_says_so_and_it_is_resumed(
    disk: Path, whole: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    listen = filling(disk, lambda event: event.type == "reading" and event.seq > 60)
    monkeypatch.setattr(running, "progress", lambda *_: listen)
    words = [
        "run",
        "dmm-34401a",
        "demo",
        "--only",
        "dcv/10V/*",
        "--uut",
        "maker=HP",
        "--uut",
        "serial=US36000017",
    ]
    result = CliRunner().invoke(main, [*words, "--out", str(disk / "runs"), "--format", "csv"])
    assert result.exit_code == 3, result.output
    assert "STOPPED: The disk is full" in result.output
    assert "every output verified off" in result.output
    (folder,) = (disk / "runs").iterdir()
    before = events(folder)
    assert before[-1].body["status"] == "STOPPED"
    free(disk)
    monkeypatch.undo()
    again = CliRunner().invoke(main, ["resume", str(folder), "--format", "csv"])
    assert again.exit_code == 0, again.output
    assert points(Record.model_validate_json((folder / "record.json").read_bytes())) == points(whole.record)
    assert events(folder)[: len(before)] == before
    assert CliRunner().invoke(main, ["verify", str(folder)]).exit_code == 0


def test_a_record_that_finds_no_room_is_computed_later(disk: Path) -> None:
    finished = execute(prepare("dmm-34401a", "demo", OPTIONS), disk / "runs")
    (finished.folder / "record.json").unlink()
    fill(disk)
    with pytest.raises(
        NotKept, match=r"The record of .* cannot be written.*journal is safe.*calbench evaluate"
    ):
        evaluate(finished.folder)
    assert not list(finished.folder.glob("*.new")), "half a file takes room, and is of no use"
    free(disk)
    assert evaluate(finished.folder).record == finished.record


def test_a_seal_that_finds_no_room_is_made_later(
    disk: Path, monkeypatch: pytest.MonkeyPatch, signer: Signer
) -> None:
    sealed = executing.seal_run  # type: ignore[attr-defined] # where it is called from

    def filled(*arguments: Any, **named: Any) -> Path:
        fill(disk)
        path: Path = sealed(*arguments, **named)
        return path

    monkeypatch.setattr(executing, "seal_run", filled)
    finished = execute(prepare("dmm-34401a", "demo", OPTIONS), disk / "runs", signer=signer)
    monkeypatch.undo()
    assert (finished.seal, finished.unkept) == (None, "")
    assert "No space left" in finished.unsealed
    free(disk)
    assert seal_later(finished.folder, signer).is_file()


def test_a_run_that_completes_on_a_full_disk_has_its_record_in_its_journal(
    disk: Path, monkeypatch: pytest.MonkeyPatch, signer: Signer
) -> None:
    computed = recording.evaluate_all

    def filled(*arguments: Any) -> dict[str, Record]:
        fill(disk)  # what the journal had in reserve too
        return computed(*arguments)

    monkeypatch.setattr(recording, "evaluate_all", filled)
    finished = execute(prepare("dmm-34401a", "demo", OPTIONS), disk / "runs", signer=signer)
    monkeypatch.undo()
    assert finished.outcome.status == "COMPLETED"
    assert "The journal is safe" in finished.unkept
    assert finished.seal is None
    assert sorted(one.name for one in finished.folder.glob("record*")) == []
    free(disk)
    assert evaluate(finished.folder).record == finished.record


def test_records_of_several_units_that_find_no_room_are_only_in_the_journal(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = recording.evaluate_all

    def filled(*arguments: Any) -> dict[str, Record]:
        found = computed(*arguments)
        fill(disk, leave=60_000)  # for some of them
        return found

    monkeypatch.setattr(recording, "evaluate_all", filled)
    options = Options(positions=("1", "2", "3"), only=("dcv/10V/*",))
    monkeypatch.setattr(room, "CERTIFICATES", 0)  # none are written here, and the disk is small
    finished = execute(prepare("dmm-34401a", "demo-bench-4", options), disk / "runs")
    monkeypatch.undo()
    assert (finished.outcome.status, sorted(finished.records)) == ("COMPLETED", ["1", "2", "3"])
    assert f"The records of {finished.folder} cannot be written" in finished.unkept
    assert exit_code_of(finished, (), ()) == 3
    assert write_certificates(finished, ("csv",)) == []
    assert not list(finished.folder.rglob("*.new"))
    free(disk)
    assert evaluate(finished.folder).records == finished.records
    whole = replace(finished, unkept="")
    assert exit_code_of(whole, (), ()) == 1, "the station says that the third is out of its limits"
    paths = write_certificates(whole, ("csv",))
    assert exit_code_of(whole, ("csv",), paths) == 1
    lacking = [one for one in paths if "units/2/" not in one.as_posix()]
    assert exit_code_of(whole, ("csv",), lacking) == 3, "one unit has no certificate that was asked for"


def test_certificates_that_find_no_room_leave_nothing_and_are_written_later(disk: Path) -> None:
    folder = execute(prepare("dmm-34401a", "demo", OPTIONS), disk / "runs").folder
    before = sorted(path.name for path in folder.iterdir())
    fill(disk, leave=50_000)
    with pytest.raises(NotKept, match=r"certificates .* cannot be written.*calbench certify"):
        certify(folder, ("html", "csv"), ("en", "zh"))
    assert sorted(path.name for path in folder.iterdir()) == before
    free(disk)
    assert len(certify(folder, ("html", "csv"), ("en", "zh"))) == 3


def test_a_real_disk_without_room_is_refused(disk: Path) -> None:
    fill(disk, leave=MEGABYTE)
    with pytest.raises(UsageError, match=r"MB free, and this run may need"):
        require_room(prepare("dmm-34401a", "demo", OPTIONS).plan, disk / "runs")


def test_the_index_of_a_full_disk_is_kept_in_memory(disk: Path) -> None:
    from calbench.archive import Index

    execute(prepare("dmm-34401a", "demo", OPTIONS), disk / "runs")
    fill(disk)
    index = Index(disk / "runs")
    assert [row.status for row in index.list()] == ["COMPLETED"]
    assert "read without it" in index.refresh().said


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no limit on the size of the files of a process"
)
def test_a_limit_on_the_size_of_files_ends_the_run_with_outputs_off(tmp_path: Path) -> None:
    limited = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({SIZE + 1}, {SIZE + 1})); "
        "from calbench.cli import main; main()"
    )
    words = ["run", "dmm-34401a", "demo", "--out", str(tmp_path), "--format", ""]
    done = subprocess.run(
        [sys.executable, "-c", limited, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3, done.stderr
    assert "cannot be written: File too large. Outputs: safe: every output verified off." in done.stderr
    (folder,) = (one for one in tmp_path.iterdir() if one.is_dir())
    assert events(folder)
    assert CliRunner().invoke(main, ["resume", str(folder), "--format", ""]).exit_code == 0


@pytest.mark.parametrize("reserved", [True, False])
def test_the_guard_of_a_simulated_run_makes_safe_although_its_file_cannot_be_made(
    crowded: Path, whole: Finished, *, reserved: bool
) -> None:
    if reserved:
        make_reserve(crowded)
    crowd(crowded)
    stage = stage_of(Path("stations/demo.yaml").resolve())
    redirect = {
        name: LinkSpec(one.kind, one.address, one.library, one.line, one.timeout, one.unit)  # type: ignore[arg-type] # one of its kinds
        for name, one in stage.addresses.items()
    }
    plan = Plan.model_validate_json((whole.folder / "plan.json").read_bytes())
    guard = ThreadGuard(plan, crowded / "guard.jsonl", stage.world.clock, redirect)
    said = guard.act("aborted")
    stage.world.close()
    assert "every output verified off" in said
    assert ("not written down" in said) is not reserved
    assert (crowded / "guard.jsonl").exists() is reserved
