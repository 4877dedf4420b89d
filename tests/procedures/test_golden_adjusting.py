"""The golden record of the shipped procedure that adjusts: what it comes to on the bench with a drifted multimeter.

To accept a change that is meant, run this file with `--update-golden-records` and read the difference.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from calbench.certificates.csv import table
from calbench.certificates.digital.assemble import digital
from calbench.dcc.certified import certified
from calbench.quantities import parse_quantity
from calbench.testing.bench import Bench, Run

GOLDEN = Path(__file__).parent / "golden" / "dmm-34401a-adjust.json"


@pytest.fixture(scope="module")
def adjusted(calbench_bench: Callable[[str], Bench]) -> Run:
    uut = {"maker": "HP", "serial": "US36000017"}
    return calbench_bench("demo-drifted").run("dmm-34401a-adjust", uut=uut)


def test_the_record_is_the_golden_one(adjusted: Run, calbench_golden: Callable[[Run, Path], None]) -> None:
    calbench_golden(adjusted, GOLDEN)


def test_the_errors_are_those_that_the_station_gave_the_meter(adjusted: Run) -> None:
    """The file of the station says 62 ppm and 3 uV; an adjustment leaves a twentieth; noise is some microvolts."""
    for stage, left in (("as_found", Decimal(1)), ("as_left", Decimal("0.05"))):
        for volts in (0, 5, 10, -10):
            result = next(one for one in adjusted.record.results if one.id == f"{stage}/dcv/10V/{volts}V")
            expected = left * (Decimal("62e-6") * volts + Decimal("3e-6"))
            assert result.value is not None
            # The calibrator is 1 ppm off, the reading has 10 uV resolution, and temperature moves the gain a little.
            assert abs(parse_quantity(result.value).value - expected) < Decimal("30e-6")


def test_the_table_for_spreadsheets_names_the_stage_of_each_result(adjusted: Run) -> None:
    head, *rows = [line.split(",") for line in table(adjusted.record).decode("utf-8-sig").splitlines()]
    where = head.index("stage")
    assert [row[where] for row in rows] == ["as_found"] * 5 + ["as_left"] * 4


def test_who_uses_the_digital_certificate_gets_the_values_as_left(adjusted: Run) -> None:
    written = digital(adjusted.record, "0" * 64, ["en"])
    assert [one.ref_type for one in written.measurements.each] == ["calbench_asFound", "calbench_asLeft"]
    ((*_, highest),) = certified(written, "measure.voltage.dc")
    left = next(one for one in adjusted.record.results if one.id == "as_left/dcv/10V/10V")
    assert highest.correction.value == -Decimal(left.shown.error) * Decimal(
        "1e-6"
    )  # it is printed in microvolts
