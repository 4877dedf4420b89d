"""HiSLIP with pyvisa-py 0.8.1 as the client; where it has no function of its own, its protocol module is used."""

from __future__ import annotations

import contextlib
import threading

import pytest
import pyvisa
from pyvisa_py.protocols import hislip


def interface(opened):
    """Give pyvisa-py's HiSLIP client behind a resource."""
    return opened.visalib.sessions[opened.session].interface


@pytest.fixture
def served(serve):
    return serve("hislip")


@pytest.fixture
def talk(served, visa):
    return visa(served.resource("talker", "hislip"))


def test_the_resource_name_has_the_port_behind_the_sub_address(served):
    port = served.port("talker", "hislip")
    assert served.resource("talker", "hislip") == f"TCPIP0::127.0.0.1::hislip0,{port}::INSTR"


def test_identity_long_reply_and_binary_block(talk):
    assert talk.query("*IDN?") == "EXAMPLE,TALKER,0,1.0"
    assert talk.query("LONG?") == "x" * 20_000
    assert bytes(talk.query_binary_values("BLOC?", datatype="B")) == b"a\nb\r\n\xff\x00+\x1b"
    assert talk.query("*ESR?") == "128"  # power on, and no query error


def test_a_reading_takes_simulated_time_only(served, visa, world):
    meter = visa(served.resource("meter", "hislip"))
    for _ in range(50):
        assert meter.query("READ?") == "+1.00000000E+01"
    assert world.clock.monotonic() == pytest.approx(10.0)


def test_status_byte_has_mav_until_the_reply_was_read(talk):
    talk.write("*ESE?")
    assert talk.read_stb() == 0x10
    assert talk.read() == "0"
    assert talk.read_stb() == 0


def test_a_query_before_the_reply_was_read_is_interrupted(talk):
    talk.write("LONG?")
    assert talk.query("*IDN?") == "EXAMPLE,TALKER,0,1.0"  # IVI-6.1, 3.1: the first reply is discarded
    assert talk.query("*ESR?") == "132"  # power on and query error


def test_trigger(talk):
    interface(talk).trigger()  # pyvisa-py 0.8.1 has assert_trigger for VXI-11 and Prologix only
    assert talk.query("TRIG?") == "1"


def test_clear_with_an_unread_reply(talk):
    talk.write("LONG?")
    assert talk.read_bytes(10) == b"x" * 10
    client = interface(talk)
    # pyvisa-py 0.8.1 does not throw the rest of the reply away, as IVI-6.1, 4.12 wants, and then loses track.
    feature = client.async_device_clear()
    client._sync.settimeout(0.05)
    with contextlib.suppress(TimeoutError):
        while client._sync.recv(65536):
            pass
    client.timeout = 5.0
    assert client.device_clear_complete(feature) == 0
    client._message_id, client._payload_remaining, client._msg_type = 0xFFFF_FF00, 0, ""
    assert talk.query("*IDN?") == "EXAMPLE,TALKER,0,1.0"
    assert talk.query("SYST:ERR?") == '0,"No error"'


def test_service_request(served, talk):
    talk.write("*SRE 32;*ESE 1")
    talk.write("*OPC")
    seen = hislip.AsyncServiceRequest(interface(talk)._async)
    assert seen.server_status == 0x60
    assert talk.read_stb() == 0x60
    assert talk.read_stb() == 0x20  # a poll takes the request back


def test_service_request_that_is_not_fetched_confuses_pyvisa_py(talk):
    talk.query("*SRE 32;*ESE 1;*OPC;*OPC?")
    with pytest.raises(RuntimeError, match="expected message type 'AsyncStatusResponse'"):
        talk.read_stb()  # pyvisa-py 0.8.1: an unsolicited message breaks the next exchange
    assert hislip.AsyncStatusResponse(interface(talk)._async).server_status == 0x60


def test_lock_by_a_second_client(served, visa, talk):
    other = visa(served.resource("talker", "hislip"))
    mine, theirs = interface(talk), interface(other)
    assert mine.async_lock_request(0.0) == "success"
    assert mine.async_lock_request(0.0) == "error"  # it has it already
    assert theirs.async_lock_request(30.0) == "failure"
    assert theirs.async_lock_info() == 1
    other.timeout = 30
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        other.query("*IDN?")
    assert talk.query("*IDN?") == "EXAMPLE,TALKER,0,1.0"
    other.timeout = 5000
    assert mine.async_lock_release() == "success"
    assert other.read() == "EXAMPLE,TALKER,0,1.0"  # the message that was held back is acted on now
    assert mine.async_lock_release() == "error"
    assert mine.async_lock_info() == 0


def test_shared_locks(served, visa, talk):
    other, third = (visa(served.resource("talker", "hislip")) for _ in range(2))
    assert interface(talk).async_lock_request(0.0, "key") == "success"
    assert interface(other).async_lock_request(0.0, "key") == "success"
    assert interface(third).async_lock_request(0.0, "another") == "failure"
    assert other.query("*ESE?") == talk.query("*ESE?") == "0"
    assert interface(other).async_lock_release() == "success shared"


def test_the_lock_of_a_client_that_leaves_is_given_back(served, visa, talk):
    other = visa(served.resource("talker", "hislip"))
    assert interface(other).async_lock_request(0.0) == "success"
    other.close()
    assert interface(talk).async_lock_request(60.0) == "success"


def test_remote_and_local(talk):
    for request in hislip.REMOTELOCALCONTROLCODE:
        interface(talk).async_remote_local_control(request)


def test_negotiated_size(talk):
    client = interface(talk)
    client.max_msg_size = 1024
    assert client.max_msg_size == 1 << 20  # what the server takes
    assert talk.query("LONG?") == "x" * 20_000  # comes in 20 messages
    client._max_msg_size = 64  # sends in pieces too
    assert talk.query("*ESE?" + ";*ESE?" * 40) == "0" + ";0" * 40


def test_silence_ends_with_the_timeout_of_the_client_and_all_goes_on(talk):
    talk.timeout = 20
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        talk.query("HUSH")
    talk.timeout = 5000
    assert talk.query("*IDN?") == "EXAMPLE,TALKER,0,1.0"


def test_two_instruments_at_once(served, visa):
    found = {}

    def work(name, message):
        opened = visa(served.resource(name, "hislip"))
        found[name] = {opened.query(message) for _ in range(50)}

    threads = [threading.Thread(target=work, args=pair) for pair in (("talker", "LONG?"), ("meter", "*IDN?"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found == {"talker": {"x" * 20_000}, "meter": {"EXAMPLE,TOY,0,1.0"}}
