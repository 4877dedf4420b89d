"""The client: one method for each thing that a program can ask of the server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from calbench.client.following import Event, Follower
from calbench.client.problems import Unreachable
from calbench.client.shapes import Cell, Prompt, RunEntry, RunNow, Said, run_now, shaped
from calbench.client.transport import Transport
from calbench.clock import Clock, RealClock

TIMEOUT = 75.0
"""Seconds for an answer: a run may take 60 s to begin. The server breaks silence in a stream every 5 s."""
PATIENCE = 60.0
A_PAGE = 200


class Client:
    """Drives runs on a server for the account of a token.

    Args:
        url: Where it is: `http://127.0.0.1:8765`.
        token: What `calbench accounts token NAME` printed.
        timeout: Seconds to wait for an answer.
        plain: Whether a token may go over a network without https.

    Every method raises `Refused` where the server says no (with `type`, `status` and `reasons`) and `Unreachable` where
    it does not answer. Nothing is ever sent twice: after `Unreachable`, look how the run stands.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout: float = TIMEOUT,
        plain: bool = False,
        clock: Clock | None = None,
    ) -> None:
        self._transport = Transport(url, token, timeout, plain=plain)
        self._clock = clock or RealClock()

    def me(self) -> tuple[str, tuple[str, ...]]:
        """Give the name of the account, and its roles."""
        found = self._transport.ask("GET", "/me")
        return str(found["name"]), tuple(found["roles"])

    def procedures(self) -> list[str]:
        """Give the names of the procedures."""
        return [str(one["name"]) for one in self._transport.ask("GET", "/procedures")]

    def stations(self) -> list[str]:
        """Give the names of the stations."""
        return [str(one["name"]) for one in self._transport.ask("GET", "/stations")]

    def runs(self) -> Iterator[RunEntry]:
        """Give the runs, newest first, fetched as they are looked at; one that begins meanwhile may be missed."""
        first, number = 0, 1
        while first < number:
            found = self._transport.ask("GET", f"/runs?first={first}&most={A_PAGE}")
            first, number = first + A_PAGE, int(found["all"])
            yield from (shaped(RunEntry, one) for one in found["runs"])

    def plan(self, procedure: str, station: str, **wish: Any) -> dict[str, Any]:  # noqa: ANN401 - as `start`
        """Give the plan of what `start` would run; nothing is touched. Takes what `start` takes."""
        found: dict[str, Any] = self._transport.ask("POST", "/plans", _wish(procedure, station, wish))
        return found

    def start(
        self,
        procedure: str,
        station: str,
        *,
        settings: Mapping[str, str] | None = None,
        uut: Mapping[str, str] | None = None,
        positions: Sequence[str] = (),
        units: Mapping[str, Mapping[str, str]] | None = None,
        seed: int | None = None,
        simulate: bool = False,
        real_time: bool = False,
        answering: str = "people",
    ) -> str:
        """Start a run; gives its id once it has begun. A refusal has every reason.

        Args:
            procedure: Its name in the library.
            station: Its name in the library.
            settings: Parameters of the procedure, as they are typed.
            uut: What the work order says of the unit, or of all of them.
            positions: Those to use; none: the one that fits.
            units: What the work order says of each of several units, by position.
            seed: Of a simulated run.
            simulate: Whether to take the simulated twin of a station with hardware.
            real_time: Whether simulated time takes as long as real time.
            answering: `people`, by this client or the page; or `simulated`, where the station is.
        """
        wish = {
            "settings": dict(settings or {}),
            "uut": dict(uut or {}),
            "positions": list(positions),
            "units": {place: dict(unit) for place, unit in (units or {}).items()},
            "seed": seed,
            "simulate": simulate,
            "real_time": real_time,
            "answering": answering,
        }
        return str(self._transport.ask("POST", "/runs", _wish(procedure, station, wish))["id"])

    def run(self, run: str) -> RunNow:
        """Say how a run stands, and what it asks."""
        return run_now(self._transport.ask("GET", _run(run)))

    def results(self, run: str) -> list[Cell]:
        """Give the results so far; those of a run that has ended are final."""
        return [shaped(Cell, one) for one in self._transport.ask("GET", f"{_run(run)}/results")["cells"]]

    def files(self, run: str) -> list[str]:
        """Give the names of the files of a run: record, certificates, journal, …."""
        return [str(one["name"]) for one in self._transport.ask("GET", f"{_run(run)}/files")]

    def download(self, run: str, name: str, to: Path) -> Path:
        """Fetch a file of a run, by its name on the list; gives the path that it was written to.

        Args:
            run: Id of the run.
            name: Its name, as `files` gives it.
            to: The file to write; it is there whole or not at all.
        """
        part = to.with_name(f"{to.name}.part")
        with (
            self._transport.open("GET", f"{_run(run)}/files/{quote(name)}") as answer,
            part.open("wb") as file,
        ):
            shutil.copyfileobj(answer, file)
            if answer.length:
                raise Unreachable(f"{name} broke off: {answer.length} bytes are missing.")
        return part.replace(to)

    def prompts(self, run: str) -> list[Prompt]:
        """Give the questions that are open."""
        return [shaped(Prompt, one) for one in self._transport.ask("GET", f"{_run(run)}/prompts")]

    def answer(self, run: str, prompt: Prompt | int, text: str) -> Said:
        """Answer a question; it is taken once, and refused if somebody was quicker."""
        seq = prompt.seq if isinstance(prompt, Prompt) else prompt
        return shaped(
            Said, self._transport.ask("POST", f"{_run(run)}/prompts/{seq}/answer", {"answer": text})
        )

    def pause(self, run: str, reason: str = "") -> Said:
        """Pause after the current point; again: after the current exchange."""
        return self._tell(run, "pause", reason)

    def go_on(self, run: str, reason: str = "") -> Said:
        """Go on after a pause."""
        return self._tell(run, "go-on", reason)

    def finish(self, run: str, reason: str = "") -> Said:
        """End after the current point."""
        return self._tell(run, "finish", reason)

    def stop(self, run: str, reason: str = "") -> Said:
        """End at the next exchange."""
        return self._tell(run, "stop", reason)

    def abort(self, run: str, reason: str = "") -> Said:
        """Switch everything off at once."""
        return self._tell(run, "abort", reason)

    def resume(self, run: str, *, override: str = "", answering: str = "people") -> str:
        """Go on with a run that did not complete, after every check; gives its id."""
        how = {"override": override, "answering": answering}
        return str(self._transport.ask("POST", f"{_run(run)}/resume", how)["id"])

    def clear(self, run: str, reason: str) -> str:
        """Say what was found and done at the outputs of a run that ended UNSAFE; gives its id."""
        return str(self._transport.ask("POST", f"{_run(run)}/clear", {"reason": reason})["id"])

    def journal(
        self, run: str, since: int = 0, *, kinds: Sequence[str] = (), point: str = ""
    ) -> Iterator[Event]:
        """Give the events that are there, after number `since`; of these kinds and this point if wanted."""
        last, lines = since, since + 1
        while last < lines:
            query = urlencode({"since": last, "kind": list(kinds), "point": point}, doseq=True)
            part = self._transport.ask("GET", f"{_run(run)}/events?{query}")
            yield from part["events"]
            last, lines = int(part["last"]), int(part["lines"])

    def events(self, run: str, since: int = 0, *, patience: float = PATIENCE) -> Iterator[Event]:
        """Give every event after number `since` as it is written, each once and in order, until the run has ended.

        A connection that breaks is made again, and no event is lost: each has its number. Raises `Unreachable` only
        when the server could not be reached for `patience` seconds.
        """
        follower = Follower(self._transport, _run(run), since, self._clock, patience)
        for event in follower.events():
            if event is not None:
                yield event
            closed = event is None or event["type"] in ("run_closed", "cleared")
            if closed and (now := self.run(run)).ended and now.seq <= follower.last:
                return

    def _tell(self, run: str, verb: str, reason: str) -> Said:
        return shaped(Said, self._transport.ask("POST", f"{_run(run)}/verbs/{verb}", {"reason": reason}))


def _run(run: str) -> str:
    return f"/runs/{quote(run, safe='')}"


def _wish(procedure: str, station: str, wish: Mapping[str, Any]) -> dict[str, Any]:
    return {"procedure": procedure, "station": station, **wish}
