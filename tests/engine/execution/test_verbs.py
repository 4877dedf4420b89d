"""The four verbs, and go-on: each takes effect where the design says, and nowhere else; the journal says who did it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from calbench.control.verbs import Command, Reply, Verb
from calbench.documents.journal import Event
from calbench.documents.states import state
from calbench.execution.controlling import Control

if TYPE_CHECKING:
    from tests.engine.execution.conftest import Lab, Ran

    from calbench.documents.plan import Plan
    from calbench.documents.prompt import Ask, Operator
    from calbench.simulation.staging import Stage

SERIES = """\
procedure: A series
id: a-series
version: 1.0.0
language: 1
roles:
  uut:     {needs: [measure.mass], fallback: keyboard}
  weights: {needs: [standard.mass], class: [M1], must_be_in_calibration: true}
tests:
  - test: repeatability
    read: uut.mass
    place: weights
    load: 5 kg
    times: 4
    stable: {within: 5 g, for: 3 s, timeout: 30 s}
    atomic: true
    resolution: 5 g
    evaluate: {value: max(indication) - min(indication), limit: 10 g}
policy: {on_fail: continue}
"""


def saying(
    control: Control, *says: tuple[Callable[[Event], bool], Verb], replies: list[Reply] | None = None
) -> Any:
    """Say each verb once, when its event comes; and go on as soon as the run is held, from another thread."""
    left = list(says)

    def listen(event: Event) -> None:
        for when, verb in [one for one in left if one[0](event)]:
            left.remove((when, verb))
            reply = control.handle(Command(verb=verb, by="A. Person", reason="tea"))
            if replies is not None:
                replies.append(reply)
        if event.type == "state" and event.body["state"] == "HELD":
            threading.Thread(target=control.handle, args=(Command(verb="go-on", by="B. Person"),)).start()

    return lambda _stage: listen


def nth(number: int, type_: str) -> Callable[[Event], bool]:
    """Hold for the event of a type that has this number, counted from 1."""
    seen = 0

    def holds(event: Event) -> bool:
        nonlocal seen
        seen += event.type == type_
        return event.type == type_ and seen == number

    return holds


def kinds(ran: Ran, *types: str) -> list[str]:
    return [event.type for event in ran.events if event.type in types]


def test_pause_holds_after_the_current_point_with_the_outputs_off(lab: Lab, texts: dict[str, str]) -> None:
    control = Control()
    off: list[bool] = []

    def listen(stage: Any) -> Any:
        say = saying(control, (nth(1, "reading"), "pause"))(stage)

        def both(event: Event) -> None:
            if event.type == "state" and event.body["state"] == "HELD":
                off.append(not stage.world.device("calibrator").operating)
            say(event)

        return both

    ran = lab.run(lab.plan(texts["volts"]), listen=listen, control=control)
    assert ran.outcome.status == "COMPLETED"
    assert off == [True]
    assert kinds(ran, "reading", "state") == ["reading", "reading", "state", "state", "reading", "reading"]
    verbs = [(one.body["verb"], one.body["by"], one.body["reason"], one.actor) for one in ran.of("verb")]
    assert verbs == [("pause", "A. Person", "tea", "operator"), ("go-on", "B. Person", "", "operator")]
    assert [one.verdict for one in ran.record.results] == ["pass", "pass"]
    assert ran.record.run.retakes == 0


def test_pause_twice_holds_after_the_current_exchange_and_measures_the_point_anew(
    lab: Lab, texts: dict[str, str]
) -> None:
    control = Control()
    ran = lab.run(
        lab.plan(texts["volts"]),
        listen=saying(control, (nth(1, "applied"), "pause"), (nth(1, "reading"), "pause")),
        control=control,
    )
    assert ran.outcome.status == "COMPLETED"
    found = ["reading", "attempt_discarded", "state", "state", *["reading"] * 4]
    assert kinds(ran, "reading", "state", "attempt_discarded") == found
    first, second = ran.record.attempts["dcv/10V/5V"]
    assert (first.complete, first.counts, second.counts) == (False, False, True)
    assert first.discarded
    assert ran.record.run.retakes == 0, "an interruption is no retake"


def test_a_pause_within_a_series_begins_the_series_anew(lab: Lab) -> None:
    control = Control()
    ran = lab.run(lab.plan(SERIES), listen=saying(control, (nth(2, "reading"), "pause")), control=control)
    assert ran.outcome.status == "COMPLETED"
    assert kinds(ran, "reading", "state") == [*["reading"] * 2, "state", "state", *["reading"] * 4]
    counts = [[one.counts for one in several] for several in ran.record.attempts.values()]
    assert counts == [[False, True], [False, True], [True], [True]]
    assert ran.record.run.retakes == 0


def test_finish_ends_after_the_current_point(lab: Lab, texts: dict[str, str]) -> None:
    control = Control()
    ran = lab.run(
        lab.plan(texts["volts"]), listen=saying(control, (nth(1, "reading"), "finish")), control=control
    )
    assert (ran.outcome.status, ran.outcome.reason) == ("STOPPED", "Finished by A. Person: tea.")
    assert ran.record.run.completeness == "partial"
    assert kinds(ran, "reading", "attempt_finished") == ["reading", "reading", "attempt_finished"]
    assert ran.result("dcv/10V/5V").verdict == "pass"
    assert ran.switched_off


def test_stop_ends_at_the_next_exchange_and_discards_the_attempt(lab: Lab, texts: dict[str, str]) -> None:
    control = Control()
    ran = lab.run(
        lab.plan(texts["volts"]), listen=saying(control, (nth(3, "reading"), "stop")), control=control
    )
    assert (ran.outcome.status, ran.outcome.reason) == ("STOPPED", "Stopped by A. Person: tea.")
    after = [event for event in ran.events if event.seq > ran.of("verb")[0].seq]
    sent = [event.body["sent"] for event in after if event.type == "exchange" and "sent" in event.body]
    assert sent[:1] == ["STBY"], "nothing but making safe is sent after it"
    (discarded,) = ran.of("attempt_discarded")
    assert discarded.point == "dcv/10V/10V"
    assert ran.result("dcv/10V/5V").verdict == "pass"
    assert ran.result("dcv/10V/10V").verdict == "not_evaluated"
    assert ran.switched_off


def test_abort_has_the_guard_switch_off_before_the_runner_does_anything_more(
    lab: Lab, texts: dict[str, str]
) -> None:
    control = Control()
    replies: list[Reply] = []
    off: list[bool] = []

    def listen(stage: Any) -> Any:
        say = saying(control, (nth(1, "reading"), "abort"), replies=replies)(stage)

        def both(event: Event) -> None:
            say(event)
            if replies and not off:
                off.append(not stage.world.device("calibrator").operating)

        return both

    ran = lab.run(lab.plan(texts["volts"]), listen=listen, control=control)
    assert (ran.outcome.status, ran.outcome.reason) == ("ABORTED", "Aborted by A. Person: tea.")
    assert off == [True]
    assert replies[0].text == "It is aborted. The guard found: safe: every output verified off."
    assert (lab.folder / "guard-1.jsonl").read_text(encoding="utf-8").count('"actor":"guard"') > 3
    assert ran.switched_off


def test_an_abort_that_is_taken_at_the_last_moment_is_in_the_last_line(
    lab: Lab, texts: dict[str, str]
) -> None:
    """All is measured and off, and the run is about to take no more words: one that it takes yet is written down."""

    class Late(Control):
        def close(self) -> None:
            if not taken:
                taken.append(self.handle(Command(verb="abort", by="A. Person", reason="tea")))
            super().close()

    taken: list[Reply] = []
    ran = lab.run(lab.plan(texts["volts"]), control=Late())
    assert taken[0].accepted
    assert (ran.outcome.status, ran.outcome.reason) == ("ABORTED", "Aborted by A. Person: tea.")
    assert ran.events[-1].body["reason"] == "Aborted by A. Person: tea."


def test_a_greater_verb_is_not_taken_back_by_a_lesser_one(lab: Lab, texts: dict[str, str]) -> None:
    control = Control()
    replies: list[Reply] = []
    first = nth(1, "reading")
    again = nth(1, "reading")
    more = nth(1, "reading")
    ran = lab.run(
        lab.plan(texts["volts"]),
        listen=saying(control, (first, "stop"), (again, "pause"), (more, "go-on"), replies=replies),
        control=control,
    )
    assert [one.accepted for one in replies] == [True, False, False]
    assert ran.outcome.status == "STOPPED"
    assert len(ran.of("verb")) == 1
    assert not control.handle(Command(verb="abort")).accepted, "the journal has its last line"


@pytest.mark.parametrize("wanted", ["stop", "finish", "abort"])
def test_a_run_that_is_held_can_be_ended(lab: Lab, texts: dict[str, str], wanted: Verb) -> None:
    control = Control()

    def listen(event: Event) -> None:
        if event.type == "reading" and len(held) == 0:
            held.append(control.handle(Command(verb="pause")))
        if event.type == "state" and event.body["state"] == "HELD":
            threading.Thread(target=control.handle, args=(Command(verb=wanted, by="C"),)).start()

    held: list[Reply] = []
    ran = lab.run(lab.plan(texts["volts"]), listen=lambda _stage: listen, control=control)
    assert ran.outcome.status == ("ABORTED" if wanted == "abort" else "STOPPED")
    assert ran.switched_off


def test_the_states_of_a_run_stand_in_its_journal(lab: Lab, texts: dict[str, str]) -> None:
    control = Control()
    ran = lab.run(
        lab.plan(texts["volts"]), listen=saying(control, (nth(1, "reading"), "pause")), control=control
    )
    found = [state(ran.events[:number]) for number in range(1, len(ran.events) + 1)]
    seen = [one for one, before in zip(found, [None, *found], strict=False) if one != before]
    assert seen == [
        "LOADED", "CHECKED", "READY", "RUNNING", "WAITING", "RUNNING", "HELD", "RUNNING", "COMPLETED",
    ]  # fmt: skip


def test_of_a_series_that_was_stopped_nothing_counts(lab: Lab) -> None:
    control = Control()
    ran = lab.run(lab.plan(SERIES), listen=saying(control, (nth(3, "reading"), "stop")), control=control)
    several = list(ran.record.attempts.values())
    assert len(several) == 3
    assert not any(one.counts for attempts in several for one in attempts)
    assert ran.result("repeatability").verdict == "not_evaluated"


def test_a_retake_of_a_series_that_was_broken_off_leaves_the_series_of_before(
    lab: Lab, answering: Callable[[Plan, dict[str, list[str]]], Callable[[Stage], Operator]]
) -> None:
    failing = (
        "{value: max(indication) - min(indication), limit: 10 g}",
        "{value: max(indication), limit: 10 g}",
    )
    asking = ("policy: {on_fail: continue}", "policy: {on_fail: ask, retake: {allowed: 1, reason: required}}")
    plan = lab.plan(SERIES, failing, asking)
    control = Control()
    ran = lab.run(
        plan,
        operator=answering(
            plan, {"on-fail/repeatability/reason": ["a door"], "on-fail/repeatability": ["retake"]}
        ),
        listen=saying(control, (nth(6, "reading"), "stop")),
        control=control,
    )
    counts = [[one.counts for one in several] for several in ran.record.attempts.values()]
    assert counts == [[True, False], [True, False], [True], [True]]
    assert ran.result("repeatability").verdict == "fail"


@pytest.mark.parametrize("wanted", ["stop", "abort"])
def test_an_open_prompt_keeps_nobody_from_ending_the_run(
    lab: Lab, texts: dict[str, str], wanted: Verb
) -> None:
    control = Control()
    never = threading.Event()

    class Gone:
        name = "A. Person"
        takes_long = True

        def answer(self, ask: Ask) -> str:
            assert ask.id
            threading.Thread(target=control.handle, args=(Command(verb=wanted, by="B. Person"),)).start()
            never.wait(30)
            return "yes"

        def tell(self, text: str) -> None:
            raise AssertionError(text)

    try:
        ran = lab.run(lab.plan(texts["volts"]), operator=lambda _stage: Gone(), control=control)
        assert not never.is_set()
    finally:
        never.set()
    assert ran.outcome.status == ("STOPPED" if wanted == "stop" else "ABORTED")
    assert len(ran.of("asked")) == 1
    assert ran.of("answered") == []
    assert ran.switched_off


def test_a_person_who_answers_is_heard_as_before(lab: Lab, texts: dict[str, str]) -> None:
    class Slow:
        name = "A. Person"
        takes_long = True

        def answer(self, ask: Ask) -> str:
            if ask.kind == "number":
                raise KeyboardInterrupt
            return "yes"

        def tell(self, text: str) -> None:
            raise AssertionError(text)

    ran = lab.run(lab.plan(texts["volts"]), operator=lambda _stage: Slow())
    assert ran.outcome.status == "COMPLETED"
    assert [one.body["by"] for one in ran.of("answered")] == ["A. Person"]
