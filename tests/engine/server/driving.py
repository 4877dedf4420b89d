"""Driving a run as a browser does: forms in, frames out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
from tests.engine.server.conftest import Served

from calbench.clock import RealClock

Frame = dict[str, Any]
PATIENCE = 90.0  # s; the machine may be busy


def frames(client: httpx.Client, run: str, **headers: str) -> Iterator[tuple[int, Frame]]:
    """Give the frames of a run as they come, each with the number of the last event that it shows."""
    with client.stream("GET", f"/runs/{run}/stream", headers=headers, timeout=60) as answer:
        assert answer.status_code == 200, answer.status_code
        seq, clock = 0, RealClock()
        end = clock.monotonic() + PATIENCE
        for line in answer.iter_lines():  # a sign of life comes even if nothing else does
            assert clock.monotonic() < end, f"what is waited for did not come; last event {seq}"
            if line.startswith("id: "):
                seq = int(line[4:])
            elif line.startswith("data: "):
                yield seq, json.loads(line[6:])


def until(client: httpx.Client, run: str, reached: Callable[[Frame], bool]) -> Frame:
    """Watch a run until it is so; gives all parts of its frames, the newest of each."""
    known: Frame = {}
    for _, frame in frames(client, run):
        known |= frame
        if reached(known):
            return known
    raise AssertionError(f"the stream ended; last: {known.get('head')}")


def in_state(*states: str) -> Callable[[Frame], bool]:
    return lambda known: known["head"]["state"] in states


def start(served: Served, client: httpx.Client, procedure: str = "dmm-34401a", **fields: str) -> str:
    """Start a run of the demonstration bench, answered by people on the page; gives its id."""
    answer = served.form(client, "/start", procedure=procedure, station="demo", answering="people", **fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/runs/")


def asked(known: Frame) -> bool:
    return bool(known.get("open")) and known["head"]["state"] == "WAITING"


def answer(served: Served, client: httpx.Client, run: str, prompt: int, text: str) -> httpx.Response:
    return served.form(client, f"/runs/{run}/answer", prompt=str(prompt), answer=text)


def verb(served: Served, client: httpx.Client, run: str, name: str, reason: str = "") -> httpx.Response:
    return served.form(client, f"/runs/{run}/verb", verb=name, reason=reason)
