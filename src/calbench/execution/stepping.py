"""Steps in order: setup, connections, points; after each test, what the policy says of points that failed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from calbench.documents.plan import Point, Step, TestPlan
from calbench.documents.prompt import Ask
from calbench.errors import RunFailed, UsageError, WrongInstrument
from calbench.execution.bench import KEYBOARD
from calbench.execution.controlling import Control, HoldWanted, Lapsed, StopWanted
from calbench.execution.measuring import Measuring
from calbench.execution.safing import make_safe
from calbench.execution.standing import Standing
from calbench.instruments.reading import Number

HELD = "The run was held."
SETUP_KEPT = ("warm_up", "wait", "prompt", "preload")
"""What need not be done again in a run that is resumed soon; all else of setup is."""


class Stepping:
    """Goes through the steps of a plan, past those that an earlier part of the run has done.

    Args:
        measuring: What measures a point.
        failing: Tells the points of a test that do not pass so far.
        control: What a person wants meanwhile.
        standing: How far the run is.
        setup_again: None for a new run; else whether warm-up, waits, prompts and preloads of setup are done again.
    """

    def __init__(
        self,
        measuring: Measuring,
        failing: Callable[[str], list[str]],
        control: Control,
        standing: Standing,
        setup_again: bool | None = None,  # noqa: FBT001 - the three cases are its meaning
    ) -> None:
        self._do = measuring
        self._plan = measuring.plan
        self._failing = failing
        self._control = control
        self._standing = standing
        self._points = {point.id: point for point in measuring.plan.points}
        self._tests = {test.id: test for test in measuring.plan.tests}
        self._kept = set() if setup_again is None else set(standing.steps)
        self._setup_again = bool(setup_again)
        self._leads: Step | None = None
        self._decided = set(standing.decided)

    def all(self) -> None:
        """Do every step.

        Raises:
            StopWanted: The policy or the operator ends the run.
            CalbenchError: A step failed.
        """
        self._control.may_hold = True
        for test, steps in groupby(self._plan.steps, self._test_of):
            own = list(steps)
            if test:
                self._test(self._tests[test], own)
                self._after(test, own)
                continue
            for step in own:
                self._once(step)

    def _once(self, step: Step) -> None:
        """Do a step that is no point, unless it was done in an earlier part of the run and still holds."""
        if step.id in self._kept:
            if step.kind == "connect":
                self._leads = step  # confirmed again when the first point needs them
                return
            if step.kind in SETUP_KEPT and not self._setup_again:
                return
        while True:
            self._look()
            try:
                self._step(step)
            except HoldWanted:
                self._hold()
                continue
            self._leads = None if step.kind == "connect" else self._leads
            return

    def _test(self, test: TestPlan, steps: list[Step]) -> None:
        """Measure the points of a test that are not final; an atomic test that was interrupted begins anew."""
        while True:
            try:
                for number, step in enumerate(self._standing.to_do(test, steps)):
                    self._point(step, in_one_go=number > 0 and self._standing.atomic(test))
            except HoldWanted as wanted:
                self._begin_anew(wanted)
                continue
            return

    def _point(self, step: Step, *, in_one_go: bool) -> None:
        self._look(in_one_go=in_one_go)
        leads, self._leads = self._leads, None
        if leads is not None:
            self._once_more(leads)
        self._measure(step, self._points[step.point])

    def _once_more(self, leads: Step) -> None:
        self._kept.discard(leads.id)
        self._once(leads)

    def _look(self, *, in_one_go: bool = False) -> None:
        """Look whether anything is wanted between two points.

        Raises:
            HoldWanted: The run is held within a test that must be measured in one go.
        """
        if self._control.between():
            if in_one_go:
                raise HoldWanted(self._control.why)
            self._hold()

    def _begin_anew(self, wanted: HoldWanted) -> None:
        """Drop what was begun; hold, unless it only lapsed while a prompt waited."""
        self._standing.discard(self._do.journal, str(wanted) if isinstance(wanted, Lapsed) else HELD)
        if not isinstance(wanted, Lapsed):
            self._hold()

    def _hold(self) -> None:
        """Make the outputs safe and wait for a person."""
        outputs = make_safe(self._do.bench, self._do.journal)
        if not outputs.safe:
            raise RunFailed(f"The run was to be held. Outputs: {outputs}")
        body = {"state": "HELD", "why": self._control.why, "outputs": outputs.state}
        self._do.journal.note("state", body)
        self._control.hold()
        self._do.journal.note("state", {"state": "RUNNING"})

    def _test_of(self, step: Step) -> str:
        return self._points[step.point].test if step.kind == "measure" else ""

    def _step(self, step: Step) -> None:
        journal = self._do.journal
        if step.kind == "measure":
            self._measure(step, self._points[step.point])
            return
        journal.note("step_started", {"step": step.id})
        {
            "identify": self._identify,
            "warm_up": self._wait,
            "wait": self._wait,
            "configure": self._configure,
            "prompt": self._prompt,
            "preload": self._preload,
            "connect": self._connect,
        }[step.kind](step)
        journal.note("step_finished", {"step": step.id})

    def _measure(self, step: Step, point: Point) -> None:
        first = step.measured_pass == point.passes[0]
        self._do.point(step, point, self._standing.attempt(point.id) + (1 if first else 0))

    def _identify(self, step: Step) -> None:
        opened = self._do.bench.of(step.role)
        given = self._plan.uut.given
        if opened.binding.driver == KEYBOARD:
            for field in ("maker", "model", "serial"):
                if not given.get(field):
                    text = {"en": f"Name plate: {field}", "zh": f"铭牌：{field}"}
                    self._do.prompter.ask(
                        Ask(id=f"identify/{field}", kind="text", text=text, optional=field != "serial")
                    )
            return
        identity = opened.identity
        ordered = given.get("model") if step.compare_with == "work_order" else None
        if identity is not None and ordered and ordered != identity.model:
            raise WrongInstrument(
                f"Position {self._plan.uut.position} holds a {identity.model}, but the work order says {ordered}. "
                "Connect the right unit, or correct the work order."
            )
        models = self._plan.procedure.applies_to.get("model", [])
        if identity is not None and models and identity.model not in models:
            raise WrongInstrument(
                f"Position {self._plan.uut.position} holds a {identity.maker} {identity.model}; "
                f"{self._plan.procedure.id} is for {', '.join(models)}. Connect the right unit, or take "
                "another procedure."
            )

    def _wait(self, step: Step) -> None:
        self._do.watch.sleep(float(step.seconds))

    def _configure(self, step: Step) -> None:
        opened = self._do.bench.of(step.role)
        if opened.binding.driver == KEYBOARD:
            wanted = ", ".join(f"{name} = {value}" for name, value in step.settings.items())
            text = {"en": f"Set by hand: {wanted}", "zh": f"请手动设置：{wanted}"}
            self._do.prompter.confirm(Ask(id=step.id, kind="confirm", text=text))
            return
        if not hasattr(opened.driver, "configure"):
            raise UsageError(f"{step.id}: the driver {opened.binding.driver} has no settings to configure.")
        settings: dict[str, Number | bool] = {name: _typed(value) for name, value in step.settings.items()}
        self._do.call(opened, lambda: opened.driver.configure(**settings))

    def _prompt(self, step: Step) -> None:
        self._do.prompter.confirm(
            Ask(id=step.id, kind="confirm", title=step.title, text=step.text, picture=step.picture)
        )
        for question in step.questions:
            answer = self._do.prompter.question(question, step.title, step.picture)
            if question.must_be is not None and answer != question.must_be:
                raise RunFailed(
                    f"{question.id}: the answer is '{answer}', and it must be '{question.must_be}'."
                )

    def _preload(self, step: Step) -> None:
        names = " + ".join(step.place)
        for number in range(1, step.times + 1):
            load = {
                "en": f"Preload {number}: place {names} ({step.load}).",
                "zh": f"预加载 {number}：放置 {names}（{step.load}）。",
            }
            self._do.place(f"{step.id}/{number}", step.place, load, None)
            self._do.place(
                f"{step.id}/{number}-off", [], {"en": "Take all weights off.", "zh": "取下全部砝码。"}, None
            )

    def _connect(self, step: Step) -> None:
        outputs = make_safe(self._do.bench, self._do.journal)
        if not outputs.safe:
            raise RunFailed(f"{step.id}: leads must not be touched. Outputs: {outputs}")
        connection = next(one for one in self._plan.connections if one.id == step.connection)
        confirm = [line.get("en", "") for line in connection.confirm]
        words = {"zh": {line["en"]: line["zh"] for line in connection.confirm if {"en", "zh"} <= set(line)}}
        self._do.prompter.confirm(
            Ask(
                id=step.id,
                kind="confirm",
                title=connection.title,
                text=connection.text,
                picture=connection.picture,
                choices=confirm,
                words=words,
            )
        )

    def _after(self, test: str, steps: list[Step]) -> None:
        """Ask what to do about points that do not pass, if the policy says so; retakes keep every attempt."""
        policy = self._plan.policy
        if policy.on_fail == "continue" or test in self._decided:
            return
        for taken in range(self._standing.retakes.get(test, 0), policy.retakes + 1):
            failed = self._failing(test)
            if not failed:
                return
            if policy.on_fail == "stop":
                raise StopWanted(f"{test}: {', '.join(failed)} did not pass, and the policy says stop.")
            choices = ["continue", "stop"] if taken == policy.retakes else ["continue", "retake", "stop"]
            text = {
                "en": f"{test}: not passed: {', '.join(failed)}.",
                "zh": f"{test}：未通过：{'，'.join(failed)}。",
            }
            decision = self._do.prompter.ask(
                Ask(id=f"on-fail/{test}", kind="choice", text=text, choices=choices)
            )
            if decision == "stop":
                raise StopWanted(
                    f"{test}: the operator chose to stop after {', '.join(failed)} did not pass."
                )
            if decision == "continue":
                return
            self._retake(test, failed, steps)

    def _retake(self, test: str, failed: list[str], steps: list[Step]) -> None:
        reason = self._do.prompter.ask(
            Ask(
                id=f"on-fail/{test}/reason",
                kind="text",
                text={"en": "Reason for the retake", "zh": "重测原因"},
            )
        )
        whole = self._standing.atomic(self._tests[test])  # what is measured in one go fails as a whole
        again = [step for step in steps if whole or step.point in failed]
        left = list(again)
        while left:
            try:
                self._look(in_one_go=whole and left != again)
                self._do.journal.note("reading_set_aside", {"reason": reason}, point=left[0].point)
                self._measure(left[0], self._points[left[0].point])
                left.pop(0)
            except HoldWanted as wanted:
                self._begin_anew(wanted)
                left = list(again) if whole else left


def _typed(text: str) -> Number | bool:
    return text == "true" if text in ("true", "false") else text
