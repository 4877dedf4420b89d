"""What is known of a source that a witness looks at, in the runner and in its guard. Two minutes: decision 70."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from calbench.clock import VirtualClock
from calbench.execution.guard.watching import RUNNER_GONE, watch
from calbench.execution.sighting import Sightings


def sightings() -> tuple[Sightings, VirtualClock]:
    clock = VirtualClock(datetime(2026, 1, 5, tzinfo=UTC))
    return Sightings(clock), clock


def test_what_was_seen_counts_for_two_minutes() -> None:
    known, clock = sightings()
    known.switched_on("source")
    assert known.doubt("source", "meter").startswith("meter has not seen it while it was on")
    known.seen("source")
    clock.sleep(120.0)
    known.switched_on("source")  # another load: what was seen before is no older for it, and no newer
    assert (known.fresh("source"), known.doubt("source", "meter")) == (True, "")
    clock.sleep(1.0)
    assert not known.fresh("source")
    assert known.doubt("source", "meter").startswith("meter saw it on 121 s ago")


def test_of_a_source_that_was_never_on_nothing_is_doubted() -> None:
    known, _ = sightings()
    assert known.doubt("source", "meter") == ""
    known.switched_on("source")
    known.over("source")
    assert known.doubt("source", "meter") == ""


def test_a_guard_knows_what_its_runner_knew_by_a_clock_of_its_own() -> None:
    runner, clock = sightings()
    runner.switched_on("one")
    runner.seen("one")
    runner.switched_on("two")
    clock.sleep(100.0)
    guard, own = sightings()
    guard.take(runner.ages())
    assert guard.ages() == {"one": 100.0, "two": None}
    own.sleep(30.0)
    assert guard.doubt("one", "meter").startswith("meter saw it on 130 s ago")
    assert guard.doubt("two", "meter").startswith("meter has not seen it")


def test_each_change_is_told_before_the_source_is_switched_on() -> None:
    known, _ = sightings()
    told: list[dict[str, float | None]] = []
    known.changed = lambda: told.append(known.ages())
    known.switched_on("source")
    known.switched_on("source")
    known.seen("source")
    known.over("source")
    known.over("source")
    assert told == [{"source": None}, {"source": 0.0}, {}]


def test_a_guard_hears_of_them_before_it_hears_that_its_runner_died() -> None:
    happened: list[object] = []
    lines = b'{"beat": true}\n{"sightings": {"source": null}}\n{"sightings": {"source": 1.5}}\n'

    def act(why: str) -> dict[str, object]:
        happened.append(why)
        return {}

    watch(io.BytesIO(lines), io.BytesIO(), 60.0, act, happened.append)
    assert happened == [{"source": None}, {"source": 1.5}, RUNNER_GONE]
