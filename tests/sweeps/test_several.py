"""Crash, stop and abort after events of a run of four units: a few of them; SWEEP=1 takes some of every hundred."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.sweeps.sweeping import SEVERAL, bench, crash_several, is_on, verb, whole

from calbench.documents.journal import Event, parse
from calbench.workflow import JOURNAL, Finished, Prepared, execute

EVERY = 40 if os.environ.get("SWEEP") else 0
"""Each how many-th event is taken, beside those that are always."""


class Known:
    """The run of four units that nothing interrupts."""

    def __init__(self, folder: Path) -> None:
        self.prepared: Prepared = SEVERAL.prepared()
        self.finished: Finished = whole(SEVERAL, self.prepared, folder)
        self.events: list[Event] = parse((self.finished.folder / JOURNAL).read_bytes())[0]

    def sampled(self) -> list[int]:
        found = {"reading": 0, "applied": 0, "unit": 0, "attempt_finished": 0}
        chosen = []
        for type_ in found:
            of = [event.seq for event in self.events if event.type == type_]
            chosen += of[len(of) // 2 : len(of) // 2 + 1]
        return sorted({*chosen, *(range(2, len(self.events) - 6, EVERY) if EVERY else ())})


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    return Known(tmp_path_factory.mktemp("several"))


def test_the_bench_is_on_in_the_middle(known: Known, tmp_path: Path) -> None:
    # without this, "off" in the sweeps would say nothing
    seen: list[bool] = []
    at = next(event.seq for event in reversed(known.events) if event.type == "reading")
    with bench(SEVERAL, known.prepared) as stage:
        look = lambda event: seen.append(is_on(SEVERAL, stage)) if event.seq == at else None  # noqa: E731 - a listener
        execute(known.prepared, tmp_path, stage=stage, listeners=(look,))
    assert seen == [True]


def test_a_crash_loses_nothing_of_any_unit(known: Known) -> None:
    for at in known.sampled():
        found = crash_several(SEVERAL, known.prepared, known.finished.records, at)
        assert found.wrong == "", at


@pytest.mark.parametrize("verb_", ["stop", "abort"])
def test_stop_and_abort_are_safe_within_their_deadline(known: Known, verb_: str) -> None:
    for at in known.sampled():
        found = verb(SEVERAL, known.prepared, verb_, at)  # type: ignore[arg-type] # one of the two
        assert found.wrong == "", at
