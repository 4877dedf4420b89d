"""Open prompts: each has one identity and takes one answer, whoever is first, in every order and from every thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from calbench.clock import VirtualClock
from calbench.documents.journal import Event, parse
from calbench.documents.prompt import Ask, still_open
from calbench.documents.states import state
from calbench.errors import RunFailed
from calbench.execution.journalling import Journal, MemoryJournal
from calbench.execution.prompts.open import OpenPrompts

CLOCK = VirtualClock(datetime(2026, 1, 5, 8, tzinfo=UTC))
CONFIRM = Ask(id="connect/dcv", kind="confirm", text={"en": "Connect the leads."})
SUPPLY = Ask(
    id="setup/1-prompt/supply",
    kind="number",
    text={"en": "Supply"},
    unit="V",
    minimum="0 V",
    maximum="300 V",
    plausible_minimum="207 V",
    plausible_maximum="253 V",
)
LIST = Ask(
    id="setup/1-prompt/safe", kind="checklist", text={"en": "Safe?"}, choices=["Earth", "Guard", "Cover"]
)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.jsonl", CLOCK) as journal:
        yield journal


def opened(journal: Journal) -> OpenPrompts:
    prompts = OpenPrompts(journal)
    journal.tell_first(prompts)
    return prompts


def ask(journal: Journal, what: Ask, **where: str) -> int:
    return journal.note("asked", what.model_dump(mode="json", exclude_defaults=True), **where).seq  # type: ignore[arg-type] # text alone


def events(journal: Journal, tmp_path: Path) -> list[Event]:
    return parse((tmp_path / "journal.jsonl").read_bytes())[0]


def test_an_answer_names_its_prompt_and_is_written_down_where_it_belongs(
    journal: Journal, tmp_path: Path
) -> None:
    prompts = opened(journal)
    first = ask(journal, CONFIRM, position="2", point="dcv/5V")
    assert prompts.offer(first, "yes", "A. Meier").outcome == "taken"
    *_, last = events(journal, tmp_path)
    assert (last.type, last.actor, last.position, last.point) == ("answered", "operator", "2", "dcv/5V")
    assert last.body == {"prompt": first, "id": "connect/dcv", "answer": "yes", "by": "A. Meier"}


def test_an_old_tab_cannot_answer_a_new_prompt_of_the_same_id(journal: Journal) -> None:
    prompts = opened(journal)
    old = ask(journal, CONFIRM)
    prompts.offer(old, "yes", "A. Meier")
    new = ask(journal, CONFIRM)
    again = prompts.offer(old, "yes", "B. Berg")
    assert again.outcome == "closed"
    assert "answered at 2026-01-05T08:00:00.000000Z by A. Meier" in again.text
    assert [one.seq for one in prompts.listed()] == [new]


def test_a_prompt_that_never_was_is_told_from_one_that_was_answered(journal: Journal) -> None:
    refused = opened(journal).offer(17, "yes", "A. Meier")
    assert (refused.outcome, "17" in refused.text) == ("closed", True)


def test_of_many_answers_at_once_exactly_one_counts(journal: Journal, tmp_path: Path) -> None:
    prompts = opened(journal)
    for _ in range(20):
        seq = ask(journal, CONFIRM)
        waiting = prompts.waiting(seq)
        together = threading.Barrier(12)
        found: list[tuple[str, str]] = []

        def answer(name: str, seq: int = seq, together: threading.Barrier = together) -> None:
            together.wait()
            found.append((name, prompts.offer(seq, "yes", name).outcome))  # noqa: B023 - joined within the turn

        threads = [threading.Thread(target=answer, args=(f"P{number}",)) for number in range(12)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        (winner,) = [name for name, outcome in found if outcome == "taken"]
        assert waiting.result() == "yes"
        assert [one.body["by"] for one in events(journal, tmp_path) if one.body.get("prompt") == seq] == [
            winner
        ]


def test_an_answer_that_the_disk_does_not_take_is_not_acknowledged(journal: Journal) -> None:
    prompts = opened(journal)
    seq = ask(journal, CONFIRM)
    waiting = prompts.waiting(seq)
    journal.lost = OSError(28, "No space left on device")
    with pytest.raises(RunFailed):
        prompts.offer(seq, "yes", "A. Meier")
    with pytest.raises(RunFailed):
        waiting.result()


def test_what_is_not_plausible_is_taken_when_the_same_person_says_it_twice(
    journal: Journal, tmp_path: Path
) -> None:
    prompts = opened(journal)
    seq = ask(journal, SUPPLY)
    assert prompts.offer(seq, "301", "A").outcome == "refused"
    assert prompts.offer(seq, "301", "A").outcome == "refused", "a hard limit stays one"
    assert prompts.offer(seq, "110", "A").outcome == "doubted"
    assert prompts.offer(seq, "110", "B").outcome == "doubted", "another person confirms nothing"
    assert prompts.offer(seq, "120", "A").outcome == "doubted", "another value confirms nothing"
    assert prompts.offer(seq, "110.0 V", "A").outcome == "taken"
    told = [
        (one.type, one.body.get("answer"), one.body.get("confirmed")) for one in events(journal, tmp_path)
    ][1:]
    assert told == [
        ("doubted", "110", None),
        ("doubted", "110", None),
        ("doubted", "120", None),
        ("answered", "110.0 V", True),
    ]


@pytest.mark.parametrize("plausible", ["207", "230", "253 V", "0.23 kV"])
def test_what_is_plausible_is_taken_at_once(journal: Journal, plausible: str) -> None:
    prompts = opened(journal)
    assert prompts.offer(ask(journal, SUPPLY), plausible, "A").outcome == "taken"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("all", "Earth\nGuard\nCover"),
        ("Cover\nEarth\n Guard ", "Earth\nGuard\nCover"),
        ("Earth\nGuard", None),
        ("", None),
    ],
)
def test_every_item_of_a_checklist_must_be_ticked(journal: Journal, said: str, kept: str | None) -> None:
    prompts = opened(journal)
    waiting = prompts.waiting(ask(journal, LIST))
    assert prompts.offer(waiting.prompt.seq, said, "A").outcome == ("refused" if kept is None else "taken")
    assert waiting.answer == (kept or "")


def test_what_is_missing_on_a_checklist_is_named_and_what_is_not_on_it_refused(journal: Journal) -> None:
    prompts = opened(journal)
    seq = ask(journal, LIST)
    assert prompts.offer(seq, "Guard", "A").text == "Not ticked: Earth; Cover."
    assert "'Fan'" in prompts.offer(seq, "Earth\nGuard\nCover\nFan", "A").text
    some = ask(journal, LIST.model_copy(update={"optional": True}))
    assert prompts.offer(some, "Guard", "A").outcome == "taken"


def test_a_prompt_that_is_withdrawn_says_so_to_whoever_answers_it(journal: Journal) -> None:
    prompts = opened(journal)
    seq = ask(journal, CONFIRM)
    told: list[str] = []
    prompts.when_closed(lambda _prompt, text: told.append(text))
    prompts.withdraw(seq, "Stopped by B.")
    assert "withdrawn" in prompts.offer(seq, "yes", "A").text
    assert len(told) == 1


class OnePrompt(RuleBasedStateMachine):
    """Prompts of three positions are asked, answered, doubted and withdrawn in any order.

    The model is the rule itself: what was asked and has had no allowed answer is open, and nothing else is.
    """

    seqs = Bundle("seqs")

    def __init__(self) -> None:
        super().__init__()
        self.journal = MemoryJournal(CLOCK)
        self.prompts = opened(self.journal)
        self.open: dict[int, Ask] = {}
        self.doubts: set[tuple[int, str, str]] = set()
        self.answers: dict[int, str] = {}

    @rule(target=seqs, what=st.sampled_from([CONFIRM, SUPPLY, LIST]), position=st.sampled_from("123"))
    def asked(self, what: Ask, position: str) -> int:
        seq = ask(self.journal, what, position=position)
        assert seq not in self.answers
        self.open[seq] = what
        return seq

    @rule(
        seq=seqs,
        text=st.sampled_from(["yes", "no", "230", "110", "999", "all", "Earth"]),
        by=st.sampled_from("AB"),
    )
    def offered(self, seq: int, text: str, by: str) -> None:
        expected = self._expected(seq, text, by)
        assert self.prompts.offer(seq, text, by).outcome == expected
        if expected == "taken":
            del self.open[seq]
            self.answers[seq] = text
        elif expected == "doubted":
            self.doubts.add((seq, by, text))

    @rule(seq=consumes(seqs))
    def withdrawn(self, seq: int) -> None:
        self.prompts.withdraw(seq, "")
        self.open.pop(seq, None)

    @rule(to=st.sampled_from(["", "head"]))
    def late(self, to: str) -> None:
        for seq in self.open:
            self.journal.note(
                "escalated" if to else "reminded", {"prompt": seq, "id": "", "after_s": "1", "to": to}
            )

    @invariant()
    def what_is_open_is_the_same_for_all(self) -> None:
        assert [one.seq for one in self.prompts.listed()] == sorted(self.open)
        assert self.prompts.listed() == sorted(still_open(self.journal.events), key=lambda one: one.seq)
        assert (state(self.journal.events) == "WAITING") == bool(self.open)

    @invariant()
    def each_has_one_answer_at_most(self) -> None:
        answered = [event.body["prompt"] for event in self.journal.events if event.type == "answered"]
        assert sorted(answered) == sorted(self.answers)  # type: ignore[type-var] # numbers

    def _expected(self, seq: int, text: str, by: str) -> str:
        what = self.open.get(seq)
        if what is None:
            return "closed"
        allowed = ((CONFIRM, ["yes", "no"]), (SUPPLY, ["230", "110"]), (LIST, ["all"]))
        if text not in next(texts for known, texts in allowed if known is what):
            return "refused"
        return "doubted" if text == "110" and (seq, by, text) not in self.doubts else "taken"


TestOnePrompt = OnePrompt.TestCase
TestOnePrompt.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
