"""VXI-11 with pyvisa-py 0.8.1 as the client, which finds the port in the resource name."""

from __future__ import annotations

import threading

import pytest
import pyvisa
from pyvisa.constants import StatusCode


@pytest.fixture
def served(serve):
    return serve("vxi11")


@pytest.fixture
def talk(served, visa):
    return visa(served.resource("talker", "vxi11"))


def client(opened):
    """Give pyvisa-py's RPC client and the number of its link."""
    session = opened.visalib.sessions[opened.session]
    return session.interface, session.link


def test_the_resource_name_has_the_port_behind_the_host(served):
    assert (
        served.resource("talker", "vxi11")
        == f"TCPIP0::127.0.0.1,{served.port('talker', 'vxi11')}::inst0::INSTR"
    )


def test_identity_long_reply_and_binary_block(talk):
    assert talk.query("*IDN?") == "EXAMPLE,TALKER,0,1.0"
    assert talk.query("LONG?") == "x" * 20_000
    assert bytes(talk.query_binary_values("BLOC?", datatype="B")) == b"a\nb\r\n\xff\x00+\x1b"
    assert talk.query("*ESR?") == "128"


def test_a_long_message_goes_in_pieces_and_only_the_last_has_end(talk):
    talk.write("x" * 70_000)
    assert talk.query("SYST:ERR?") == '-363,"Input buffer overrun"'
    talk.visalib.sessions[talk.session].max_recv_size = 7  # pieces of one message
    assert talk.query("*ESE?;*ESE?;*ESE?") == "0;0;0"


def test_a_reading_takes_simulated_time_only(served, visa, world):
    meter = visa(served.resource("meter", "vxi11"))
    for _ in range(20):
        assert meter.query("READ?") == "+1.00000000E+01"
    assert world.clock.monotonic() == pytest.approx(4.0)


def test_silence_times_out_at_once_in_simulated_time_and_all_goes_on(talk, world):
    talk.timeout = 60_000
    with pytest.raises(pyvisa.VisaIOError) as raised:
        talk.query("HUSH")
    assert raised.value.error_code == StatusCode.error_timeout
    assert world.clock.monotonic() == pytest.approx(60.0, abs=0.1)
    assert talk.query("SYST:ERR?") == '-420,"Query UNTERMINATED"'
    assert talk.query("*IDN?") == "EXAMPLE,TALKER,0,1.0"


def test_a_late_reply_can_be_read_after_the_timeout(talk, world):
    talk.timeout = 10_000
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        talk.query("LATE?")
    talk.timeout = 25_000
    assert talk.read() == "late"
    assert world.clock.monotonic() == pytest.approx(30.0)


def test_reads_end_with_count_character_or_end(talk):
    core, link = client(talk)
    talk.write("*IDN?")
    assert core.device_read(link, 7, 1000, 0, 0, 0) == (0, 1, b"EXAMPLE")  # reason 1: request size
    assert core.device_read(link, 99, 1000, 0, 128, ord(",")) == (0, 2, b",")  # 2: termination character
    assert core.device_read(link, 13, 1000, 0, 0, 0) == (0, 1 | 4, b"TALKER,0,1.0\n")  # 4: END


def test_status_byte_trigger_and_clear(talk):
    talk.write("*ESE?")
    assert talk.read_stb() == 0x10
    assert talk.read() == "0"
    assert talk.read_stb() == 0
    talk.assert_trigger()
    assert talk.query("TRIG?") == "1"
    talk.write("LONG?")
    assert talk.read_bytes(10) == b"x" * 10
    talk.clear()
    assert talk.query("*IDN?") == "EXAMPLE,TALKER,0,1.0"
    assert talk.query("SYST:ERR?") == '0,"No error"'


def test_service_request_shows_in_the_status_byte(talk):
    talk.query("*SRE 32;*ESE 1;*OPC;*OPC?")
    assert talk.read_stb() == 0x60
    assert talk.read_stb() == 0x20


def test_lock_by_a_second_client(served, visa, talk):
    other = visa(served.resource("talker", "vxi11"))
    talk.lock_excl()
    with pytest.raises(pyvisa.VisaIOError) as raised:
        other.lock_excl()
    assert raised.value.error_code == StatusCode.error_resource_locked
    core, link = client(other)
    assert core.device_write(link, 1000, 0, 8, b"*IDN?\n") == (11, 0)
    assert core.device_read_stb(link, 1, 1000, 1000) == (11, 0)  # waits for the lock, in simulated time
    assert core.device_unlock(link) == 12
    assert talk.query("*IDN?") == "EXAMPLE,TALKER,0,1.0"
    talk.unlock()
    assert other.query("*IDN?") == "EXAMPLE,TALKER,0,1.0"


def test_remote_local_and_docmd(talk):
    core, link = client(talk)
    assert core.device_remote(link, 0, 0, 0) == 0
    assert core.device_local(link, 0, 0, 0) == 0
    assert core.device_docmd(link, 0, 0, 0, 0x020000, 1, 1, b"") == (8, b"")


def test_two_instruments_at_once(served, visa):
    found = {}

    def work(name, message):
        opened = visa(served.resource(name, "vxi11"))
        found[name] = {opened.query(message) for _ in range(20)}

    threads = [threading.Thread(target=work, args=pair) for pair in (("talker", "LONG?"), ("meter", "*IDN?"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found == {"talker": {"x" * 20_000}, "meter": {"EXAMPLE,TOY,0,1.0"}}
