"""The environment: sampled during the run, journalled, and acted on as the procedure says."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable

from calbench.clock import Clock
from calbench.documents.measurands import MEASURANDS
from calbench.documents.plan import ConditionPlan, Plan
from calbench.errors import RunFailed
from calbench.execution.bench import Bench
from calbench.execution.controlling import Control
from calbench.execution.journalling import Notes
from calbench.execution.safing import make_safe
from calbench.instruments.reading import Reading
from calbench.quantities import Quantity, parse_quantity

SUSPENDED_CHECK = 60.0
LONGEST_SUSPENSION = 4 * 3600.0


class Watch:
    """Samples the conditions of a plan when they are due; `call` makes the driver calls (with its retries)."""

    def __init__(
        self,
        plan: Plan,
        bench: Bench,
        journal: Notes,
        clock: Clock,
        call: Callable[[str, str], Reading],
        control: Control,
    ) -> None:
        self._control = control
        self._conditions = plan.conditions
        self._bench = bench
        self._journal = journal
        self._clock = clock
        self._call = call
        self._due = {condition.quantity: 0.0 for condition in plan.conditions}
        self._first: dict[str, Quantity] = {}
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
        if self._violation(condition) is None:
            return
        if condition.on_violation == "warn":
            return
        if condition.on_violation == "stop":
            raise RunFailed(f"The {condition.quantity} is outside its limits, and the procedure says stop.")
        self._waits(condition)

    def suspend(self, condition: ConditionPlan) -> None:
        """Make the outputs safe and wait until a condition is back within its limits.

        Raises:
            RunFailed: It stays outside, or an output is in doubt.
        """
        self.suspensions += 1
        outputs = make_safe(self._bench, self._journal)
        if not outputs.safe:
            raise RunFailed(f"The {condition.quantity} is outside its limits. Outputs: {outputs}")
        self._journal.note("state", {"state": "SUSPENDED", "outputs": outputs.state})
        waited = 0.0
        while waited < LONGEST_SUSPENSION:
            self._control.rest(SUSPENDED_CHECK)
            waited += SUSPENDED_CHECK
            if self._violation(condition) is None:
                self._journal.note("state", {"state": "RUNNING"})
                return
        raise RunFailed(
            f"The {condition.quantity} was outside its limits for {LONGEST_SUSPENSION / 3600:g} h; the run is given up."
        )

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
        reading = self._call(condition.role, f"environment.{condition.quantity}")
        value = Quantity.of(reading.value, MEASURANDS[condition.quantity].unit)
        self._journal.note(
            "condition", {"quantity": condition.quantity, "value": value.text(), "text": reading.text}
        )
        every = parse_quantity(condition.check_every).value if condition.check_every else 0
        self._due[condition.quantity] = self._clock.monotonic() + float(every)
        return value
