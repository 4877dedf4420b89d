"""Journals that end anywhere, and records of a part: nothing crashes, and no verdict is invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from calbench.documents.canonical import canonical
from calbench.documents.journal import parse
from calbench.documents.record import Record
from calbench.errors import IntegrityFailure
from calbench.evaluation.recording import evaluate_run
from calbench.workflow import JOURNAL, Finished, Options, execute, prepare


def test_a_journal_cut_after_any_line_is_evaluated_and_invents_nothing(part: Finished) -> None:
    plan, data = part.record.plan, (part.folder / JOURNAL).read_bytes()
    lines = data.splitlines(keepends=True)
    final = {one.id: one for one in part.record.results}
    verdicts: list[str] = []
    for cut in range(1, len(lines)):
        head = b"".join(lines[:cut])
        record = evaluate_run(plan, head)
        finished = {event.point for event in parse(head)[0] if event.type == "attempt_finished"}
        for one in record.results:
            if one.id in finished:
                assert one == final[one.id], cut
            else:
                assert one.verdict == "not_evaluated", cut
                assert one.value is None, cut
        assert (record.run.status, record.run.completeness) == ("ABORTED", "partial"), cut
        if set(final) - finished:
            assert record.verdict == "not_evaluated", cut
        verdicts.append(record.verdict)
        assert Record.model_validate_json(canonical(record)) == record
    assert part.record.verdict == "pass"
    assert "not_evaluated" in verdicts


def test_a_journal_cut_within_a_line_is_refused(part: Finished) -> None:
    data = (part.folder / JOURNAL).read_bytes()
    for cut in (1, 5, len(data) // 2, len(data) - 1):
        with pytest.raises(IntegrityFailure):
            evaluate_run(part.record.plan, data[:cut])


def test_an_empty_journal_is_refused(part: Finished) -> None:
    with pytest.raises(IntegrityFailure, match="was not written for this plan"):
        evaluate_run(part.record.plan, b"")


def test_results_of_other_tests_that_are_missing_leave_u_out_and_say_so(tmp_path: Path) -> None:
    # the scale's linearity takes its repeatability and eccentricity from other tests
    only = Options(only=("linearity/up/1*kg",))
    record = execute(prepare("scale-class3", "demo", only), tmp_path).record
    assert record.run.completeness == "partial"
    assert [one.id for one in record.results] == ["linearity/up/10kg", "linearity/up/15kg"]
    for one in record.results:
        assert one.expanded is None
        assert "Uncertainty not evaluated" in one.remark
        assert "repeatability.stdev" in one.remark
        assert one.verdict == "pass"  # the rule is simple acceptance, which does without U


def test_a_series_of_which_a_part_was_measured_has_no_verdict(tmp_path: Path) -> None:
    record = execute(prepare("scale-class3", "demo", Options(only=("repeatability/[12]",))), tmp_path).record
    (series,) = [one for one in record.results if one.of == "test"]
    assert (series.verdict, series.n) == ("not_evaluated", 2)
    assert "Not every point of the test was measured" in series.remark
    assert record.verdict == "not_evaluated"
    assert record.run.status == "COMPLETED"


def test_a_series_that_was_left_out_in_part_has_not_failed(tmp_path: Path) -> None:
    """Nobody is asked what to do about a series of which only one point was wanted."""
    done = execute(prepare("scale-class3", "demo", Options(only=("repeatability/1",))), tmp_path)
    events, _ = parse((done.folder / "journal.jsonl").read_bytes())
    assert [
        event.body["id"] for event in events if event.type == "asked" and "on-fail" in str(event.body["id"])
    ] == []
    assert done.record.tests[0].verdict == "not_evaluated"
