"""Works that run together on a virtual clock: as a model of discrete events says, always the same, and never stuck.

The expected order comes from `model`, which has no threads: every work is a generator, and the rule of the clock
(events before works, in order of time; works in order of time, then of number) is written down there the plain way.
"""

from __future__ import annotations

import heapq
import itertools
import math
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from calbench.clock import RealClock, VirtualClock, give_way, together

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
Program = list[tuple[str, int, int]]
Seen = list[tuple[float, int, str]]


def nobody(pressed: KeyboardInterrupt) -> None:
    raise AssertionError("nobody presses Ctrl-C here")


def act(
    program: Program, number: int, flags: set[int], seen: Seen, now: Callable[[], float]
) -> Iterator[object]:
    """Go through a program: yields what it waits for, as (test or None, seconds)."""
    for what, amount, flag in program:
        if what == "sleep":
            yield (None, float(amount))
        elif what == "raise":
            flags.add(flag)
        elif what == "lower":
            flags.discard(flag)
        elif what == "later":
            yield ("event", float(amount), flag)
        else:
            yield (flag, float(amount))
        seen.append((now(), number, f"{what} {amount} {flag} {sorted(flags)}"))


def model(programs: list[Program]) -> Seen:
    """Run programs without threads."""
    now = [0.0]
    seen: Seen = []
    flags: set[int] = set()
    order = itertools.count()
    events: list[tuple[float, int, int]] = []
    works = [act(one, number, flags, seen, lambda: now[0]) for number, one in enumerate(programs)]
    waiting: dict[int, tuple[int | None, float]] = dict.fromkeys(range(len(works)), (None, -math.inf))
    while waiting:
        ready = [n for n, (flag, _) in sorted(waiting.items()) if flag is not None and flag in flags]
        if ready:
            chosen = ready[0]
        else:
            chosen = min(waiting, key=lambda n: (waiting[n][1], n))
            until = waiting[chosen][1]
            if events and events[0][0] <= until:
                when, _, flag = heapq.heappop(events)
                now[0] = max(now[0], when)
                flags.add(flag)
                continue
            now[0] = max(now[0], until)
        del waiting[chosen]
        for wanted in works[chosen]:
            assert isinstance(wanted, tuple)
            if wanted[0] == "event":
                heapq.heappush(events, (now[0] + wanted[1], next(order), wanted[2]))
            elif (wanted[0] is not None and wanted[0] in flags) or (wanted[0] is None and wanted[1] == 0):
                continue
            else:
                waiting[chosen] = (wanted[0], now[0] + wanted[1])
                break
    return seen


def real(programs: list[Program]) -> Seen:
    """Run programs in threads on a virtual clock."""
    clock = VirtualClock(START)
    seen: Seen = []
    flags: set[int] = set()

    def work(number: int) -> Callable[[], None]:
        def run() -> None:
            for wanted in act(programs[number], number, flags, seen, clock.monotonic):
                assert isinstance(wanted, tuple)
                if wanted[0] == "event":
                    clock.call_at(clock.monotonic() + wanted[1], partial(flags.add, wanted[2]))
                elif wanted[0] is None:
                    clock.sleep(wanted[1])
                else:
                    clock.wait_until(partial(flags.__contains__, wanted[0]), clock.monotonic() + wanted[1])

        return run

    failures = together(clock, [work(number) for number in range(len(programs))], nobody)
    assert failures == [None] * len(programs)
    return seen


programs = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["sleep", "sleep", "raise", "lower", "later", "wait"]),
            st.integers(0, 4),
            st.integers(0, 2),
        ),
        max_size=8,
    ),
    min_size=1,
    max_size=6,
)


@given(programs)
@settings(max_examples=150, deadline=None)
def test_works_do_what_a_model_without_threads_does(given_programs: list[Program]) -> None:
    assert real(given_programs) == model(given_programs)


@given(programs)
@settings(max_examples=40, deadline=None)
def test_the_same_works_do_the_same_again(given_programs: list[Program]) -> None:
    assert real(given_programs) == real(given_programs)


def test_what_takes_each_a_second_takes_a_second_together() -> None:
    clock = VirtualClock(START)
    together(clock, [lambda: clock.sleep(1.0)] * 48, nobody)
    assert clock.monotonic() == 1.0


def test_nobody_jumps_past_another() -> None:
    clock = VirtualClock(START)
    seen: list[tuple[str, float]] = []

    def jumps() -> None:
        if not clock.jump(5.0, 10.0):
            clock.wait_until(lambda: False, 5.0)
        seen.append(("jumps", clock.monotonic()))

    def sleeps() -> None:
        clock.sleep(2.0)
        seen.append(("sleeps", clock.monotonic()))

    together(clock, [jumps, sleeps], nobody)
    assert seen == [("sleeps", 2.0), ("jumps", 5.0)]


