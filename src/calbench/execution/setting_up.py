"""Setting up: what is done before points are measured: who is there, warm-up, settings, prompts, preloads, leads."""

from __future__ import annotations

from collections.abc import Callable

from calbench.documents.plan import Step
from calbench.documents.prompt import Ask
from calbench.errors import NotDone, RunFailed, UsageError, WrongInstrument
from calbench.execution.bench import KEYBOARD
from calbench.execution.measuring import Measuring
from calbench.execution.safing import make_safe
from calbench.execution.saying import lying
from calbench.instruments.reading import Number


class Setup:
    """Does steps that are no points; `measuring` says for whom and with what, `decide` whether the unit is adjusted."""

    def __init__(self, measuring: Measuring, decide: Callable[[Step], None] | None = None) -> None:
        self._do = measuring
        self._decide = decide
        self._plan = measuring.plan

    def __call__(self, step: Step) -> None:
        """Do one step, and write down that it was done.

        Raises:
            CalbenchError: It failed, or was not confirmed.
        """
        journal = self._do.journal
        journal.note("step_started", {"step": step.id})
        if step.kind == "adjust" and self._decide is not None:
            self._decide(step)
            journal.note("step_finished", {"step": step.id})
            return
        {
            "identify": self._identify,
            "warm_up": self._wait,
            "wait": self._wait,
            "configure": self.configure,
            "prompt": self._prompt,
            "preload": self._preload,
            "connect": self._connect,
        }[step.kind](step)
        journal.note("step_finished", {"step": step.id})

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

    def configure(self, step: Step) -> None:
        """Set the instrument of a role as the step says.

        Raises:
            UsageError: Its driver has no settings.
            InstrumentError: It does not take them.
        """
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
                raise NotDone(
                    f"{question.id}: the answer is '{answer}', and it must be '{question.must_be}'."
                )

    def _preload(self, step: Step) -> None:
        for number in range(1, step.times + 1):
            load = {
                "en": f"Preload {number}: place {lying(step.place)} ({step.load}).",
                "zh": f"预加载 {number}：放置 {lying(step.place, 'zh')}（{step.load}）。",
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


def _typed(text: str) -> Number | bool:
    return text == "true" if text in ("true", "false") else text
