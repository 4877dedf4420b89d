"""HiSLIP byte by byte: messages written out from IVI-6.1, chapter 6, and its tables of codes."""

from __future__ import annotations

import pytest

INITIALIZE = bytes.fromhex("4853 00 00 0100 7878 0000000000000007") + b"hislip0"


@pytest.fixture
def port(serve):
    return serve("hislip").port("talker", "hislip")


@pytest.fixture
def session(port, connect, exactly):
    """Open both connections as a client does; gives them."""
    main, other = connect(port), connect(port)
    main.sendall(INITIALIZE)
    answer = exactly(main, 16)
    assert answer[:6] == bytes.fromhex("4853 01 00 0100")  # InitializeResponse, synchronized, version 1.0
    assert answer[8:] == bytes(8)
    other.sendall(bytes.fromhex("4853 11 00 0000") + answer[6:8] + bytes(8))
    assert exactly(other, 16)[:4] == bytes.fromhex("4853 12 00")
    return main, other


def header(text):
    return bytes.fromhex(text)


def test_data_end_has_the_message_id_of_the_query(session, exactly):
    main, _ = session
    main.sendall(header("4853 07 00 ffffff00 0000000000000006") + b"*ESE?\n")
    assert exactly(main, 18) == header("4853 07 00 ffffff00 0000000000000002") + b"0\n"
    main.sendall(header("4853 07 01 ffffff02 0000000000000006") + b"*ESE?\n")
    assert exactly(main, 18) == header("4853 07 00 ffffff02 0000000000000002") + b"0\n"


def test_a_message_may_come_in_several_data_and_byte_by_byte(session, exactly):
    main, _ = session
    sent = header("4853 06 00 ffffff00 0000000000000002") + b"*E"
    sent += header("4853 07 00 ffffff02 0000000000000003") + b"SE?"  # END alone ends the message
    for code in sent:
        main.sendall(bytes([code]))
    assert exactly(main, 18) == header("4853 07 00 ffffff02 0000000000000002") + b"0\n"


def test_without_rmt_delivered_the_next_query_interrupts(session, exactly):
    main, other = session
    main.sendall(header("4853 07 00 ffffff00 0000000000000006") + b"*ESE?\n")
    exactly(main, 18)
    main.sendall(header("4853 07 00 ffffff02 0000000000000006") + b"*ESE?\n")
    assert exactly(main, 16) == header("4853 0d 00 ffffff02 0000000000000000")  # Interrupted
    assert exactly(other, 16) == header("4853 0e 00 ffffff02 0000000000000000")  # AsyncInterrupted
    assert exactly(main, 18) == header("4853 07 00 ffffff02 0000000000000002") + b"0\n"


def test_status_query_says_whether_the_reply_was_read(session, exactly):
    main, other = session
    main.sendall(header("4853 07 00 ffffff00 0000000000000006") + b"*ESE?\n")
    exactly(main, 18)
    other.sendall(header("4853 15 00 ffffff00 0000000000000000"))
    assert exactly(other, 16) == header("4853 16 10 00000000 0000000000000000")  # MAV
    other.sendall(header("4853 15 01 ffffff00 0000000000000000"))  # RMT-delivered
    assert exactly(other, 16) == header("4853 16 00 00000000 0000000000000000")


def test_maximum_message_size_splits_the_reply(session, exactly):
    main, other = session
    other.sendall(header("4853 0f 00 00000000 0000000000000008 0000000000000014"))  # 20 bytes: payload of 4
    assert exactly(other, 24) == header("4853 10 00 00000000 0000000000000008 0000000000100000")
    main.sendall(header("4853 07 00 ffffff00 0000000000000006") + b"*IDN?\n")
    assert exactly(main, 20) == header("4853 06 00 ffffff00 0000000000000004") + b"EXAM"
    for text in (b"PLE,", b"TALK", b"ER,0", b",1.0"):
        assert exactly(main, 20) == header("4853 06 00 ffffff00 0000000000000004") + text
    assert exactly(main, 17) == header("4853 07 00 ffffff00 0000000000000001") + b"\n"


