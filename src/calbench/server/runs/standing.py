"""How a run stands, seen from outside: by the end of its journal, by its process, and by what its guard found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calbench.clock import Clock
from calbench.control.channel import tell
from calbench.control.verbs import Command
from calbench.documents.states import ENDED
from calbench.errors import CalbenchError
from calbench.workflow import GUARD, JOURNAL, PLAN
from calbench.workflow.storing import CONTROL

TAIL = 65_536
BEGINS_WITHIN = 60.0
"""Seconds for which a folder with a plan and no process may be a run that is just being begun."""
RESUMABLE = ("STOPPED", "ABORTED", "CRASHED")


@dataclass(frozen=True)
class Standing:
    """State and outputs; `CRASHED` where a process died before it wrote the end, `SILENT` where it does not answer."""

    state: str
    outputs: str = ""
    in_doubt: tuple[str, ...] = ()
    cleared: bool = False

    @property
    def lost(self) -> bool:
        """Whether the journal cannot say how it stands, as nobody writes it any more."""
        return self.state in ("CRASHED", "SILENT")

    @property
    def over(self) -> bool:
        """Whether no process works on the run."""
        return self.state in ENDED or self.state == "CRASHED"


def standing(folder: Path, clock: Clock) -> Standing:
    """Look how a run stands; asks its process, which may take a while where that hangs."""
    last = _last(folder / JOURNAL)
    body = last.get("body", {})
    if last.get("type") == "run_closed":
        return Standing(str(body["status"]), str(body["outputs"]), tuple(map(str, body["in_doubt"])))
    if (folder / CONTROL).is_file():
        try:
            reply = tell(folder, Command(verb="state"))
        except CalbenchError as error:
            if isinstance(error.__cause__, TimeoutError):
                return Standing("SILENT", "unknown")
        else:
            return Standing(reply.state if reply.accepted else "SAFING")
    elif not last and clock.utc().timestamp() - _changed(folder / PLAN) < BEGINS_WITHIN:
        return Standing("LOADED", "unknown")
    if last.get("type") == "cleared":
        return Standing("STOPPED", "", cleared=True)
    return _left(folder)


def _left(folder: Path) -> Standing:
    """Give how a run stands whose process died: its guard may have made the outputs safe."""
    acted = [one for one in _lines(folder / GUARD) if one.get("body", {}).get("did") == "acted"]
    if not acted:
        return Standing("CRASHED", "unknown")
    body = acted[-1]["body"]
    doubt = body.get("in_doubt", ())
    return Standing("CRASHED", str(body.get("outputs", "unknown")), tuple(map(str, doubt)))


def _last(path: Path) -> dict[str, Any]:
    lines = _lines(path)
    return lines[-1] if lines else {}


def _lines(path: Path) -> list[dict[str, Any]]:
    """Give the last lines of a journal; none where it is not there or is no journal."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            cut = max(0, file.tell() - TAIL)
            file.seek(cut)
            lines = file.read().rpartition(b"\n")[0].split(b"\n")
        return [json.loads(line) for line in (lines[1:] if cut else lines) if line]
    except (OSError, ValueError):
        return []


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
