"""How a run ended, for people: its tests, or one line for each of several units; and its exit code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.cli import text
from calbench.cli.wording import local, word
from calbench.documents.record import WORST, Record, TestResult, Verdict
from calbench.evaluation.recording import whole_run_id

if TYPE_CHECKING:
    from calbench.workflow import Finished

NOT_COMPLETED = 3


def exit_code(*records: Record) -> int:
    """Give the exit code of a run, that of the worst of its units: status first, then verdict."""
    return max(_code(record) for record in records)


def _code(record: Record) -> int:
    if record.run.status != "COMPLETED":
        return NOT_COMPLETED
    return 0 if record.verdict == "pass" or not judges(record) else 1


def judges(record: Record) -> bool:
    """Tell whether anything of a run is judged; a calibration without limits states its results alone."""
    return any(record.plan.judges(test) for test in record.plan.tests)


def exit_code_of(finished: Finished, formats: Sequence[str], certificates: Sequence[Path]) -> int:
    """Give the exit code of a run whose files were asked for: it is not whole if one of its units lacks them."""
    folders = [place_of_record(finished.folder, record) for record in finished.records.values()]
    lacking = [one for one in folders if not any(path.is_relative_to(one) for path in certificates)]
    if finished.unkept or (formats and lacking):
        return NOT_COMPLETED
    return exit_code(*finished.records.values())


def place_of_record(folder: Path, record: Record) -> Path:
    """Give the folder of a record: that of the run, or of its unit among several."""
    from calbench.workflow.storing import Place  # noqa: PLC0415 - loaded where it is used

    return Place(folder, record.plan.uut.position if record.plan.of_run else "").folder


def worst(records: Iterable[Record]) -> Verdict:
    """Give the worst verdict of several records."""
    return max((record.verdict for record in records), key=WORST.index)


def summarise(finished: Finished, certificates: Sequence[Path]) -> dict[str, object]:
    """Give the outcome of a run for machines; of several units also that of each."""
    records = list(finished.records.values())
    first = records[0]
    several = bool(first.plan.of_run)
    outcome: dict[str, object] = {
        "run": whole_run_id(first.plan),
        "status": finished.outcome.status,
        "reason": finished.outcome.reason,
        "outputs": first.run.outputs,
        "outputs_in_doubt": first.run.outputs_in_doubt,
        "verdict": worst(records),
        **({} if several else {"tests": _tests(first)}),
        "folder": str(finished.folder),
        "traffic": finished.traffic,
        "unsealed": finished.unsealed,
        "unkept": finished.unkept,
        "seal": "" if finished.seal is None else str(finished.seal),
        "certificates": [str(path) for path in certificates],
    }
    return {**outcome, "units": units_of(finished.records)} if several else outcome


def units_of(records: Mapping[str, Record]) -> dict[str, dict[str, object]]:
    """Give the outcome of each unit for machines, by its position."""
    return {
        position: {
            "run": record.run.id,
            "status": record.run.status,
            "reason": record.run.reason,
            "completeness": record.run.completeness,
            "verdict": record.verdict,
            "tests": _tests(record),
            "serial": record.uut.get("serial", ""),
        }
        for position, record in records.items()
    }


def summary(records: Sequence[Record], said: str = "") -> str:
    """Lay out the tests of a record; of several units, a line for each, and its reason if it is not `said`."""
    if records[0].plan.of_run:
        return _units(records, said)
    rows = [
        (_titled(test), _counted(records[0], [test]), text.verdict(test.verdict)) for test in records[0].tests
    ]
    return text.table((word("test"), word("passed"), word("verdict")), rows)


def _titled(test: TestResult) -> str:
    return f"{local(test.title)} ({word(test.stage)})" if test.stage else local(test.title)


def _units(records: Sequence[Record], said: str) -> str:
    rows = [
        (
            record.plan.uut.position,
            record.uut.get("serial", ""),
            _counted(record, record.tests),
            text.verdict(record.verdict),
            record.run.status,
            "" if record.run.reason == said else record.run.reason,
        )
        for record in records
    ]
    heads = ("position", "serial", "passed", "verdict", "status", "reason")
    return text.folded([word(head) for head in heads], rows)


def _counted(record: Record, tests: Sequence[TestResult]) -> str:
    """Say how many results of tests passed, of those that are judged; or how many there are, if none is."""
    judging = {one.id for one in record.plan.tests if record.plan.judges(one)}
    judged = [one for one in tests if one.id in judging]
    if not judged:
        return word("unjudged", number=str(sum(one.results for one in tests)))
    return f"{sum(one.passed for one in judged)}/{sum(one.results for one in judged)}"


def _tests(record: Record) -> dict[str, str]:
    return {test.id: test.verdict for test in record.tests}
