"""The environment: sampled during the run, journalled, and acted on as the procedure says."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable

from calbench.clock import Clock
from calbench.documents.conduct import ConditionPlan
from calbench.documents.measurands import MEASURANDS
from calbench.documents.plan import Plan
from calbench.documents.prompt import Ask
from calbench.errors import InstrumentError, RunFailed
from calbench.execution.bench import Bench
from calbench.execution.controlling import Control, Lapsed, StopWanted
from calbench.execution.journalling import Notes
from calbench.execution.safing import make_safe
from calbench.instruments.reading import Reading
from calbench.quantities import Quantity, parse_quantity

SUSPENDED_CHECK = 60.0
ENVIRONMENT = {"state": "SUSPENDED", "cause": "environment"}
DISTURBED = "The run was suspended while it was measured."
AGAIN, STOP = "try again", "stop"


class Disturbed(Lapsed):
    """The run was suspended, and every output switched off, since an attempt began: it is begun anew."""


class Watch:
    """Samples the conditions of a plan when they are due.

    Args:
        plan: What is measured, and under which conditions.
        bench: The instruments.
        journal: Where everything is noted.
        clock: Waits.
        call: Makes the driver calls, with its retries.
        control: What a person wants meanwhile.
        ask: Asks the operator; None where nobody can be asked.
    """

    def __init__(
        self,
        plan: Plan,
        bench: Bench,
        journal: Notes,
        clock: Clock,
        call: Callable[[str, str], Reading],
        control: Control,
        ask: Callable[[Ask], str] | None = None,
    ) -> None:
        self._control = control
        self._ask = ask
        self._conditions = plan.conditions
        self._bench = bench
        self._journal = journal
        self._clock = clock
        self._call = call
        self._due = {condition.quantity: 0.0 for condition in plan.conditions}
        self._first: dict[str, Quantity] = {}
        self._last: dict[str, float] = {}
        self._begun: dict[tuple[str, str, int], int] = {}
        self._problem: dict[str, str] = {}
        self._turn: Callable[[], contextlib.AbstractContextManager[object]] = contextlib.nullcontext
        self._waits: Callable[[ConditionPlan], None] = self.suspend
        self.suspensions = 0
        """How often the run was suspended, and so every output switched off."""

    def sample_all(self) -> None:
        """Sample every condition now.

        Raises:
            RunFailed: A condition is violated and stays so, or its rule says stop.
        """
        for condition in self._conditions:
            self._sample(condition)

    def sample_due(self) -> None:
        """Sample the conditions whose `check_every` has gone by."""
        with self._turn():
            for condition in self._conditions:
                every = condition.check_every
                if every is not None and self._clock.monotonic() >= self._due[condition.quantity]:
                    self._sample(condition)

    def in_lane(
        self,
        turn: Callable[[], contextlib.AbstractContextManager[object]],
        waits: Callable[[ConditionPlan], None],
    ) -> Watch:
        """Give what one of several units looks through that run freely.

        Args:
            turn: Lets one of them have the instruments at a time.
            waits: Is told of a violation that suspends the run: all units are suspended together.
        """
        view = copy.copy(self)
        view._turn, view._waits = turn, waits
        return view

    @property
    def instruments(self) -> list[str]:
        """The instruments that are read."""
        return [self._bench.of(condition.role).binding.instrument for condition in self._conditions]

    def sample_for_point(self) -> None:
        """Sample, before a point, what is due and what was sampled longer than its `max_age` ago."""
        self.sample_due()
        for condition in self._conditions:
            oldest = None if condition.max_age is None else _seconds(condition.max_age)
            if oldest is not None and self._clock.monotonic() - self._last[condition.quantity] > oldest:
                self._sample(condition)

    def begin(self, attempt: tuple[str, str, int]) -> None:
        """Take note that an attempt (position, point, number) begins, or goes on in its next pass.

        Raises:
            Disturbed: The run was suspended since its first pass.
        """
        self._begun.setdefault(attempt, self.suspensions)
        self.require_calm(attempt)

    def require_calm(self, attempt: tuple[str, str, int]) -> None:
        """Make sure that the run was not suspended since an attempt began.

        Raises:
            Disturbed: It was: what was read before and after is not joined.
        """
        if self._begun[attempt] != self.suspensions:
            raise Disturbed(DISTURBED)

    def sleep(self, seconds: float) -> None:
        """Wait, and sample whatever falls due meanwhile."""
        end = self._clock.monotonic() + seconds
        while (now := self._clock.monotonic()) < end:
            following = [due for name, due in self._due.items() if self._repeats(name)]
            self._control.rest(max(0.0, min([end, *following]) - now))
            if self._clock.monotonic() < end:
                self.sample_due()

    def _repeats(self, quantity: str) -> bool:
        return any(one.check_every is not None and one.quantity == quantity for one in self._conditions)

    def _sample(self, condition: ConditionPlan) -> None:
        problem = self._violation(condition)
        if problem is None or condition.on_violation == "warn":
            return
        if condition.on_violation == "stop":
            raise RunFailed(f"The {condition.quantity} is outside its limits, and the procedure says stop.")
        self._problem[condition.quantity] = problem
        self._waits(condition)

    def suspend(self, condition: ConditionPlan) -> None:
        """Make the outputs safe, wait until a condition holds again, let everything settle, and look once more.

        Raises:
            RunFailed: It does not within `at_most`, or an output is in doubt.
        """
        longest, settle = _seconds(condition.at_most), _seconds(condition.settle)
        self._interrupt(f"The {condition.quantity} is outside its limits", self._problem[condition.quantity])
        end = self._clock.monotonic() + longest
        while self._clock.monotonic() < end:
            self._control.rest(SUSPENDED_CHECK)
            if self._violation(condition) is not None:
                continue
            if settle:
                self._journal.note("state", {**ENVIRONMENT, "why": f"settling for {condition.settle}"})
                self._control.rest(settle)
                if self._violation(condition) is not None:
                    continue
            self._journal.note("state", {"state": "RUNNING"})
            return
        raise RunFailed(
            f"The {condition.quantity} was outside its limits for {longest / 3600:g} h; the run is given up."
        )

    def _interrupt(self, what: str, why: str) -> None:
        """Make the outputs safe and say that the run is suspended."""
        self.suspensions += 1
        outputs = make_safe(self._bench, self._journal)
        if not outputs.safe:
            raise RunFailed(f"{what}. Outputs: {outputs}")
        self._journal.note("state", {**ENVIRONMENT, "why": why, "outputs": outputs.state})

    def _violation(self, condition: ConditionPlan) -> str | None:
        value = self._read(condition)
        low, high = (
            None if text is None else parse_quantity(text) for text in (condition.lower, condition.upper)
        )
        first = self._first.setdefault(condition.quantity, value)
        problem = None
        if (low is not None and value < low) or (high is not None and value > high):
            problem = f"{value} is outside {low or '-∞'} … {high or '+∞'}"
        elif (
            condition.drift is not None
            and abs(value.value - first.value) > parse_quantity(condition.drift).value
        ):
            problem = f"{value} has drifted by more than {condition.drift} since the start ({first})"
        if problem is not None:
            self._journal.note(
                "violation",
                {"quantity": condition.quantity, "message": problem, "on_violation": condition.on_violation},
            )
        return problem

    def _read(self, condition: ConditionPlan) -> Quantity:
        reading = self._reading(condition)
        value = Quantity.of(reading.value, MEASURANDS[condition.quantity].unit)
        self._journal.note(
            "condition", {"quantity": condition.quantity, "value": value.text(), "text": reading.text}
        )
        every = _seconds(condition.check_every) if condition.check_every else 0.0
        self._last[condition.quantity] = self._clock.monotonic()
        self._due[condition.quantity] = self._last[condition.quantity] + every
        return value

    def _reading(self, condition: ConditionPlan) -> Reading:
        """Read a condition; where nothing answers, do as the procedure says: there is no gap that nobody knows of.

        Raises:
            InstrumentError: The procedure says stop, or it does not answer within `at_most`.
            StopWanted: The operator chose to stop.
        """
        end = None
        while True:
            try:
                reading = self._call(condition.role, f"environment.{condition.quantity}")
            except InstrumentError as error:
                if condition.on_lost == "stop":
                    raise
                if end is None:
                    end = self._clock.monotonic() + _seconds(condition.at_most)
                    self._interrupt(f"The {condition.quantity} is not known", str(error))
                elif condition.on_lost == "suspend" and self._clock.monotonic() >= end:
                    raise
                self._wait_for(condition, str(error))
                continue
            if end is not None:
                self._journal.note("state", {"state": "RUNNING"})
            return reading

    def _wait_for(self, condition: ConditionPlan, why: str) -> None:
        if condition.on_lost == "suspend" or self._ask is None:
            self._control.rest(SUSPENDED_CHECK)
            return
        text = {
            "en": f"The {condition.quantity} cannot be read: {why}",
            "zh": f"无法读取环境条件（{condition.quantity}）：{why}",
        }
        ask = Ask(
            id=f"environment/{condition.quantity}/lost", kind="choice", text=text, choices=[AGAIN, STOP]
        )
        if self._ask(ask) == STOP:
            raise StopWanted(f"The operator chose to stop: the {condition.quantity} cannot be read. {why}")


def _seconds(text: str) -> float:
    return float(parse_quantity(text).value)