def test_device_clear_discards_what_comes_before_it_is_complete(session, exactly):
    main, other = session
    other.sendall(header("4853 13 00 00000000 0000000000000000"))
    assert exactly(other, 16) == header("4853 17 00 00000000 0000000000000000")
    main.sendall(header("4853 07 00 ffffff00 0000000000000006") + b"*IDN?\n")
    main.sendall(header("4853 08 00 00000000 0000000000000000"))
    assert exactly(main, 16) == header("4853 09 00 00000000 0000000000000000")
    main.sendall(header("4853 07 00 ffffff00 0000000000000006") + b"*ESE?\n")
    assert exactly(main, 18) == header("4853 07 00 ffffff00 0000000000000002") + b"0\n"


def test_a_payload_that_is_too_large_is_refused_and_the_session_goes_on(session, exactly):
    main, _ = session
    main.sendall(header("4853 07 00 ffffff00 0000000000100000") + b"x" * 0x100000)
    assert exactly(main, 8)[:4] == header("4853 03 04")  # Error: message too large
    exactly(main, int.from_bytes(exactly(main, 8)))
    main.sendall(header("4853 07 00 ffffff02 0000000000000006") + b"*ESE?\n")
    assert exactly(main, 18) == header("4853 07 00 ffffff02 0000000000000002") + b"0\n"


@pytest.mark.parametrize(
    ("on", "sent", "code"),
    [
        (0, "4853 63 00 00000000 0000000000000000", 1),  # unrecognized message type
        (0, "4853 01 00 00000000 0000000000000000", 1),  # InitializeResponse from a client
        (0, "4853 c8 00 00000000 0000000000000000", 3),  # vendor-defined
        (1, "4853 06 00 00000000 0000000000000000", 1),  # Data on the asynchronous connection
        (1, "4853 04 07 00000000 0000000000000000", 2),  # AsyncLock, unrecognized control code
        (1, "4853 0a 07 00000000 0000000000000000", 2),  # AsyncRemoteLocalControl, as before
        (1, "4853 0f 00 00000000 0000000000000002 0001", 0),  # a size of 2 bytes
    ],
)
def test_errors_after_which_the_session_goes_on(session, exactly, on, sent, code):
    sock = session[on]
    sock.sendall(header(sent))
    answer = exactly(sock, 16)
    assert answer[:8] == header("4853 03") + bytes([code]) + bytes(4)
    exactly(sock, int.from_bytes(answer[8:]))
    session[0].sendall(header("4853 07 00 ffffff00 0000000000000006") + b"*ESE?\n")
    assert exactly(session[0], 18) == header("4853 07 00 ffffff00 0000000000000002") + b"0\n"


def test_a_malformed_header_ends_both_connections(session, rest):
    main, other = session
    main.sendall(b"GET / HTTP/1.0\r\n\r\n")
    assert rest(main)[:8] == header("4853 02 01 00000000")  # FatalError: poorly formed message header
    assert rest(other) == b""


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("4853 07 00 ffffff00 0000000000000000", 3),  # invalid initialization sequence
        ("4853 11 00 00000099 0000000000000000", 3),  # there is no such session
        ("4853 00 00 0100 7878 0000000000000003 666f6f", 0),  # there is no sub-address foo
    ],
)
def test_bad_beginnings_are_fatal(port, connect, rest, sent, code):
    sock = connect(port)
    sock.sendall(header(sent))
    assert rest(sock)[:8] == header("4853 02") + bytes([code]) + bytes(4)


def test_data_before_the_asynchronous_connection_is_fatal(port, connect, rest):
    sock = connect(port)
    sock.sendall(INITIALIZE + header("4853 07 00 ffffff00 0000000000000006") + b"*IDN?\n")
    assert rest(sock)[16:24] == header("4853 02 02 00000000")


def test_one_client_too_many_is_told_so(serve, connect, exactly, rest):
    port = serve("hislip", max_clients=1).port("talker", "hislip")
    first = connect(port)
    first.sendall(INITIALIZE)
    exactly(first, 16)
    assert rest(connect(port))[:8] == header("4853 02 04 00000000")


def test_a_session_ends_with_either_connection(session, rest):
    main, other = session
    other.close()
    assert rest(main) == b""
