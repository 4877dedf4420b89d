"""Serial lines: settings that fit, settings that do not, and pyserial as the client."""

from __future__ import annotations

import pytest
import pyvisa
import serial
from pyvisa import constants
from pyvisa.errors import VisaIOError
from pyvisa.resources import MessageBasedResource

from calbench.errors import UsageError
from calbench.simulation import Fault, registry
from calbench.simulation.serialline import LineSetting, transmit
from calbench.simulation.serialurl import register_handler


def received(data: bytes, sender: str, receiver: str) -> bytes:
    return bytes(c.code for c in transmit(data, LineSetting.parse(sender), LineSetting.parse(receiver)))


def even_parity_in_top_bit(data: bytes) -> bytes:
    """ASCII with even parity, as every table of it shows: A is 41, C is C3, 0 is 30, 1 is B1."""
    return bytes(code | (0x80 if bin(code).count("1") % 2 else 0) for code in data)


@pytest.mark.parametrize(
    "setting", ["9600 8N1", "4800 7E1", "1200 8E1", "9600 7E2", "300 5N1.5", "600 7M1", "600 7S2"]
)
def test_same_setting_carries_everything(setting):
    bits = LineSetting.parse(setting).bits
    data = bytes(range(2**bits))
    arrived = transmit(data, LineSetting.parse(setting), LineSetting.parse(setting))
    assert bytes(c.code for c in arrived) == data
    assert all(c.parity_good and c.framing_good for c in arrived)


def test_seven_even_read_as_eight_none_shows_parity_in_the_top_bit():
    assert received(b"AC01", "9600 7E1", "9600 8N1") == b"\x41\xc3\x30\xb1"


def test_seven_odd_read_as_eight_none():
    assert received(b"AC01", "9600 7O1", "9600 8N1") == b"\xc1\x43\xb0\x31"


def test_eight_none_read_as_seven_even_fails_parity_where_ones_are_odd():
    arrived = transmit(b"AC01", LineSetting.parse("9600 8N1"), LineSetting.parse("9600 7E1"))
    assert [(chr(c.code), c.parity_good) for c in arrived] == [
        ("A", True),
        ("C", False),
        ("0", True),
        ("1", False),
    ]


def test_eight_even_read_as_eight_none_breaks_framing_where_parity_is_zero():
    arrived = transmit(b"AC", LineSetting.parse("9600 8E1"), LineSetting.parse("9600 8N1"))
    assert [c.framing_good for c in arrived] == [False, True]


def test_double_and_half_rate():
    # "U" is 55: the line alternates at each bit, so at half the rate each sample falls on every second level
    assert received(b"U", "9600 8N1", "19200 8N1")[0] == 0b01100110
    assert received(b"AAAA", "9600 8N1", "4800 8N1") != b"AAAA"


@pytest.mark.parametrize("text", ["9600", "9600 8N3", "0 8N1", "9600 9N1", "9600 8X1", "9600,8N1"])
def test_settings_that_cannot_be_read(text):
    with pytest.raises(UsageError, match="like '9600 7E1'"):
        LineSetting.parse(text)


@pytest.fixture
def bench(world):
    register_handler()
    register_handler()
    assert serial.protocol_handler_packages.count("calbench.simulation.serialurl") == 1
    world.place("balance.pan", [0.1])
    return registry.register(world)


def open_port(bench, **settings):
    kind = {"baudrate": 4800, "bytesize": 7, "parity": "E", "timeout": 2} | settings
    return serial.serial_for_url(f"calbench://{bench}/balance", **kind)


WEIGHT = b"S S     100.00 g\r\n"  # MT-SICS manual, reference/protocols.md 7.1


def test_pyserial_reads_a_weight(bench, world):
    with open_port(bench) as port:
        port.write(b"S\r\n")
        assert port.in_waiting == 0
        assert port.readline() == WEIGHT
        assert world.clock.monotonic() == 0.5
        port.write(b"S\r\nS\r\n")
        world.clock.sleep(1)
        assert port.in_waiting == 2 * len(WEIGHT)
        assert port.read(3) == b"S S"
        port.reset_input_buffer()
        assert port.read(1) == b""
        assert world.clock.monotonic() == 3.5
    assert not world.device("balance").connections
    with pytest.raises(serial.PortNotOpenError):
        port.read()


def test_time_out_between_characters_gives_what_there_is(bench):
    with open_port(bench) as port:
        port.write(b"S\r\n")
        assert port.read(100) == WEIGHT
        port.timeout = 0
        assert port.read(1) == b""


def test_wrong_parity_garbles_both_ways(bench, world):
    with open_port(bench, bytesize=8, parity="N") as port:
        # S has four ones and passes, CR has three and is dropped: the balance sees no end
        port.write(b"S\r\n")
        assert port.read(1) == b""
        port.write(even_parity_in_top_bit(b"S\r\n"))
        port.parity, port.bytesize = "E", 7
        port.reset_input_buffer()
        port.write(b"\r\n")
        port.reset_input_buffer()
        port.write(b"S\r\n")
        port.parity, port.bytesize = "N", 8
        assert port.read(len(WEIGHT)) == even_parity_in_top_bit(WEIGHT)


def test_unknown_instruments_and_benches(bench):
    with pytest.raises(serial.SerialException, match="No simulated instrument is called 'scale'"):
        serial.serial_for_url(f"calbench://{bench}/scale")
    with pytest.raises(serial.SerialException, match="'nowhere' does not exist"):
        serial.serial_for_url("calbench://nowhere/balance")


def test_pulled_cable(bench, world):
    world.fault("balance", Fault("drop", after=1))
    with open_port(bench) as port:
        port.write(b"S\r\n")
        assert port.readline() == WEIGHT
        port.write(b"S\r\n")
        with pytest.raises(serial.SerialException, match="has gone"):
            port.read(1)
        with pytest.raises(serial.SerialException, match="has gone"):
            port.write(b"S\r\n")


def test_other_line_facts(bench):
    with open_port(bench) as port:
        port.flush()
        port.reset_output_buffer()
        port.rts = port.dtr = False
        assert (port.out_waiting, port.cts, port.dsr, port.cd, port.ri) == (0, True, True, True, False)


def test_pyvisa_py_over_the_same_url(bench):
    manager = pyvisa.ResourceManager("@py")
    opened = manager.open_resource(
        f"ASRLcalbench://{bench}/balance::INSTR",
        baud_rate=4800,
        data_bits=7,
        parity=constants.Parity.even,
        read_termination="\r\n",
        write_termination="\r\n",
    )
    assert isinstance(opened, MessageBasedResource)
    assert opened.query("S") == "S S     100.00 g"
    manager.close()


def test_own_backend_and_serial_settings(manager, world):
    world.place("balance.pan", [0.1])
    opened = manager.open_resource("ASRL3::INSTR", read_termination="\r\n", write_termination="\r\n")
    with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):  # 9600 8N1 is the default of VISA
        opened.query("S")
    opened.baud_rate = 4800
    opened.data_bits = 7
    opened.parity = constants.Parity.even
    opened.clear()
    assert opened.query("S") == "S S     100.00 g"
    opened.write("S")
    world.clock.sleep(1)
    assert opened.bytes_in_buffer == len(WEIGHT)
    opened.data_bits = 8
    opened.parity = constants.Parity.none
    assert opened.read_bytes(len(WEIGHT)) == WEIGHT  # received before the setting changed
