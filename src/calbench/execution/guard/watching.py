"""Watching: what the guard hears from the runner, and when it acts."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
from collections.abc import Callable
from typing import IO

from calbench.errors import CalbenchError
from calbench.execution.sighting import Ages

Act = Callable[[str], dict[str, object]]
Know = Callable[[Ages], None]
RUNNER_GONE = "the runner died"
NO_BEAT = "no heartbeat for {seconds:g} s"


def watch(
    hears: IO[bytes], says: IO[bytes], lost_after: float, act: Act, know: Know = lambda _ages: None
) -> None:
    """Listen until the runner says that it is done, or dies; act when there is reason to.

    Args:
        hears: One JSON object a line: `beat`, `sightings`, `act` with a reason, or `done`. Its end is the death of
            the runner.
        says: Is told `acted` with what was found, one JSON object a line.
        lost_after: Seconds without a heartbeat after which the guard acts.
        act: Makes the bench safe for a reason, and gives what it found.
        know: Is told of the sources that are on, and how long ago (s) their witnesses saw that, if they did.
    """
    lines: queue.Queue[bytes | None] = queue.Queue()
    threading.Thread(target=_read, args=(hears, lines), daemon=True).start()
    waiting = True
    while True:
        try:
            line = lines.get(timeout=lost_after if waiting else None)
        except queue.Empty:
            waiting = False  # once; the next heartbeat, or the end, is waited for without limit
            _tell(says, act(NO_BEAT.format(seconds=lost_after)))
            continue
        if line is None:
            act(RUNNER_GONE)
            return
        said = _said(line)
        if "done" in said:
            return
        waiting = True
        if isinstance(ages := said.get("sightings"), dict):
            know(ages)
        if "act" in said:
            _tell(says, act(str(said["act"])))


def _read(hears: IO[bytes], lines: queue.Queue[bytes | None]) -> None:
    with contextlib.suppress(OSError, ValueError):
        for line in iter(hears.readline, b""):
            lines.put(line)
    lines.put(None)


def _said(line: bytes) -> dict[str, object]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}  # the last words of one that died in the middle of a line; its end follows
    return said if isinstance(said, dict) else {}


def _tell(says: IO[bytes], found: dict[str, object]) -> None:
    with contextlib.suppress(OSError, CalbenchError):
        says.write(json.dumps({"acted": found}).encode() + b"\n")
        says.flush()
