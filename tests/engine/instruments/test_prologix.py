"""The link through a Prologix controller, against bytes of its manual (protocols.md 12); a real socket each time."""

import socket
import threading

import pytest

from calbench.errors import ConnectionLost, LinkError, LinkTimeout, UsageError
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.opening import open_link, parse_spec

SETUP = b"++savecfg 0\n++mode 1\n++auto 0\n++eoi 1\n++eos 3\n++eot_char 10\n"


class Recorder:
    """A peer that notes what it gets and answers each `++read` with the next reply."""

    def __init__(self, *replies):
        self.replies = list(replies)
        self.got = b""
        self.seen = threading.Condition()

    def __call__(self, connection: socket.socket) -> None:
        while data := connection.recv(4096):
            with self.seen:
                self.got += data
                self.seen.notify_all()
            for _ in range(data.count(b"++read eoi")):
                reply = self.replies.pop(0) if self.replies else b""
                if reply is None:
                    return
                connection.sendall(reply)

    def wait_for(self, text):
        with self.seen:
            assert self.seen.wait_for(lambda: text in self.got, timeout=5), self.got


def opened(port, pad="22", **line):
    return open_link(parse_spec(f"prologix://127.0.0.1:{port}/{pad}"), line=LineFormat(**line))


@pytest.fixture
def closing():
    links: list[Link] = []
    yield links.append
    for link in links:
        link.close()


def test_a_query_addresses_sends_and_reads(serve, closing):
    peer = Recorder(b"+1.0E+00\n")
    link = opened(serve(peer))
    closing(link)

    assert link.query("READ?") == "+1.0E+00"
    assert peer.got.startswith(
        SETUP + b"++addr 22\n++eot_enable 0\nREAD?\x1b\n\n++addr 22\n++read_tmo_ms 3000\n++read eoi\n"
    )


def test_characters_that_the_controller_would_take_are_escaped(serve, closing):
    peer = Recorder()
    link = opened(serve(peer), pad="4.96", write_end="")
    closing(link)
    link.write("a+b\r\n\x1b")

    peer.wait_for(b"++addr 4 96\n++eot_enable 0\na\x1b+b\x1b\r\x1b\n\x1b\x1b\n")


def test_two_instruments_share_one_controller(serve, closing):
    peer = Recorder(b"one\n", b"two\n")
    port = serve(peer)
    first, second = opened(port, "1"), opened(port, "2")
    closing(first)
    closing(second)

    assert (first.query("A"), second.query("B")) == ("one", "two")
    assert peer.got.count(SETUP) == 1
    assert b"++addr 1\n" in peer.got
    assert b"++addr 2\nB\x1b\n" in peer.got


def test_an_instrument_without_a_terminator_ends_with_eoi(serve, closing):
    peer = Recorder(b"no end\n")  # the controller puts the character there
    link = opened(serve(peer), read_end="")
    closing(link)

    assert link.query("X") == "no end"
    assert b"++eot_enable 1\n" in peer.got


def test_silence_is_a_timeout_and_the_instrument_is_cleared_before_the_next_message(serve, closing):
    peer = Recorder(b"", b"late\n", b"new\n")
    link = opened(serve(peer), timeout=0.05)
    closing(link)
    with pytest.raises(LinkTimeout, match=r"within 0\.05 s"):
        link.query("A")
    peer.replies[:1] = []

    assert link.query("B") == "new"
    assert peer.got.index(b"++addr 22\n++clr\n") < peer.got.index(b"B\x1b\n")


def test_part_of_a_reply_is_a_timeout_that_shows_it(serve, closing):
    link = opened(serve(Recorder(b"+1.0")), timeout=0.05)
    closing(link)
    with pytest.raises(LinkTimeout, match=r"4 bytes came, the last b'\+1\.0'"):
        link.query("A")


def test_a_controller_that_goes_is_lost_and_a_closed_link_says_so(serve):
    link = opened(serve(Recorder(None)))
    with pytest.raises(ConnectionLost):
        link.query("A")
    link.close()
    with pytest.raises(LinkError, match="closed"):
        link.write("A")


@pytest.mark.parametrize("address", ["host:1234", "host:1234/31", "host:1234/22.95", "/5"])
def test_an_address_that_is_none(address):
    with pytest.raises(UsageError, match=r"22\.96 with a secondary address"):
        open_link(parse_spec(f"prologix://{address}"))
