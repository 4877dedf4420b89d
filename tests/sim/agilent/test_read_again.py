"""`READ?` time and again takes a short way: it must give what the long way gives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import pyvisa
from pyvisa.resources import MessageBasedResource

from calbench.simulation import World, registry

_METER = "GPIB0::22::INSTR"
_OTHER = "GPIB0::23::INSTR"
_SOURCE = "GPIB0::4::INSTR"
# what happens between readings: (resource, message, whether it answers), or a wait in seconds
_BETWEEN: tuple[tuple[str, str, bool] | float, ...] = (
    3.3333,
    (_SOURCE, "OUT 5V", False),
    (_METER, "VOLT:NPLC 1", False),
    (_METER, "TRIG:DEL 0.017", False),
    0.001,
    (_OTHER, "READ?", True),
    (_METER, "ZERO:AUTO OFF", False),
    (_METER, "FETC?", True),
    (_METER, "SAMP:COUN 3", False),
    (_SOURCE, "OUT 20V", False),
    (_METER, "CONF:VOLT:DC AUTO", False),
    (_METER, "STAT:QUES:ENAB 1", False),
    (_METER, "CONF:VOLT:DC 1", False),
    (_METER, "STAT:QUES:ENAB 0", False),
    (_METER, "CALC:NULL:OFFS 1.5;:CALC:FUNC NULL;STAT ON", False),
    (_METER, "INP:IMP:AUTO ON", False),
    (_METER, "*RST", False),
    (_SOURCE, "STBY", False),
    (_SOURCE, "OUT 1KOHM;OPER", False),
    (_METER, "CONF:RES 1E3", False),
    (_METER, "SYST:ERR?", True),
)


def _bench() -> World:
    world = World(seed=3)
    world.add("source", "fluke/f5730a", resource=_SOURCE)
    world.add("meter", "agilent/a34401a", resource=_METER)
    world.add("other", "keysight/k34461a", resource=_OTHER)
    world.connect("source.output", "meter.input", resistance=0.02, emf=2e-7)
    world.connect("other.input", "source.output", resistance=0.03, emf=3e-7)
    return world


def _run(spellings: tuple[str, str], *, interrupt: bool = False) -> tuple[list[str], list[object], float]:
    """Read five times between all that may happen; `READ?` in turn in two spellings."""
    world, found = _bench(), list[str]()
    with registry.registered(world) as name:
        manager = pyvisa.ResourceManager(f"{name}@calbench")
        lines: dict[str, MessageBasedResource] = {}
        for resource in (_SOURCE, _METER, _OTHER):
            line = manager.open_resource(
                resource, read_termination="\n", write_termination="\n", timeout=60_000
            )
            assert isinstance(line, MessageBasedResource)
            lines[resource] = line
        lines[_SOURCE].write("OUT 10V;OPER")
        lines[_METER].query("CONF:VOLT:DC 10;*OPC?")
        for event in (0.0, *_BETWEEN):
            if isinstance(event, float):
                world.clock.sleep(event)
            else:
                resource, message, answers = event
                if interrupt and resource != _METER:
                    lines[_METER].write(spellings[0])  # it is under way while the other acts
                lines[resource].write(message)
                if answers:
                    found.append(lines[resource].read())
                if interrupt and resource != _METER:
                    found.append(lines[_METER].read())
            found += [lines[_METER].query(spellings[turn % 2]) for turn in range(5)]
        manager.close()
    return found, list(world.truth), world.clock.monotonic()


@pytest.mark.parametrize("interrupt", [False, True])
def test_the_short_way_gives_the_same_readings_truth_and_time(interrupt):
    short = _run(("READ?", "READ?"), interrupt=interrupt)
    long = _run(("READ?", "read? "), interrupt=interrupt)
    assert short == long


def test_the_truth_is_complete_and_in_order():
    _, truth, _ = _run(("READ?", "READ?"))
    times = [entry.time for entry in truth]  # type: ignore[attr-defined] # entries of the truth log
    assert times == sorted(times)
    first = [entry for entry in truth if entry.instrument != "other"][:15]  # type: ignore[attr-defined]
    assert [(e.instrument, e.quantity) for e in first] == [  # type: ignore[attr-defined]
        ("source", "voltage"),
        ("meter", "voltage"),
        ("meter", "voltage.error"),
    ] * 5


@pytest.fixture
def meter() -> Iterator[MessageBasedResource]:
    with registry.registered(_bench()) as name:
        manager = pyvisa.ResourceManager(f"{name}@calbench")
        line = manager.open_resource(_METER, read_termination="\n", write_termination="\n", timeout=60_000)
        assert isinstance(line, MessageBasedResource)
        yield line
        manager.close()


def test_an_interrupted_reading_is_given_up_on_the_short_way_too(meter):
    for _ in range(3):
        meter.query("READ?")
    meter.write("READ?")
    meter.write("*ESE?")
    assert meter.read() == "0"
    assert meter.query("SYST:ERR?").startswith("-410")


def test_a_read_in_small_bites_and_fetch_give_the_same_reading(meter):
    meter.query("READ?")
    whole = meter.query("READ?")
    assert meter.query("FETC?") == whole
    meter.query("READ?")
    meter.chunk_size = 5
    bites = meter.query("READ?")
    assert len(bites) == len(whole)
    assert meter.query("FETC?") == bites


def test_a_device_clear_gives_up_the_reading_under_way(meter):
    for _ in range(3):
        meter.query("READ?")
    meter.write("READ?")
    meter.clear()
    assert float(meter.query("READ?")) == pytest.approx(0, abs=1e-3)
