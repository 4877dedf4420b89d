"""Ballast in a run that is taken up again: its mass was found before, and a person says whether it is the same."""

from __future__ import annotations

from calbench.documents.prompt import Ask
from calbench.execution.measuring import Measuring
from calbench.execution.saying import lying
from calbench.execution.standing import Standing

UNCHANGED, CHANGED = "unchanged", "changed"
_WORDS = {"zh": {UNCHANGED: "未变动", CHANGED: "已变动"}}


def ask_for_ballast(do: Measuring, standing: Standing) -> None:
    """Ask whether the ballast is as it was compared, if points are left that rest on it; else it is compared again.

    Raises:
        StopWanted: The operator ends the run instead.
    """
    found = _found_before(do, standing)
    if not found:
        return
    said = {language: lying(found, language) for language in ("en", "zh")}
    text = {
        "en": f"What {said['en']} weighs was found before the run broke off. Has anything been put on it or taken off "
        "it since? If so, all that rests on it is measured again.",
        "zh": f"{said['zh']}的质量在中断前已测定。此后替代载荷是否有增减或更换？如有变动，将重测所有与其有关的项目。",
    }
    ask = Ask(id="ballast/unchanged", kind="choice", text=text, choices=[UNCHANGED, CHANGED], words=_WORDS)
    if do.prompter.ask(ask) == CHANGED:
        standing.discard_resting_on(
            do.journal, found, "The ballast was changed while the run was interrupted."
        )


def _found_before(do: Measuring, standing: Standing) -> list[str]:
    """Name the ballast that points which are left rest on, and that no point which is left finds."""
    plan, points = do.plan, {point.id: point for point in do.plan.points}
    steps = [step for step in plan.steps if step.kind == "measure"]
    left = {
        step.point
        for test in plan.tests
        for step in standing.to_do(test, [one for one in steps if points[one.point].test == test.id])
    }
    return list(
        dict.fromkeys(
            name
            for point in plan.points
            if point.id in left
            for name in point.all_ballast
            if name in points and name not in left
        )
    )
