"""The short way of a repeated `READ?` ends as soon as anybody sets anything: it gives what the long way gives.

Expected is what the same bench gives for `READ?` and `read? ` in turn, where no message is like the one before
(IEEE 488.2, 7.6.1: white space and case mean nothing), or what the 34401A user's guide says, chapter 4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
import pyvisa
from pyvisa.constants import EventMechanism, EventType
from pyvisa.resources import MessageBasedResource

from calbench.simulation import World, registry
from calbench.simulation.faults import Fault

_METER = "GPIB0::22::INSTR"
_SOURCE = "GPIB0::4::INSTR"
_T = TypeVar("_T")


class _Lines:
    """A calibrator at 10 V on a multimeter, and two lines to the multimeter."""

    def __init__(self, manager: pyvisa.ResourceManager, world: World) -> None:
        self.manager, self.world = manager, world
        self.first, self.second = self.line(_METER), self.line(_METER)

    def line(self, resource: str) -> MessageBasedResource:
        opened = self.manager.open_resource(
            resource, read_termination="\n", write_termination="\n", timeout=60_000
        )
        assert isinstance(opened, MessageBasedResource)
        return opened


def _run(action: Callable[[_Lines], _T]) -> tuple[_T, list[object], float]:
    world = World(seed=5)
    world.add("source", "fluke/f5730a", resource=_SOURCE)
    world.add("meter", "agilent/a34401a", resource=_METER)
    world.connect("meter.input", "source.output", resistance=0.02, emf=2e-7)
    with registry.registered(world) as name:
        manager = pyvisa.ResourceManager(f"{name}@calbench")
        try:
            lines = _Lines(manager, world)
            lines.line(_SOURCE).query("OUT 10V;OPER;*OPC?")  # until it is settled
            began = world.clock.monotonic()
            return action(lines), list(world.truth), world.clock.monotonic() - began
        finally:
            manager.close()


def _set_by_another(lines: _Lines) -> None:
    lines.second.write("VOLT:NPLC 1;:TRIG:DEL 0.02")


def _set_and_closed(lines: _Lines) -> None:
    lines.second.write("VOLT:NPLC 1")
    lines.second.close()


def _opened(lines: _Lines) -> None:
    lines.line(_METER)


def _lead_changed(lines: _Lines) -> None:
    lines.world.disconnect("meter.input")
    lines.world.connect("source.output", "meter.input", resistance=1e6, emf=1e-3)


def _wrong(lines: _Lines) -> None:
    lines.world.fault("meter", Fault.overload(after=2))


def _requesting(lines: _Lines) -> None:
    lines.first.write("*SRE 16")


def _triggered(lines: _Lines) -> None:
    lines.first.assert_trigger()


@pytest.mark.parametrize(
    "disturb",
    [_set_by_another, _set_and_closed, _opened, _lead_changed, _wrong, _requesting, _triggered],
)
def test_a_disturbance_between_readings(disturb):
    def run(spellings: tuple[str, str]) -> object:
        def read(lines: _Lines) -> tuple[list[str], float, str]:
            found = [lines.first.query(spellings[turn % 2]) for turn in range(4)]
            disturb(lines)
            found += [lines.first.query(spellings[turn % 2]) for turn in range(4)]
            return found, lines.first.stb, lines.first.query("SYST:ERR?")

        return _run(read)

    assert run(("READ?", "READ?")) == run(("READ?", "read? "))


def test_another_sets_while_the_meter_reads():
    def run(spelling: str) -> object:
        def read(lines: _Lines) -> list[str]:
            found = [lines.first.query("READ?") for _ in range(3)]
            lines.first.write("READ?")
            lines.second.write("VOLT:NPLC 1")  # waits for the end of the reading
            found.append(lines.first.read())
            return found + [lines.first.query(spelling) for _ in range(2)]

        return _run(read)

    assert run("READ?") == run("read?")


def test_another_sets_behind_a_reading_that_waited():
    def run(spelling: str) -> object:
        def read(lines: _Lines) -> list[str]:
            third = lines.line(_METER)
            lines.second.write("READ?")
            lines.first.write("READ?")  # waits for the reading of the second line
            third.write("VOLT:NPLC 1")  # waits for both
            found = [lines.second.read(), lines.first.read()]
            return found + [lines.first.query(spelling) for _ in range(2)]

        return _run(read)

    assert run("READ?") == run("read?")


def test_a_fault_that_comes_while_the_meter_reads_is_seen_in_that_reading():
    def read(lines: _Lines) -> str:
        for _ in range(3):
            lines.first.query("READ?")
        lines.first.write("READ?")
        lines.world.fault("meter", Fault("reword", after=-1, text="stuck"))
        return lines.first.read()

    assert _run(read)[0] == "stuck"


def test_the_end_of_a_message_alone_is_not_the_message():
    def read(lines: _Lines) -> str:
        line = lines.first
        line.write("D?")
        line.query("SYST:ERR?")  # the unknown header of the line before
        line.send_end = False
        line.write_raw(b"REA")
        line.send_end = True
        assert float(line.query("D?")) == pytest.approx(10, abs=0.01)
        line.write("D?")
        return line.query("SYST:ERR?")

    assert _run(read)[0].startswith("-113")


def test_the_begin_of_a_message_counts():
    def read(lines: _Lines) -> str:
        line = lines.first
        for _ in range(3):
            line.query("READ?")
        line.send_end = False
        line.write_raw(b"REA")
        line.send_end = True
        line.write("READ?")
        return line.query("SYST:ERR?")

    assert _run(read)[0].startswith("-113")  # REAREAD? is no header


def test_a_message_without_its_end_waits_for_the_rest():
    def read(lines: _Lines) -> list[str]:
        line = lines.first
        for _ in range(3):
            line.write_raw(b"READ?")
            line.read()
        line.send_end = False
        line.write_raw(b"READ?")
        line.send_end = True
        line.write_raw(b";*ESE 4\n")
        return [line.read(), line.query("SYST:ERR?")]

    reading, error = _run(read)[0]
    assert float(reading) == pytest.approx(10, abs=0.01)
    assert error.startswith("+0")


def test_the_other_interface_takes_the_meter_out_of_remote():
    def read(lines: _Lines) -> str:
        for _ in range(3):
            lines.first.query("READ?")
        lines.world.attach("ASRL1::INSTR", "meter")
        lines.line("ASRL1::INSTR")
        lines.first.write("READ?")
        return lines.first.query("SYST:ERR?")

    assert _run(read)[0].startswith("+550")  # chapter 5: not allowed in local


def test_a_reply_that_is_taken_in_part_is_interrupted():
    def read(lines: _Lines) -> list[str]:
        line = lines.first
        for _ in range(3):
            line.query("READ?")
        line.write("READ?")
        line.read_bytes(5)
        line.write("READ?")
        return [line.read(), line.query("SYST:ERR?")]

    reading, error = _run(read)[0]
    assert float(reading) == pytest.approx(10, abs=0.01)
    assert error.startswith("-410")


def test_two_messages_in_one_write_are_two_again():
    def read(lines: _Lines) -> list[str]:
        line = lines.first
        found = []
        for _ in range(3):
            line.write_raw(b"READ?\nREAD?\n")
            found += [line.read(), line.read()]
        return found

    found, truth, time = _run(read)
    assert [float(each) for each in found] == pytest.approx([10.0] * 6, abs=0.01)
    # 10 PLC at 50 Hz and the measurement of the zero: 0.4 s for each of six readings
    assert time == pytest.approx(2.4)
    assert len(truth) == 18


def test_a_service_request_comes_for_each_reading():
    def read(lines: _Lines) -> list[int]:
        line = lines.first
        for _ in range(3):
            line.query("READ?")
        line.write("*SRE 16")
        line.enable_event(EventType.service_request, EventMechanism.queue)
        found = []
        for _ in range(3):
            line.write("READ?")
            line.wait_on_event(EventType.service_request, 5000)
            found.append(line.read_stb())
            line.read()
        return found

    assert _run(read)[0] == [0x50] * 3  # MAV and RQS (IEEE 488.2, 11.2)
