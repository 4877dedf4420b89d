"""Every sweep whole, and its table: `python tests/sweeps/tabulate.py docs/explanations/sweeps.md`.

Ends with exit code 1 if anything went wrong in any of the runs. SWEEP_EVERY=n takes each n-th event and exchange only.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.sweeps.cases import CASES, WAYS, Case, Found, Known, case_of
from tests.sweeps.ending import ending
from tests.sweeps.faulting import Faulted, spots
from tests.sweeps.remembering import remember
from tests.sweeps.striking import Strike, struck

from calbench.clock import RealClock

EVERY = int(os.environ.get("SWEEP_EVERY", "1"))
SELDOM = 100_000  # objects made before garbage is looked for, which took a sixth of the time
Job = tuple[str, str, int]
"""Case, what happens to a run of it, and after or at which event."""


def jobs(known: Known) -> Iterator[Job]:
    """Give every run of the sweeps of a case."""
    every = EVERY * known.case.every
    for way in known.case.endings:
        for event in known.events[:-1:every]:
            yield known.case.name, way, event.seq
    for fault in known.case.faults:
        for at in list(spots(known, fault))[::every]:
            yield known.case.name, fault, at


_known: dict[str, Known] = {}


def known_of(name: str) -> Known:
    """Give what is known of a case; made once in each process."""
    if name not in _known:
        _known[name] = Known.of(case_of(name))
        gc.collect()
        gc.freeze()  # what stays need not be looked through thousands of times
        gc.set_threshold(SELDOM)
    return _known[name]


def strike_of(known: Known, way: str, at: int) -> Strike:
    """Give what happens to a run."""
    fault = next((one for one in WAYS if one == way), None)
    if fault is not None:
        return Faulted(fault, at)
    return ending(next(one for one in known.case.endings if one == way), at)


def do(job: Job) -> Found:
    """Do one run of a sweep."""
    name, way, at = job
    known = known_of(name)
    try:
        return struck(known, strike_of(known, way, at))
    except Exception as error:  # noqa: BLE001 - a fault is a finding, and the sweep goes on
        return Found(name, way, at, False, f"{type(error).__name__}: {error}")


def main() -> int:
    """Run all sweeps in as many processes as the machine has cores, and write the table."""
    clock = RealClock()
    begun = clock.monotonic()
    all_jobs = [job for case in CASES for job in jobs(known_of(case.name))]
    random.Random(1).shuffle(all_jobs)  # long and short ones mixed, so that all processes end together
    with multiprocessing.get_context("spawn").Pool(os.cpu_count(), remember) as pool:
        found = list(pool.imap_unordered(do, all_jobs, chunksize=8))
    bad = [each for each in found if each.wrong]
    for each in bad:
        print(f"{each.case}, {each.way} at event {each.at}: {each.wrong}")
    Path(sys.argv[1]).write_text(page(found), encoding="utf-8")
    print(f"{len(found)} runs, {len(bad)} wrong, {clock.monotonic() - begun:.0f} s")
    return 1 if bad else 0


def page(found: list[Found]) -> str:
    """Give the page: how it is made, and the tables."""
    of: dict[tuple[str, str], list[Found]] = {
        (case.name, way): [] for case in CASES for way in (*case.endings, *case.faults)
    }
    for each in found:
        of[each.case, each.way].append(each)
    endings = [_ending(case, way, of[case.name, way]) for case in CASES for way in case.endings]
    faults = [
        _fault(case, way, of[case.name, way]) for case in CASES for way in case.faults if of[case.name, way]
    ]
    every = "" if EVERY == 1 else f"These tables were made with each {EVERY}th event and exchange only.\n"
    return TEXT.format(endings=_table(HEAD, endings), faults=_table(FAULT_HEAD, faults), every=every)


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = [head, ("---", "---", *(["---:"] * (len(head) - 2))), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _label(case: Case) -> str:
    return case.name if case.every == 1 else f"{case.name}, each {case.every}th"


def _ending(case: Case, way: str, found: list[Found]) -> tuple[object, ...]:
    lost = sum("acknowledged" in one.wrong for one in found)
    left = sum("left on" in one.wrong for one in found)
    late = sum("off only after" in one.wrong for one in found)
    verdicts = sum("results" in one.wrong or "stitched" in one.wrong for one in found)
    other = sum(bool(one.wrong) for one in found) - lost - left - late - verdicts
    on = sum(one.was_on for one in found)
    return (
        _label(case),
        way,
        len(known_of(case.name).events),
        len(found),
        on,
        lost,
        left,
        late,
        verdicts,
        other,
    )


def _fault(case: Case, way: str, found: list[Found]) -> tuple[object, ...]:
    left = sum("left on" in one.wrong for one in found)
    guessed = sum("guessed" in one.wrong or "other results" in one.wrong for one in found)
    lost = sum("a lost reading" in one.wrong for one in found)
    other = sum(bool(one.wrong) for one in found) - left - guessed - lost
    right = sum(one.ended == "COMPLETED" and not one.wrong for one in found)
    unsafe = sum(one.ended == "UNSAFE" for one in found)
    broken = sum(one.ended not in ("COMPLETED", "UNSAFE") and not one.wrong for one in found)
    on = sum(one.was_on for one in found)
    return _label(case), way, len(found), on, right, broken, unsafe, lost, guessed, left, other


HEAD = (
    "procedure", "ended by", "events", "runs", "source was on", "events lost", "sources left on", "off too late",
    "wrong verdicts", "anything else wrong",
)  # fmt: skip
FAULT_HEAD = (
    "procedure", "fault", "runs", "source was on", "as without a fault", "did not complete", "UNSAFE",
    "readings lost", "readings guessed", "sources left on", "anything else wrong",
)  # fmt: skip
TEXT = """\
# Sweeps: a run ended after every event, and disturbed at every exchange

