"""What is said to a run that is held counts from when it was said, not from when the run wakes."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from calbench.clock import RealClock
from calbench.control.verbs import Command, Reply, Verb
from calbench.execution.controlling import Control, StopWanted


def said(*verbs: Verb) -> tuple[list[Reply], Sequence[BaseException]]:
    """Hold a run, and say all this before it can wake; gives the replies, and what the runner raised."""
    control, raised = Control(), []
    assert control.handle(Command(verb="pause")).accepted
    held = threading.Event()

    def runner() -> None:
        held.set()
        try:
            control.hold()
        except BaseException as error:  # noqa: BLE001 - it is what the test looks at
            raised.append(error)

    thread = threading.Thread(target=runner)
    thread.start()
    held.wait(10)
    clock = RealClock()
    while not control._held:
        clock.sleep(0.001)
    with control._changed:  # who holds waits for this lock
        replies = [control.handle(Command(verb=verb)) for verb in verbs]
    thread.join(10)
    return replies, raised


@pytest.mark.parametrize("verb", ["stop", "finish"])
def test_a_word_that_ends_the_run_is_not_taken_back_by_who_says_go_on(verb: Verb) -> None:
    replies, raised = said(verb, "go-on")
    assert [one.accepted for one in replies] == [True, False]
    assert [type(one) for one in raised] == [StopWanted]


def test_a_second_go_on_is_told_that_it_goes_on() -> None:
    replies, raised = said("go-on", "go-on")
    assert [one.accepted for one in replies] == [True, False]
    assert (replies[1].text, raised) == ("It goes on already.", [])
