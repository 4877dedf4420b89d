"""Instruments that fail: exit code 3, a clear sentence, outputs safe, and a journal that verifies."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.repeated import cases

from calbench.cli import main
from calbench.documents.canonical import canonical
from calbench.documents.journal import parse
from calbench.documents.record import Record

DEMO = Path(__file__).parents[3] / "stations" / "demo.yaml"

# instrument, fault, number of messages that are still handled, what the sentence must say, are the outputs safe?
CASES = {
    "meter does not answer": ("1", "silent", 0, "no reply within", True),
    "calibrator does not answer": ("calibrator", "silent", 0, "no reply within", False),
    "meter answers with another identity": ("1", "wrong_identity", 0, "'9999'", True),
    "calibrator answers with another identity": ("calibrator", "wrong_identity", 0, "'9999'", True),
    "meter overloads": ("1", "overload", 12, "overload", True),
    "meter dies in mid-run": ("1", "silent", 40, "no reply within", True),
    "meter's line is dropped in mid-run": ("1", "dropped", 40, "GPIB0::22::INSTR", True),
    "meter answers garbage in mid-run": (
        "1",
        "garbage",
        40,
        "1 (agilent/a34401a): GPIB0::22::INSTR: after `",
        True,
    ),
    "calibrator dies in mid-run": ("calibrator", "silent", 60, "no reply within", False),
    "calibrator's line is dropped in mid-run": ("calibrator", "dropped", 60, "GPIB0::4::INSTR", False),
    "meter's replies are late from mid-run on": ("1", "late", 40, "no reply within", True),
    "meter answers the query before, from mid-run on": ("1", "stale", 40, "1 (agilent/a34401a)", True),
    "meter's replies break off": ("1", "partial", 40, "1 (agilent/a34401a)", True),
    "meter has an error in its queue": ("1", "error", 40, "-310", True),
    "meter is locked by another client": ("1", "locked", 40, "GPIB0::22::INSTR", True),
    "climate logger dies in mid-run": ("climate", "silent", 60, "no reply within", True),
}


def station_with(fault: str, instrument: str, after: int, folder: Path) -> Path:
    text = DEMO.read_text(encoding="utf-8")
    path = folder / "faulty.yaml"
    rule = f"  faults:\n    - {{instrument: {instrument}, kind: {fault}, after: {after}}}\n"
    path.write_text(text + rule, encoding="utf-8")
    (folder / "assets").mkdir()
    for asset in (DEMO.parent / "assets").glob("*.yaml"):
        (folder / "assets" / asset.name).write_bytes(asset.read_bytes())
    return path


EVERYDAY = (
    "meter does not answer", "calibrator answers with another identity", "meter overloads", "meter dies in mid-run",
    "meter answers garbage in mid-run", "calibrator dies in mid-run", "meter has an error in its queue",
)  # fmt: skip


@pytest.mark.parametrize("case", cases(CASES, lambda case: case in EVERYDAY))
def test_a_failing_instrument_ends_the_run_with_a_sentence_and_a_safe_bench(
    case: str, tmp_path: Path
) -> None:
    instrument, fault, after, sentence, safe = CASES[case]
    station = station_with(fault, instrument, after, tmp_path)
    out = tmp_path / "runs"

    result = CliRunner().invoke(
        main, ["run", "dmm-34401a", str(station), "--out", str(out), "--set", "readings=4"]
    )

    assert result.exit_code == 3, result.output
    assert sentence in result.output
    (folder,) = out.iterdir()
    events, _ = parse((folder / "journal.jsonl").read_bytes())
    assert events[-1].type == "run_closed"
    status = events[-1].body["status"]
    assert status == ("STOPPED" if safe else "UNSAFE")
    if case == "calibrator answers with another identity":
        assert "another instrument answered for calibrator and was not touched" in result.output
    elif safe:
        assert "every output verified off" in result.output
    else:
        assert "NOT VERIFIED SAFE: calibrator" in result.output
        assert "by hand" in result.output
    assert CliRunner().invoke(main, ["verify", str(folder)]).exit_code == 0


@pytest.mark.parametrize("case", ["meter overloads", "meter answers garbage in mid-run"])
def test_no_result_is_made_of_a_reading_that_was_none(case: str, tmp_path: Path) -> None:
    instrument, fault, after, _, _ = CASES[case]
    station = station_with(fault, instrument, after, tmp_path)
    out = tmp_path / "runs"
    CliRunner().invoke(main, ["run", "dmm-34401a", str(station), "--out", str(out), "--set", "readings=4"])
    (data,) = out.glob("*/record.json")
    record = Record.model_validate_json(data.read_bytes())
    assert record.verdict == "not_evaluated"
    judged = [one for one in record.results if one.verdict != "not_evaluated"]
    assert all(one.n == 4 for one in judged)
    assert all(
        abs(float(raw.value)) < 1100
        for several in record.attempts.values()
        for one in several
        for raw in one.readings
    )
    assert canonical(record) == data.read_bytes()


def test_a_meter_that_lost_its_power_is_set_up_anew_and_the_journal_says_so(tmp_path: Path) -> None:
    station = station_with("power_cycle", "1", 40, tmp_path)
    out = tmp_path / "runs"
    result = CliRunner().invoke(
        main, ["run", "dmm-34401a", str(station), "--out", str(out), "--set", "readings=4"]
    )

    assert result.exit_code == 0, result.output
    assert "! retry: GPIB0::22::INSTR: no reply within" in result.output
    (folder,) = out.iterdir()
    events, _ = parse((folder / "journal.jsonl").read_bytes())
    assert [event.type for event in events].count("retry") == 1
