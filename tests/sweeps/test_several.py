"""Crash, stop, abort and faults in runs of four units: a few of them; `make sweeps` takes every event and message."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sweeps.cases import WAYS, Known, Way, bench, case_of, is_on
from tests.sweeps.ending import Crash, Told
from tests.sweeps.faulting import FAULTS, Faulted, spots
from tests.sweeps.striking import struck

from calbench.simulation.faults import Fault
from calbench.workflow import execute

ONE_EACH = {"timeout": "2", "late": "3", "garbage": "4", "stale": "1", "error": "2"}
"""The unit whose messages go wrong so."""


@pytest.fixture(scope="module")
def meters() -> Known:
    """In parallel, at one calibrator."""
    return Known.of(case_of("four multimeters"))


@pytest.fixture(scope="module")
def scales() -> Known:
    """One at a time, with one set of weights."""
    return Known.of(case_of("four scales"))


def middle(known: Known, type_: str) -> int:
    found = [event.seq for event in known.events if event.type == type_]
    return found[len(found) // 2]


def last_of(known: Known, way: Way, instrument: str) -> int:
    found = [at for at in spots(known, way) if known.events[at - 1].body["instrument"] == instrument]
    return found[-1]


def test_the_bench_is_on_in_the_middle_and_a_unit_fails(meters: Known, tmp_path: Path) -> None:
    # without this, "off" and "as without a fault" in the sweeps would say nothing
    seen: list[bool] = []
    at = middle(meters, "reading")
    with bench(meters.prepared) as stage:
        look = lambda event: seen.append(is_on(meters.case, stage)) if event.seq == at else None  # noqa: E731 - a listener
        execute(meters.prepared, tmp_path, stage=stage, listeners=(look,))
    assert seen == [True]
    verdicts = {
        position: {one.verdict for one in record.results} for position, record in meters.records.items()
    }
    assert "fail" in verdicts["3"]
    assert "fail" not in verdicts["1"] | verdicts["2"] | verdicts["4"]


@pytest.mark.parametrize("where", ["reading", "attempt_finished"])
def test_a_crash_loses_nothing_of_any_unit(meters: Known, scales: Known, where: str) -> None:
    for known in (meters, scales):
        found = struck(known, Crash(middle(known, where)))
        assert (found.wrong, found.ended) == ("", "COMPLETED")


def test_stop_and_abort_are_safe_within_their_deadline(meters: Known, scales: Known) -> None:
    assert struck(meters, Told("stop", middle(meters, "applied"))).wrong == ""
    assert struck(meters, Told("abort", middle(meters, "reading"))).wrong == ""
    assert struck(scales, Told("stop", middle(scales, "reading"))).wrong == ""


@pytest.mark.parametrize("way", WAYS)
def test_a_fault_of_one_unit_costs_the_others_nothing(meters: Known, way: Way) -> None:
    found = struck(meters, Faulted(way, last_of(meters, way, ONE_EACH[way])))
    assert found.wrong == ""


@pytest.mark.parametrize("way", WAYS)
def test_a_fault_of_what_they_share_gives_none_a_wrong_reading(meters: Known, way: Way) -> None:
    own = [at for at in spots(meters, way) if meters.events[at - 1].body["instrument"] == "calibrator"]
    found = struck(meters, Faulted(way, own[len(own) // 2]))
    assert found.wrong == ""


def test_a_reading_that_is_not_of_its_point_is_found_whichever_unit_it_is(
    meters: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    # without this, "none guessed" would say nothing; no program can tell a well-formed number from the right one
    monkeypatch.setitem(
        FAULTS, "stale", Fault("reword", pattern=r"[+-]\d\.\d+E[+-]\d+", text="+1.23400000E-01")
    )
    asked = [one for one in meters.events if one.type == "exchange" and one.body.get("sent") == "READ?"]
    at = max(one.seq for one in asked if one.body["instrument"] == "4")
    found = struck(meters, Faulted("stale", at))
    assert found.ended == "COMPLETED"
    assert found.wrong.startswith("position 4: ")
