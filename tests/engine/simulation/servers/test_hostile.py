"""Whatever a client sends, the others are served: parsers and live servers under arbitrary bytes (hypothesis)."""

from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.simulation.servers import LoopbackServer, hislip, prologix, rpc, telnet
from calbench.simulation.servers.channel import RefusalError

PIECES = st.lists(st.integers(1, 40), max_size=30)
HEADERS = st.builds(
    lambda kind, control, parameter, length, payload: (
        struct.pack(">2sBBIQ", b"HS", kind, control, parameter, length) + payload
    ),
    st.integers(0, 40),
    st.integers(0, 255),
    st.integers(0, 0xFFFF_FFFF),
    st.one_of(st.integers(0, 20), st.integers(0, 2**64 - 1)),
    st.binary(max_size=20),
)
CALLS = st.builds(
    lambda program, version, procedure, arguments: _record(
        struct.pack(">10I", 1, 0, 2, program, version, procedure, 0, 0, 0, 0) + arguments
    ),
    st.sampled_from([0x0607AF, 0x0607B0, 7]),
    st.sampled_from([1, 1, 1, 2]),
    st.integers(0, 30),
    st.one_of(
        st.binary(max_size=48),
        st.lists(st.sampled_from([0, 1, 5, 8, 128, 1000, 0xFFFF_FFFF]), max_size=9).map(
            lambda words: struct.pack(f">{len(words)}I", *words)
        ),
    ),
)
COMMANDS = st.builds(
    lambda name, words: b"++" + " ".join([name, *map(str, words)]).encode("latin-1") + b"\n",
    st.sampled_from(
        ["addr", "read", "read eoi", "spoll", "trg", "eos", "read_tmo_ms", "auto", "clr", "rst", ""]
    ),
    st.lists(
        st.one_of(st.integers(-1, 130), st.text(st.characters(max_codepoint=255), max_size=3)), max_size=3
    ),
)
COM_PORT = st.builds(
    lambda command, value: b"\xff\xfa\x2c" + bytes([command]) + value + b"\xff\xf0",
    st.integers(0, 13),
    st.binary(max_size=8),
)


def _record(data):
    return struct.pack(">I", 0x8000_0000 | len(data)) + data


def _cut(data, pieces):
    start = 0
    for length in pieces:
        yield data[start : start + length]
        start += length
    yield data[start:]


def _joined(events):
    """Give events with neighbouring bytes as one."""
    whole: list[telnet.Event] = []
    for event in events:
        if whole and isinstance(event, bytes) and isinstance(whole[-1], bytes):
            whole[-1] += event
        else:
            whole.append(event)
    return whole


def _pulled(parser, parts):
    """Feed a parser, take what it gives; the last is "refused" if it refused."""
    found = []
    try:
        for part in parts:
            parser.feed(part)
            while (one := parser.next()) is not None:
                found.append(one)
    except RefusalError:
        found.append("refused")
    return found


@given(st.lists(st.one_of(HEADERS, st.binary(max_size=30)), max_size=5).map(b"".join), PIECES)
def test_hislip_messages_do_not_depend_on_the_pieces(data, pieces):
    assert _pulled(hislip.Parser(), [data]) == _pulled(hislip.Parser(), _cut(data, pieces))


@given(st.lists(st.one_of(CALLS, st.binary(max_size=30)), max_size=5).map(b"".join), PIECES)
def test_rpc_records_do_not_depend_on_the_pieces(data, pieces):
    assert _pulled(rpc.Records(100), [data]) == _pulled(rpc.Records(100), _cut(data, pieces))


@given(st.lists(st.sampled_from([b"++", b"+", b"\x1b", b"\r", b"\n", b"a"])).map(b"".join), PIECES)
def test_prologix_lines_do_not_depend_on_the_pieces(data, pieces):
    parser = prologix.Lines()
    assert prologix.Lines().feed(data) == [line for part in _cut(data, pieces) for line in parser.feed(part)]


@given(st.lists(st.one_of(COM_PORT, st.binary(max_size=9), st.just(b"\xff"))).map(b"".join), PIECES)
def test_telnet_events_do_not_depend_on_the_pieces(data, pieces):
    parser = telnet.Telnet()
    parts = [event for part in _cut(data, pieces) for event in parser.feed(part)]
    assert _joined(telnet.Telnet().feed(data)) == _joined(parts)


@given(st.binary())
def test_telnet_gives_back_what_was_escaped(data):
    assert _joined(telnet.Telnet().feed(telnet.escaped(data))) == ([data] if data else [])


