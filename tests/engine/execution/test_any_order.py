"""The verbs in any order: what was promised is done, a greater verb is never taken back, an abort always stands."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from calbench.clock import VirtualClock
from calbench.control.verbs import Command, Verb
from calbench.documents.journal import parse
from calbench.execution.controlling import AbortWanted, Control, HoldWanted, StopWanted
from calbench.execution.journalling import Journal

ORDER: dict[str, int] = {"": 0, "pause": 1, "hold": 2, "finish": 3, "stop": 4, "abort": 5}


class AnyOrder(RuleBasedStateMachine):
    """A run of which people want one thing after another, and that looks now and then.

    The model is the table of the design: pause, pause again, finish, stop, abort, each beyond the one before; go-on
    takes back the first two alone.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="verbs-"))
        self.clock = VirtualClock(datetime(2026, 1, 5, tzinfo=UTC))
        self.control = Control()
        self.journal = Journal(self.folder / "journal.jsonl", self.clock, (self.control.watch,))
        self.acted = 0
        self.control.attach(self.journal, self.clock, self.act)
        self.control.may_hold = True
        self.wanted = ""
        self.accepted: list[str] = []
        self.closed = False
        self.journal.note("run_opened", {})

    def act(self, why: str) -> str:
        assert why
        self.acted += 1
        return "acted"

    @rule(verb=st.sampled_from(["pause", "go-on", "finish", "stop", "abort"]))
    def say(self, verb: Verb) -> None:
        reply = self.control.handle(Command(verb=verb, by="somebody"))
        assert reply.text
        assert reply.accepted is self.allowed(verb), (verb, self.wanted, reply)
        if reply.accepted:
            self.accepted.append(verb)
            again = verb == "pause" and self.wanted in ("pause", "hold")
            self.wanted = "" if verb == "go-on" else "hold" if again else verb

    def allowed(self, verb: str) -> bool:
        if self.closed:
            return False
        if verb == "go-on":
            return self.wanted in ("pause", "hold")
        if verb == "abort":
            return self.wanted != "abort"
        if verb == "pause":
            return ORDER[self.wanted] < ORDER["finish"]
        return ORDER[self.wanted] < ORDER[verb]

    @rule()
    def ctrl_c(self) -> None:
        self.control.interrupt()
        self.control.settle(10)
        if self.closed:
            return
        if ORDER[self.wanted] < ORDER["stop"]:
            self.wanted = "stop"
        elif self.wanted == "stop":
            self.wanted = "abort"
            self.accepted.append("abort")

    @rule()
    def before_an_exchange(self) -> None:
        raised = ""
        try:
            self.control.at_exchange()
        except AbortWanted:
            raised = "abort"
        except StopWanted:
            raised = "stop"
        except HoldWanted:
            raised = "hold"
        if not self.closed:
            assert raised == (self.wanted if self.wanted in ("hold", "stop", "abort") else "")

    @rule()
    def while_outputs_are_made_safe_nothing_breaks_that_off(self) -> None:
        with self.control.exempt():
            self.control.at_exchange()
            assert not self.control.interrupts()

    @precondition(lambda self: not self.closed)
    @rule()
    def between_points(self) -> None:
        try:
            holds = self.control.between()
        except StopWanted:
            assert self.wanted in ("finish", "stop", "abort")
        else:
            assert holds is (self.wanted in ("pause", "hold"))

    @precondition(lambda self: not self.closed)
    @rule()
    def end(self) -> None:
        self.control.close()
        self.journal.note(
            "run_closed", {"status": "STOPPED", "outputs": "no_source", "in_doubt": [], "partial": True}
        )
        self.closed = True

    @invariant()
    def the_journal_has_every_verb_that_was_taken_and_no_other(self) -> None:
        events, _ = parse((self.folder / "journal.jsonl").read_bytes())
        assert [event.body["verb"] for event in events if event.type == "verb"] == self.accepted
        assert self.acted == self.accepted.count("abort")
        if self.closed:
            assert events[-1].type == "run_closed"

    def teardown(self) -> None:
        self.journal.__exit__(None, None, None)
        shutil.rmtree(self.folder)


AnyOrder.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestAnyOrder = AnyOrder.TestCase
