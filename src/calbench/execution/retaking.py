"""Retaking: what the policy says of points that do not pass, once their test is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from calbench.documents.plan import Step, TestPlan
from calbench.documents.prompt import Ask
from calbench.execution.consulting import said_of
from calbench.execution.controlling import HoldWanted, StopWanted
from calbench.execution.measuring import Measuring
from calbench.execution.standing import AGAIN, CONDITIONS, CONTENT, RETAKE, STOP, Standing


class Going(Protocol):
    """How a retake goes through its steps: as the run does that it belongs to."""

    def look(self, *, in_one_go: bool = False) -> None:
        """Look whether anything is wanted between two points; raises HoldWanted within what is done in one go."""

    def measure(self, step: Step) -> None:
        """Measure one point in one pass."""

    def begin_anew(self, wanted: HoldWanted) -> None:
        """Drop what was begun; hold, unless it only lapsed while a prompt waited."""


class Retaking:
    """Asks about points that do not pass, and has them measured again.

    Args:
        measuring: Of the unit whose points they are.
        failing: Tells the points of a test that do not pass so far.
        standing: How far the unit is.
        going: Measures.
    """

    def __init__(
        self, measuring: Measuring, failing: Callable[[str], list[str]], standing: Standing, going: Going
    ) -> None:
        self._do = measuring
        self._failing = failing
        self._standing = standing
        self._going = going
        self._decided = set(standing.decided)

    def at_once(self, of: TestPlan, step: Step) -> None:
        """Ask about a point that was measured outside of its conditions, before anything else is done.

        In a test that is measured in one go nobody is asked before its end; errors as `after`.
        """
        if not self._standing.atomic(of):
            self._outside(of, [step])

    def after(self, of: TestPlan, steps: list[Step]) -> None:
        """Ask what to do about points that do not pass, if the policy says so; retakes keep every attempt.

        Raises:
            StopWanted: The policy or the operator ends the run.
            CalbenchError: A retake failed.
        """
        policy = self._do.plan.policy
        self._outside(of, steps)
        self._failed(of, steps)
        if policy.without_failure and policy.on_fail == "ask":
            self._wanted(of, steps)

    def _outside(self, of: TestPlan, steps: list[Step]) -> None:
        """Ask whether points are taken again that were measured outside of their conditions, as often as is allowed.

        It is no fault of the unit, so that it does not depend on what is done about points that fail.
        """
        for point in dict.fromkeys(step.point for step in steps):
            while self._standing.again.get(point, 0) < self._do.plan.policy.retakes:
                found = self._do.outside(self._do.plan.uut.position, point, self._standing.attempt(point))
                if not found or point in self._standing.kept:
                    break
                said = said_of(found)
                text = {language: f"{point}: {one}" for language, one in said.items()}
                ask = Ask(id=f"{CONDITIONS}{point}", kind="choice", text=text, choices=[CONTENT, AGAIN, STOP])
                decision = self._do.prompter.ask(ask)
                if decision == STOP:
                    raise StopWanted(f"The operator chose to stop. {point}: {said['en']}")
                if decision == AGAIN:
                    self._again(of, [point], steps, "; ".join(one.reason for one in found))

    def _failed(self, of: TestPlan, steps: list[Step]) -> None:
        policy, test = self._do.plan.policy, of.id
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
            self._retake(of, failed, steps)

    def _wanted(self, of: TestPlan, steps: list[Step]) -> None:
        """Ask whether a point is to be taken again that did not fail, as often as the policy allows."""
        policy, prompter = self._do.plan.policy, self._do.prompter
        if of.id in self._standing.content:
            return
        points = list(dict.fromkeys(step.point for step in steps))
        text = {
            "en": f"{of.id}: is a point to be taken again, although nothing says so?",
            "zh": f"{of.id}：是否需要重测某个测量点（无不合格）？",
        }
        while self._standing.retakes.get(of.id, 0) < policy.retakes:
            ask = Ask(id=f"{RETAKE}{of.id}", kind="choice", text=text, choices=[CONTENT, *points])
            point = prompter.ask(ask)
            if point == CONTENT:
                return
            self._retake(of, [point], steps)

    def _retake(self, test: TestPlan, failed: list[str], steps: list[Step]) -> None:
        reason = self._do.prompter.ask(
            Ask(
                id=f"on-fail/{test.id}/reason",
                kind="text",
                text={"en": "Reason for the retake", "zh": "重测原因"},
                optional=self._do.plan.policy.retake_reason == "optional",
            )
        )
        self._again(test, failed, steps, reason)

    def _again(self, test: TestPlan, failed: list[str], steps: list[Step], reason: str) -> None:
        whole = self._standing.atomic(test)  # what is measured in one go fails as a whole
        points = {*failed, *self._followed(test, failed)}
        again = [step for step in steps if whole or step.point in points]
        left = list(again)
        while left:
            try:
                self._going.look(in_one_go=whole and left != again)
                self._do.journal.note("reading_set_aside", {"reason": reason}, point=left[0].point)
                self._going.measure(left[0])
                left.pop(0)
            except HoldWanted as wanted:
                self._going.begin_anew(wanted)
                left = list(again) if whole else left

    def _followed(self, test: TestPlan, failed: list[str]) -> list[str]:
        """Give the points that derived results follow from which failed."""
        derived = self._do.plan.derived_from(test.id)
        groups = [group for one in derived for name in failed if (group := one.group(name)) is not None]
        return [point for group in groups for point in group.points]
