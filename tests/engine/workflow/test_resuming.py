"""Resuming: what is checked before a run goes on, what is done again, and what the record says of the gap."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calbench.clock import VirtualClock
from calbench.documents.canonical import canonical
from calbench.documents.journal import Event, parse
from calbench.documents.record import Record
from calbench.errors import PlanRefused, UsageError
from calbench.execution.guard.acting import open_journal
from calbench.execution.reopening import read_tail
from calbench.execution.standing import SETUP_KEPT
from calbench.trust.ring import Ring
from calbench.verification import Means, verify
from calbench.workflow import (
    JOURNAL,
    Conducting,
    Finished,
    Options,
    Resuming,
    certify,
    clear,
    demonstration_signer,
    execute,
    prepare,
    resume,
    stored_plan,
)

ROOT = Path(__file__).parents[3]
UUT = {"maker": "HP", "serial": "US36000017"}


class Died(BaseException):
    """The process is gone."""


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A laboratory with copies of the shipped files, that a test may change."""
    shutil.copytree(ROOT / "stations", tmp_path / "stations")
    shutil.copytree(ROOT / "procedures", tmp_path / "procedures")
    return tmp_path


def crashed(
    lab: Path, procedure: str = "mass/scale-class3", *, when: Callable[[Event], bool], seed: int = 1
) -> Path:
    """Let a run die after the first event for which `when` holds; gives its folder."""

    def listen(event: Event) -> None:
        if when(event):
            raise Died

    prepared = prepare(
        str(lab / f"procedures/{procedure}.yaml"),
        str(lab / "stations/demo.yaml"),
        Options(uut=UUT if "dmm" in procedure else {}, seed=seed),
    )
    with pytest.raises(Died):
        execute(prepared, lab / "runs", listeners=(listen,))
    (run,) = (lab / "runs").iterdir()
    return run


def third_reading(test: str) -> Callable[[Event], bool]:
    seen: list[str] = []

    def holds(event: Event) -> bool:
        if event.type == "reading" and event.point.startswith(test):
            seen.append(event.point)
        return len(seen) == 3

    return holds


def after(finished: Finished, type_: str) -> list[Event]:
    events = parse((finished.folder / JOURNAL).read_bytes())[0]
    begun = next(event.seq for event in events if event.type == "run_resumed")
    return [event for event in events if event.seq > begun and event.type == type_]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_it_goes_on_at_the_first_point_that_is_not_final_and_the_record_shows_the_gap(lab: Path) -> None:
    run = crashed(lab, when=third_reading("eccentricity"))
    done = {one.point for one in read_tail(run / JOURNAL).events if one.type == "attempt_finished"}
    finished = resume(run, Resuming(by="B. Second", gap=120.0))
    assert finished.record.run.status == "COMPLETED"
    assert {one.point for one in after(finished, "reading")}.isdisjoint(done)
    (gap,) = finished.record.run.interruptions
    assert (gap.was, gap.by, gap.gap_s, gap.setup_again) == ("CRASHED", "B. Second", "120.000000", False)
    assert (gap.override, gap.differences) == ("", [])
    assert finished.record.run.retakes == 0
    assert finished.record.verdict == "pass"


def test_an_atomic_test_begins_anew_and_nothing_of_it_is_joined(lab: Path) -> None:
    run = crashed(lab, when=third_reading("repeatability"))
    finished = resume(run, Resuming())
    several = [one for name, one in finished.record.attempts.items() if name.startswith("repeatability")]
    assert [[one.counts for one in attempts] for attempts in several] == [[False, True]] * 3 + [[True]] * 2
    assert all(one[0].discarded for one in several[:3])
    assert finished.record.run.retakes == 0


def test_a_record_without_an_interruption_says_nothing_of_any(scale: Finished) -> None:
    assert b"interruptions" not in canonical(scale.record)
    assert b'"discarded"' not in canonical(scale.record)
    assert Record.model_validate_json(canonical(scale.record)) == scale.record


@pytest.mark.parametrize(("gap", "again"), [(7 * 3600.0, False), (9 * 3600.0, True)])
def test_setup_is_done_again_after_more_than_resume_within(lab: Path, gap: float, again: bool) -> None:  # noqa: FBT001 - a table
    run = crashed(lab, when=third_reading("eccentricity"))  # the procedure says 8 h
    finished = resume(run, Resuming(gap=gap))
    steps = [str(one.body["step"]) for one in after(finished, "step_started")]
    assert any("preload" in one for one in steps) is again
    assert finished.record.run.interruptions[0].setup_again is again


def test_setup_that_was_to_be_done_again_is_not_forgotten_when_that_too_is_broken_off(lab: Path) -> None:
    run = crashed(lab, when=third_reading("eccentricity"))  # the procedure says 8 h

    def stopping(event: Event) -> None:
        if event.type == "step_started":
            raise KeyboardInterrupt

    assert (
        resume(run, Resuming(gap=9 * 3600.0), Conducting(listeners=(stopping,))).outcome.status == "STOPPED"
    )
    finished = resume(run, Resuming(gap=60.0))  # a minute after the run that did not come to its setup
    events = parse((run / JOURNAL).read_bytes())[0]
    begun = [event.seq for event in events if event.type == "run_resumed"][-1]
    did = {str(one.body["step"]) for one in events if one.type == "step_finished" and one.seq > begun}
    wanted = {step.id for step in stored_plan(run).steps if step.kind in SETUP_KEPT}
    assert wanted
    assert wanted <= did
    assert finished.record.run.status == "COMPLETED"


