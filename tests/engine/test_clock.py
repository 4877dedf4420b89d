"""Clocks: virtual time jumps, real time waits, both run events."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from calbench.clock import RealClock, VirtualClock

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    return VirtualClock(START)


def test_start_needs_a_time_zone_and_is_told_in_utc():
    with pytest.raises(ValueError, match="time zone"):
        VirtualClock(datetime(2026, 1, 5))  # noqa: DTZ001 - the very mistake that is refused
    east = VirtualClock(datetime(2026, 1, 5, 16, 0, tzinfo=timezone(timedelta(hours=8))))
    assert east.utc() == START


def test_sleep_jumps_and_runs_events_in_order(clock):
    seen = []
    for when, name in ((5.0, "b"), (2.0, "a"), (5.0, "c"), (20.0, "later")):
        clock.call_at(when, lambda name=name: seen.append((name, clock.monotonic())))
    clock.sleep(10.0)
    assert seen == [("a", 2.0), ("b", 5.0), ("c", 5.0)]
    assert clock.monotonic() == 10.0
    assert clock.utc() == START + timedelta(seconds=10)


def test_no_time_passes_for_zero_or_less(clock):
    clock.sleep(0.0)
    clock.sleep(-1.0)
    assert clock.monotonic() == 0.0


def test_events_may_schedule_events(clock):
    seen = []

    def tick():
        seen.append(clock.monotonic())
        clock.call_at(clock.monotonic() + 1.0, tick)

    clock.call_at(1.0, tick)
    clock.sleep(3.5)
    assert seen == [1.0, 2.0, 3.0]


def test_the_past_means_now(clock):
    clock.sleep(5.0)
    seen = []
    clock.call_at(1.0, lambda: seen.append(clock.monotonic()))
    assert clock.run_due() is None
    assert seen == [5.0]


def test_wait_until_stops_where_the_condition_holds(clock):
    seen = []
    clock.call_at(3.0, lambda: seen.append(1))
    assert clock.wait_until(lambda: bool(seen), 10.0)
    assert clock.monotonic() == 3.0
    assert not clock.wait_until(lambda: len(seen) > 1, 10.0)
    assert clock.monotonic() == 10.0
    assert not clock.wait_until(lambda: False, 4.0)
    assert clock.monotonic() == 10.0


def test_run_due_gives_the_time_of_the_next_event(clock):
    clock.call_at(3.0, lambda: None)
    assert clock.run_due() == 3.0
    assert clock.monotonic() == 0.0


def test_hold_keeps_other_threads_from_moving_time(clock):
    started = threading.Event()

    def work():
        started.set()
        clock.sleep(1.0)

    thread = threading.Thread(target=work)
    with clock.hold():
        thread.start()
        started.wait(5)
        assert clock.monotonic() == 0.0
    thread.join(5)
    assert clock.monotonic() == 1.0


def test_real_clock_runs_events_while_it_waits():
    clock = RealClock()
    seen = []
    start = clock.monotonic()
    clock.call_at(start + 0.01, lambda: seen.append(clock.monotonic()))
    assert clock.wait_until(lambda: bool(seen), start + 5.0)
    assert 0.01 <= seen[0] - start < 1.0
    clock.call_at(start, lambda: seen.append(0.0))
    clock.sleep(0.001)
    assert len(seen) == 2
    assert not clock.wait_until(lambda: False, clock.monotonic())


def test_real_clock_is_woken_by_another_thread():
    clock = RealClock()
    seen = []
    start = clock.monotonic()
    thread = threading.Thread(target=lambda: clock.call_at(0.0, lambda: seen.append(1)))
    thread.start()
    assert clock.wait_until(lambda: bool(seen), start + 5.0)
    assert clock.monotonic() - start < 4.0
    thread.join()
    assert clock.utc().tzinfo is UTC


def test_a_jump_is_made_only_where_nothing_happens_on_the_way_and_not_too_far(clock):
    assert clock.jump(5.0, 5.0)
    assert clock.monotonic() == 5.0
    assert clock.jump(3.0, 0.0)  # past already
    assert not clock.jump(8.0, 2.0)
    clock.call_at(7.0, lambda: None)
    assert not clock.jump(7.0, 10.0)
    assert clock.monotonic() == 5.0
    assert clock.jump(6.0, 10.0)


def test_real_time_cannot_jump():
    assert not RealClock().jump(0.0, 1e9)