def test_what_each_raised_is_given_back_and_the_others_go_on() -> None:
    clock = VirtualClock(START)

    def fails() -> None:
        clock.sleep(1.0)
        raise OSError("lost")

    failures = together(clock, [fails, lambda: clock.sleep(3.0), fails], nobody)
    assert [type(one) for one in failures] == [OSError, type(None), OSError]
    assert clock.monotonic() == 3.0


def test_an_event_that_fails_fails_one_and_stops_no_other() -> None:
    clock = VirtualClock(START)

    def explode() -> None:
        raise ValueError("a fault of a simulated instrument")

    clock.call_at(1.0, explode)
    failures = together(clock, [lambda: None, lambda: clock.sleep(2.0), lambda: clock.sleep(3.0)], nobody)
    assert [type(one) for one in failures if one is not None] == [ValueError]
    assert clock.monotonic() >= 2.0


def test_a_test_that_fails_fails_where_it_was_asked_for() -> None:
    clock = VirtualClock(START)
    asked: list[int] = []

    def breaks() -> bool:
        asked.append(1)
        if len(asked) > 1:
            raise KeyError("reached")
        return False

    failures = together(
        clock, [lambda: clock.sleep(1.0), lambda: bool(clock.wait_until(breaks, 9.0))], nobody
    )
    assert [type(one) for one in failures] == [type(None), KeyError]


def test_all_that_wait_for_one_another_are_told_so() -> None:
    clock = VirtualClock(START)
    failures = together(clock, [lambda: bool(clock.wait_until(lambda: False, math.inf))] * 2, nobody)
    assert ["for one another" in str(one) for one in failures] == [True, True]


def test_nothing_runs_together_within_what_runs_together() -> None:
    clock = VirtualClock(START)
    failures = together(clock, [lambda: bool(together(clock, [lambda: None], nobody))], nobody)
    assert [type(one) for one in failures] == [ValueError]
    assert together(clock, [lambda: None], nobody) == [None]


def test_who_gives_way_goes_last_and_is_called_off_by_the_first_that_does_it() -> None:
    clock = VirtualClock(START)
    seen: list[str] = []
    done: list[int] = []

    def work(number: int) -> Callable[[], None]:
        def run() -> None:
            clock.sleep(1.0)
            seen.append(f"{number} writes")
            give_way(clock, lambda: bool(done))
            if not done:
                done.append(number)
                seen.append(f"{number} flushes")

        return run

    together(clock, [work(number) for number in range(4)], nobody)
    assert seen == ["0 writes", "1 writes", "2 writes", "3 writes", "0 flushes"]
    assert clock.monotonic() == 1.0


def test_who_holds_the_clock_gives_it_back_while_it_waits() -> None:
    clock = VirtualClock(START)
    seen: list[str] = []

    def holds() -> None:
        with clock.hold(), clock.hold():
            clock.sleep(2.0)
            seen.append("holds")

    def other() -> None:
        clock.sleep(1.0)
        seen.append("other")

    together(clock, [holds, other], nobody)
    assert seen == ["other", "holds"]


def test_a_stranger_that_moves_time_harms_nobody() -> None:
    clock = VirtualClock(START)
    begun, moved = threading.Event(), threading.Event()

    def stranger() -> None:
        begun.wait(10)
        clock.sleep(7.0)
        moved.set()

    thread = threading.Thread(target=stranger)
    thread.start()

    def work() -> None:
        begun.set()
        moved.wait(10)
        clock.sleep(1.0)

    assert together(clock, [work, lambda: clock.sleep(2.0)], nobody) == [None, None]
    thread.join(10)
    assert clock.monotonic() == 9.0  # the other began when the first waited, at 7 s


@pytest.mark.parametrize("kind", ["virtual", "real"])
def test_ctrl_c_is_told_and_the_works_go_on(kind: str) -> None:
    # raised in the main thread by the interpreter, as a terminal does it
    import _thread

    clock = VirtualClock(START) if kind == "virtual" else RealClock()
    told: list[KeyboardInterrupt] = []
    heard = threading.Event()

    def pressed(error: KeyboardInterrupt) -> None:
        told.append(error)
        heard.set()

    def work() -> None:
        _thread.interrupt_main()
        assert heard.wait(10)
        clock.sleep(0.01)

    assert together(clock, [work], pressed) == [None]
    assert len(told) == 1


def test_on_a_real_clock_they_run_at_the_same_time() -> None:
    clock = RealClock()
    barrier = threading.Barrier(3, timeout=10)
    assert together(clock, [lambda: bool(barrier.wait())] * 3, nobody) == [None, None, None]
