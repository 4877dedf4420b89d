"""Suspending: what all units share does not work; nothing is measured until it does, or somebody stops the run."""

from __future__ import annotations

from calbench.documents.conduct import ConditionPlan
from calbench.documents.plan import Plan
from calbench.documents.prompt import Ask
from calbench.errors import InstrumentError, RunFailed
from calbench.execution.calling import SharedFault
from calbench.execution.controlling import StopWanted
from calbench.execution.measuring import Measuring
from calbench.execution.recognising import open_again
from calbench.execution.safing import make_safe
from calbench.execution.setting_up import Setup
from calbench.execution.units.crew import STOP, Crew

GO_ON = "go on"
TRIES = 3
"""So often is a person asked to go on without a point that was measured in between."""


class OutsideLimits(SharedFault):
    """The environment is outside its limits, and the procedure says suspend."""

    def __init__(self, condition: ConditionPlan) -> None:
        super().__init__(f"The {condition.quantity} is outside its limits.")
        self.condition = condition


class Suspending:
    """Suspends a run of several units, and lets it go on.

    Args:
        plan: That of the run.
        crew: The units.
        shared: What they share, and prompts that are about all.
    """

    def __init__(self, plan: Plan, crew: Crew, shared: Measuring) -> None:
        self._plan = plan
        self._crew = crew
        self._shared = shared
        self._in_vain = 0

    def measured(self) -> None:
        """Take note that something was measured."""
        self._in_vain = 0

    def __call__(self, fault: SharedFault) -> None:
        """Drop what was being measured, make the outputs safe, and wait until what is shared works again.

        Raises:
            StopWanted: Somebody stops the run.
            RunFailed: An output is in doubt, or it failed too often.
        """
        crew, why = self._crew, str(fault)
        crew.control.suspend("")
        crew.discard(None, why)
        if isinstance(fault, OutsideLimits):
            self._shared.watch.suspend(fault.condition)
            return
        outputs = make_safe(crew.bench, crew.journal)
        if not outputs.safe:
            raise RunFailed(f"{why} Outputs: {outputs}")
        body = {"state": "SUSPENDED", "cause": "instrument", "why": why, "outputs": outputs.state}
        crew.journal.note("state", body)
        while True:
            self._in_vain += 1
            if self._in_vain > TRIES:
                raise RunFailed(f"{why} It failed {TRIES} times in succession.")
            self._ask(why)
            try:
                self._reopen()
            except InstrumentError as error:
                why = str(error)
                continue
            break
        crew.journal.note("state", {"state": "RUNNING"})

    def _ask(self, why: str) -> None:
        text = {"en": f"All units wait. {why}", "zh": f"全部工位暂停。{why}"}
        ask = Ask(id="suspended", kind="choice", text=text, choices=[GO_ON, STOP])
        if self._shared.prompter.ask(ask) == STOP:
            raise StopWanted(f"The operator chose to stop. {why}")

    def _reopen(self) -> None:
        """Open what is shared afresh; it must be the same as before, and is set as setup had set it."""
        bench = self._crew.bench
        for binding in bench.own(""):
            open_again(bench, binding)
        set_up = Setup(self._shared)
        for step in self._plan.steps:
            if step.kind == "configure" and not step.each:
                set_up.configure(step)
