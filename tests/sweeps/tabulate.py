"""Every sweep whole, and its table: `python tests/sweeps/tabulate.py docs/explanations/sweeps.md`.

Ends with exit code 1 if anything went wrong in any of the runs. SWEEP_EVERY=n takes each n-th event only.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.sweeps.sweeping import CASES, Found, crash, verb, whole

from calbench.clock import RealClock
from calbench.documents.journal import Event, parse
from calbench.documents.record import Record
from calbench.workflow import JOURNAL, Prepared

WAYS = ("crash", "stop", "abort")
WARM_UP_EVERY = 10
EVERY = int(os.environ.get("SWEEP_EVERY", "1"))

Known = dict[str, tuple[Prepared, Record, list[Event]]]
_known: Known = {}


def known(name: str) -> tuple[Prepared, Record, list[Event]]:
    """Give plan, record and events of the run that nothing interrupts; made once in each process."""
    if name not in _known:
        case = next(one for one in CASES if one.name == name)
        prepared = case.prepared()
        finished = whole(case, prepared, Path(tempfile.mkdtemp(prefix="sweep-")))
        events = parse((finished.folder / JOURNAL).read_bytes())[0]
        _known[name] = prepared, finished.record, events
    return _known[name]


def one(job: tuple[str, str, int]) -> Found:
    """Do one run of a sweep."""
    name, way, at = job
    case = next(found for found in CASES if found.name == name)
    prepared, record, _ = known(name)
    try:
        if way == "crash":
            return crash(case, prepared, record, at)
        return verb(case, prepared, way, at)  # type: ignore[arg-type] # stop or abort
    except Exception as error:  # noqa: BLE001 - a fault is a finding, and the sweep goes on
        return Found(name, way, at, False, f"{type(error).__name__}: {error}")


def events_of(name: str) -> Iterator[int]:
    """Give the events after which a run is ended: every one, but of the hourly warm-up, that is alike, each tenth."""
    step = ""
    for number, event in enumerate(known(name)[2][:-1]):
        step = str(event.body.get("step", "")) if event.type in ("step_started", "step_finished") else step
        alike = step.endswith("warm-up") and event.type in ("exchange", "condition")
        if number % EVERY == 0 and (not alike or number % WARM_UP_EVERY == 0):
            yield event.seq


def main() -> int:
    """Run all sweeps in as many processes as the machine has cores, and write the table."""
    clock = RealClock()
    begun = clock.monotonic()
    jobs = [(case.name, way, at) for case in CASES for way in WAYS for at in events_of(case.name)]
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        found = list(pool.imap_unordered(one, jobs, chunksize=8))
    bad = [one for one in found if one.wrong]
    for each in bad:
        print(f"{each.case} {each.way} after event {each.at}: {each.wrong}")
    Path(sys.argv[1]).write_text(page(found), encoding="utf-8")
    print(f"{len(found)} runs, {len(bad)} wrong, {clock.monotonic() - begun:.0f} s")
    return 1 if bad else 0


def page(found: list[Found]) -> str:
    """Give the page: how it is made, and the table."""
    rows = [f"| {' | '.join(HEAD)} |", f"|---|---|{'---:|' * (len(HEAD) - 2)}"]
    rows += [
        _row(case.name, way, [one for one in found if (one.case, one.way) == (case.name, way)])
        for case in CASES
        for way in WAYS
    ]
    every = "" if EVERY == 1 else f"This table was made with each {EVERY}th event only. "
    return TEXT.format(rows="\n".join(rows), every=every)


def _row(case: str, way: str, found: list[Found]) -> str:
    events = len(known(case)[2])
    lost = sum("acknowledged" in one.wrong for one in found)
    left = sum("left on" in one.wrong for one in found)
    late = sum("off only after" in one.wrong for one in found)
    verdicts = sum("results" in one.wrong or "stitched" in one.wrong for one in found)
    other = sum(bool(one.wrong) for one in found) - lost - left - late - verdicts
    on = sum(one.was_on for one in found)
    cells = (case, way, events, len(found), on, lost, left, late, verdicts, other)
    return f"| {' | '.join(map(str, cells))} |"


HEAD = (
    "procedure", "ended by", "events", "runs", "source was on", "events lost", "sources left on", "off too late",
    "wrong verdicts", "anything else wrong",
)  # fmt: skip
TEXT = """\
# Sweeps: a run ended after every event

This page is written by `make sweeps`. A simulated run is made once as it should go. Then it is made again
and again, and ended after its first event, its second, and so on, in three ways:

- **crash**: the runner dies; nothing of it happens after the event. The guard's code acts, over lines of
  its own. Whether the source is off is looked up in the simulated world. Then the run is resumed, on the
  bench as it was left. Its journal must begin with every byte of before, its results must have the
  verdicts of the run that nothing interrupted, `verify` must find nothing, and no series or hysteresis
  may hold readings from both sides of the gap.
- **stop**, **abort**: the verb comes after the event. The source must be off within 5 s of the bench's
  clock, and the run must end STOPPED or ABORTED, or COMPLETED where all was measured already.

The warm-up samples the environment once a minute for an hour, every time alike: of its exchanges each
tenth is taken. The multimeter is read four times a point. {every}The table counts runs.

{rows}

What happens when processes are really killed is in `tests/sweeps/test_killed.py`, and in
[The safe state](safe-state.md).
"""


if __name__ == "__main__":
    sys.exit(main())