def test_without_resume_within_warm_up_is_always_done_again_and_leads_and_settings_in_any_case(
    lab: Path,
) -> None:
    run = crashed(lab, "electrical/dmm-34401a", when=third_reading("dcv/1V"))
    finished = resume(run, Resuming())
    steps = [str(one.body["step"]) for one in after(finished, "step_started")]
    assert steps[:3] == ["setup/1-identify", "setup/2-warm-up", "setup/3-configure"]
    assert "connect/dcv" in steps
    assert finished.record.verdict == "pass"


def test_a_procedure_that_judges_otherwise_now_is_shown_and_wants_a_reason(lab: Path) -> None:
    run = crashed(lab, when=third_reading("eccentricity"))
    edit(lab / "procedures/mass/scale-class3.yaml", "limit: 0.5 e}", "limit: 0.4 e}")
    before = (run / JOURNAL).read_bytes()
    with pytest.raises(UsageError, match=r"(?s)limit.*→.*--override REASON") as caught:
        resume(run, Resuming())
    assert "created" not in str(caught.value)
    assert (run / JOURNAL).read_bytes() == before, "a refusal leaves no trace"
    finished = resume(
        run, Resuming(override="limits corrected in between; this unit is judged by the old ones")
    )
    (gap,) = finished.record.run.interruptions
    assert gap.override.startswith("limits corrected")
    assert gap.differences
    assert finished.record.plan_sha256 == parse(before)[0][0].body["plan"], "the plan it began with"


def test_a_comment_in_a_file_is_no_difference(lab: Path) -> None:
    run = crashed(lab, when=third_reading("eccentricity"))
    edit(lab / "procedures/mass/scale-class3.yaml", "# a named limit", "# the limit that has a name")
    assert resume(run, Resuming()).record.run.status == "COMPLETED"


def test_a_standard_that_is_overdue_by_now_is_refused(lab: Path) -> None:
    run = crashed(lab, when=third_reading("eccentricity"))
    asset = lab / "stations/assets/W-M1-15.yaml"
    due = next(line for line in asset.read_text(encoding="utf-8").splitlines() if line.startswith("due:"))
    edit(asset, due, "due: 2026-01-04")
    with pytest.raises(PlanRefused, match=r"cannot be resumed now(.|\n)*W-M1-15"):
        resume(run, Resuming(override="it was fine"))


def test_another_unit_at_the_same_place_is_not_taken_for_the_one_before(lab: Path) -> None:
    run = crashed(lab, when=third_reading("eccentricity"))
    edit(lab / "stations/demo.yaml", "serial: B4711", "serial: B4712")
    finished = resume(run, Resuming(override="only the simulated twin differs"))
    assert finished.outcome.status == "STOPPED"
    assert "serial B4711; serial B4712 answers now" in finished.outcome.reason


def test_what_has_completed_or_runs_is_not_resumed(scale: Finished, tmp_path: Path) -> None:
    done = tmp_path / "run"
    shutil.copytree(scale.folder, done)
    with pytest.raises(UsageError, match="has completed: there is nothing to resume"):
        resume(done, Resuming())


def test_a_torn_line_is_noted_by_the_line_that_resumes(lab: Path) -> None:
    run = crashed(lab, when=third_reading("eccentricity"))
    with (run / JOURNAL).open("ab") as file:
        file.write(b'{"actor":"runner","att')
    finished = resume(run, Resuming())
    line = next(one for one in parse((run / JOURNAL).read_bytes())[0] if one.type == "run_resumed")
    assert line.body["torn_line"] == {
        "file": "journal.torn-1",
        "bytes": 22,
        # printf '%s' '{"actor":"runner","att' | sha256sum
        "sha256": "e047750814891145d4fca43664d7400ef746f14469cb615e031777115d1e6bfd",
    }
    assert finished.record.run.status == "COMPLETED"


