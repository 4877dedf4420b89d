"""The golden record of the shipped procedure that adjusts: what it comes to on the bench with a drifted multimeter.

Left out are what changes with every version of the program (software id, hashes) and the moments. To accept a change
that is meant, run this file with python and read the difference.
"""

from __future__ import annotations

import json
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from calbench.certificates.csv import table
from calbench.documents.record import Record
from calbench.quantities import parse_quantity
from calbench.workflow import Finished, Options, execute, prepare

GOLDEN = Path(__file__).parent / "golden" / "dmm-34401a-adjust.json"
MOMENTS = ("decided", "ended", "t_utc")


def run(folder: Path) -> Finished:
    options = Options(uut={"maker": "HP", "serial": "US36000017"})
    return execute(prepare("dmm-34401a-adjust", "demo-drifted", options), folder)


def golden(record: Record) -> dict[str, Any]:
    said = record.model_dump(
        mode="json", include={"uut", "results", "tests", "verdict", "stages", "adjustment"}
    )
    said["attempts"] = {name: len(several) for name, several in record.attempts.items()}
    return dict(_without(said))


def _without(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _without(value) for key, value in part.items() if key not in MOMENTS}
    return [_without(one) for one in part] if isinstance(part, list) else part


@pytest.fixture(scope="module")
def adjusted(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    return run(tmp_path_factory.mktemp("adjusted"))


def test_the_record_is_the_golden_one(adjusted: Finished) -> None:
    assert golden(adjusted.record) == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_errors_are_those_that_the_station_gave_the_meter(adjusted: Finished) -> None:
    """The file of the station says 62 ppm and 3 uV; an adjustment leaves a twentieth; noise is some microvolts."""
    for stage, left in (("as_found", Decimal(1)), ("as_left", Decimal("0.05"))):
        for volts in (0, 5, 10, -10):
            result = next(one for one in adjusted.record.results if one.id == f"{stage}/dcv/10V/{volts}V")
            expected = left * (Decimal("62e-6") * volts + Decimal("3e-6"))
            assert result.value is not None
            # The calibrator is 1 ppm off, the reading has 10 uV resolution, and temperature moves the gain a little.
            assert abs(parse_quantity(result.value).value - expected) < Decimal("30e-6")


def test_the_table_for_spreadsheets_names_the_stage_of_each_result(adjusted: Finished) -> None:
    head, *rows = [line.split(",") for line in table(adjusted.record).decode("utf-8-sig").splitlines()]
    where = head.index("stage")
    assert [row[where] for row in rows] == ["as_found"] * 5 + ["as_left"] * 4


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        text = json.dumps(golden(run(Path(scratch)).record), ensure_ascii=False, indent=1, sort_keys=True)
    GOLDEN.write_text(f"{text}\n", encoding="utf-8")
