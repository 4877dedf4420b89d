"""Whatever people say to a run, when and from which thread: it ends as the table of the four verbs says, and safe.

The table is in docs/how-to/stop-and-resume.md. What is expected is worked out here from the journal: which words the
run took, in their order, and what was measured by then.
"""

from __future__ import annotations

import _thread
import faulthandler
import os
import shutil
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.sweeps.cases import Known, bench, case_of, is_on, scratch
from tests.sweeps.comparing import judged_otherwise, not_verified, other_results

from calbench.control.verbs import Command, Reply, Verb
from calbench.documents.journal import Event, parse
from calbench.execution.controlling import Control
from calbench.simulation.staging import Stage
from calbench.workflow import JOURNAL, Conducting, Finished, Resuming, execute, resume

STUCK = 120.0  # real seconds for a part of a run, which takes about one; then the process ends and says where it was
HEARD = 500  # times that it is looked whether Ctrl-C was heard, each 10 ms
Says = Literal["pause", "go-on", "finish", "stop", "abort", "Ctrl-C"]
ENDS = ("finish", "stop", "abort")


@dataclass(frozen=True)
class Word:
    """What is said once event number `at` of a part is written; by the runner's thread itself, or by another."""

    says: Says
    at: int
    aside: bool


WORDS = st.lists(
    st.builds(
        Word,
        st.sampled_from(["pause", "pause", "pause", "go-on", "finish", "stop", "abort", "Ctrl-C"]),
        st.integers(2, 240),
        st.booleans(),
    ),
    max_size=4,
)
WHILE_HELD: st.SearchStrategy[list[Verb]] = st.lists(
    st.sampled_from(["pause", "go-on", "go-on", "finish", "stop", "abort"]), max_size=2
)


@cache
def known_of(units: int) -> Known:
    """Give a run of one unit or of four that nothing interrupts."""
    case = case_of("four multimeters")
    if units == 4:
        return Known.of(case)
    return Known.of(replace(case, options=replace(case.options, positions=("2",))))


@dataclass
class Part:
    """A part of a run, what was said to it, and what it replied."""

    known: Known
    stage: Stage
    words: Sequence[Word]
    held: list[Verb]
    before: int = 0
    control: Control = field(default_factory=Control)
    replies: list[tuple[Verb, Reply]] = field(default_factory=list)
    pressed: int = 0
    on_while_held: bool = False
    threads: list[threading.Thread] = field(default_factory=list)

    @property
    def accepted(self) -> list[str]:
        """What the run took, in no order."""
        return [verb for verb, reply in self.replies if reply.accepted]

    def listen(self, event: Event) -> None:
        if event.type == "state" and event.body["state"] == "HELD":
            self.on_while_held |= is_on(self.known.case, self.stage)
            said, self.held = self.held, []
            self._aside([*said, "go-on"])
        for word in self.words:
            if event.seq == self.before + word.at:
                if word.says == "Ctrl-C":
                    self._press()
                elif word.aside or any(one.is_alive() for one in self.threads):
                    # a listener must not wait for another thread that writes, as the journal says
                    self._aside([word.says])
                else:
                    self._say(word.says)

    def _say(self, verb: Verb) -> None:
        self.replies.append((verb, self.control.handle(Command(verb=verb, by="somebody", reason="so"))))

    def _aside(self, verbs: Sequence[Verb]) -> None:
        def say() -> None:
            for verb in verbs:
                self._say(verb)

        self.threads.append(threading.Thread(target=say, daemon=True))
        self.threads[-1].start()

    def _press(self) -> None:
        """Press Ctrl-C, which the main thread gets: here and now if it is the runner's own."""
        self.pressed += 1
        first = not self.control.why
        _thread.interrupt_main()
        if threading.current_thread() is threading.main_thread():
            return
        for _ in range(HEARD):
            if self.control.aborted or (first and self.control.why):
                return
            threading.Event().wait(0.01)


def finals(events: Sequence[Event]) -> set[tuple[str, str]]:
    """Give the points that are measured, with their positions."""
    gone = {(one.position, one.point, one.attempt) for one in events if one.type == "attempt_discarded"}
    done = [one for one in events if one.type == "attempt_finished"]
    return {(one.position, one.point) for one in done if (one.position, one.point, one.attempt) not in gone}


