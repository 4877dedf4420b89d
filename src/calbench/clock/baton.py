"""The baton: of the threads that share a virtual clock one runs at a time, in an order that the clock decides alone.

A lane is a thread that was started by `Baton.run`. It runs until it waits on the clock; then that lane goes on whose
wait is over first: in order of time, then of number. So several lanes do the same every time, to the last exchange.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

LOOK_AGAIN = 0.25  # real seconds: so that Ctrl-C is noticed on every system
Work = Callable[[], object]
Pressed = Callable[[KeyboardInterrupt], None]
Failures = list[BaseException | None]


class Ticking(Protocol):
    """What the baton needs of a clock; all of it is called under the clock's lock."""

    def run_next(self, limit: float) -> bool:
        """Run the first event if it is due by `limit`; tell whether one was."""

    def advance(self, when: float) -> None:
        """Be at time `when`, if that is ahead."""


class Lane:
    """One work in its thread: what it waits for and until when, while it does not run."""

    def __init__(self, number: int, work: Work, lock: threading.RLock) -> None:
        self.number = number
        self.work = work
        self.free = threading.Condition(lock)
        self.thread = threading.Thread(target=lambda: None)
        self.reached: Callable[[], bool] | None = None
        self.until = -math.inf
        self.patient = False
        self.came = False
        self.failure: BaseException | None = None


class Baton:
    """Runs works in lanes that take turns.

    Args:
        works: One for each lane.
        clock: Whose time they share.
        lock: The clock's lock; a lane that waits gives it back, however often it holds it.
    """

    def __init__(self, works: Sequence[Work], clock: Ticking, lock: threading.RLock) -> None:
        self._clock = clock
        self._lock = lock
        self._lanes = [Lane(number, work, lock) for number, work in enumerate(works)]
        self._waiting = dict.fromkeys(self._lanes)
        self._turn: Lane | None = None
        self._here: dict[int, Lane] = {}
        self._all_over = threading.Condition(lock)
        self._left = len(self._lanes)

    def run(self, pressed: Pressed) -> Failures:
        """Run all works; gives what each raised, None where it raised nothing. Ctrl-C is handed to `pressed`."""
        for lane in self._lanes:
            lane.thread = threading.Thread(
                target=self._run, args=(lane,), name=f"lane-{lane.number}", daemon=True
            )
        start_all([lane.thread for lane in self._lanes], pressed)
        patiently(self._begin_and_wait, pressed)
        return [lane.failure for lane in self._lanes]

    def mine(self) -> Lane | None:
        """Give the lane of this thread; None if it has none."""
        return self._here.get(threading.get_ident())

    def wait(
        self, lane: Lane, reached: Callable[[], bool] | None, until: float, *, patient: bool = False
    ) -> bool:
        """Let others run until `reached()` holds or it is `until`; tell which. None holds never.

        One that is `patient` lets all others go before that wait until the same time.

        Raises:
            RuntimeError: All lanes wait for one another, and for ever.
            BaseException: What `reached` raised.
        """
        if reached is not None and reached():
            return True
        lane.reached, lane.until, lane.patient = reached, until, patient
        self._waiting[lane] = None
        self._pass_on()
        self._await_turn(lane)
        failure, lane.failure = lane.failure, None
        if failure is not None:
            raise failure
        return lane.came

    def next_wait(self) -> float:
        """Give when the first of the lanes that wait goes on: -inf if one can already, inf if none waits."""
        if any(self._holds(lane) for lane in self._waiting):
            return -math.inf
        return min((lane.until for lane in self._waiting), default=math.inf)

    def _begin_and_wait(self) -> None:
        with self._lock:
            if self._turn is None and self._left:
                self._pass_on()
            while self._left:
                self._all_over.wait(LOOK_AGAIN)

    def _run(self, lane: Lane) -> None:
        with self._lock:
            self._here[threading.get_ident()] = lane
            self._await_turn(lane)
        failure: BaseException | None = None
        try:
            lane.work()
        except BaseException as error:  # noqa: BLE001 - given back to who started the lanes
            failure = error
        with self._lock:
            self._left -= 1
            while self._left:
                try:
                    self._pass_on()
                    break
                except BaseException as error:  # noqa: BLE001 - an event's; the others must go on all the same
                    failure = failure or error
            lane.failure = failure
            del self._here[threading.get_ident()]
            self._all_over.notify_all()

    def _await_turn(self, lane: Lane) -> None:
        while self._turn is not lane:
            lane.free.wait()

    def _pass_on(self) -> None:
        """Let time go on to the first lane that can, and give it the turn."""
        while True:
            if (ready := next((lane for lane in self._in_order() if self._holds(lane)), None)) is not None:
                self._give(ready, came=True)
                return
            first = min(self._waiting, key=lambda lane: (lane.until, lane.patient, lane.number))
            if self._clock.run_next(first.until):
                continue
            if first.until == math.inf:
                first.failure = RuntimeError(
                    "all lanes wait for one another, and nothing can happen any more"
                )
            self._clock.advance(first.until if first.until < math.inf else -math.inf)
            self._give(first, came=self._holds(first))
            return

    def _in_order(self) -> list[Lane]:
        return sorted(
            (lane for lane in self._waiting if lane.reached is not None), key=lambda lane: lane.number
        )

    def _holds(self, lane: Lane) -> bool:
        if lane.reached is None:
            return False
        try:
            return lane.reached()
        except BaseException as error:  # noqa: BLE001 - raised where it was asked for
            lane.failure = error
            return True

    def _give(self, lane: Lane, *, came: bool) -> None:
        lane.came = came
        del self._waiting[lane]
        self._turn = lane
        lane.free.notify()


def run_threads(works: Sequence[Work], pressed: Pressed) -> Failures:
    """Run works in threads that take no turns: in real time."""
    failures: Failures = [None] * len(works)

    def run(number: int) -> None:
        try:
            works[number]()
        except BaseException as error:  # noqa: BLE001 - given back to who started them
            failures[number] = error

    threads = [
        threading.Thread(target=run, args=(number,), name=f"lane-{number}", daemon=True)
        for number in range(len(works))
    ]
    start_all(threads, pressed)

    def join() -> None:
        for thread in threads:
            while thread.is_alive():
                thread.join(LOOK_AGAIN)

    patiently(join, pressed)
    return failures


def start_all(threads: Sequence[threading.Thread], pressed: Pressed) -> None:
    """Start every thread once, whatever comes in between."""

    def start() -> None:
        for thread in threads:
            if thread.ident is None:
                thread.start()

    patiently(start, pressed)


def patiently(act: Callable[[], None], pressed: Pressed) -> None:
    """Act to the end: begin again after each Ctrl-C, which `pressed` is told of; `act` does nothing twice."""
    while True:
        try:
            act()
        except KeyboardInterrupt as error:
            with contextlib.suppress(KeyboardInterrupt):
                pressed(error)
            continue
        return
