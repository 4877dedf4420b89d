"""What sources put out at a point: its stimulus, and the values of further sources that are inputs of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calbench.documents.measurands import MEASURANDS, capability
from calbench.documents.plan import Step
from calbench.documents.point import Point
from calbench.documents.prompt import Ask
from calbench.documents.readings import InputPlan
from calbench.errors import RunFailed
from calbench.execution.asking import Prompter
from calbench.execution.bench import KEYBOARD, Bench
from calbench.execution.calling import Caller
from calbench.execution.journalling import Notes
from calbench.execution.saying import named, set_load
from calbench.execution.told import stimulus, value_of
from calbench.execution.witnessing import seen_on
from calbench.instruments.reading import Applied, Reading
from calbench.quantities.typed import typed_value

SOURCE = "source"
"""Kind of an input whose source is set, where others are read."""


@dataclass(frozen=True)
class Applying:
    """Everything that setting a source needs."""

    bench: Bench
    journal: Notes
    prompter: Prompter
    call: Caller

    def stimulus(self, point: Point, attempt: int, units: Mapping[str, int] | None = None) -> None:
        """Apply the stimulus of a point; `units` are the attempts of several units that it is applied for at once.

        Raises:
            InstrumentError: The source does not answer or answers wrongly.
        """
        if point.nominal is None:
            raise RunFailed(f"{point.id}: there is no value to apply.")
        opened = self.bench.of(point.apply_role)
        name = capability(SOURCE, point.apply)
        told = stimulus(point, name, point.nominal)
        if opened.binding.driver == KEYBOARD:
            opened.driver.about = f"{point.id}/apply"
        more = {
            **({"frequency": point.frequency} if point.frequency and "frequency" in told else {}),
            **({"with": dict(point.stimulus)} if point.stimulus else {}),
            **({"for": dict(units)} if units else {}),
        }
        with seen_on(self.bench, opened.binding, told, self.call):
            if opened.binding.driver == KEYBOARD and name not in opened.driver.PROVIDES:
                applied = self._by_hand(point, attempt)
            else:
                method = self.bench.method(point.apply_role, name)
                # what has passed, has passed: an amount that was let go a second time would count twice
                amount = MEASURANDS[point.apply].amount
                applied = self.call(
                    opened, lambda: method(*told.values()), point=point.id, attempt=attempt, once=amount
                )
            self._note(point.apply_role, applied, more, point, attempt)

    def input(
        self,
        step: Step,
        point: Point,
        one: InputPlan,
        attempt: int,
        units: Mapping[str, int] | None = None,
    ) -> None:
        """Set the source of an input to its value; errors as `stimulus`."""
        opened = self.bench.of(one.role)
        told = value_of(one)
        if opened.binding.driver == KEYBOARD:
            opened.driver.about = named(step, one)
        method = self.bench.method(one.role, capability(SOURCE, one.read))
        more = {
            "input": one.name,
            "pass": step.measured_pass,
            **({"for": dict(units)} if units else {}),
        }
        with seen_on(self.bench, opened.binding, told, self.call):
            applied = self.call(opened, lambda: method(*told.values()), point=point.id, attempt=attempt)
            self._note(one.role, applied, more, point, attempt)

    def _note(
        self, role: str, applied: Applied, more: Mapping[str, object], point: Point, attempt: int
    ) -> None:
        """Write down what a source says that it puts out."""
        self.journal.note(
            "applied",
            {"role": role, "text": applied.text, "value": str(applied.value), "unit": applied.unit, **more},
            point=point.id,
            attempt=attempt,
        )

    def _by_hand(self, point: Point, attempt: int) -> Applied:
        """Have a person set a load, and type the power that the source shows."""
        unit = MEASURANDS[point.apply].unit
        text = set_load(point.stimulus)
        ask = Ask(id=f"{point.id}/apply", kind="number", text=text, unit=unit, picture=point.picture)
        read = typed(self.prompter, ask, point, attempt)
        return Applied(read.value, unit, read.text)


def typed(prompter: Prompter, ask: Ask, point: Point, attempt: int) -> Reading:
    """Ask for a number in the unit of the prompt."""
    answer, unit = prompter.ask(ask, point=point.id, attempt=attempt), ask.unit or ""
    value = typed_value(answer, unit)
    if value is None:  # the prompt takes no other answer
        raise RunFailed(f"{point.id}: '{answer}' is not a number in {unit}.")
    return Reading(value, unit, answer)
