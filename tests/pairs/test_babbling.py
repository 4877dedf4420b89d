"""Whatever bytes come over whatever line: each call of each driver gives a result, or an error with the address."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.pairs.judging import ADDRESS
from tests.pairs.sweeping import PAIRS, RESOURCE, PatientClock, Script, Surroundings, lines_of, spec_of

from calbench.errors import InstrumentError
from calbench.instruments import catalog
from calbench.instruments.opening import open_link
from calbench.instruments.roles import accepts
from calbench.simulation import catalog as models
from calbench.simulation import registry
from calbench.simulation.device import Device
from calbench.simulation.world import World

LIKELY = (
    b"0", b"1", b'0,"No error"', b"+1.00349000E-04", b"9.9E37", b"1E999", b"MAKER,MODEL,1,2", b"S S     100.00 g",
    b"t: 50.00 C", b"OK", b"AMEACK", b"\xfe\xfeh", b"\x16", b"\x01\x04\x04", b"\x7e\xa0", b"\x02", b"\x03", b"-1",
)  # fmt: skip
ENDS = (b"\n", b"\r", b"\r\n", b"")
PIECES = st.builds(bytes.__add__, st.sampled_from(LIKELY) | st.binary(max_size=24), st.sampled_from(ENDS))
STREAMS = st.lists(PIECES, min_size=1, max_size=12)
REQUESTS = (
    b"*IDN?", b"READ?", b"S", b"SI", b"\x1bP", b"\x68", b"\x68\xaa\xaa", b"/?!", b"AME",
    b"\x7e\xa0\x07\x03\x21\x93\x0f\x01\x7e",
    b"\x10\x40\xfe\x3e\x16", b"\x01\x04\x00\x00\x00\x02", b"\x06050", b"\x81\x30", b"SEND", b"#9999999999", b";",
)  # fmt: skip
NOISE = st.lists(
    st.builds(bytes.__add__, st.sampled_from(REQUESTS) | st.binary(max_size=24), st.sampled_from(ENDS)),
    max_size=8,
)
FORGETS = 150.0  # s after which every instrument has given up a frame or connection that was begun
TRIES = 3
CASES = [(name, line) for name in PAIRS for line in lines_of(name)]


class Babbler(Device):
    """Answers everything with the next piece of a stream."""

    MESSAGE_ENDS = ()
    REPLY_END = b""
    pieces = itertools.cycle([b""])

    def receive(self, line: str) -> None:  # noqa: ARG002 - whatever it is
        self.send(next(self.pieces))


@cache
def prepared(name: str, line: str) -> Script:
    """Give the script of a pair, with the ranges that its meter has."""
    script = Script(name, line)
    script.run()
    return script


def refusal(call: Callable[[], object]) -> str:
    """Give what an error says; empty if there is none."""
    try:
        call()
    except InstrumentError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("name", "line"), CASES)
@settings(max_examples=6, deadline=None, database=None)
@given(stream=STREAMS)
def test_a_result_or_an_error_that_names_the_address(name, line, stream):
    driver: Any = catalog.find(name)
    world = World(seed=7, clock=PatientClock())
    babbler = type("Babbler", (Babbler,), {"SERIAL": driver.LINE.serial, "pieces": itertools.cycle(stream)})
    world.add("unit", babbler, resource=RESOURCE)
    around = world.add("around", Surroundings)
    assert isinstance(around, Surroundings)
    with registry.registered(world) as bench:
        link = open_link(spec_of(driver, models.find(name), bench, line), line=driver.LINE, clock=world.clock)
        said = [refusal(call) for _, call in prepared(name, line).calls(driver(link), around, world)]
        link.close()
    world.close()
    assert [text for text in said if text and not ADDRESS.search(text)] == []


@pytest.mark.parametrize(("name", "line"), CASES)
@settings(max_examples=6, deadline=None, database=None, phases=[Phase.generate])
@given(noise=NOISE)
def test_an_instrument_that_heard_noise_answers_when_it_is_asked_again(name, line, noise):
    driver: Any = catalog.find(name)
    world = World(seed=7, clock=PatientClock())
    with prepared(name, line).opened(world) as (unit, _, instrument):
        other = unit.connect(message_based=line == "bus", serial=line != "bus")
        for piece in noise:
            other.write(piece)
        other.close()
        for _ in range(TRIES):
            world.clock.sleep(FORGETS)
            if not (said := refusal(instrument.identify)):
                break
        assert accepts(driver, instrument.identify().model), said
