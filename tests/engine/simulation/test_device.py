"""What a model may do beyond plain questions and answers."""

from __future__ import annotations

import pytest
import pyvisa
from pyvisa.errors import VisaIOError
from pyvisa.resources import GPIBInstrument, SerialInstrument

from calbench.simulation import Bench, Device, World, registry


class Streamer(Device):
    """Not SCPI: sends a line every 0.1 s between GO and STOP; ^C stops it at once; SRQ of its own."""

    MESSAGE_ENDS = (b"\r\n", b"\r", b"\n")
    REPLY_END = b"\r\n"
    CONTROLS = b"\x03"

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.going = False
        self.count = 0

    def receive(self, line: str) -> None:
        if line == "GO":
            self.going = True
            self.after(0.1, self._tick)
        elif line == "STOP":
            self.going = False
        elif line == "CALL":
            self.request_service()
        else:
            self.reply(line.lower(), after=float(len(line)))

    def control(self, code: int) -> None:
        self.going = code != 3

    def status_byte(self) -> int:
        return 0x10  # ready, whatever the 488.2 standard calls that bit

    def _tick(self) -> None:
        if self.going:
            self.count += 1
            self.reply(f"{self.count}")
            self.after(0.1, self._tick)


@pytest.fixture
def stage():
    world = World()
    device = world.add("streamer", Streamer, resource="GPIB0::1::INSTR")
    world.attach("ASRL1::INSTR", device)
    yield world, device
    world.close()


def test_replies_keep_their_order(stage):
    world, device = stage
    connection = device.connect(message_based=False)
    connection.write(b"SLOW\r\nX\r\n")
    assert connection.ready_at() == 4.0
    world.clock.sleep(2.0)
    assert connection.waiting() == 0  # the second reply alone would be ready, but it stands behind the first
    assert connection.wait_ready(10.0)
    assert connection.take(100) == (b"slow\r\n", True)
    assert connection.take(100) == (b"x\r\n", True)
    assert connection.take(100) == (b"", False)
    assert world.clock.monotonic() == 4.0


def test_device_without_488_status_keeps_replies_when_interrupted(stage):
    _, device = stage
    connection = device.connect(message_based=True)
    connection.write(b"A")
    connection.write(b"B")
    connection.wait_ready(10.0)
    assert connection.take(100)[0] == b"a\r\n"


def test_unasked_lines_and_a_control_character(stage):
    world, device = stage
    connection = device.connect(message_based=False)
    connection.write(b"GO\r")
    world.clock.sleep(0.35)
    assert connection.waiting() == len(b"1\r\n2\r\n3\r\n")
    connection.write(b"\x03")
    world.clock.sleep(1.0)
    assert connection.waiting() == len(b"1\r\n2\r\n3\r\n")


def test_nobody_listens(stage):
    world, device = stage
    connection = device.connect(message_based=False)
    connection.write(b"GO\r")
    connection.close()
    world.clock.sleep(0.25)
    assert device.count == 2
    assert device.connect(message_based=False).waiting() == 0


def test_service_request_of_another_family(stage):
    world, _ = stage
    with registry.registered(world) as name:
        manager = pyvisa.ResourceManager(f"{name}@calbench")
        gpib = manager.open_resource("GPIB0::1::INSTR", write_termination="\r\n")
        assert isinstance(gpib, GPIBInstrument)
        gpib.write("CALL")
        gpib.wait_for_srq(1000)
        assert gpib.stb == 0x10
        serial_line = manager.open_resource("ASRL1::INSTR")
        assert isinstance(serial_line, SerialInstrument)
        with pytest.raises(VisaIOError, match="VI_ERROR_NSUP_OPER"):
            serial_line.assert_trigger()
        manager.close()


def test_model_without_receive_says_so():
    device = World().add("x", Device)
    with pytest.raises(NotImplementedError, match="must override receive"):
        device.connect(message_based=True).write(b"HELLO")
