"""Steps in order: setup, connections, points; after each test, what the policy says of points that failed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from calbench.documents.plan import Step, TestPlan
from calbench.documents.stages import ADJUST, AS_FOUND
from calbench.errors import RunFailed
from calbench.execution.ballasting import ask_for_ballast
from calbench.execution.bench import Bench
from calbench.execution.conditions import DISTURBED, Disturbed
from calbench.execution.controlling import Control, HoldWanted, Lapsed
from calbench.execution.journalling import Notes
from calbench.execution.measuring import Measuring
from calbench.execution.retaking import Retaking
from calbench.execution.safing import make_safe
from calbench.execution.setting_up import Setup
from calbench.execution.staging import Adjusting
from calbench.execution.standing import SETUP_KEPT, Standing

HELD = "The run was held."


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
        self._control = control
        self._standing = standing
        self._points = {point.id: point for point in measuring.plan.points}
        self._tests = {test.id: test for test in measuring.plan.tests}
        self._kept = set() if setup_again is None else set(standing.steps)
        self._setup_again, self._resumed = bool(setup_again), setup_again is not None
        self._leads: Step | None = None
        self._adjusting = Adjusting(measuring, failing, standing.adjustment)
        self._set_up = Setup(measuring, self._adjusting.decide)
        self._retaking = Retaking(measuring, failing, standing, self)

    def all(self) -> None:
        """Do every step.

        Raises:
            StopWanted: The policy or the operator ends the run.
            CalbenchError: A step failed.
        """
        self._control.may_hold = True
        if self._resumed:
            ask_for_ballast(self._do, self._standing)
        for test, steps in groupby(self._plan.steps, self._test_of):
            own = list(steps)
            if test:
                if not self._adjusting.wants(own[0]):
                    continue
                self._test(self._tests[test], own)
                if not (own[0].stage == AS_FOUND and self._adjusting.began):  # it stays as it was found
                    self._retaking.after(self._tests[test], own)
                continue
            for step in own:
                if self._adjusting.wants(step):
                    self._once(step)
                self._adjusting.passed(step)

    def _once(self, step: Step) -> None:
        """Do a step that is no point, unless it was done in an earlier part of the run and still holds."""
        if step.id in self._kept and step.stage != ADJUST:
            if step.kind == "connect":
                self._leads = step  # confirmed again when the first point needs them
                return
            if step.kind in SETUP_KEPT and not self._setup_again:
                return
        while True:
            self.look()
            try:
                self._set_up(step)
            except HoldWanted:
                self._hold()
                continue
            self._leads = None if step.kind == "connect" else self._leads
            return

    def _test(self, test: TestPlan, steps: list[Step]) -> None:
        """Measure the points of a test that are not final; an atomic test that was interrupted begins anew."""
        while True:
            try:
                self._go_through(test, self._standing.to_do(test, steps))
            except HoldWanted as wanted:
                self.begin_anew(wanted)
                continue
            return

    def _go_through(self, test: TestPlan, steps: list[Step]) -> None:
        """Measure points one after the other; in an atomic test nothing lies between two of them.

        Raises:
            Disturbed, HoldWanted: Something did.
        """
        calm = 0
        for number, step in enumerate(steps):
            in_one_go = number > 0 and self._standing.atomic(test)
            self._point(step, in_one_go=in_one_go)
            self._retaking.at_once(test, step)
            if in_one_go and self._do.watch.suspensions != calm:
                raise Disturbed(DISTURBED)
            calm = self._do.watch.suspensions

    def _point(self, step: Step, *, in_one_go: bool) -> None:
        self.look(in_one_go=in_one_go)
        leads, self._leads = self._leads, None
        if leads is not None:
            self._once_more(leads)
        self.measure(step)

    def _once_more(self, leads: Step) -> None:
        self._kept.discard(leads.id)
        self._once(leads)

    def look(self, *, in_one_go: bool = False) -> None:
        """Look whether anything is wanted between two points.

        Raises:
            HoldWanted: The run is held within a test that must be measured in one go.
        """
        if self._control.between():
            if in_one_go:
                raise HoldWanted(self._control.why)
            self._hold()

    def begin_anew(self, wanted: HoldWanted) -> None:
        """Drop what was begun; hold, unless it only lapsed while a prompt waited."""
        lapsed = isinstance(wanted, Lapsed)
        self._standing.discard(self._do.journal, str(wanted) if lapsed else HELD)
        if not lapsed:
            self._hold()

    def _hold(self) -> None:
        hold(self._do.bench, self._do.journal, self._control)

    def _test_of(self, step: Step) -> str:
        return self._points[step.point].test if step.kind == "measure" else ""

    def measure(self, step: Step) -> None:
        """Measure one point in one pass.

        Raises:
            RunFailed: It is one as found, and the unit was adjusted since; or it cannot be measured.
        """
        point = self._points[step.point]
        self._adjusting.require_open(point)
        first = step.measured_pass == point.passes[0]
        self._do.point(step, point, self._standing.attempt(point.id) + (1 if first else 0))


def hold(bench: Bench, journal: Notes, control: Control) -> None:
    """Make the outputs safe and wait for a person.

    Raises:
        RunFailed: An output is in doubt: nobody shall wait beside it.
        StopWanted: The run is ended instead of going on.
    """
    outputs = make_safe(bench, journal)
    if not outputs.safe:
        raise RunFailed(f"The run was to be held. Outputs: {outputs}")
    journal.note("state", {"state": "HELD", "why": control.why, "outputs": outputs.state})
    control.hold()
    journal.note("state", {"state": "RUNNING"})
