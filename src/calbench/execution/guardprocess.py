"""The guard in a process of its own: starting it, beating, noticing that it died, and starting it again."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from calbench.clock import Clock
from calbench.errors import CalbenchError, RunFailed
from calbench.execution.controlling import Control
from calbench.execution.gating import Gate
from calbench.execution.guarding import ACT_WITHIN
from calbench.execution.journalling import Journal
from calbench.execution.leasehold import Leased
from calbench.execution.sighting import Ages, Sightings
from calbench.instruments.opening import LinkSpec

BEAT = 0.5  # real seconds
LOST_AFTER = 5.0  # real seconds without a heartbeat after which the guard acts
READY_WITHIN = 60.0  # loading drivers from a cold disk takes a while
STARTS = 3


@dataclass(frozen=True)
class Post:
    """What a guard process is told: its plan, its file, where the instruments are, when contact is lost, its leases."""

    plan: Path
    journal: Path
    redirect: Mapping[str, LinkSpec]
    lost_after: float = LOST_AFTER
    leased: Leased | None = None

    def told(self, sightings: Ages) -> bytes:
        """Give the first line that the process reads."""
        body = {
            "plan": str(self.plan),
            "journal": str(self.journal),
            "redirect": {name: asdict(spec) for name, spec in self.redirect.items()},
            "lost_after": self.lost_after,
            "runner": os.getpid(),
            "sightings": sightings,
            "leases": None if self.leased is None else self.leased.told(),
        }
        return json.dumps(body).encode() + b"\n"


class ProcessGuard:
    """A guard in a process of its own.

    One that dies is started again, twice; after that the run is stopped: without a guard nothing is energised.

    Args:
        post: What it is told.
        journal: The runner's journal, where its start and its death are written down.
        control: Is told to stop when there is no guard any more, and to abort when the guard has acted by itself.
        clock: The run's clock, by which an exchange that hangs is noticed.
        gate: Knows since when the exchange at hand goes on.
    """

    def __init__(self, post: Post, journal: Journal, control: Control, clock: Clock, gate: Gate) -> None:
        self._post = post
        self._journal = journal
        self._control = control
        self._clock = clock
        self._gate = gate
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0
        self._heard = threading.Condition()
        self._found: dict[str, Any] | None = None
        self._asked = False
        self._done = threading.Event()
        self._saying = threading.Lock()
        self._sightings: Sightings | None = None

    def know(self, sightings: Sightings) -> None:
        """Have it told of every change, and all again to one that is started later."""
        self._sightings = sightings
        sightings.changed = self._tell

    def start(self) -> None:
        """Start the process and wait until it is ready.

        Raises:
            RunFailed: It does not come up.
        """
        self._start()
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()

    def act(self, why: str) -> str:
        """Have it make all outputs safe; gives what it found, or that it is still at it."""
        with self._heard:
            self._asked, self._found = True, None
        if not self._say(lambda: {"act": why}):
            self._asked = False
            return "The guard is gone; the runner makes the outputs safe at its next exchange."
        with self._heard:
            self._heard.wait_for(lambda: self._found is not None, ACT_WITHIN)
            found = self._found
        return (
            f"The guard found: {found['text']}." if found else "The guard is still making the outputs safe."
        )

    def settle(self) -> None:
        """Wait until it has said what it found, if it was told to act."""
        with self._heard:
            self._heard.wait_for(lambda: not self._asked, ACT_WITHIN)

    def stand_down(self) -> None:
        """Let it go, and wait a moment until it has gone."""
        self._done.set()
        self._say(lambda: {"done": True})
        process = self._process
        if process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(ACT_WITHIN)
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()

    def _start(self) -> None:
        self._starts += 1
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "calbench.execution.guard"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                **_apart(),
            )
        except OSError as error:
            raise RunFailed(f"The guard process cannot be started: {error}. Nothing is energised.") from error
        ready = threading.Event()
        with self._saying:  # whoever has something to say meanwhile says it after the first line
            self._process = process
            heard = _heard(process, self._post.told(self._known()))
        threading.Thread(target=self._listen, args=(process, ready), name="guard", daemon=True).start()
        if not heard or not ready.wait(READY_WITHIN) or process.poll() is not None:
            process.kill()
            raise RunFailed(
                "The guard process does not come up; what it says stands above. Nothing is energised without it."
            )
        self._tell()  # what changed since the first line
        self._journal.note("guard", {"did": "started", "process": process.pid})

    def _known(self) -> Ages:
        return {} if self._sightings is None else self._sightings.ages()

    def _tell(self) -> None:
        """Tell it of the sources that are on; if it is dead, the next one hears it."""
        self._say(lambda: {"sightings": self._known()})

    def _listen(self, process: subprocess.Popen[bytes], ready: threading.Event) -> None:
        for line in iter(process.stdout.readline, b"") if process.stdout else ():
            said = json.loads(line)
            if "ready" in said:
                ready.set()
            elif "acted" in said:
                self._acted(said["acted"])
        ready.set()  # it ended: whoever waits for it looks whether it lives

    def _acted(self, found: dict[str, Any]) -> None:
        with self._heard:
            self._found = found
            asked, self._asked = self._asked, False
            self._heard.notify_all()
        body = {key: found[key] for key in ("why", "outputs", "in_doubt", "head")}
        with contextlib.suppress(CalbenchError, ValueError):  # the disk, or a journal that is closed
            if not self._journal.ended:  # its own file has it; nothing stands behind the last line of a run
                self._journal.note("guard", {"did": "acted", **body})
        if not asked:
            self._control.abort(f"The guard acted by itself: {found['why']}. It found: {found['text']}.")

    def _beat(self) -> None:
        while not self._done.wait(BEAT):
            if not self._hangs() and not self._say(lambda: {"beat": True}) and not self._done.is_set():
                self._again()

    def _hangs(self) -> bool:
        overdue = self._gate.overdue
        return overdue is not None and self._clock.monotonic() > overdue

    def _again(self) -> None:
        """Start another one for the one that died."""
        code = None if self._process is None else self._process.wait()
        why = f"The guard process died (exit code {code})"
        try:
            self._journal.note("guard", {"did": "died", "exit_code": str(code)})
            if self._starts >= STARTS:
                raise RunFailed(f"it died {STARTS} times")
            self._start()
        except CalbenchError as error:
            self._done.set()
            self._control.stop(
                f"{why}, and there is no other: {error}. Nothing is energised without a guard."
            )

    def _say(self, what: Callable[[], dict[str, object]]) -> bool:
        """Say something, looked up when nobody else is saying anything: what comes later is never older."""
        with self._saying:
            process = self._process
            return process is not None and _heard(process, json.dumps(what()).encode() + b"\n")


def starter(post: Post, control: Control, clock: Clock) -> Callable[[Journal, Gate], ProcessGuard]:
    """Give what makes the guard of a run, once its journal and its gate are there."""
    return lambda journal, gate: ProcessGuard(post, journal, control, clock, gate)


def _heard(process: subprocess.Popen[bytes], line: bytes) -> bool:
    """Write a line to a process; tells whether it could be written."""
    if process.stdin is None:
        return False
    try:
        process.stdin.write(line)
        process.stdin.flush()
    except (OSError, ValueError):
        return False
    return True


def _apart() -> dict[str, Any]:
    """Keep Ctrl-C and the end of the terminal away from the process."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
