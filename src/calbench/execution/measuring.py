"""One point: stimulus or load, settling, readings; every part journalled under the point and its attempt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calbench.clock import Clock
from calbench.documents.measurands import capability
from calbench.documents.plan import Plan, Step
from calbench.documents.point import Point
from calbench.documents.prompt import Ask
from calbench.documents.readings import InputPlan, StabilityPlan
from calbench.errors import NotDone, RunFailed
from calbench.execution import handling
from calbench.execution.applying import SOURCE, Applying, typed
from calbench.execution.asking import Prompter
from calbench.execution.bench import KEYBOARD, Bench
from calbench.execution.calling import Caller
from calbench.execution.conditions import DISTURBED, Disturbed, Watch
from calbench.execution.consulting import Near, Outside, never, none_outside, tell
from calbench.execution.journalling import Notes
from calbench.execution.saying import asked_for, in_pass, lying, named, only_these
from calbench.execution.told import arguments
from calbench.instruments.reading import Reading
from calbench.quantities import parse_quantity

POLLS = 6


@dataclass(frozen=True)
class Measuring:
    """Everything that measuring a point needs."""

    plan: Plan
    bench: Bench
    journal: Notes
    clock: Clock
    prompter: Prompter
    watch: Watch
    call: Caller
    near: Near = never
    outside: Outside = none_outside

    @property
    def _applying(self) -> Applying:
        return Applying(self.bench, self.journal, self.prompter, self.call)

    def point(self, step: Step, point: Point, attempt: int) -> None:
        """Measure a point in one pass.

        Raises:
            Disturbed: The run was suspended meanwhile.
            InstrumentError: An instrument does not answer or answers wrongly.
            RunFailed: The operator did not confirm, or a reading did not become stable.
        """
        self.watch.sample_for_point()
        self.begin(step, point, attempt)
        if point.questions:
            self._inspect(point, attempt)
        else:
            self._prepare(step, point, attempt)
            self.settle(point)
            if point.enclosed:  # what it put out stays by itself
                source = self.bench.of(point.apply_role)
                self.call(source, source.driver.standby, point=point.id, attempt=attempt)
                self.bench.sightings.over(source.binding.instrument)
            self.readings(step, point, attempt)
        self.finish(step, point, attempt)

    def begin(self, step: Step, point: Point, attempt: int) -> None:
        """Write down that an attempt begins."""
        self.journal.note("attempt_started", {"pass": step.measured_pass}, point=point.id, attempt=attempt)
        self.watch.begin(self._key(point, attempt))

    def readings(self, step: Step, point: Point, attempt: int, *, sampling: bool = True) -> None:
        """Take every reading of a point; `sampling` looks at the environment between them, where it is due.

        Raises:
            InstrumentError, RunFailed, Disturbed: As `point`.
        """
        for one in point.reads:
            if not one.early:
                self.input(step, point, one, attempt, sampling=sampling)
        rule = point.near_limit
        if rule is not None and self.near(self.plan.uut.position, point.id, attempt):
            for further in range(1, rule.readings + 1):  # of several inputs, each once in a round
                for one in (one for one in point.reads if one.kind != SOURCE):
                    index = one.readings + further
                    self.input(step, point, one, attempt, range(index, index + 1), sampling=False)

    def early(self, step: Step, point: Point, attempt: int, *, sampling: bool = True) -> None:
        """Take the readings that come before the source is set; errors as `point`."""
        for one in point.reads:
            if one.early:
                self.input(step, point, one, attempt, sampling=sampling)

    def input_for(self, step: Step, point: Point, one: InputPlan, units: Mapping[str, int]) -> None:
        """Take the readings of one input of what several units share, once for all; `units` are their attempts."""
        self._make_ready(step, point, one, 0)
        if one.kind == SOURCE:
            self._put_out(step, point, one, 0, units)
            return
        for index in range(1, one.readings + 1):
            self._reading(step, point, one, 0, index, units)

    def input(
        self,
        step: Step,
        point: Point,
        one: InputPlan,
        attempt: int,
        indices: range | None = None,
        *,
        sampling: bool = True,
    ) -> None:
        """Take readings of one input, or the only ones: all that are planned, or those of `indices`."""
        if one.name:
            self._make_ready(step, point, one, attempt)
        if one.kind == SOURCE:
            self.watch.require_calm(self._key(point, attempt))
            self._put_out(step, point, one, attempt)
            return
        for index in indices or range(1, one.readings + 1):
            if sampling:
                self.watch.sample_due()
            self.watch.require_calm(self._key(point, attempt))
            self._reading(step, point, one, attempt, index)

    def _put_out(
        self, step: Step, point: Point, one: InputPlan, attempt: int, units: Mapping[str, int] | None = None
    ) -> None:
        """Set the source of an input, and wait until it has settled."""
        self._applying.input(step, point, one, attempt, units)
        self._wait(one.settle)

    def _make_ready(self, step: Step, point: Point, one: InputPlan, attempt: int) -> None:
        """Do what comes before an input is read: weights, or its prompt; then it settles.

        A person who types the reading is shown the prompt with the question, if nothing is waited for in between.
        """
        if one.place_role:
            text = in_pass(one.prompt or only_these(one), point, step)
            self.place(
                f"{named(step, one)}/place", [*one.ballast, *one.place], text, point, attempt, one.picture
            )
        if one.tare:
            self._tare(step, point, one, attempt)
        if one.beside:
            said = {} if one.place_role else in_pass(one.prompt, point, step)
            ask = handling.laying(named(step, one), one, said)
            self.prompter.confirm(ask, point=point.id, attempt=attempt)
        elif one.prompt and not one.place_role and (one.kind == SOURCE or one.settle or not self.typed(one)):
            text = in_pass(one.prompt, point, step)
            ask = Ask(id=f"{named(step, one)}/ready", kind="confirm", text=text, picture=one.picture)
            self.prompter.confirm(ask, point=point.id, attempt=attempt)
        if one.kind != SOURCE:
            self._wait(one.settle)

    def _tare(self, step: Step, point: Point, one: InputPlan, attempt: int) -> None:
        """Tare the unit under test with what lies on it."""
        if self.typed(one):
            self.prompter.confirm(handling.taring(named(step, one)), point=point.id, attempt=attempt)
        else:
            self._stable(point, one)
            self.bench.of(one.role).driver.tare()

    def _counted(self, point: Point, one: InputPlan, step: Step | None, attempt: int) -> Reading:
        """Read what a person added, or took off, until the indication stepped: at any instrument, with a driver too."""
        said = in_pass(one.prompt, point, step) if step else {}
        ask = handling.counting(named(step, one) if step else point.id, one, said)
        return typed(self.prompter, ask, point, attempt)

    def finish(self, step: Step, point: Point, attempt: int) -> None:
        """Write down that an attempt is whole, and at once if it was made outside of its conditions.

        Raises:
            Disturbed: The run was suspended since it began.
        """
        self.watch.require_calm(self._key(point, attempt))
        self.journal.note("attempt_finished", {"pass": step.measured_pass}, point=point.id, attempt=attempt)
        if point.operating and step.measured_pass == point.passes[-1]:
            found = self.outside(self.plan.uut.position, point.id, attempt)
            tell(self.journal, point, attempt, found)

    def _key(self, point: Point, attempt: int) -> tuple[str, str, int]:
        return self.plan.uut.position, point.id, attempt

    def _inspect(self, point: Point, attempt: int) -> None:
        for question in point.questions:
            self.prompter.question(question, point.prompt, point.picture, point=point.id, attempt=attempt)

    def _prepare(self, step: Step, point: Point, attempt: int) -> None:
        if point.place_role:
            self._place(point, attempt)
        elif point.prompt:
            self._show(step, point, attempt)
        self.early(step, point, attempt)
        if point.apply_role:
            self.apply(point, attempt)

    def _place(self, point: Point, attempt: int) -> None:
        if point.zero_before:
            self.place(
                f"{point.id}/unload", [], {"en": "Take all weights off.", "zh": "取下全部砝码。"}, point
            )
            self.zero(point)
        lies = [*point.ballast, *point.place]
        text = point.prompt or {
            "en": f"Place {lying(lies)} ({point.nominal}).",
            "zh": f"放置 {lying(lies, 'zh')}（{point.nominal}）。",
        }
        self.place(f"{point.id}/place", lies, text, point, attempt)

    def place(
        self,
        name: str,
        weights: list[str],
        text: dict[str, str],
        point: Point | None,
        attempt: int = 0,
        picture: str | None = None,
    ) -> None:
        """Have the operator put these weights (and no others) on the unit under test."""
        ask = Ask(
            id=name,
            kind="place",
            text=text,
            picture=picture or (point.picture if point else None),
            weights=weights,
            position=_spot(point),
        )
        self.prompter.confirm(ask, point=point.id if point else "", attempt=attempt)

    def zero(self, point: Point) -> None:
        """Set the unit under test to zero."""
        opened = self.bench.of(point.read_role)
        one = next(one for one in point.reads if one.role == point.read_role)
        if self.typed(one):
            # A person is asked for this alone, under a name of its own: an answers file can tell it from a reading.
            self.prompter.reading = f"{point.id}/zero"
        else:
            self._stable(point, one)
        opened.driver.zero()

    def typed(self, one: InputPlan) -> bool:
        """Tell whether a person reads the instrument and types what it shows."""
        return bool(one.counted) or self.bench.of(one.role).binding.driver == KEYBOARD

    def _show(self, step: Step, point: Point, attempt: int) -> None:
        text = in_pass(point.prompt, point, step)
        ask = Ask(id=f"{step.id}/ready", kind="confirm", text=text, picture=point.picture)
        self.prompter.confirm(ask, point=point.id, attempt=attempt)

    def apply(self, point: Point, attempt: int, units: Mapping[str, int] | None = None) -> None:
        """Apply the stimulus of a point; `units` are the attempts of several units that it is applied for at once.

        Raises:
            InstrumentError: The source does not answer or answers wrongly.
        """
        self._applying.stimulus(point, attempt, units)

    def settle(self, point: Point) -> None:
        """Wait for the point to settle.

        Raises:
            Disturbed: The run was suspended meanwhile, and what was applied switched off.
        """
        self._wait(point.settle)

    def _wait(self, settle: str | None) -> None:
        if settle is None:
            return
        before = self.watch.suspensions
        self.watch.sleep(float(parse_quantity(settle).value))
        if self.watch.suspensions != before:
            raise Disturbed(DISTURBED)

    def _reading(
        self,
        step: Step,
        point: Point,
        one: InputPlan,
        attempt: int,
        index: int,
        units: Mapping[str, int] | None = None,
    ) -> None:
        reading = self._stable(point, one, step, attempt)
        self.journal.note(
            "reading",
            {
                "role": one.role,
                "index": index,
                "pass": step.measured_pass,
                "text": reading.text,
                "value": str(reading.value),
                "unit": reading.unit,
                "typed": self.typed(one),
                **({"input": one.name} if one.name else {}),
                **({"for": dict(units)} if units else {}),
            },
            point=point.id,
            attempt=attempt,
        )

    def _stable(self, point: Point, one: InputPlan, step: Step | None = None, attempt: int = 0) -> Reading:
        """Take one reading; with a stability rule, the last of a stretch that stayed within its limits."""
        if one.stable is None or self.typed(one):
            return self._read(point, one, step, attempt)
        while True:
            reading = self._wait_stable(point, one, one.stable, attempt)
            if reading is not None:
                return reading
            self._ask_unstable(point, one.stable, attempt)

    def _wait_stable(self, point: Point, one: InputPlan, rule: StabilityPlan, attempt: int) -> Reading | None:
        seconds, within = float(parse_quantity(rule.seconds).value), parse_quantity(rule.within).value
        deadline = self.clock.monotonic() + float(parse_quantity(rule.timeout).value)
        stretch: list[tuple[float, Reading]] = []
        while self.clock.monotonic() <= deadline:
            reading = self._read(point, one, None, attempt)
            values = [each.value for _, each in stretch] + [reading.value]
            if reading.stable is False or max(values) - min(values) > within:
                stretch = []
            stretch.append((self.clock.monotonic(), reading))
            if self.clock.monotonic() - stretch[0][0] >= seconds and reading.stable is not False:
                return reading
            self.clock.sleep(seconds / POLLS)
        return None

    def _ask_unstable(self, point: Point, rule: StabilityPlan, attempt: int) -> None:
        what = (
            f"{point.id}: the reading did not stay within {rule.within} for {rule.seconds} in {rule.timeout}."
        )
        if rule.on_timeout != "ask":
            ends = NotDone if rule.on_timeout == "fail" else RunFailed
            raise ends(f"{what} The procedure says {rule.on_timeout}.")
        ask = Ask(
            id=f"{point.id}/unstable",
            kind="choice",
            text={"en": what, "zh": what},
            choices=["wait again", "stop"],
        )
        if self.prompter.ask(ask, point=point.id, attempt=attempt) == "stop":
            raise RunFailed(f"{what} The operator chose to stop.")

    def _read(self, point: Point, one: InputPlan, step: Step | None, attempt: int) -> Reading:
        if one.counted:
            return self._counted(point, one, step, attempt)
        opened = self.bench.of(one.role)
        name = capability(one.kind, one.read)
        method = self.bench.method(one.role, name)
        if self.typed(one):
            prompter = self.prompter.shared if opened.place == "" else self.prompter
            prompter.reading = named(step, one) if step else point.id
            prompter.asks = asked_for(opened.binding, one.read, prompter.reading)
            # where something was waited for, the prompt was shown before that
            told = one.name and not one.place_role and not one.settle
            said = in_pass(one.prompt, point, step) if told and step else {}
            prompter.told = (said, one.picture) if told else ({}, None)
        given = arguments(point, one, name)
        reading: Reading = self.call(opened, lambda: method(*given), point=point.id, attempt=attempt)
        return reading


def _spot(point: Point | None) -> str:
    return "" if point is None else point.labels.get("spot", "")
