"""What the tests of scales share: benches, a scale without errors, and what a run or a plan says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from calbench.documents.plan import Plan
from calbench.quantities import parse_quantity
from calbench.testing.bench import Run
from calbench.workflow import Options, prepare

ROOT = Path(__file__).parents[2]
SCALES = "demo-scale-r76"
GOLDEN = Path(__file__).parent / "golden"
STEADY = {"repeatability": "0 g", "noise": "0 g", "tempco": "0"}
"""A scale whose errors are those that a test gives it, and no others."""
IDEAL = {
    **STEADY,
    "gain": "0",
    "linearity": "0 g",
    "hysteresis": "0 g",
    "eccentricity_x": "0",
    "eccentricity_y": "0",
    "zero": "0 g",
    "settling": "0 s",
}

TRUCK = {
    "ballast": "present",
    "standards": "10 t",
    "max": "30 t",
    "e": "10 kg",
    "d": "10 kg",
    "supports": "6",
    "eccentric_load": "6 t",
    "tare_load": "1 t",
    "spots": "1 front left, 2 front right, 3 left, 4 right, 5 back left, 6 back right",
}
"""Settings of a truck scale with 10 t of weights."""


def failed(run: Run) -> set[str]:
    """Name the tests that did not pass, of those that were judged."""
    assert run.status == "COMPLETED"
    return {one.id for one in run.record.tests if one.verdict not in ("pass", "not_evaluated")}


def error(run: Run, name: str) -> Decimal:
    """Give the error of a point in g."""
    return parse_quantity(run.result(name).value or "").in_unit("g")


def plan_of(
    procedure: str = "scale-jjg539", position: str = "2", station: str = SCALES, /, **settings_: str
) -> Plan:
    return prepare(procedure, station, Options(position=position, settings=settings_)).plan
