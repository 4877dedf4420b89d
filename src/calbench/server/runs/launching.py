"""Starting and resuming runs: each is a process of its own that goes on when the server ends."""

from __future__ import annotations

import asyncio
import json
import secrets
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from calbench.errors import UsageError
from calbench.server.runs import choosing
from calbench.server.runs.choosing import Choice
from calbench.server.runs.processes import start

BEGIN_WITHIN = 60.0
LOOK = 0.05
SHOWN = 4000
_CHILD = {"CALBENCH_LANG": "en", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}


class LaunchFailed(UsageError):  # noqa: N818 - reads as a sentence where it is caught
    """The process ended before the run began; the message is what it said."""


@dataclass
class Launched:
    """A process that was started, where its output goes, and where it says which folder it took."""

    process: subprocess.Popen[bytes]
    log: Path
    announced: Path

    def said(self) -> str:
        """Give the end of its output."""
        try:
            return self.log.read_bytes()[-SHOWN:].decode("utf-8", "replace").strip()
        except OSError:
            return ""


class Launcher:
    """Starts processes; their output goes into the logs of the state folder."""

    def __init__(self, runs: Path, state: Path) -> None:
        self._runs, self._logs = runs.resolve(), (state / "logs").resolve()

    async def run(self, choice: Choice, by: str) -> str:
        """Start a run; gives its id once its folder is there.

        Raises:
            LaunchFailed: The process ended before.
            UsageError: There is no such procedure or station.
        """
        arguments = [
            "run",
            str(choosing.path_of(choosing.procedures(), choice.procedure)),
            str(choosing.path_of(choosing.stations(), choice.station)),
            f"--out={self._runs}",
            "--format=",
            f"--operator={by}",
            *(f"--set={name}={value}" for name, value in choice.settings.items()),
            *(f"--uut={name}={value}" for name, value in choice.uut.items()),
            *(
                f"--uut={position}:{name}={value}"
                for position, unit in choice.units.items()
                for name, value in unit.items()
            ),
            *(f"--position={position}" for position in choice.positions),
            *([f"--seed={choice.seed}"] if choice.seed is not None else []),
            *(["--sim"] if choice.simulate else []),
            *(["--real-time"] if choice.real_time else []),
            *(["--prompts=remote"] if choice.answering == "people" else []),
        ]
        return (await self._begin(arguments)).name

    async def resume(self, folder: Path, by: str, override: str, *, remote: bool) -> str:
        """Resume a run; gives its id once all checks have passed.

        Raises:
            LaunchFailed: A check did not pass; says which.
        """
        arguments = [
            "resume",
            str(folder.resolve()),
            "--format=",
            f"--operator={by}",
            *([f"--override={override}"] if override else []),
            *(["--prompts=remote"] if remote else []),
        ]
        return (await self._begin(arguments)).name

    async def _begin(self, arguments: list[str]) -> Path:
        launched = await asyncio.to_thread(self._start, arguments)
        waited = 0.0
        while waited < BEGIN_WITHIN:
            folder = _announced(launched.announced)
            if folder is not None:
                return folder
            if launched.process.poll() is not None:
                raise LaunchFailed(
                    launched.said() or f"It ended with exit code {launched.process.returncode}."
                )
            await asyncio.sleep(LOOK)
            waited += LOOK
        raise LaunchFailed(f"The run did not begin within {BEGIN_WITHIN:.0f} s; see {launched.log}.")

    def _start(self, arguments: list[str]) -> Launched:
        self._logs.mkdir(parents=True, exist_ok=True)
        stem = secrets.token_hex(8)
        log, announced = self._logs / f"{stem}.log", self._logs / f"{stem}.json"
        verb, *others = arguments
        process = start([verb, f"--announce={announced}", *others], log, _CHILD)
        # waited for, so that none stays behind as a zombie; the thread ends with the server, the process does not
        threading.Thread(target=process.wait, name="reaper", daemon=True).start()
        return Launched(process, log, announced)


def _announced(path: Path) -> Path | None:
    try:
        return Path(json.loads(path.read_bytes())["folder"])
    except (OSError, ValueError, KeyError):  # not there yet, or not whole yet
        return None
