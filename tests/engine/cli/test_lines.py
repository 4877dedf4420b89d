"""Lines of the terminal, without one: what was begun for a prompt that is gone is thrown away, on every system."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

import pytest

from calbench.cli.lines import Lines
from calbench.execution.prompts.operators import Dropped

WITHIN = 10.0


class Typist:
    """Somebody who types lines, and a prompt that may be closed."""

    def __init__(self) -> None:
        self.typed: queue.Queue[str] = queue.Queue()
        self.lines = Lines(self.typed.get)
        self.why = ""
        self.shown: queue.Queue[str] = queue.Queue()

    def prompt(self, name: str) -> tuple[threading.Thread, list[str | BaseException]]:
        got: list[str | BaseException] = []
        why: Callable[[], str] = lambda: self.why if name == "first" else ""  # noqa: E731 - handed over as it is

        def read() -> None:
            try:
                got.append(
                    self.lines.read(
                        lambda: self.shown.put(name), why, lambda: self.shown.put(f"stale at {name}")
                    )
                )
            except BaseException as error:  # noqa: BLE001 - looked at below
                got.append(error)

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread, got

    def close(self, why: str) -> None:
        self.why = why
        self.lines.look()


def test_a_line_answers_the_prompt_that_it_was_begun_for() -> None:
    typist = Typist()
    for line in ("yes", "no"):
        thread, got = typist.prompt("second")
        assert typist.shown.get(timeout=WITHIN) == "second"
        typist.typed.put(line)
        thread.join(WITHIN)
        assert got == [line]


def test_a_line_that_was_begun_for_a_closed_prompt_answers_no_other() -> None:
    typist = Typist()
    first, got_first = typist.prompt("first")
    assert typist.shown.get(timeout=WITHIN) == "first"
    typist.close("answered by B.")
    first.join(WITHIN)
    assert isinstance(got_first[0], Dropped)
    second, got_second = typist.prompt("second")
    assert typist.shown.get(timeout=WITHIN) == "stale at second"
    typist.typed.put("yes")  # meant for the first
    assert typist.shown.get(timeout=WITHIN) == "second", "typing begins only once the old line is gone"
    assert got_second == []
    typist.typed.put("no")
    second.join(WITHIN)
    assert got_second == ["no"]


def test_a_prompt_that_is_closed_before_it_is_shown_reads_nothing() -> None:
    typist = Typist()
    typist.close("answered by B.")
    thread, got = typist.prompt("first")
    thread.join(WITHIN)
    assert isinstance(got[0], Dropped)
    assert typist.shown.empty()


def test_the_end_of_the_input_is_told_to_every_prompt() -> None:
    def ended() -> str:
        raise EOFError

    lines = Lines(ended)
    for _ in range(2):
        with pytest.raises(EOFError):
            lines.read(lambda: None, lambda: "", lambda: None)
