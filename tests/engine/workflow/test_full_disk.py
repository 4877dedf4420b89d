"""A full disk ends a run in order: outputs off, nothing acknowledged lost, and it is gone on with when there is room.

Real disks are small tmpfs file systems, which only root can mount, on Linux. What runs everywhere is a journal whose
file takes so many bytes and no more, as long as the reserve lies beside it.
"""

from __future__ import annotations

import contextlib
import errno
import io
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

from calbench.cli import main, running
from calbench.cli.ending import exit_code_of
from calbench.cli.running import write_certificates
from calbench.clock import VirtualClock
from calbench.documents.journal import Event, parse
from calbench.documents.plan import Plan
from calbench.documents.record import Record
from calbench.errors import NotKept, RunFailed, UsageError
from calbench.evaluation import recording
from calbench.execution import running as execution
from calbench.execution.guard import acting
from calbench.execution.guard.acting import act, open_journal
from calbench.execution.guarding import ThreadGuard
from calbench.execution.journalling import Journal
from calbench.execution.reserve import RESERVE, SIZE, make_reserve
from calbench.instruments.opening import LinkSpec
from calbench.trust.stationkeys import Signer
from calbench.workflow import (
    Finished,
    Options,
    Resuming,
    certify,
    evaluate,
    execute,
    executing,
    prepare,
    resume,
    room,
    seal_later,
)
from calbench.workflow.room import expected, require_room
from calbench.workflow.staging import stage_of

