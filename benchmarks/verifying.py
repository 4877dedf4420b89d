"""How long `verify` takes for a sealed run whose journal has 100,000 lines.

The journal is that of a simulated run in which each reading, with the message that brought it, stands many times over;
it is chained anew, evaluated and sealed, so everything in it is looked at and computed as in any other.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from calbench.documents.canonical import canonical, sha256
from calbench.documents.journal import FIRST_PREV, Event, parse
from calbench.evaluation.recording import evaluate_run
from calbench.trust.ring import Ring
from calbench.trust.stationkeys import new_key
from calbench.verification import Means, verify
from calbench.workflow import JOURNAL, RECORD, Options, execute, prepare, stored_plan
from calbench.workflow.sealing import seal_run

LINES = 100_000
PROCEDURE = Path(__file__).resolve().parents[1] / "docs" / "tutorials" / "first_procedure.yaml"


def measure() -> tuple[float, str]:
    """Give the time in seconds, and a note on what was verified."""
    with tempfile.TemporaryDirectory() as folder:
        run, ring = make(Path(folder))
        start = time.perf_counter()
        checks = verify(run, Means(ring, sealed=True))
        taken = time.perf_counter() - start
        wrong = [one for one in checks if one.holds is not True]
        size = (run / JOURNAL).stat().st_size
    if wrong:
        raise RuntimeError(f"The long journal does not verify: {wrong}")
    return taken, f"{size / 1e6:.1f} MB, {1e6 * taken / LINES:.0f} µs a line"


def make(folder: Path) -> tuple[Path, Ring]:
    """Make the run and its key in a folder; gives both."""
    ring = Ring(folder / "keys")
    ring.keep(new_key("demo", "2025-01-01T00:00:00Z", "2099-12-31T23:59:59Z"))
    prepared = prepare(str(PROCEDURE), "demo", Options(uut={"serial": "US36000017"}))
    run = execute(prepared, folder / "runs").folder
    events, _ = parse((run / JOURNAL).read_bytes())
    (run / JOURNAL).write_bytes(_chained(_grown(events)))
    record = evaluate_run(stored_plan(run), (run / JOURNAL).read_bytes())
    (run / RECORD).write_bytes(canonical(record))
    seal_run(run, ring.signer(ring.of("demo")[0], None))
    return run, Ring(ring.folder)


def _grown(events: list[Event]) -> list[Event]:
    """Let every reading stand so often that there are 100,000 lines, the first of them once more often."""
    readings = sum(one.type == "reading" for one in events)
    more = (LINES - len(events)) // 2
    grown: list[Event] = []
    seen = 0
    for number, one in enumerate(events):
        grown.append(one)
        if one.type == "reading":
            times = more // readings + (seen < more % readings)
            grown += [events[number - 1], one] * times
            seen += 1
    return grown if len(grown) == LINES else [grown[0], grown[1], *grown[1:]]


def _chained(events: list[Event]) -> bytes:
    prev, lines = FIRST_PREV, []
    for seq, one in enumerate(events, start=1):
        line = canonical(one.model_copy(update={"seq": seq, "prev": prev}))
        prev = sha256(line)
        lines.append(line)
    return b"\n".join(lines) + b"\n"
