"""Every link over real TCP connections: what must hold whatever carries the line."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from calbench.errors import ConnectionLost, LinkError, LinkTimeout, UsageError


def echo(line: str) -> bytes:
    return f"{line}!\n".encode("latin-1") if line.endswith("?") else b""


def first_line_then(action):
    """A handler that takes one line, then does something with the connection."""

    def handler(connection: socket.socket) -> None:
        connection.recv(4096)
        action(connection)

    return handler


def test_a_query_gives_the_reply_without_terminator(serve, answer, open_to):
    link = open_to(serve(answer(echo)))

    assert link.query("*IDN?") == "*IDN?!"
    assert link.query("READ?") == "READ?!"


def test_a_terminator_of_two_characters_must_arrive_whole(serve, answer, open_to):
    link = open_to(serve(answer(lambda _: b"a\nb\rc\r\n")), read_end="\r\n")

    assert link.query("X?") == "a\nb\rc"


def test_a_long_reply_comes_whole(serve, answer, open_to):
    size = 1_000_000
    link = open_to(serve(answer(lambda _: b"7" * size + b"\n")))

    assert link.query("TRAC?") == "7" * size


def test_every_latin_1_character_passes_both_ways(serve, answer, open_to):
    characters = bytes(code for code in range(256) if code != 0x0A)
    link = open_to(serve(answer(lambda line: line.encode("latin-1") + b"\n")))
    text = characters.decode("latin-1").rstrip("\r")

    assert link.query("q" + text) == "q" + text


def test_a_character_that_no_line_carries_is_refused(serve, answer, open_to):
    link = open_to(serve(answer(echo)))

    with pytest.raises(UsageError, match="Ω"):
        link.query("RES 10 Ω?")
    assert link.query("A?") == "A?!"


def test_two_replies_in_one_packet_are_read_one_by_one(serve, answer, open_to):
    link = open_to(serve(answer(lambda _: b"first\nsecond\n")))

    assert link.query("A?") == "first"
    assert link.read() == "second"


def test_two_writes_before_a_query_do_not_stall(serve, answer, open_to):
    link = open_to(serve(answer(echo)))
    link.query("A?")
    rounds = []
    for _ in range(7):
        start = time.perf_counter()
        link.write("VOLT 1")
        link.write("OUTP ON")
        link.query("MEAS?")
        rounds.append(time.perf_counter() - start)

    assert sorted(rounds)[3] < 0.020  # Nagle's algorithm would make it 40 ms (reference, section 4)


@pytest.mark.parametrize("partial", [b"", b"+1.2345"])
def test_a_dead_peer_is_lost_at_once_and_without_load(serve, open_to, partial):
    def die(connection: socket.socket) -> None:
        if partial:
            connection.sendall(partial)
        connection.close()

    link = open_to(serve(first_line_then(die)))
    start, load = time.perf_counter(), time.process_time()

    with pytest.raises(ConnectionLost):
        link.query("READ?")

    assert time.perf_counter() - start < 2.5  # the timeout is 5 s
    assert time.process_time() - load < 0.2


def test_a_reset_is_a_lost_connection(serve, open_to, abort):
    link = open_to(serve(first_line_then(abort)))

    with pytest.raises(ConnectionLost):
        link.query("READ?")


def test_a_peer_that_died_between_queries_is_a_lost_connection(serve, open_to):
    gone = threading.Event()

    def one_answer(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"ok\n")
        connection.close()
        gone.set()

    link = open_to(serve(one_answer))
    link.query("A?")
    assert gone.wait(5)

    for _ in range(3):  # and stays one
        with pytest.raises(ConnectionLost):
            link.query("B?")


def test_a_refused_port_fails_at_open(open_to, free_port):
    with pytest.raises(LinkError, match=str(free_port)):
        open_to(free_port)


def test_silence_is_a_timeout_that_is_kept(serve, open_to, answer):
    link = open_to(serve(answer(lambda _: b"")), timeout=30)
    start, load = time.perf_counter(), time.process_time()

    with pytest.raises(LinkTimeout, match=r"0\.15 s"):
        link.query("READ?", timeout=0.15)

    assert 0.14 < time.perf_counter() - start < 3
    assert time.process_time() - load < 0.1


def test_part_of_a_reply_is_a_timeout(serve, open_to, answer):
    link = open_to(serve(answer(lambda _: b"+1.23")), timeout=0.1)

    with pytest.raises(LinkTimeout):
        link.query("READ?")


@pytest.mark.parametrize(("pause", "burst"), [(0.02, b"1"), (0.0, b"1" * 100)])
def test_a_peer_that_goes_on_sending_does_not_move_the_deadline(serve, open_to, pause, burst):
    stop = threading.Event()

    def trickle(connection: socket.socket) -> None:
        connection.recv(4096)
        while not stop.wait(pause):
            connection.sendall(burst)

    link = open_to(serve(trickle))
    start = time.perf_counter()
    with pytest.raises(LinkTimeout):
        link.query("READ?", timeout=0.15)
    stop.set()

    assert time.perf_counter() - start < 0.6


def test_a_terminator_may_come_in_two_parts(serve, open_to):
    def halves(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"S S 1 g\r")
        threading.Event().wait(0.03)
        connection.sendall(b"\n")
        connection.recv(4096)

    assert open_to(serve(halves), read_end="\r\n").query("S") == "S S 1 g"


@pytest.mark.parametrize("partial", [b"", b"+1.2"])
def test_a_late_reply_does_not_answer_the_next_query(serve, open_to, partial):
    timed_out, late_is_out = threading.Event(), threading.Event()

    def late(connection: socket.socket) -> None:
        with connection.makefile("rb") as lines:
            assert next(lines) == b"READ?\n"
            connection.sendall(partial)
            assert timed_out.wait(5)
            connection.sendall(b"9.9\n")
            late_is_out.set()
            for line in lines:
                connection.sendall(b"answer to " + line)

    link = open_to(serve(late))
    with pytest.raises(LinkTimeout):
        link.query("READ?", timeout=0.05)
    timed_out.set()
    assert late_is_out.wait(5)

    assert link.query("VOLT?") == "answer to VOLT?"


def test_a_reply_may_be_waited_for_again(serve, open_to):
    timed_out = threading.Event()

    def late(connection: socket.socket) -> None:
        connection.recv(4096)
        assert timed_out.wait(5)
        connection.sendall(b"S S 1.000 g\n")
        connection.recv(4096)

    link = open_to(serve(late))
    with pytest.raises(LinkTimeout):
        link.query("S", timeout=0.05)
    timed_out.set()

    assert link.read() == "S S 1.000 g"


def test_clear_discards_what_is_pending(serve, open_to, answer):
    link = open_to(serve(answer(lambda line: f"{line}\nunasked\n".encode())))
    link.query("A?")
    link.clear()

    assert link.query("B?") == "B?"


def test_clearing_a_line_that_does_not_fall_quiet_ends(serve, open_to):
    stop = threading.Event()

    def babble(connection: socket.socket) -> None:
        connection.recv(4096)
        while not stop.wait(0.005):
            connection.sendall(b"RH= 33.0 %RH\r\n")

    link = open_to(serve(babble), timeout=0.2)
    link.write("R")
    start = time.perf_counter()
    with pytest.raises(LinkError, match="does not stop sending"):
        link.clear()
    stop.set()

    assert time.perf_counter() - start < 1


def test_clearing_a_dead_line_ends(serve, open_to):
    link = open_to(serve(first_line_then(lambda connection: connection.close())))
    with pytest.raises(ConnectionLost):
        link.query("A?")

    with pytest.raises(ConnectionLost):
        link.clear()


def test_closing_again_does_no_harm_and_a_closed_link_says_so(serve, open_to, answer):
    link = open_to(serve(answer(echo)))
    link.close()
    link.close()

    for use in (lambda: link.query("A?"), lambda: link.write("A"), link.read, link.clear):
        with pytest.raises(LinkError, match="closed"):
            use()


def test_one_closed_link_leaves_the_others_open(serve, open_to, answer):
    port = serve(answer(echo))
    first, second = open_to(port), open_to(port)
    first.close()

    assert second.query("A?") == "A?!"


def test_a_line_without_a_terminator_for_replies_is_refused(serve, open_to, answer):
    port = serve(answer(echo))

    with pytest.raises(UsageError, match="read_end"):
        open_to(port, read_end="")