OPTIONS = Options(uut={"maker": "HP", "serial": "US36000017"}, only=("dcv/10V/*",))
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The same run on a disk with room."""
    return execute(prepare("dmm-34401a", "demo", OPTIONS), tmp_path_factory.mktemp("whole"))


def points(record: Record) -> dict[str, tuple[str, int]]:
    return {one.id: (one.verdict, one.n) for one in record.results}


def events(folder: Path) -> list[Event]:
    """The whole lines of a journal, chained."""
    data = (folder / "journal.jsonl").read_bytes()
    return parse(data[: data.rindex(b"\n") + 1])[0]


# --- a disk that takes so many bytes: everywhere ---


class Small(io.FileIO):
    """A file on a disk with room for so many bytes more, and for those of the reserve when that is gone."""

    room = 0
    comes_free = SIZE

    def __init__(self, path: Path, mode: str) -> None:
        super().__init__(path, mode)
        self._beside = path.with_name(RESERVE)
        self._reserved = self._beside.exists()

    def write(self, data: Any, /) -> int:  # as FileIO has it
        if self._reserved and not self._beside.exists():
            self._reserved, Small.room = False, Small.room + Small.comes_free
        if Small.room <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = super().write(bytes(data)[: Small.room])
        Small.room -= taken
        return taken


class OnSmallDisk(Journal):
    def __init__(self, path: Path, *arguments: Any, **named: Any) -> None:
        super().__init__(path, *arguments, **named)
        self._file.close()
        self._file = Small(path, "ab")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    def room(size: int) -> None:
        monkeypatch.setattr(Small, "room", size)
        monkeypatch.setattr(execution, "Journal", OnSmallDisk)

    return room


@pytest.mark.parametrize("share", [0.002, 0.05, 0.2, 0.5, 0.77, 0.9, 0.985])
def test_a_full_disk_stops_the_run_with_every_line_that_counted_and_it_goes_on_later(
    whole: Finished,
    small: Callable[[int], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    share: float,
) -> None:
    heard: list[Event] = []
    size = (whole.folder / "journal.jsonl").stat().st_size
    small(round(size * share))
    stage = stage_of(Path("stations/demo.yaml").resolve())
    finished = execute(
        prepare("dmm-34401a", "demo", OPTIONS), tmp_path, listeners=(heard.append,), stage=stage
    )
    assert (finished.outcome.status, finished.outcome.outputs.state) == ("STOPPED", "verified_off")
    calibrator: Any = stage.world.device("calibrator")
    assert not calibrator.operating, "looked up in the simulated world, not believed"
    stage.world.close()
    assert "The disk is full" in finished.outcome.reason
    assert events(finished.folder) == heard, "what was acknowledged is there, and nothing else"
    assert heard[-1].type == "run_closed"
    assert not (finished.folder / RESERVE).exists()
    monkeypatch.undo()
    again = resume(finished.folder, Resuming(by="B. Second"))
    assert again.outcome.status == "COMPLETED"
    assert points(again.record) == points(whole.record)
    assert events(finished.folder)[: len(heard)] == heard


@pytest.mark.parametrize("spoilt", ["gone", "too small"])
def test_without_a_reserve_the_outputs_are_made_safe_and_said_and_the_run_goes_on_later(
    whole: Finished,
    small: Callable[[int], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoilt: str,
) -> None:
    heard: list[Event] = []
    small(40_000)
    monkeypatch.setattr(Small, "comes_free", 0 if spoilt == "gone" else 150)
    with pytest.raises(RunFailed, match=r"every output verified off\. What was measured.*calbench resume"):
        execute(prepare("dmm-34401a", "demo", OPTIONS), tmp_path, listeners=(heard.append,))
    (folder,) = tmp_path.iterdir()
    kept = events(folder)
    assert kept == heard[: len(kept)]
    assert {one.type for one in heard[len(kept) :]} <= {
        "state",
        "attempt_discarded",
        "exchange",
        "safe_state",
        "run_closed",
    }
    monkeypatch.undo()
    again = resume(folder, Resuming())
    assert points(again.record) == points(whole.record)
    assert again.record.run.interruptions[0].was == "CRASHED"


def test_the_lines_after_the_disk_is_full_take_a_small_part_of_the_reserve(
    small: Callable[[int], None], tmp_path: Path
) -> None:
    small(60_000)
    finished = execute(prepare("dmm-34401a", "demo", OPTIONS), tmp_path)
    assert (finished.folder / "journal.jsonl").stat().st_size - 60_000 < SIZE / 20


def test_the_guard_makes_safe_although_its_file_takes_nothing(
    small: Callable[[int], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: Finished
) -> None:
    stage = stage_of(Path("stations/demo.yaml").resolve())
    redirect = {
        name: LinkSpec(one.kind, one.address, one.library, one.line, one.timeout, one.unit)  # type: ignore[arg-type] # one of its kinds
        for name, one in stage.addresses.items()
    }
    small(0)
    monkeypatch.setattr(acting, "Journal", OnSmallDisk)
    plan = Plan.model_validate_json((whole.folder / "plan.json").read_bytes())
    with open_journal(tmp_path / "guard.jsonl", stage.world.clock) as journal:
        outputs = act(plan, journal, stage.world.clock, redirect, "the runner died")
    stage.world.close()
    assert outputs.state == "verified_off"
    assert journal.lost is not None


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


def test_ctrl_c_in_the_middle_of_a_line_tears_nothing(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    class Interrupted(io.FileIO):
        pressed = False

        def write(self, data: Any, /) -> int:
            if Interrupted.pressed:
                return super().write(data)
            Interrupted.pressed = True
            super().write(bytes(data)[:50])
            raise KeyboardInterrupt

    path = tmp_path / "journal.jsonl"
    with Journal(path, VirtualClock(datetime(2026, 1, 5, tzinfo=UTC))) as journal:
        journal._file.close()
        journal._file = Interrupted(path, "ab")
        with pytest.raises(KeyboardInterrupt):
            journal.note("fault", {"message": "first"})
        journal.note("fault", {"message": "second"})
    assert [one.body["message"] for one in parse(path.read_bytes())[0]] == ["first", "second"]


# --- before the run ---


def test_a_disk_without_room_is_refused_before_anything_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=MEGABYTE))
    result = CliRunner().invoke(main, ["run", "dmm-34401a", "demo", "--out", str(tmp_path / "runs")])
    assert result.exit_code == 2
    assert "has 1.0 MB free, and this run may need 3.4 MB" in result.stderr
    assert "--out" in result.stderr
    assert not (tmp_path / "runs").exists()


def test_a_folder_that_takes_no_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    result = CliRunner().invoke(main, ["run", "dmm-34401a", "demo", "--out", str(tmp_path / "runs")])
    assert result.exit_code == 2
    assert "--out" in result.stderr


@pytest.mark.parametrize(
    ("procedure", "station", "positions"),
    [
        ("dmm-34401a", "demo", ()),
        ("scale-class3", "demo", ()),
        ("analogue-voltmeter", "demo-keyboard", ()),
        ("visual-inspection", "demo", ()),
        ("bench-links", "demo-links", ()),
        ("dmm-34401a", "demo-bench-4", ("all",)),
        ("scale-class3", "demo-scales-4", ("all",)),
    ],
)
def test_what_is_expected_is_more_than_what_is_written_and_not_much_more(
    procedure: str, station: str, positions: tuple[str, ...], tmp_path: Path
) -> None:
    prepared = prepare(procedure, station, Options(positions=positions))
    folder = execute(prepared, tmp_path).folder
    written = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    # 1.2 MB and 30 kB a point for certificates: those of the multimeter took 1.4 MB, those of the scale 1.1 MB
    certificates = max(1, len(prepared.plan.units)) * (1_200_000 + 30_000 * len(prepared.plan.points))
    assert written < expected(prepared.plan) - certificates < 4 * written + 300_000


# --- real disks that are full ---


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
