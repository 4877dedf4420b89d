"""The guard's process: `python -m calbench.execution.guard`. Its first line of input says what it guards."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from calbench.clock import RealClock
from calbench.documents.plan import Plan
from calbench.execution.bench import KEYBOARD
from calbench.execution.guard.acting import act, open_journal
from calbench.execution.guard.keeping import Keeping
from calbench.execution.guard.watching import watch
from calbench.execution.sighting import Sightings
from calbench.instruments import catalog
from calbench.instruments.opening import LinkSpec


def main() -> None:
    """Guard one run until the runner is done or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at the terminal is meant for the runner
    # unbuffered: a thread that waits in a buffer of the program would keep it from ending
    hears, says = os.fdopen(0, "rb", buffering=0, closefd=False), sys.stdout.buffer
    told: dict[str, Any] = json.loads(hears.readline())
    plan = Plan.model_validate_json(Path(told["plan"]).read_bytes())
    redirect = {name: LinkSpec(**spec) for name, spec in told["redirect"].items()}
    for binding in plan.all_bindings:  # now, not when it is needed: loading may fail, and takes time
        if binding.driver not in ("", KEYBOARD):
            catalog.find(binding.driver)
    clock = RealClock()
    keeping, sightings = Keeping(told["leases"], clock), Sightings(clock)
    sightings.take(told["sightings"])
    with open_journal(Path(told["journal"]), clock) as journal:
        journal.note("guard", {"did": "started", "process": os.getpid(), "runner": int(told["runner"])})

        def acting(why: str) -> dict[str, object]:
            outputs = act(plan, journal, clock, redirect, why, keeping.acting, sightings)
            keeping.acted()
            return {
                "outputs": outputs.state,
                "in_doubt": outputs.in_doubt,
                "text": str(outputs),
                "why": why,
                "head": journal.head,
            }

        says.write(json.dumps({"ready": os.getpid()}).encode() + b"\n")
        says.flush()
        watch(hears, says, float(told["lost_after"]), acting, sightings.take)
        keeping.release()
        journal.note("guard", {"did": "ended"})


if __name__ == "__main__":
    main()
