"""A Prologix controller: with pyvisa-py 0.8.1, and line by line as its manual has it (protocols.md, section 12)."""

from __future__ import annotations

import socket

import pytest
import pyvisa

from calbench.simulation.servers import LoopbackServer

BUS = {(22, None): "meter", (5, None): "talker", (9, 96): "source"}


@pytest.fixture
def server(world, talker):
    with LoopbackServer(world, (), buses={"GPIB0": BUS}) as running:
        yield running


@pytest.fixture
def board(server, py):
    """Open the controller, with the two settings that pyvisa-py 0.8.1 lacks."""
    opened = py.open_resource(server.resource("GPIB0", "prologix"))
    session = opened.visalib.sessions[opened.session]
    session.interface.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else 44 ms a query
    session.write_oob(b"++read_tmo_ms 3000\n")  # it sets 50 ms, too short for a reading
    yield opened
    opened.close()


@pytest.fixture
def instrument(board, py):
    def opened(address):
        # pyvisa-py 0.8.1 refuses a termination character here, so replies keep their line feed.
        return py.open_resource(f"GPIB0::{address}::INSTR")

    return opened


@pytest.fixture
def plain(server, connect):
    return connect(server.port("GPIB0", "prologix"))


@pytest.fixture
def ask(plain, exactly):
    def asked(lines, expected):
        plain.sendall(lines)
        assert exactly(plain, len(expected)) == expected

    return asked


def test_two_instruments_on_one_bus(instrument, world):
    meter, talker = instrument(22), instrument(5)
    for _ in range(20):
        assert meter.query("READ?") == "+1.00000000E+01\n"
        assert talker.query("*IDN?") == "EXAMPLE,TALKER,0,1.0\n"
    assert world.clock.monotonic() == pytest.approx(4.0)


def test_long_reply_and_binary_block(instrument):
    talker = instrument(5)
    assert talker.query("LONG?") == "x" * 20_000 + "\n"
    talker.write("BLOC?")
    assert talker.read_bytes(13) == b"#19a\nb\r\n\xff\x00+\x1b\n"[:13]


def test_serial_poll_trigger_and_clear(instrument):
    talker = instrument(5)
    talker.write("*ESE?")
    assert talker.read_stb() == 0x10
    assert talker.read() == "0\n"
    assert talker.read_stb() == 0
    talker.assert_trigger()
    assert talker.query("TRIG?") == "1\n"
    talker.write("LONG?")
    talker.clear()
    assert talker.query("*IDN?") == "EXAMPLE,TALKER,0,1.0\n"
    assert talker.query("SYST:ERR?") == '0,"No error"\n'


def test_a_secondary_address(instrument):
    assert instrument("9::96").query("X") == "10\n"  # pyvisa-py 0.8.1 hands the number of the bus on


def test_silence_ends_with_the_timeout_of_the_controller(ask, world):
    ask(b"++addr 5\n++read_tmo_ms 2000\nHUSH\n++read eoi\n++addr\n", b"5\r\n")
    assert world.clock.monotonic() == pytest.approx(2.0)
    ask(b"*ESR?\n++read eoi\n", b"132\n")  # power on, and the query error of the read


def test_service_request(ask):
    ask(b"++addr 5\n++srq\n", b"0\r\n")
    ask(b"*SRE 32;*ESE 1;*OPC\n++srq\n", b"1\r\n")
    ask(b"++addr 22\n++spoll 5\n++spoll 5\n++spoll\n", b"96\r\n32\r\n0\r\n")
    ask(b"++srq\n", b"0\r\n")


def test_read_until_end_character_and_timeout(ask, world):
    ask(b"++addr 5\n*IDN?\n++read 44\n", b"EXAMPLE,")
    ask(b"++read eoi\n", b"TALKER,0,1.0\n")
    ask(b"++eot_enable 1\n++eot_char 42\n*ESE?\n++read\n++addr\n", b"0\n*5\r\n")
    assert world.clock.monotonic() == pytest.approx(0.5)  # ++read without an end waits for the timeout


def test_auto_reads_after_every_message(ask):
    ask(b"++addr 5\n++auto 1\n*ESE?\n*SRE?\n", b"0\n0\n")


