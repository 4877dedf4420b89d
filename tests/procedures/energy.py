"""What the tests of electricity meters share: units without errors of their own, and what a run or plan says."""

from __future__ import annotations

from calbench.quantities import parse_quantity
from calbench.testing.bench import Bench, Run
from calbench.workflow import Options

CLEAN = {"phase": "0", "temperature_coefficient": "0"}
TRUE = {"voltage_gain": "0", "current_gain": "0", "angle": "0"}
FLAT = "at 0.25 A: {0} %, at 60 A: {0} %"
LOW = (
    "at 0.25 A: 1.45 %, at 0.49 A: 1.45 %, at 0.5 A: 0.97 %, at 60 A: 0.97 %"  # 1.5 % below 0.1 Ib, else 1 %
)

PUBLISHED = (
    "0.3356",
    "0.3111",
    "0.3262",
    "0.3589",
    "0.3161",
    "0.3126",
    "0.3138",
    "0.3331",
    "0.3027",
    "0.3149",
)
"""Ten readings of an energy meter in %, vector A of the reference facts (section 29)."""

VIA_TRANSFORMERS = {
    "wired": "transformers",
    "accuracy_class": "0.5S",
    "Ib": "1.5 A",
    "Imax": "6 A",
    "constant": "6400 1/kWh",
}

# Table 4.1 at the load points of 4.2, direct: power factor, current, limit in % of class 1 and of class 2
TABLE = [
    ("1.0", "Imax", 1.0, 2.0), ("1.0", "0.5Imax", 1.0, 2.0), ("1.0", "Ib", 1.0, 2.0), ("1.0", "0.1Ib", 1.0, 2.0),
    ("1.0", "0.05Ib", 1.5, 2.5),
    ("0.5L", "Imax", 1.0, 2.0), ("0.5L", "0.5Imax", 1.0, 2.0), ("0.5L", "Ib", 1.0, 2.0), ("0.5L", "0.2Ib", 1.0, 2.0),
    ("0.5L", "0.1Ib", 1.5, 2.5),
    ("0.8C", "Imax", 1.0, None), ("0.8C", "0.5Imax", 1.0, None), ("0.8C", "Ib", 1.0, None),
    ("0.8C", "0.2Ib", 1.0, None), ("0.8C", "0.1Ib", 1.5, None),
]  # fmt: skip


def settings(**given: str) -> Options:
    return Options(settings=given)


def failing(run: Run) -> set[str]:
    """Give the tests that did not pass, after a look that all was measured."""
    assert run.status == "COMPLETED", run
    return {one.test for one in run.record.results if one.verdict != "pass"}


def error_of(run: Run, point: str) -> float:
    value = run.result(point).value
    assert value is not None
    return float(value.removesuffix(" %"))


def limits_in_percent(bench: Bench, procedure: str, given: dict[str, str], test: str) -> dict[str, float]:
    """Give the limit of every point of a test, by its name behind that of the test, in the order of the plan."""
    return {
        point.id.removeprefix(f"{test}/"): float(parse_quantity(point.limit.nominal_upper or "").value) * 100
        for point in bench.plan(procedure, Options(settings=given)).points
        if point.test == test and point.limit is not None
    }