class AnyVerb(RuleBasedStateMachine):
    """A run in parts, to which people say anything at any time."""

    @initialize(units=st.sampled_from([1, 4]))
    def begin(self, units: int) -> None:
        self.known = known_of(units)
        self.opened = bench(self.known.prepared)
        self.stage = self.opened.__enter__()
        self.out = scratch()
        self.finished: Finished | None = None
        self.journal = b""

    @precondition(lambda self: self.finished is not None and self.finished.outcome.status == "COMPLETED")
    @rule(units=st.sampled_from([1, 4]))
    def begin_another(self, units: int) -> None:
        self.teardown()
        self.begin(units)

    @precondition(lambda self: self.finished is None or self.finished.outcome.status != "COMPLETED")
    @rule(words=WORDS, held=WHILE_HELD)
    def go(self, words: list[Word], held: list[Verb]) -> None:
        """Run, or go on with the run, while people say what they like."""
        before = len(parse(self.journal)[0]) if self.journal else 0
        part = Part(self.known, self.stage, words, held, before)
        faulthandler.dump_traceback_later(STUCK, exit=True)
        heard = signal.signal(
            signal.SIGINT, signal.default_int_handler
        )  # ignored where tests run in the background
        try:
            self.finished = self._run(part)
            for thread in part.threads:
                thread.join()
        finally:
            signal.signal(signal.SIGINT, heard)
            faulthandler.cancel_dump_traceback_later()
        data = (self.finished.folder / JOURNAL).read_bytes()
        assert data.startswith(self.journal), "an event of an earlier part was lost"
        self.journal = data
        self._ends_as_the_table_says(part, parse(data)[0])

    def _run(self, part: Part) -> Finished:
        if self.finished is None:
            return execute(
                self.known.prepared,
                self.out,
                stage=self.stage,
                control=part.control,
                listeners=(part.listen,),
            )
        conducting = Conducting(stage=self.stage, control=part.control, listeners=(part.listen,))
        return resume(self.finished.folder, Resuming(), conducting)

    def _ends_as_the_table_says(self, part: Part, events: list[Event]) -> None:
        assert self.finished is not None
        status, outputs = self.finished.outcome.status, self.finished.outcome.outputs
        own = events[part.before :]
        taken = [one for one in own if one.type == "verb"]
        wanted = ruling([str(one.body["verb"]) for one in taken] + part.accepted, part.pressed)
        through = finals(events) == finals(self.known.events)
        assert status in ({wanted, "COMPLETED"} if through else {wanted}), (status, wanted)
        assert (status == "COMPLETED") <= through
        assert (events[-1].type, events[-1].body["status"]) == ("run_closed", status)
        assert events[-1].body["partial"] is (status != "COMPLETED")
        # every way out goes through the safe state, and what it says is so
        assert outputs.safe
        assert not is_on(self.known.case, self.stage)
        assert not part.on_while_held
        safed = max(one.seq for one in own if one.type == "safe_state")
        assert not [one for one in own if one.type in ("applied", "attempt_started") and one.seq > safed]
        safing = next(one.seq for one in own if one.type == "safe_state")
        ending = [one for one in taken if one.body["verb"] in ("finish", "stop", "abort")]
        ended_late = through and not [
            one for one in ending if one.seq < safing
        ]  # while it was made safe anyway
        if status != "COMPLETED" and not ended_late:
            assert "SAFING" in [one.body["state"] for one in own if one.type == "state"]
        noted = [str(one.body["verb"]) for one in taken if one.body["by"] != "Ctrl-C"]
        unaborted = lambda verbs: sorted(verb for verb in verbs if verb != "abort")  # noqa: E731 - of both
        assert unaborted(noted) == unaborted(part.accepted)
        if (
            "abort" in part.accepted
        ):  # it acts first; its line may come too late, and then the last line says it
            assert "abort" in noted or "Aborted by somebody: so." in str(events[-1].body["reason"])
        keeps_order(taken, own, part.pressed)
        assert not_verified(self.finished.folder, self.finished.records) == ""
        for position, right in self.known.records.items():
            assert judged_otherwise(self.finished.records[position], right) == ""

    def teardown(self) -> None:
        try:
            if self.finished is not None:
                if self.finished.outcome.status != "COMPLETED":
                    self.go([], [])
                assert self.finished.outcome.status == "COMPLETED"
                for position, right in self.known.records.items():
                    assert other_results(self.finished.records[position], right) == ""
        finally:
            self.opened.__exit__(None, None, None)
            shutil.rmtree(self.out)


def ruling(verbs: Sequence[str], pressed: int) -> str:
    """Give the status that the words that were taken end a run with, if it is not through before."""
    if "abort" in verbs:
        return "ABORTED"
    return "STOPPED" if pressed or "stop" in verbs or "finish" in verbs else "COMPLETED"


def keeps_order(taken: Sequence[Event], own: Sequence[Event], pressed: int) -> None:
    """Make sure that each word was one that the run may take by then, and had the effect that it has."""
    wanted = ""
    for number, one in enumerate(taken):
        verb = str(one.body["verb"])
        until = taken[number + 1].seq if number + 1 < len(taken) else own[-1].seq + 1
        then = [each for each in own if one.seq < each.seq < until]
        begun = {each.point for each in then if each.type == "attempt_started"}
        # an abort acts before its line is written, so what it breaks off may stand before that line
        dropped = [
            each
            for each in then
            if each.type == "attempt_discarded" and not str(each.body["reason"]).startswith("Aborted")
        ]
        states = [
            each.body["state"]
            for each in then
            if each.type == "state" and not str(each.body.get("why", "")).startswith("Aborted")
        ]
        assert (
            verb == "abort"
            or {
                "pause": wanted in ("", "pause"),
                "go-on": wanted == "pause",
                "finish": wanted in ("", "pause"),
                "stop": wanted in ("", "pause", "finish"),
            }[verb]
        ), (wanted, verb)
        if verb in ("pause", "finish") and not pressed:
            assert len(begun) <= 1, "only what was begun is measured"
            assert wanted or not dropped, "after the point: nothing is broken off"
            assert states[:1] != ["SAFING"] or verb == "finish"
        if verb in ("stop", "abort"):
            exchanges = _before_safing(then)
            assert all(exchanges.count(name) <= 1 for name in exchanges), exchanges
        wanted = {"go-on": ""}.get(verb, verb)


def _before_safing(then: Sequence[Event]) -> list[object]:
    """Give the instruments that were asked anything between a word and the way to the safe state."""
    found: list[object] = []
    for one in then:
        if one.type in ("safe_state", "guard") or (one.type == "state" and one.body["state"] == "SAFING"):
            return found
        if (
            one.type == "exchange" and one.body["instrument"] != "calibrator"
        ):  # that is being switched off, perhaps
            found.append(one.body["instrument"])
    return []


AnyVerb.TestCase.settings = settings(
    max_examples=100 if os.environ.get("SWEEP") else 8,
    stateful_step_count=3,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
TestAnyVerb = AnyVerb.TestCase
