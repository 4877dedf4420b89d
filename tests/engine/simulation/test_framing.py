"""Where messages end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench.simulation.framing import Framer


def scpi() -> Framer:
    return Framer((b"\n",), blocks=True, limit=100)


def test_messages_in_any_pieces():
    framer = Framer((b"\n",), blocks=False, limit=100)
    assert framer.feed(b"VOLT", end=False) == []
    assert framer.feed(b" 1\r\n\nREAD?\nX", end=False) == ["VOLT 1", "READ?"]
    assert framer.feed(b"", end=True) == ["X"]


def test_only_the_whole_end_counts():
    framer = Framer((b"\r\n",), blocks=False, limit=100)
    assert framer.feed(b"S\r", end=False) == []
    assert framer.feed(b"\nSI\n\r\n", end=False) == ["S", "SI\n"]


def test_all_three_line_ends():
    framer = Framer((b"\r\n", b"\r", b"\n"), blocks=False, limit=100)
    assert framer.feed(b"A\rB\nC\r", end=False) == ["A", "B", "C"]
    assert framer.feed(b"\nD\r\n", end=False) == ["D"]


def test_bytes_survive():
    assert scpi().feed(bytes(range(160, 256)), end=True) == [bytes(range(160, 256)).decode("latin-1")]


def test_no_ends_hands_on_what_comes():
    assert Framer((), blocks=False, limit=100).feed(b"\x68\n\r", end=False) == ["\x68\n\r"]


@pytest.mark.parametrize(
    "message",
    [b"A #15a\nb;c,B", b'A "x\\";B', b"A #0b\nc", b"A '#9';B", b"A #", b"A #H1F", b'A "open', b"A #12"],
)
def test_blocks_and_strings_with_end(message):
    assert scpi().feed(message, end=True) == [message.decode()]


def test_number_sign_in_a_string_is_no_block_on_a_stream():
    assert scpi().feed(b"A '#15';B\nC\n", end=False) == ["A '#15';B", "C"]


def test_quote_that_is_not_closed_hides_no_end():
    assert scpi().feed(b'A "x\nB\n', end=False) == ['A "x', "B"]


def test_string_hides_an_end_only_if_it_is_closed_on_its_line():
    assert scpi().feed(b"A 'x;y'\nB\n", end=False) == ["A 'x;y'", "B"]


def test_overlong_messages_leave_a_gap_and_the_next_one_is_heard():
    framer = Framer((b"\n",), blocks=False, limit=10)
    assert framer.feed(b"x" * 50, end=False) == []
    assert framer.feed(b"x" * 50, end=False) == []
    assert framer.feed(b"x\nREAD?\n" + b"y" * 11 + b"\nZ\n", end=False) == [
        None,
        "READ?",
        None,
        "Z",
    ]


def test_clear_forgets():
    framer = scpi()
    framer.feed(b"VOLT", end=False)
    framer.clear()
    assert framer.feed(b"READ?\n", end=False) == ["READ?"]


@given(st.lists(st.binary(min_size=1, max_size=30)), st.randoms(use_true_random=False))
def test_block_content_and_cuts_never_matter(contents, random):
    messages = [b"D #%d%d" % (len(str(len(data))), len(data)) + data for data in contents]
    stream = b"".join(message + b"\n" for message in messages)
    framer = scpi()
    found: list[str | None] = []
    while stream:
        cut = random.randint(1, len(stream))
        found += framer.feed(stream[:cut], end=False)
        stream = stream[cut:]
    assert found == [message.decode("latin-1") for message in messages]


def test_a_block_longer_than_any_message_hides_nothing_on_a_stream():
    assert scpi().feed(b"#3101\n*IDN?\n", end=False) == ["#3101", "*IDN?"]
    assert scpi().feed(b"#9999999999\n*IDN?\n", end=False) == ["#9999999999", "*IDN?"]