def test_an_unsafe_run_is_resumed_only_after_a_person_has_cleared_it(lab: Path) -> None:
    edit(
        lab / "stations/demo.yaml",
        "  units:  ",
        "  faults:\n    - {instrument: calibrator, kind: silent, after: 60, count: 1000}\n  units:  ",
    )
    prepared = prepare(
        str(lab / "procedures/electrical/dmm-34401a.yaml"), str(lab / "stations/demo.yaml"), Options(uut=UUT)
    )
    finished = execute(prepared, lab / "runs")
    assert finished.outcome.status == "UNSAFE"
    edit(
        lab / "stations/demo.yaml",
        "    - {instrument: calibrator, kind: silent, after: 60, count: 1000}\n",
        "",
    )
    edit(lab / "stations/demo.yaml", "  faults:\n", "")
    with pytest.raises(UsageError, match=r"is UNSAFE.*calbench clear"):
        resume(finished.folder, Resuming())
    with pytest.raises(UsageError, match="needs the name"):
        clear(finished.folder, " ", "looked")
    cleared = clear(finished.folder, "H. Head", "calibrator switched to standby at its front panel")
    assert cleared.run.status == "UNSAFE", "how it ended stays"
    line = parse((finished.folder / JOURNAL).read_bytes())[0][-1]
    assert (line.type, line.actor, line.body["by"]) == ("cleared", "operator", "H. Head")
    with pytest.raises(UsageError, match="nothing to clear"):
        clear(finished.folder, "H. Head", "again")
    ended = parse((finished.folder / JOURNAL).read_bytes())[0][-2]
    again = resume(finished.folder, Resuming(gap=120.0))
    assert again.record.run.status == "COMPLETED"
    (gap,) = again.record.run.interruptions
    assert gap.was == "UNSAFE"
    assert (ended.type, gap.interrupted, gap.gap_s) == ("run_closed", ended.t_utc, "120.000000")
    assert gap.resumed.startswith("2026-01-05")  # simulated time, which nothing real has to do with


def test_a_run_that_is_stopped_and_resumed_twice_shows_both_gaps(lab: Path) -> None:
    run = crashed(lab, when=third_reading("repeatability"))

    def stopping(event: Event) -> None:
        if event.type == "reading" and event.point.startswith("eccentricity"):
            raise KeyboardInterrupt

    stopped = resume(run, Resuming(), Conducting(listeners=(stopping,)))
    assert stopped.record.run.status == "STOPPED"
    finished = resume(run, Resuming())
    assert [one.was for one in finished.record.run.interruptions] == ["CRASHED", "STOPPED"]
    assert finished.record.run.status == "COMPLETED"
    assert finished.record.verdict == "pass"


def test_every_kind_of_certificate_says_that_the_run_was_interrupted(lab: Path) -> None:
    run = crashed(lab, when=third_reading("eccentricity"))
    resume(run, Resuming(by="B. Second", gap=3600.0))
    files = certify(run, ["html", "dcc"], ["en", "zh"])
    says = {
        "certificate-en.html": ["2026-01-05 08:01", "to 2026-01-05 09:01", "resumed by B. Second"],
        "certificate-zh.html": ["中断（程序异常终止），由 B. Second 恢复"],
        "certificate.xml": ["resumed by B. Second", "由 B. Second 恢复"],
    }
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert all(one in text for one in says[path.name]), path.name


def test_what_the_guard_could_not_switch_off_is_looked_at_before_the_run_goes_on(lab: Path) -> None:
    run = crashed(lab, when=third_reading("eccentricity"))
    with open_journal(run / "guard.jsonl", VirtualClock(datetime(2026, 1, 5, tzinfo=UTC))) as journal:
        journal.note(
            "guard", {"did": "acted", "outputs": "not_verified", "in_doubt": ["calibrator"], "text": "no"}
        )
        head = journal.head
    with pytest.raises(UsageError, match=r"is UNSAFE.*calbench clear"):
        resume(run, Resuming())
    clear(run, "H. Head", "in standby, looked at the front panel")
    resume(run, Resuming())
    line = next(one for one in parse((run / JOURNAL).read_bytes())[0] if one.type == "run_resumed")
    assert line.body["guard_outputs"] == "not_verified"
    assert line.body["guard_file"] == {"lines": 1, "head": head}, "the journal holds on to the guard's file"


def test_a_sealed_run_keeps_its_seal_and_the_next_one_names_it(lab: Path) -> None:
    signer = demonstration_signer(lab / "runs", "demo")

    def stopping(event: Event) -> None:
        if event.type == "reading" and event.point.startswith("eccentricity"):
            raise KeyboardInterrupt

    prepared = prepare("scale-class3", "demo", Options())
    stopped = execute(prepared, lab / "runs", listeners=(stopping,), signer=signer)
    assert stopped.seal is not None
    with pytest.raises(UsageError, match="is sealed, and what follows would be not sealed"):
        resume(stopped.folder, Resuming())
    sealed = (stopped.folder / "record.json").read_bytes()
    finished = resume(stopped.folder, Resuming(), Conducting(signer=signer))
    assert finished.record.run.status == "COMPLETED"
    assert (stopped.folder / "record-1.json").read_bytes() == sealed
    means = Means(Ring(lab / "runs" / "demonstration-keys"))
    checks = {one.name: one for one in verify(stopped.folder, means)}
    assert [one for one in checks.values() if one.holds is False] == []
    assert "resumed; it was STOPPED" in checks["former record 1"].found
    # the lines that the former seal is over must still be there
    journal = stopped.folder / JOURNAL
    journal.write_bytes(journal.read_bytes().replace(b'"was":"STOPPED"', b'"was":"CRASHED"', 1))
    assert any(one.holds is False for one in verify(stopped.folder, means))
