"""A program that deviates is caught, and told with both sides."""

from __future__ import annotations

import pytest

from calbench.errors import CassetteMismatch, InstrumentError, LinkError, UsageError
from calbench.instruments.cassettes import Player

MODES = ("strict", "per_session", "by_query")


def script(*messages: str):
    def run(meter):
        return [meter.query(one) if one.endswith("?") else meter.write(one) for one in messages]

    return run


RECORDED = ("*IDN?", "VOLT 1.25", "VOLT?", "READ?", "READ?")


@pytest.mark.parametrize("mode", MODES)
def test_one_changed_command_is_told_with_both_sides_and_what_came_before(record, replay, mode):
    path = record(script(*RECORDED))
    with pytest.raises(CassetteMismatch) as told:
        replay(script("*IDN?", "VOLT 2", "VOLT?", "READ?", "READ?"), path, mode=mode)
    message = str(told.value)
    assert r"recorded: " in message
    assert r"write 'VOLT 1.25\n'" in message.split("asked:", maxsplit=1)[0]
    assert r"asked:    write 'VOLT 2\n'" in message
    assert r"write '*IDN?\n'" in message.split("before:")[1]
    assert "toy.cassette, after 3 operations, TCPIP0::127.0.0.1::" in message
    assert f"({mode})" in message


def test_a_mismatch_is_an_instrument_error_of_exit_code_3_and_no_line_is_tried_again():
    assert issubclass(CassetteMismatch, InstrumentError)
    assert not issubclass(CassetteMismatch, LinkError)
    assert CassetteMismatch.exit_code == 3


@pytest.mark.parametrize("mode", MODES)
def test_operations_that_nobody_asked_for_are_told(record, replay, mode):
    path = record(script(*RECORDED))
    with pytest.raises(CassetteMismatch, match=r"4 recorded operations were not asked for") as told:
        replay(script("*IDN?", "VOLT 1.25", "VOLT?"), path, mode=mode)
    assert str(told.value).count("READ?") == 2


@pytest.mark.parametrize(("mode", "says"), [("strict", "at its end"), ("by_query", "the same fewer times")])
def test_more_than_was_recorded_is_told(record, replay, mode, says):
    path = record(script(*RECORDED))
    with pytest.raises(CassetteMismatch, match=says):
        replay(script(*RECORDED, "READ?"), path, mode=mode)


def test_by_query_the_order_is_free(record, replay):
    path = record(script(*RECORDED))
    assert replay(script("READ?", "VOLT?", "READ?", "VOLT 1.25", "*IDN?"), path, mode="by_query") == [
        "+1.00000000E+01",
        "+1.25000000E+00",
        "+1.00000000E+01",
        10,
        "EXAMPLE,TOY,MY49012345,1.0",
    ]


def test_by_query_a_last_reply_comes_again_only_if_that_is_said(record, replay):
    path = record(script(*RECORDED))
    more = script(*RECORDED, "READ?", "READ?")
    assert replay(more, path, mode="by_query", repeat_last=True)[-1] == "+1.00000000E+01"
    with pytest.raises(UsageError, match="'by_query' only"):
        Player(path, repeat_last=True)
    with pytest.raises(UsageError, match="strict, per_session, by_query"):
        Player(path, mode="loose")  # type: ignore[arg-type]


def test_by_query_a_reply_that_nobody_read_is_told(record, replay):
    path = record(script("*IDN?", "VOLT?"))

    def deaf(meter):
        return [meter.write("*IDN?"), meter.query("VOLT?")]

    with pytest.raises(CassetteMismatch, match=r"1 recorded operations .*\n.* read count=\d+ 'EXAMPLE"):
        replay(deaf, path, mode="by_query")


def test_a_reply_that_is_not_read_to_its_end_is_a_deviation(record, replay):
    path = record(script("*IDN?", "VOLT?"))

    def hasty(meter):
        meter.write("*IDN?")
        return [meter.read_bytes(7), meter.query("VOLT?")]

    with pytest.raises(CassetteMismatch, match=r"of which 20 bytes were not read"):
        replay(hasty, path)


def test_after_a_mismatch_nothing_is_answered_any_more(record, instrument):
    path = record(script(*RECORDED))
    player = Player(path)
    with pytest.raises(CassetteMismatch) as first:
        player.take(instrument, "clear")
    with pytest.raises(CassetteMismatch) as second:
        player.take(instrument, "open", {"access_mode": 0})  # what is recorded next
    with pytest.raises(CassetteMismatch) as last:
        player.finish()
    assert str(first.value) == str(second.value) == str(last.value)


def test_another_resource_is_told_with_those_that_there_are(record, instrument):
    path = record(script("*IDN?"))
    for mode in ("per_session", "by_query"):
        player = Player(path, mode=mode)
        with pytest.raises(CassetteMismatch, match=r"GPIB0::9::INSTR: .*\n.*nothing of|no such operation"):
            player.take("GPIB0::9::INSTR", "write", data=b"*IDN?\n")
