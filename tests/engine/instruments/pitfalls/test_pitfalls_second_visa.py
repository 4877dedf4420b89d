"""The same facade over a second VISA implementation: GPIB, HiSLIP, VXI-11, USB, SOCKET and ASRL resource names.

There is no maker's VISA library on the machines that run the tests. `@calbench` stands for one: it is a VISA library of
its own, in the process, which gives the status codes of VPP-4.3 and has none of pyvisa-py's sessions below it.
"""

from __future__ import annotations

import time

import pytest

from calbench.errors import ConnectionLost, LinkError, LinkTimeout
from calbench.instruments.link import LineFormat
from calbench.instruments.opening import LinkSpec, open_link


def test_queries_long_replies_and_blocks(second):
    link = second.open()
    assert link.query("A?") == "A!"
    assert link.query("LONG?") == second.long
    link.send(b"BLOCK?\n")
    assert link.receive(second.block_form) == second.block.encode("latin-1") + b"\n"
    assert link.query("B?") == "B!"


def test_two_writes_and_two_instruments(second):
    one, two = second.open(), second.open("two")
    one.write("VOLT 1")
    two.write("VOLT 2")
    one.write("A?")
    two.write("B?")
    assert (one.read(), two.read()) == ("A!", "B!")
    one.close()
    assert two.query("C?") == "C!"


def test_silence_is_a_timeout_in_the_time_of_the_library(second):
    link = second.open()
    start, before = time.perf_counter(), link.clock.monotonic()
    with pytest.raises(LinkTimeout, match="no reply within 3 s"):
        link.query("HUSH?", timeout=3)
    assert link.clock.monotonic() - before == pytest.approx(3, abs=0.1)
    assert time.perf_counter() - start < 1
    assert link.query("A?") == "A!"


def test_a_late_reply_does_not_answer_the_next_query(second):
    link = second.open()
    with pytest.raises(LinkTimeout):
        link.query("LATE?", timeout=0.02)
    link.wait(1)
    assert link.query("A?") == "A!"


def test_clear_with_an_unread_reply(second):
    link = second.open()
    link.write("LONG?")
    link.clear()
    assert link.query("A?") == "A!"


def test_a_lost_connection(second):
    link = second.open()
    link.query("A?")
    second.unplug()
    for _ in range(2):
        with pytest.raises(ConnectionLost):
            link.query("B?")


@pytest.mark.parametrize(
    "address", ["GPIB0::9::INSTR", "TCPIP0::10.0.0.9::hislip0::INSTR", "ASRL9::INSTR", "x"]
)
def test_what_is_not_there_fails_at_open(second, address):
    second.open()
    with pytest.raises(LinkError, match=address):
        open_link(LinkSpec("visa", address, library=second.library), line=LineFormat())


def test_a_closed_link_says_so(second):
    link = second.open()
    link.close()
    link.close()
    for use in (lambda: link.query("A?"), link.read, link.clear, link.discard):
        with pytest.raises(LinkError, match="closed"):
            use()


def test_a_slow_reply_is_cleared_whole(second):
    link = second.open(timeout=60)
    link.write("SLOW?")
    link.clear()
    assert link.query("A?") == "A!"
