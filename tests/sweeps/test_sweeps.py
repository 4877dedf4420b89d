"""Crash, stop and abort after events of a whole run: a few of them here; `make sweeps` takes every one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.sweeps.sweeping import CASES, Case, bench, crash, is_on, verb, whole

from calbench.documents.journal import Event, parse
from calbench.documents.record import Record
from calbench.workflow import JOURNAL, Prepared, Resuming, execute, resume


class Known:
    """A case with its plan, and with the run that nothing interrupts."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case = case
        self.prepared: Prepared = case.prepared()
        finished = whole(case, self.prepared, folder)
        self.record: Record = finished.record
        self.events: list[Event] = parse((finished.folder / JOURNAL).read_bytes())[0]

    def last(self, type_: str) -> int:
        return next(event.seq for event in reversed(self.events) if event.type == type_)

    def middle(self, type_: str) -> int:
        found = [event.seq for event in self.events if event.type == type_]
        return found[len(found) // 2]


@pytest.fixture(scope="module", params=CASES, ids=[case.name for case in CASES])
def known(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Known:
    return Known(request.param, tmp_path_factory.mktemp(request.param.name))


def test_the_bench_is_on_in_the_middle_of_the_multimeter(known: Known, tmp_path: Path) -> None:
    # without this, "off" in the sweeps would say nothing
    if not known.case.source:
        pytest.skip("there is no source on this bench")
    seen: list[bool] = []
    with bench(known.case, known.prepared) as stage:
        at = known.middle("reading")
        look = lambda event: seen.append(is_on(known.case, stage)) if event.seq == at else None  # noqa: E731 - a listener
        execute(known.prepared, tmp_path, stage=stage, listeners=(look,))
    assert seen == [True]


@pytest.mark.parametrize("where", ["step_finished", "reading"])
def test_a_crash_loses_nothing_and_leaves_nothing_on(known: Known, where: str) -> None:
    found = crash(known.case, known.prepared, known.record, known.middle(where))
    assert found.wrong == ""


def test_a_crash_at_the_very_end_is_closed_by_resuming(known: Known) -> None:
    found = crash(known.case, known.prepared, known.record, known.last("attempt_finished"))
    assert found.wrong == ""


@pytest.mark.parametrize("where", ["exchange", "reading"])
@pytest.mark.parametrize("verb_", ["stop", "abort"])
def test_stop_and_abort_are_safe_within_their_deadline(known: Known, verb_: str, where: str) -> None:
    found = verb(known.case, known.prepared, verb_, known.middle(where))  # type: ignore[arg-type] # one of the two
    assert found.wrong == ""


def test_a_process_that_ends_at_once_leaves_a_run_that_another_process_resumes(
    known: Known, tmp_path: Path
) -> None:
    at = known.middle("reading")
    script = Path(__file__).with_name("dying.py")
    dead = subprocess.run([sys.executable, str(script), known.case.name, str(tmp_path), str(at)], check=False)
    assert dead.returncode == 9
    (run,) = tmp_path.iterdir()
    before = (run / JOURNAL).read_bytes()
    assert before.count(b"\n") == at
    finished = resume(run, Resuming())
    assert (run / JOURNAL).read_bytes().startswith(before)
    assert {one.id: one.verdict for one in finished.record.results} == {
        one.id: one.verdict for one in known.record.results
    }
    assert finished.record.run.interruptions[0].was == "CRASHED"
