"""Any course that a run of several units may take: never stuck, one owner at a time, nothing measured lost or left on.

A bench stays as it is between the parts of a run. Units lose their cables and get them back, the source garbles, people
say verbs and answer what becomes of a unit that is late; the run is taken up until it is through.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.engine.several.conftest import Crewed, Ran
from tests.engine.several.procedures import POINTS, VOLTS, changed
from tests.engine.several.test_independent import bench
from tests.thorough import many

from calbench.clock import Clock
from calbench.control.verbs import Command, Verb
from calbench.documents.journal import Event
from calbench.execution import courses
from calbench.execution.controlling import Control
from calbench.execution.journalling import Listener
from calbench.execution.owning import Owners
from calbench.simulation.faults import Fault
from calbench.simulation.staging import Stage

STUCK = 90.0  # real seconds; a part of a run takes about one
MODES = {
    "parallel": "{max: 48, sharing: parallel}",
    "dropping": "{max: 48, on_late: drop, sharing: parallel}",
    "point first": "{max: 48, sharing: one_at_a_time}",
    "unit first": "{max: 48, sharing: one_at_a_time, order: unit_first}",
    "independent": "{max: 48, sharing: independent}",
}


Cable = tuple[str, Any, int, int | None]
"""Which unit, what it does then, after how many messages, for how many."""
CABLES = st.lists(
    st.tuples(
        st.sampled_from("123"),
        st.sampled_from(["silence", "drop", "garbage"]),
        st.integers(0, 30),
        st.sampled_from([1, 4, None]),
    ),
    max_size=2,
)
WANTED: st.SearchStrategy[list[tuple[Verb, int]]] = st.lists(
    st.tuples(st.sampled_from(["pause", "pause", "finish", "stop", "stop", "abort"]), st.integers(2, 250)),
    max_size=2,
)
ANSWERS = st.lists(st.sampled_from(["take again", "take again", "leave out", "stop"]), min_size=1, max_size=3)


class Watching(Owners):
    """Owners that see for themselves that nobody else has what they give."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.had: dict[str, int] = {}
        self.twice: list[str] = []

    @contextlib.contextmanager
    def together(self, names: Iterable[str]) -> Iterator[None]:
        wanted = sorted(set(names))
        with super().together(wanted):
            mine = threading.get_ident()
            self.twice += [name for name in wanted if name in self.had]
            self.had |= dict.fromkeys(wanted, mine)
            try:
                yield
            finally:
                for name in wanted:
                    self.had.pop(name, None)


class AnyCourse(RuleBasedStateMachine):
    """A run in parts, on a bench where things go wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="course-"))
        self.crewed = Crewed(self.folder)
        self.stage: Stage | None = None
        self.ran: Ran | None = None
        self.said: list[tuple[Verb, int]] = []
        self.broken: dict[str, Fault] = {}
        self.answers: dict[str, list[str]] = {}
        self.owners: list[Watching] = []

    @initialize(mode=st.sampled_from(sorted(MODES)), units=st.integers(2, 3))
    def begin(self, mode: str, units: int) -> None:
        self._begin(mode, units)

    @precondition(lambda self: self.ran is not None and self.ran.outcome.status in ("COMPLETED", "UNSAFE"))
    @rule(mode=st.sampled_from(sorted(MODES)), units=st.integers(2, 3))
    def begin_another(self, mode: str, units: int) -> None:
        self._begin(mode, units)

    def _begin(self, mode: str, units: int) -> None:
        self.stage = self.ran = None
        positions = tuple("123"[:units])
        text = changed(VOLTS, (MODES["parallel"], MODES[mode]))
        station = bench(self.folder) if mode == "independent" else "demo-bench-4"
        self.plan = self.crewed.plan(text, station, positions)
        self.source = "source_1" if mode == "independent" else "calibrator"

    @precondition(lambda self: self.ran is None or self.ran.outcome.status not in ("COMPLETED", "UNSAFE"))
    @rule(cables=CABLES, garbled=st.none() | st.integers(0, 60), wanted=WANTED, answers=ANSWERS)
    def go(
        self, cables: list[Cable], garbled: int | None, wanted: list[tuple[Verb, int]], answers: list[str]
    ) -> None:
        """Run, or go on with the run, while things go wrong; it must come to an end."""
        self.said, self.answers = wanted, {"late/resume": ["take again"], "late/": answers}
        self.broken = {
            unit: Fault(kind, after=after, count=count)
            for unit, kind, after, count in cables
            if unit in self.plan.positions
        }
        if garbled is not None:
            self.broken[self.source] = Fault("garbage", after=garbled, count=2)
        found: list[Ran] = []
        failed: list[BaseException] = []

        def run() -> None:
            try:
                found.append(self._part())
            except BaseException as error:  # noqa: BLE001 - told below
                failed.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(STUCK)
        assert not thread.is_alive(), "the run is stuck"
        assert not failed, failed
        self.ran = found[0]
        self.stage = self.ran.stage
        for device in self.stage.world.devices.values():
            device.faults.mend()

    def _part(self) -> Ran:
        before = 0 if self.ran is None else len(self.ran.events)
        control = Control()

        def listen(_stage: Stage) -> Listener:
            def look(event: Event) -> None:
                for verb, at in self.said:
                    if event.seq == before + at:
                        control.handle(Command(verb=verb, by="somebody"))
                if event.type == "state" and event.body["state"] == "HELD":
                    control.handle(Command(verb="go-on", by="somebody"))

            return look

        def owners(clock: Clock) -> Watching:
            self.owners.append(Watching(clock))
            return self.owners[-1]

        resumed = None if self.stage is None else (self.crewed.journal(), self.stage)
        with patch.object(courses, "Owners", owners):
            return self.crewed.run(
                self.plan,
                control=control,
                listen=listen,
                faults=self.broken,
                answers=self.answers,
                resumed=resumed,
            )

    @invariant()
    def nobody_has_what_another_has(self) -> None:
        assert [one for owners in self.owners for one in owners.twice] == []
        assert [one for owners in self.owners for one in owners.had] == []

    @invariant()
    def nothing_is_left_on(self) -> None:
        if self.ran is not None:
            assert self.ran.switched_off or self.ran.outcome.status == "UNSAFE"

    @invariant()
    def no_attempt_is_left_open(self) -> None:
        if self.ran is None:
            return
        for position in self.plan.positions:
            begun = {(one.point, one.attempt) for one in self.ran.of("attempt_started", position)}
            ended = {(one.point, one.attempt) for one in self.ran.of("attempt_finished", position)}
            dropped = {(one.point, one.attempt) for one in self.ran.of("attempt_discarded", position)}
            assert begun == ended | dropped
            assert not ended & dropped

    @invariant()
    def every_point_of_every_unit_is_final_or_has_a_reason(self) -> None:
        if self.ran is None:
            return
        for position in self.plan.positions:
            unit = self.ran.unit(position)
            if unit["status"] == "COMPLETED":
                assert self.ran.readings(position) == dict.fromkeys(POINTS, 2)
                assert unit["partial"] is False
            else:
                assert unit["reason"]
                assert unit["partial"] is True
            assert set(self.ran.readings(position).values()) <= {2}
        if self.ran.outcome.status == "COMPLETED":
            assert any(self.ran.unit(position)["status"] == "COMPLETED" for position in self.plan.positions)

    def teardown(self) -> None:
        for stage in self.crewed.stages:
            stage.world.close()
        shutil.rmtree(self.folder)


AnyCourse.TestCase.settings = settings(
    max_examples=many(10, 4),
    stateful_step_count=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
TestAnyCourse = AnyCourse.TestCase
