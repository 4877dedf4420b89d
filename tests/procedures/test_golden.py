"""Every shipped procedure has a golden record of a run on its bench; here are those that no other module makes.

To accept a change that is meant, run this file with `--update-golden-records` and read the difference.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.repeated import cases

from calbench.testing.bench import Bench, Run

GOLDEN = Path(__file__).parent / "golden"
SHIPPED = Path(__file__).parents[2] / "procedures"
HP = {"maker": "HP", "serial": "US36000017"}
RUNS = {
    "visual-inspection": ("demo", "1", HP),
    "bench-links": ("demo-links", "1", {}),
    "dmm-34401a": ("demo", "1", HP),
    "analogue-voltmeter": ("demo-keyboard", "1", {}),
    "scale-class3": ("demo", "2", {}),
    "keysight-34461a": ("demo-dmm", "1", {}),
    "keysight-34470a": ("demo-dmm", "2", {}),
    "keysight-3458a": ("demo-dmm", "3", {}),
    "keithley-dmm6500": ("demo-dmm", "4", {}),
}
BARE = ("dmm-jjf1587", "calibrator-dc")
"""What runs by the specification of a model alone."""


@pytest.mark.parametrize(
    "procedure", cases(RUNS, lambda name: not name.startswith(("keysight-344", "keithley-")))
)  # of four meters that are calibrated by the same specification, one is for every day
def test_the_record_is_the_golden_one(
    procedure: str,
    calbench_bench: Callable[[str], Bench],
    calbench_golden: Callable[[Run, Path], None],
) -> None:
    station, position, uut = RUNS[procedure]
    run = calbench_bench(station).run(procedure, position=position, uut=uut)
    calbench_golden(run, GOLDEN / f"{procedure}.json")


def test_every_shipped_procedure_has_a_golden_record() -> None:
    whole = (path for path in SHIPPED.rglob("*.yaml") if path.parent.name != "parts")
    shipped = {path.stem for path in whole} - set(BARE)
    kept = {path.name.split(".")[0] for path in GOLDEN.glob("*.json")}
    assert shipped - kept == set()
