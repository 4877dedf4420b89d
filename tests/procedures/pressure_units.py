"""How the simulated units of the pressure benches are made wrong, and what a run of one comes to."""

from __future__ import annotations

from calbench.testing.bench import Bench, Run

FLAT = "at 0 kPa: {0} kPa, at 600 kPa: {0} kPa"


def even(kilopascals: str) -> str:
    """Give the curve of a unit that shows so much too much everywhere."""
    return FLAT.format(kilopascals)


def failing(run: Run) -> set[str]:
    """Name the tests that did not pass; the run must have ended by itself."""
    assert run.status == "COMPLETED"
    return {one.id for one in run.record.tests if one.verdict != "pass"}


def beyond(run: Run) -> set[str]:
    """Name the results that did not pass."""
    return {one.id for one in run.record.results if one.verdict != "pass"}


def gauge(bench: Bench, **settings: str) -> Bench:
    """Give the bench with a pointer gauge of 0 to 0.6 MPa that is right but for the settings; read to 0.2 kPa."""
    right = {"curve": even("0"), "hysteresis": "0 kPa", "friction": "0 kPa", "division": "1 kPa"}
    return bench.unit("1", **{**right, **settings})


def digital(bench: Bench, **settings: str) -> Bench:
    """Give the bench with a digital gauge of 0 to 600 kPa that is right but for the settings."""
    right = {"curve": even("0"), "hysteresis": "0 kPa", "drift": "0 kPa/h"}
    return bench.unit("3", **{**right, **settings})


def transmitter(bench: Bench, **settings: str) -> Bench:
    """Give the bench with a transmitter for 0 to 600 kPa that is right but for the settings."""
    return bench.unit("1", **{"curve": even("0"), "hysteresis": "0 kPa", **settings})


def aneroid(bench: Bench, **settings: str) -> Bench:
    """Give the bench with an aneroid sphygmomanometer that is right but for the settings."""
    right = {"curve": even("0"), "hysteresis": "0 kPa", "friction": "0 kPa", "leak": "0 kPa/min"}
    return bench.unit("1", **{**right, **settings})


def automatic(bench: Bench, **settings: str) -> Bench:
    """Give the bench with an automatic blood pressure meter that is right but for the settings."""
    right = {"curve": even("0"), "hysteresis": "0 kPa", "leak": "0 kPa/min"}
    return bench.unit("3", **{**right, **settings})
