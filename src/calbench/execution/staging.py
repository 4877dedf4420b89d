"""Stages at run time: whether the unit is adjusted, what of it is done, and what may be measured from then on."""

from __future__ import annotations

from collections.abc import Callable

from calbench.documents.journal import Event
from calbench.documents.plan import Point, Step
from calbench.documents.prompt import Ask
from calbench.documents.stages import ADJUST, AS_FOUND, AS_LEFT
from calbench.errors import RunFailed
from calbench.execution.controlling import StopWanted
from calbench.execution.measuring import Measuring
from calbench.execution.safing import make_safe

YES, NO, STOP = "adjust", "no adjustment", "stop"
ON, AGAIN = "go on", "begin again"
_WORDS = {"zh": {YES: "调整", NO: "不调整", STOP: "停止", ON: "继续", AGAIN: "重新开始"}}


class Progress:
    """How far the adjustment is, read from the journal of before and from the one being written."""

    def __init__(self) -> None:
        self.adjusted: bool | None = None
        """Whether the unit is adjusted; None while that is not decided."""
        self.finished = False
        self.interrupted = False
        """Whether it was begun in an earlier part of the run, and nobody has said yet how to go on."""
        self.done: set[str] = set()

    def __call__(self, event: Event) -> None:
        """Take one event."""
        if event.type == "step_finished":
            self.done.add(str(event.body["step"]))
        elif event.type == "run_resumed":
            self.interrupted = self.adjusted is True and not self.finished
        elif event.type == "adjustment":
            self._follow(str(event.body["did"]), event)

    def _follow(self, did: str, event: Event) -> None:
        if did == "decided":
            self.adjusted = event.body["adjust"] is True
        self.finished = self.finished or did == "finished"
        self.interrupted = False
        if did in ("decided", "again"):
            self.done.clear()


class Adjusting:
    """Decides whether the unit is adjusted, and which steps are done because of it.

    Args:
        measuring: What measures a point, with its plan.
        failing: Tells the points of a test that do not pass so far.
        progress: How far the adjustment is.
    """

    def __init__(self, measuring: Measuring, failing: Callable[[str], list[str]], progress: Progress) -> None:
        self._do = measuring
        self._failing = failing
        self._progress = progress
        own = [step for step in measuring.plan.steps if step.stage == ADJUST]
        self._last = own[-1] if own else None

    @property
    def began(self) -> bool:
        """Whether the unit is no longer as it was found."""
        return self._progress.adjusted is True

    def wants(self, step: Step) -> bool:
        """Tell whether a step is to be done: what was adjusted is not adjusted again unasked."""
        progress = self._progress
        if step.stage == AS_LEFT:
            return self.began
        if step.stage != ADJUST:
            return True
        if step.kind == "adjust":
            return progress.adjusted is None or progress.interrupted
        return (
            self.began and not progress.finished and (step.kind == "connect" or step.id not in progress.done)
        )

    def passed(self, step: Step) -> None:
        """Take note that a step lies behind: after the last one the unit is as it is left."""
        if step is self._last and self.began and not self._progress.finished:
            self._do.journal.note("adjustment", {"did": "finished"})

    def require_open(self, point: Point) -> None:
        """Make sure that a point may be measured.

        Raises:
            RunFailed: It is one as found, and the unit is no longer as it was found.
        """
        if point.stage == AS_FOUND and self.began:
            raise RunFailed(
                f"{point.id}: the unit was adjusted since, so that nobody can measure any more how it was found. "
                "What was measured as found stays as it is."
            )

    def decide(self, step: Step) -> None:
        """Decide, as the policy says, whether the unit is adjusted; after an interruption, how to go on.

        Raises:
            StopWanted: The operator ends the run.
            RunFailed: The outputs cannot be made safe.
        """
        if self._progress.interrupted:
            self._go_on(step)
            return
        rule = self._do.plan.policy.adjust
        every = [test for test in self._do.plan.tests if test.stage == AS_FOUND]
        found = [test.id for test in every if test.kind != "derived"]  # told with what it follows from
        failed = [name for test in found for name in self._failing(test)]
        if rule == "ask":
            adjust, reason = self._ask(step, failed)
        else:
            adjust = rule == "always" or (rule == "if_failed" and bool(failed))
            reason = ""
        body = {"did": "decided", "adjust": adjust, "rule": rule, "reason": reason, "failed": failed}
        if adjust:
            self._safe()
        self._do.journal.note("adjustment", body)

    def _ask(self, step: Step, failed: list[str]) -> tuple[bool, str]:
        en = f"As found, these did not pass: {', '.join(failed)}." if failed else "As found, nothing failed."
        zh = f"调整前未通过：{'，'.join(failed)}。" if failed else "调整前全部未见不合格。"
        choices = [YES, NO, STOP] if failed else [NO, YES, STOP]
        text = {"en": f"{en} Is the unit adjusted?", "zh": f"{zh}是否调整被测器具？"}
        said = self._choose(step.id, text, choices)
        if said == YES:
            return True, ""
        why = {"en": "Why is it not adjusted?", "zh": "不调整的原因"}
        return False, self._do.prompter.ask(Ask(id=f"{step.id}/reason", kind="text", text=why))

    def _go_on(self, step: Step) -> None:
        own = [one.id for one in self._do.plan.steps if one.stage == ADJUST and one.kind != "adjust"]
        done = [name for name in own if name in self._progress.done]
        text = {
            "en": f"The adjustment was interrupted. Done: {', '.join(done) or 'nothing'}. Go on after that, or begin "
            "the adjustment again?",
            "zh": f"调整曾被中断。已完成：{'，'.join(done) or '无'}。从此处继续，还是重新开始调整？",
        }
        said = self._choose(f"{step.id}/interrupted", text, [ON, AGAIN, STOP])
        self._safe()
        self._do.journal.note("adjustment", {"did": "again" if said == AGAIN else "resumed"})

    def _choose(self, name: str, text: dict[str, str], choices: list[str]) -> str:
        said = self._do.prompter.ask(Ask(id=name, kind="choice", text=text, choices=choices, words=_WORDS))
        if said == STOP:
            raise StopWanted("The operator chose to stop where the unit would have been adjusted.")
        return said

    def _safe(self) -> None:
        """Make the outputs safe: a unit that is adjusted may be open."""
        outputs = make_safe(self._do.bench, self._do.journal)
        if not outputs.safe:
            raise RunFailed(f"The unit must not be touched. Outputs: {outputs}")