GOOD = {
    "raw": [(b"*IDN?\n", 21)],
    "rfc2217": [(b"*IDN?\n", 21)],
    "prologix": [(b"++addr 5\n*IDN?\n++read eoi\n", 21)],
    "vxi11": [
        (_record(struct.pack(">14I", 1, 0, 2, 0x0607AF, 1, 10, 0, 0, 0, 0, 1, 0, 0, 0)), 44),
    ],
    "hislip": [(bytes.fromhex("4853 00 00 0100 7878 0000000000000000"), 16)],
}
BAD = {
    "raw": st.binary(max_size=200),
    "rfc2217": st.one_of(COM_PORT, st.binary(max_size=60)),
    "prologix": st.one_of(COMMANDS, st.binary(max_size=60)),
    "vxi11": st.one_of(CALLS, st.binary(max_size=60)),
    "hislip": st.one_of(HEADERS, st.binary(max_size=60)),
}
BEGINNING = {  # without which most of it would be refused at once
    "vxi11": _record(struct.pack(">14I", 1, 0, 2, 0x0607AF, 1, 10, 0, 0, 0, 0, 1, 0, 0, 0)),
    "hislip": bytes.fromhex("4853 00 00 0100 7878 0000000000000000"),
}


@pytest.mark.parametrize("protocol", list(GOOD))
def test_a_live_server_serves_others_whatever_one_sends(protocol, world, talker, connect, exactly, caplog):
    ways = () if protocol == "prologix" else (protocol,)
    with LoopbackServer(
        world, ("talker",), protocols={"talker": ways}, buses={"GPIB0": {(5, None): "talker"}}
    ) as server:
        port = server.port("GPIB0" if protocol == "prologix" else "talker", protocol)

        @settings(max_examples=40, deadline=None)
        @given(st.lists(BAD[protocol], min_size=1, max_size=6), st.booleans())
        def attack(messages, begun):
            with_beginning = BEGINNING.get(protocol, b"") if begun else b""
            bad, good = connect(port), connect(port)
            with contextlib.suppress(ConnectionError):  # it is refused already
                bad.sendall(with_beginning + b"".join(messages))
            for sent, length in GOOD[protocol]:
                good.sendall(sent)
                exactly(good, length)
            bad.close()
            good.close()

        attack()
        assert server.running
    assert caplog.records == []


def test_a_model_that_fails_loses_its_client_only(world, talker, connect, exactly, caplog):
    def fail(line):
        raise ZeroDivisionError(line)

    world.device("source").receive = fail
    with LoopbackServer(world, ("source", "talker")) as server:
        bad, good = connect(server.port("source")), connect(server.port("talker"))
        bad.sendall(b"X\n")
        assert bad.recv(1) == b""
        good.sendall(b"*IDN?\n")
        assert exactly(good, 21) == b"EXAMPLE,TALKER,0,1.0\n"
    assert "A simulated instrument failed" in caplog.text


def test_a_client_that_never_reads_stops_being_heard_and_the_others_are_served(
    serve, world, connect, exactly, monkeypatch
):
    heard: list[str] = []
    talker = world.device("talker")
    answer = talker.receive

    def listen(line: str) -> None:
        heard.append(line)
        answer(line)

    monkeypatch.setattr(talker, "receive", listen)
    server = serve("raw")
    lazy, good = connect(server.port("talker")), connect(server.port("talker"))
    lazy.sendall(b"LONG?\n" * 1000)  # 20 MB come back, more than the buffers of any system
    good.sendall(b"*IDN?\n")
    assert exactly(good, 21) == b"EXAMPLE,TALKER,0,1.0\n"
    lazy.settimeout(0.05)
    with pytest.raises(TimeoutError):
        lazy.sendall(b"HUSH\n" * 4_000_000)
    good.sendall(b"*IDN?\n")
    assert exactly(good, 21) == b"EXAMPLE,TALKER,0,1.0\n"
    assert "HUSH" not in heard
    lazy.settimeout(5)
    assert exactly(lazy, 1000 * 20_001) == (b"x" * 20_000 + b"\n") * 1000


@pytest.mark.parametrize("protocol", ["vxi11", "hislip"])
def test_many_questions_at_once_are_a_deadlock(serve, visa, protocol):
    """IEEE 488.2, 6.3.1.7: replies and questions that fill all buffers are thrown away, and an error is reported."""
    server = serve(protocol)
    talk = visa(server.resource("talker", protocol))
    talk.write_raw(b"LONG?\n" * 1025 + b"*CLS;SYST:ERR?\n")
    assert talk.read() == '0,"No error"'
    talk.write_raw(b"LONG?\n" * 1025)
    assert talk.query("SYST:ERR?") == '-430,"Query DEADLOCKED"'


def test_an_instrument_that_goes_on_sending_ends_a_client_that_never_reads(serve, world, connect):
    server = serve("raw")
    lazy = connect(server.port("talker"))
    lazy.sendall(b"*ESE?\n")
    assert lazy.recv(2) == b"0\n"
    talker = world.device("talker")

    def chatter():
        talker.send(b"x" * 60_000)
        talker.after(0.1, chatter)

    chatter()
    world.clock.sleep(60.0)  # 36 MB
    with pytest.raises(ConnectionError):
        lazy.sendall(b"HUSH\n" * 4_000_000)