@pytest.mark.parametrize(("eos", "end"), [(0, b"\r\n"), (1, b"\r"), (2, b"\n"), (3, b"")])
def test_escapes_and_ends_reach_the_instrument(world, plain, exactly, eos, end):
    world.device("talker").MESSAGE_ENDS = ()
    written: list[str] = []
    world.device("talker").receive = written.append
    plain.sendall(b"++addr 5\n++eos %d\n" % eos)
    plain.sendall(b"\x1b+\x1b+addr a\x1b\r\x1b\n\x1b\x1b+\r\n++addr\n")
    assert exactly(plain, 3) == b"5\r\n"
    assert "".join(written).encode("latin-1") == b"++addr a\r\n\x1b+" + end


def test_settings_can_be_asked_for(ask):
    names = [b"mode", b"auto", b"eoi", b"eos", b"eot_enable", b"eot_char", b"read_tmo_ms", b"savecfg"]
    ask(b"".join(b"++%s\n" % name for name in names), b"1\r\n0\r\n1\r\n0\r\n0\r\n0\r\n500\r\n0\r\n")
    ask(b"++eos 2\r++eoi 0\r++savecfg 1\r++eos\r++eoi\r++savecfg\r", b"2\r\n0\r\n1\r\n")
    ask(b"++addr 9 96\n++addr\n++addr 30\n++addr\n", b"9 96\r\n30\r\n")
    ask(b"++ifc\n++loc\n++llo\n++status 64\n++status\n", b"64\r\n")
    ask(b"++ver\n", b"Prologix GPIB-ETHERNET Controller version ")


@pytest.mark.parametrize(
    "line",
    ["mode 0", "addr 31", "addr 5 95", "addr x", "auto 2", "read_tmo_ms 3001", "eot_char 256", "read foo"],
)
def test_what_is_out_of_range_is_answered(ask, line):
    ask(b"++" + line.encode() + b"\n", b"Unrecognized command\r\n")


@pytest.mark.parametrize("line", [b"++", b"++foo", b"++spoll 99", b"++\xb2", b"++eos \xb2"])
def test_what_is_no_command_is_answered(ask, line):
    ask(line + b"\n", b"Unrecognized command\r\n")


def test_an_address_without_an_instrument_is_silent(ask):
    ask(b"++addr 7\n*IDN?\n++read eoi\n++trg\n++clr\n++spoll\n", b"0\r\n")


def test_trigger_of_several(ask, world):
    ask(b"++trg 5 22 9 96 30\n++addr\n", b"5\r\n")
    assert (world.device("talker").triggered, world.device("meter").triggered) == (1, 1)


def test_reset_ends_the_connection_and_an_endless_line_too(server, connect, rest):
    port = server.port("GPIB0", "prologix")
    first, second = connect(port), connect(port)
    first.sendall(b"++rst\n")
    assert rest(first) == b""
    second.sendall(b"x" * 1_100_000)
    assert rest(second) == b"Line too long\r\n"


def test_each_client_has_its_own_address(server, connect, exactly):
    first, second = (connect(server.port("GPIB0", "prologix")) for _ in range(2))
    first.sendall(b"++addr 22\n++addr\n")
    assert exactly(first, 4) == b"22\r\n"
    second.sendall(b"++addr\n")
    assert exactly(second, 3) == b"5\r\n"  # at power-on that of the first instrument
    first.sendall(b"*IDN?\n++read eoi\n")
    assert exactly(first, 18) == b"EXAMPLE,TOY,0,1.0\n"


def test_an_instrument_that_drops_its_connection_can_be_asked_again(ask, world):
    from calbench.simulation import Fault

    world.fault("talker", Fault("drop", count=1))
    ask(b"++addr 5\n*ESE?\n++read eoi\n*ESE?\n++read eoi\n", b"0\n")


def test_pyvisa_sees_the_timeout(board, instrument):
    talker = instrument(5)
    board.timeout = 30  # pyvisa-py 0.8.1 takes that of the controller, not of the instrument
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        talker.query("HUSH")
    board.timeout = 5000
    assert talker.query("*IDN?") == "EXAMPLE,TALKER,0,1.0\n"
