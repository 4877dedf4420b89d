"""Plain pyvisa programs: recorded over a real socket through pyvisa-py, replayed without one."""

from __future__ import annotations

import json
import time
from contextlib import closing
from pathlib import Path

import pytest
import pyvisa
from pyvisa import constants
from pyvisa.resources import MessageBasedResource

from calbench.errors import CassetteMismatch, UsageError
from calbench.instruments.cassettes import Player, Recorder, load_cassette, recordinglibrary
from calbench.simulation import World, registry
from calbench.simulation.servers import LoopbackServer
from calbench_sim.agilent.a34401a import A34401A

VI_ERROR_TMO = -1073807339  # VPP-4.3, appendix A
VI_ERROR_NIMPL_OPER = -1073807231  # as above
MODES = ("strict", "per_session", "by_query")


def session(meter, patience=50):
    """What a program does in a day: text, a block, a message without reply, a timeout, and on."""
    seen = [meter.query("*IDN?"), meter.query_binary_values("CURV?", datatype="B"), meter.write("VOLT 1.25")]
    meter.timeout = patience
    with pytest.raises(pyvisa.errors.VisaIOError) as late:
        meter.query("NOSUCH?")
    meter.timeout = 5000
    return [*seen, late.value.error_code, meter.query("VOLT?"), meter.query("VOLT?")]


@pytest.mark.parametrize("mode", MODES)
def test_a_session_replays_as_it_went(record, replay, mode):
    path = record(session)
    assert replay(session, path, mode=mode) == record.came
    # IEEE 488.2 block of the fixture, byte for byte, and the timeout by its number
    assert record.came[1:4] == [[0, 10, 13, 127, 128, 254, 255, 34], 10, VI_ERROR_TMO]


def test_a_recorded_timeout_comes_at_once(record, replay):
    path = record(session)
    start = time.perf_counter()
    replay(lambda meter: session(meter, patience=60_000), path)
    assert time.perf_counter() - start < 10


def test_the_file_is_readable_and_exact(record):
    header, *lines = [json.loads(line) for line in record(session).read_text(encoding="ascii").splitlines()]
    assert header["format"] == "calbench.cassette/1"
    assert header["evidence"] == "driver only"
    assert {"calbench", "pyvisa", "pyvisa-py"} <= set(header["versions"])
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    written = [line["data"] for line in lines if line["op"] == "write"]
    assert written == ["*IDN?\n", "CURV?\n", "VOLT 1.25\n", "NOSUCH?\n", "VOLT?\n", "VOLT?\n"]
    assert [line.get("status") for line in lines if line["op"] == "read"].count("error_timeout") == 1
    assert all(line["session"].startswith("TCPIP0::127.0.0.1::") for line in lines)


def test_a_status_that_pyvisa_py_returns_without_raising_is_recorded_so(record, replay):
    # pyvisa-py 0.8.1 gives VI_ERROR_NIMPL_OPER back from disable_event, which every close of a resource calls
    status = []

    def script(meter):
        status.append(meter.visalib.disable_event(meter.session, constants.EventType.all_enabled, 1))
        return []

    path = record(script)
    replay(script, path)
    (first, *_) = [one for one in load_cassette(path).operations if one.op == "disable_event"]
    assert (first.status, first.returned) == (VI_ERROR_NIMPL_OPER, True)
    assert [int(one) for one in status] == [VI_ERROR_NIMPL_OPER] * 2


def test_an_exception_that_is_no_status_is_raised_again(record, replay):
    def script(meter):
        with pytest.raises(NotImplementedError) as told:  # pyvisa-py 0.8.1 has no trigger on sockets
            meter.assert_trigger()
        return [type(told.value)]

    path = record(script)
    assert replay(script, path) == record.came


def test_what_is_longer_than_a_line_of_a_cassette(record, replay, monkeypatch):
    monkeypatch.setattr(recordinglibrary, "LONGEST_DATA", 20)

    def script(meter):
        with pytest.raises(UsageError, match="A message of 23 bytes is more than a cassette holds, 20"):
            meter.write("DISP:TEXT 'ABCDEFGHIJK'"[:22])
        return [meter.query("*IDN?")]

    path = record(script)
    assert [len(one.data or b"") for one in load_cassette(path).operations if one.op == "read"] == [20, 7]
    monkeypatch.undo()
    assert replay(lambda meter: [meter.query("*IDN?")], path) == record.came


def test_reading_in_other_pieces_is_no_deviation(record, replay):
    path = record(lambda meter: [meter.query("*IDN?")])

    def pieces(meter):
        meter.write("*IDN?")
        return [meter.read_bytes(7), meter.read_bytes(1), meter.read_raw()]

    assert replay(pieces, path) == [b"EXAMPLE", b",", b"TOY,MY49012345,1.0\n"]


def test_attributes_are_tolerated(record, replay):
    path = record(lambda meter: [meter.query("*IDN?")])

    def other(meter):
        meter.set_visa_attribute(constants.ResourceAttribute.tcpip_nodelay, True)
        assert meter.get_visa_attribute(constants.ResourceAttribute.tcpip_nodelay) is True
        assert meter.resource_class == "SOCKET"
        meter.discard_events(constants.EventType.all_enabled, constants.EventMechanism.all)
        return [meter.query("*IDN?")]

    assert replay(other, path) == record.came


def test_a_cassette_can_be_opened_by_name(record, instrument):
    path = record(lambda meter: [meter.query("*IDN?"), meter.query("VOLT?")])
    manager = pyvisa.ResourceManager(f"{path}@calbench")
    assert manager.list_resources("?*") == (instrument,)
    meter = manager.open_resource(instrument, read_termination="\n", write_termination="\n")
    assert isinstance(meter, MessageBasedResource)
    with closing(meter):
        assert meter.query("*IDN?") == "EXAMPLE,TOY,MY49012345,1.0"
    with pytest.raises(CassetteMismatch, match=r"2 recorded operations.*\n.* write 'VOLT\?"):
        manager.close()


@pytest.mark.parametrize("skin", ["@calbench", "@py"])
def test_a_program_on_a_simulated_multimeter(tmp_path: Path, skin: str):
    def program(manager, name):
        with closing(
            manager.open_resource(name, read_termination="\n", write_termination="\n", timeout=5000)
        ) as meter:
            meter.write("CONF:VOLT:DC 10")
            return [meter.query("READ?") for _ in range(3)] + [meter.query("SYST:ERR?")]

    world = World(seed=1)
    world.add("meter", A34401A, resource="GPIB0::22::INSTR")
    with registry.registered(world) as bench, LoopbackServer(world) as server:
        name = "GPIB0::22::INSTR" if skin == "@calbench" else server.resource("meter")
        library = f"{bench}@calbench" if skin == "@calbench" else "@py"
        with (
            Recorder(tmp_path / "meter.cassette", clock=world.clock) as recorder,
            closing(pyvisa.ResourceManager(recorder.library(library))) as manager,
        ):
            came = program(manager, name)
    world.close()
    with (
        Player(tmp_path / "meter.cassette") as player,
        closing(pyvisa.ResourceManager(player.library())) as manager,
    ):
        assert program(manager, name) == came
    assert came[-1] == '+0,"No error"'  # 34401A user's guide, chapter 4, SYSTem:ERRor?
    # 10 power line cycles of 60 or 50 Hz, autozero on: three readings take at least 3 · 2 · 10/60 s
    assert player.clock.monotonic() > 1
