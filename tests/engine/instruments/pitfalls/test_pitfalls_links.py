"""What pyvisa-py and pyserial do badly (`test_pitfalls_pinned`) is hidden by every link, over real connections."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

import pytest

from calbench.errors import ConnectionLost, LinkError, LinkTimeout
from calbench.instruments.link import LineFormat
from calbench.instruments.opening import LinkSpec, open_link


def test_twenty_kilobytes_and_a_block_with_line_feeds_come_whole(stage, kind):
    link = stage.open(kind)
    assert link.query("LONG?") == stage.long
    link.send(b"BLOCK?\n")
    assert link.receive(stage.block_form) == stage.block.encode("latin-1") + b"\n"
    assert link.query("A?") == "A!"


def test_two_instruments_at_once(stage, kind):
    answers: dict[str, list[str]] = {}
    links = {name: stage.open(kind, name) for name in ("one", "two")}

    def ask(name: str) -> None:
        answers[name] = [links[name].query(f"{name}{number}?") for number in range(20)]

    threads = [threading.Thread(target=ask, args=(name,)) for name in links]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert answers == {name: [f"{name}{number}!" for number in range(20)] for name in links}


def test_two_writes_before_a_query_do_not_stall(stage, kind):
    link = stage.open(kind)
    link.query("A?")
    rounds = []
    for _ in range(5):
        start = time.perf_counter()
        link.write("VOLT 1")
        link.write("OUTP ON")
        assert link.query("MEAS?") == "MEAS!"
        rounds.append(time.perf_counter() - start)
    assert sorted(rounds)[2] < 0.020  # Nagle's algorithm would make it 40 ms


def test_a_peer_that_dies_during_a_read_is_lost_at_once_and_without_load(stage, kind):
    link = stage.open(kind)
    link.query("A?")
    start, load = time.perf_counter(), time.process_time()
    with pytest.raises(ConnectionLost):
        link.query("DIE?")
    assert time.perf_counter() - start < 1.0  # the timeout is 5 s
    assert time.process_time() - load < 0.2
    with pytest.raises(ConnectionLost):
        link.query("A?")


def test_silence_is_a_timeout_that_is_kept(stage, kind):
    link = stage.open(kind)
    start, load = time.perf_counter(), time.process_time()
    with pytest.raises(LinkTimeout, match=r"0\.05 s"):
        link.query("HUSH?", timeout=0.05)
    assert 0.045 < time.perf_counter() - start < 0.5
    assert time.process_time() - load < 0.1
    assert link.query("A?") == "A!"


def test_a_late_reply_does_not_answer_the_next_query(stage, kind):
    link = stage.open(kind)
    with pytest.raises(LinkTimeout):
        link.query("LATE?", timeout=0.02)
    threading.Event().wait(stage.late + 0.02)
    assert link.query("A?") == "A!"


def test_clear_with_an_unread_reply_and_with_a_remainder(stage, kind):
    link = stage.open(kind)
    link.write("LONG?")
    link.clear()
    assert link.query("A?") == "A!"
    link.send(b"LONG?\n")
    assert link.receive(stage.block_form.of(10)) == b"x" * 10
    link.clear()
    assert link.query("B?") == "B!"


def test_a_refused_port_fails_at_open_and_leaves_nothing_open(network_kind, handles):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    before = handles()
    for _ in range(2):
        with pytest.raises(LinkError, match=str(port)) as caught:
            open_link(refused(network_kind, port), line=LineFormat())
        assert handles() == before, caught.value  # while the error is still held


def refused(kind: str, port: int) -> LinkSpec | str:
    names = {
        "hislip": f"TCPIP0::127.0.0.1::hislip0,{port}::INSTR",
        "vxi11": f"TCPIP0::127.0.0.1,{port}::inst0::INSTR",
        "visa-socket": f"TCPIP0::127.0.0.1::{port}::SOCKET",
        "visa-serial": f"ASRLsocket://127.0.0.1:{port}::INSTR",
    }
    if kind in names:
        return LinkSpec("visa", names[kind], library="@py")
    schemes = {"serial": "socket://", "rfc2217": "rfc2217://", "prologix": "prologix://"}
    return f"{schemes.get(kind, '')}127.0.0.1:{port}{'/5' if kind == 'prologix' else ''}"


def test_no_thread_and_no_handle_is_left(stage, kind, handles):
    threads, before = set(threading.enumerate()), handles()
    link = stage.open(kind)
    link.query("A?")
    with pytest.raises(LinkTimeout):
        link.query("HUSH?", timeout=0.02)
    link.close()
    assert set(threading.enumerate()) == threads
    deadline = time.perf_counter() + 5
    while handles() > before and time.perf_counter() < deadline:  # the server closes its end a little later
        threading.Event().wait(0.005)
    assert handles() == before


def test_an_instrument_is_cleared_and_not_only_its_line(stage, instrument_kind):
    link = stage.open(instrument_kind)
    link.write("LATE?")
    link.clear()
    with suppress(LinkTimeout):
        pytest.fail(f"{link.read(timeout=stage.late + 0.05)!r} came")
    assert link.query("A?") == "A!"


@pytest.mark.parametrize("kind", ["rfc2217", "serial", "socket", "visa-serial", "visa-socket", "hislip"])
def test_the_last_words_of_a_peer_are_heard(stage, kind):
    link = stage.open(kind)
    link.write("BYE?")
    threading.Event().wait(stage.late)
    assert link.read() == "bye"
    with pytest.raises(ConnectionLost):
        link.read()


def test_a_read_of_nothing_is_a_timeout(stage, kind):
    link = stage.open(kind)
    assert link.query("A?") == "A!"
    with pytest.raises(LinkTimeout):
        link.read(timeout=0.03)
    assert link.query("B?") == "B!"


def test_waiting_for_a_late_answer_is_no_load(stage, kind):
    link = stage.open(kind)
    link.query("A?")
    load = time.thread_time()
    assert link.query("LATE?") == "late"  # 80 ms later
    assert time.thread_time() - load < 0.02