This page is written by `make sweeps`. A simulated run is made once as it should go. Then it is made again
and again, and ended after its first event, its second, and so on, in three ways:

- **crash**: the runner dies; nothing of it happens after the event. The guard's code acts, over lines of
  its own. Whether the source is off is looked up in the simulated world. Then the run is resumed, on the
  bench as it was left. Its journal must begin with every byte of before, its results must have the
  verdicts of the run that nothing interrupted, `verify` must find nothing, and no series or hysteresis
  may hold readings from both sides of the gap.
- **stop**, **abort**: the verb comes after the event. The source must be off within 5 s of the bench's
  clock, and the run must end STOPPED or ABORTED, or COMPLETED where all was measured already. What it has
  of results must have the verdicts of the whole run.

The multimeter is read four times a point. Four multimeters are measured in parallel at one calibrator, by a
short procedure of the sweeps' own (`tests/sweeps/four-meters.yaml`); four scales
one after another with one set of weights, at two spots of their pans. The records of all four are
compared. {every}The tables count runs.

{endings}

The same run is made once more for each message that it sends, and that message goes wrong:

- **timeout**: the instrument does not hear it.
- **late**: its reply comes a minute late, when nobody waits for it any more.
- **garbage**: its reply is random bytes.
- **stale**: its reply is kept back, and comes for the question behind it.
- **error**: the instrument puts an error into its queue. Only those that have a queue can.

A run may then end as the one without a fault did: each reading, stimulus and condition is where that one
has it, within what noise and a minute of drift may change, and every verdict is the same. Or it does not
complete, and says why. It must not complete with a reading too few, or with one that is not of its point,
and whatever happens the source must be off at the end; looked up in the simulated world, as above. A
multimeter's procedure has a failed query tried again (`comms_retry: 2`). That of the scale has none, so
every lost message ends its run; the rows below show what trying again would come to.

Of four units, one whose own line fails may end early: then its part says so. The other three must have
every reading and verdict as without the fault, and complete. A fault of what they share may suspend or end
the run, or be got over; whoever completes is as without it.

{faults}

Before it is resumed with, a plan is made anew from its files once in each process of the sweeps, not once for
each run. What happens when processes are really killed is in `tests/sweeps/test_killed.py`, and in
[The safe state](safe-state.md). What a driver alone makes of a fault is swept by `make sweep`.
"""


if __name__ == "__main__":
    sys.exit(main())
