"""A full disk ends a run in order: outputs off, nothing acknowledged lost, and it is gone on with when there is room.

The disk is a journal whose file takes so many bytes and no more, as long as the reserve lies beside it; so these run
everywhere. Those on a real disk are in `test_real_full_disk`.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.engine.workflow.fulldisk import OPTIONS, events, points
from tests.repeated import cases

from calbench.cli import main
from calbench.clock import VirtualClock
from calbench.documents.journal import Event, parse
from calbench.documents.plan import Plan
from calbench.errors import RunFailed
from calbench.execution import running as execution
from calbench.execution.guard import acting
from calbench.execution.guard.acting import act, open_journal
from calbench.execution.journalling import Journal
from calbench.execution.reserve import RESERVE, SIZE
from calbench.instruments.opening import LinkSpec
from calbench.workflow import (
    Finished,
    Options,
    Resuming,
    execute,
    prepare,
    resume,
)
from calbench.workflow.room import expected
from calbench.workflow.staging import stage_of

MEGABYTE = 1_000_000


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


@pytest.mark.parametrize(
    "share", cases([0.002, 0.05, 0.2, 0.5, 0.77, 0.9, 0.985], lambda share: share in (0.002, 0.5, 0.985))
)
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
        pytest.param("dmm-34401a", "demo-bench-4", ("all",), marks=pytest.mark.repeated),
        pytest.param("scale-class3", "demo-scales-4", ("all",), marks=pytest.mark.repeated),
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
