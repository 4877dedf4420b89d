"""Whatever goes wrong at whatever message, a call gives the right result, or an error that names the instrument.

A silent wrong result is the worst that software of a laboratory can do. So a short script of each pair is run once
without a fault, and then with each kind of fault at some of its messages: `SWEEP` of them (environment; 1 by default,
`make sweep` takes 6, 10000 takes all).
"""

from __future__ import annotations

import os
import random
from contextlib import suppress
from functools import cache
from typing import Any, get_args

import pytest
from tests.pairs.judging import Expected, expected, findings
from tests.pairs.sweeping import PAIRS, Script, lines_of
from tests.repeated import cases

from calbench.errors import InstrumentError
from calbench.instruments import catalog
from calbench.simulation import catalog as models
from calbench.simulation.faults import Fault, Kind
from calbench.simulation.world import World

MESSAGES = int(os.environ.get("SWEEP", "1"))
LASTING = {
    "stale"
}  # one kept reply is a lost one; only if more follow, each comes for the question behind it
KINDS = [kind for kind in get_args(Kind) if kind != "reword"]
SOCKETS = [name for name in PAIRS if "socket" in catalog.find(name).LINKS and models.find(name).REPLY_END][
    ::3
]  # of those with lines of text: to garbage for a frame real time would be waited
SCALES = [
    name for name in PAIRS if "measure.mass" in catalog.find(name).PROVIDES and models.find(name).REPLY_END
]
LINES = [(name, line) for name in PAIRS for line in lines_of(name)]
SWEPT = [(kind, *line) for kind in KINDS for line in LINES]
THIRD = set(SWEPT[::3])  # of an everyday run: each pair with some kinds, each kind with some pairs


@cache
def prepared(name: str, line: str) -> tuple[Script, list[Expected]]:
    """Give a script and what is right for its calls."""
    script = Script(name, line)
    return script, expected(script)


def faults(script: Script, kind: Any, messages: int) -> list[Fault]:
    """Give faults of a kind at some of the messages; none where there can be none of this kind."""
    if (kind == "error" and not script.has_errors) or (kind == "locked" and script.line != "bus"):
        return []
    chance = random.Random(f"{script.name} {script.line} {kind}")
    chosen = sorted(chance.sample(range(messages), min(MESSAGES, messages)))
    return [Fault(kind, after=after, count=None if kind in LASTING else 1) for after in chosen]


@pytest.mark.parametrize(("kind", "name", "line"), cases(SWEPT, THIRD.__contains__))
def test_a_fault_is_an_error_or_makes_no_difference(kind, name, line):
    script, right = prepared(name, line)
    for fault in faults(script, kind, right[-1].outcome.messages):
        assert findings(script, right, fault) == [], f"{kind} at message {fault.after}"


@pytest.mark.parametrize("name", SOCKETS)
@pytest.mark.parametrize("kind", ["drop", "garbage", "power_cycle"])
def test_the_same_over_a_socket_for_some(name, kind):
    script, right = prepared(name, "socket")
    for fault in faults(script, kind, right[-1].outcome.messages)[:2]:
        assert findings(script, right, fault) == [], f"{kind} at message {fault.after}"


@pytest.mark.parametrize(("name", "line"), LINES)
def test_the_script_does_something_and_ends(name, line):
    _, right = prepared(name, line)
    done = [one.outcome for one in right if one.outcome.error is None]
    assert {one.call for one in done} > {"identify"}


@pytest.mark.parametrize("name", SCALES)
def test_the_weight_of_before_is_never_taken_for_that_of_now(name):
    script = Script(name, "stream")
    world = World(seed=7)
    with script.opened(world) as (_, _, scale):
        world.fault("unit", Fault("stale"))
        for load in (0.1, 0.2, 0.05, 0.15):
            world.place("unit.pan", [load])
            world.clock.sleep(30.0)
            with suppress(InstrumentError):
                assert abs(float(scale.read_mass().value) - load) < 0.01
