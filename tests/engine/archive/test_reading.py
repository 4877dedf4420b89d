"""What is listed of a run is what its own documents say, and a damaged one is listed with what is wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.engine.archive.conftest import BENCH, Folder

from calbench.archive import Index, Wanted
from calbench.archive.reading import read_run
from calbench.control.channel import Channel
from calbench.control.verbs import Command, Reply
from calbench.documents.canonical import sha256
from calbench.documents.record import Record
from calbench.evaluation.recording import whole_run_id
from calbench.quantities import parse_quantity


@pytest.mark.parametrize("kind", ["sealed", "stopped", "resumed", "scale"])
def test_a_row_says_what_the_record_says(made: dict[str, Path], kind: str) -> None:
    folder = made[kind]
    record = Record.model_validate_json((folder / "record.json").read_bytes())
    row = read_run(folder).run
    assert row.wrong == ()
    assert (row.id, row.status, row.outputs) == (record.run.id, record.run.status, record.run.outputs)
    assert (row.started, row.ended) == (record.run.started, record.run.ended)
    assert (row.completeness, row.verdict) == (record.run.completeness, record.verdict)
    assert (row.points, row.passed) == (
        sum(test.results for test in record.tests),
        sum(test.passed for test in record.tests),
    )
    assert (row.retakes, row.interruptions) == (record.run.retakes, len(record.run.interruptions))
    assert (row.head, row.lines) == (record.journal.head, record.journal.lines)
    assert (row.station, row.procedure) == (record.plan.station, record.plan.procedure.id)
    assert row.simulated
    (unit,) = row.units
    assert (unit.serial, unit.maker) == (record.uut["serial"], record.uut["maker"])
    assert row.seal == ("" if kind == "scale" else "simulated")


def test_results_are_exact_text_and_a_number_to_sort_by(made: dict[str, Path]) -> None:
    record = Record.model_validate_json((made["sealed"] / "record.json").read_bytes())
    found = read_run(made["sealed"]).results
    assert [(one.id, one.verdict, one.error, one.expanded, one.upper) for one in found] == [
        (one.id, one.verdict, one.value, one.expanded, one.upper) for one in record.results
    ]
    for one in found:
        assert one.error is not None
        assert one.error_value == pytest.approx(float(parse_quantity(one.error).value))


def test_a_process_that_died_leaves_a_run_that_is_crashed(runs: Folder) -> None:
    run = runs.put("stopped", "a")
    lines = (run / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (run / "journal.jsonl").write_bytes(b"".join(lines[:20]) + lines[20][:30])
    row = Index(runs.path).get("a")
    assert (row.status, row.outputs, row.ended, row.verdict) == ("CRASHED", "unknown", "", "")
    assert (row.head, row.lines) == (sha256(lines[19][:-1]), 20)
    assert row.units[0].serial == "US36000017"  # by the work order
    assert row.wrong == ()


def test_a_run_that_died_after_it_was_gone_on_with_counts_as_crashed_not_as_it_ended_before(
    runs: Folder,
) -> None:
    run = runs.put("resumed", "a")
    lines = (run / "journal.jsonl").read_bytes().splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if b'"run_resumed"' in line)
    (run / "journal.jsonl").write_bytes(b"".join(lines[: at + 3]))
    row = Index(runs.path).get("a")
    assert (row.status, row.interruptions, row.points) == ("CRASHED", 1, 0)


def test_a_run_whose_process_lives_is_running(runs: Folder) -> None:
    run = runs.put("stopped", "a")
    lines = (run / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (run / "journal.jsonl").write_bytes(b"".join(lines[:20]))
    index = Index(runs.path)

    def answer(_: Command) -> Reply:
        return Reply(accepted=True, state="WAITING", text="A prompt is open.")

    with Channel(run, answer):
        row = index.get("a")
        assert (row.status, row.state) == ("RUNNING", "WAITING")
    assert index.get("a").status == "CRASHED"


def test_what_the_guard_found_of_a_crashed_run_is_listed(runs: Folder) -> None:
    run = runs.put("stopped", "a")
    lines = (run / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (run / "journal.jsonl").write_bytes(b"".join(lines[:20]))
    acted = {"did": "acted", "outputs": "not_verified", "in_doubt": ["calibrator"], "text": "…"}
    event = {**json.loads(lines[0]), "actor": "guard", "type": "guard", "body": acted}
    text = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    (run / "guard.jsonl").write_bytes(text.encode() + b"\n")
    assert Index(runs.path).get("a").outputs == "not_verified"


@pytest.mark.parametrize(
    ("name", "data", "wrong"),
    [
        ("plan.json", b"{}", "plan.json is damaged"),
        ("plan.json", None, "plan.json is missing"),
        ("record.json", b"no JSON", "record.json is damaged"),
        ("record.json", None, "record.json is missing: calbench evaluate"),
        ("journal.jsonl", None, "journal.jsonl is missing"),
        ("journal.jsonl", b"\xff\xfe\x00\n" * 5, "journal.jsonl is damaged"),
        ("seal.txt", b"no seal", "seal.txt is damaged"),
        ("issue.json", b"[]", "issue.json is damaged"),
    ],
)
def test_a_damaged_run_is_listed_with_what_is_wrong(
    runs: Folder, name: str, data: bytes | None, wrong: str
) -> None:
    run = runs.put("sealed", "a")
    if data is None:
        (run / name).unlink()
    else:
        (run / name).write_bytes(data)
    row = Index(runs.path).get("a")
    assert any(wrong in one for one in row.wrong), row.wrong
    if name != "record.json":
        assert row.passed == 4  # what is sound is listed all the same


def test_a_record_of_another_journal_or_plan_is_named(runs: Folder) -> None:
    run = runs.put("sealed", "a")
    shutil.copy(runs.made["scale"] / "record.json", run / "record.json")
    wrong = " ".join(Index(runs.path).get("a").wrong)
    assert "another journal" in wrong
    assert "another plan" in wrong
    assert "record.json is not what was sealed" in wrong


def test_a_lost_end_of_the_journal_is_seen_by_the_seal(runs: Folder) -> None:
    run = runs.put("resumed", "a")
    data = (run / "journal.jsonl").read_bytes()
    first_end = data.index(b'"type":"run_closed"')
    (run / "journal.jsonl").write_bytes(data[: data.index(b"\n", first_end) + 1])
    assert any("not what was sealed" in one for one in Index(runs.path).get("a").wrong)


def test_a_run_of_several_units_has_a_row_for_each(runs: Folder) -> None:
    run = runs.put("bench", "a")
    index = Index(runs.path)
    row = index.get("a")
    records = {
        one: Record.model_validate_json((run / "units" / one / "record.json").read_bytes()) for one in BENCH
    }
    assert [(unit.position, unit.serial, unit.points, unit.passed) for unit in row.units] == [
        (position, serial, 4, sum(test.passed for test in records[position].tests))
        for position, serial in BENCH.items()
    ]
    assert [unit.verdict for unit in row.units] == ["pass", "pass", "fail", "pass"], "as the station says"
    assert (row.id, row.status, row.verdict, row.seal) == (
        whole_run_id(records["1"].plan),
        "COMPLETED",
        "fail",
        "simulated",
    )
    assert (row.points, row.passed, row.wrong) == (16, sum(unit.passed for unit in row.units), ())
    assert [one.position for one in index.results("a")] == [one for one in BENCH for _ in range(4)]
    (found,) = index.list(Wanted(serial="us36000103"))
    assert found.folder == "a"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda text: text.replace(b'"retakes":0', b'"retakes":7'),
            "units/3/record.json is not what was sealed.",
        ),
        (lambda _: b"{", "units/3/record.json is damaged"),
        (None, "units/3/record.json is missing"),
    ],
)
def test_what_is_wrong_with_one_of_several_units_is_said_of_it(
    runs: Folder, change: Callable[[bytes], bytes] | None, said: str
) -> None:
    run = runs.put("bench", "a")
    path = run / "units" / "3" / "record.json"
    if change is None:
        path.unlink()
    else:
        runs.write(path, change(path.read_bytes()))
    row = Index(runs.path).get("a")
    (wrong,) = row.wrong
    assert said in wrong
    assert [unit.position for unit in row.units] == list(BENCH), "all are listed: the plan names them"
    assert row.units[2].serial == "US36000103"


def test_folders_that_are_no_runs_are_not_listed(runs: Folder) -> None:
    (runs.path / "demonstration-keys").mkdir()
    (runs.path / "notes.txt").write_text("…")
    runs.put("sealed", "a")
    assert [row.folder for row in Index(runs.path).list()] == ["a"]
