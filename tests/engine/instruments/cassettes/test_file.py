"""The file is what a stranger sent: round trip of every operation, and a corpus of broken files."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyvisa.constants import StatusCode

from calbench.errors import CassetteInvalid
from calbench.instruments.cassettes import Operation, Player, cassette, load_cassette
from calbench.instruments.cassettes.calls import OPERATIONS
from calbench.instruments.cassettes.operation import from_fields, to_line

HEADER = {
    "format": "calbench.cassette/1",
    "evidence": "driver only",
    "backend": "@py",
    "about": "",
    "started": "2026-01-05T08:00:00+00:00",
    "versions": {"calbench": "0.1.0"},
    "masked": [],
}
OPEN = '{"seq":1,"time":0,"session":"a","op":"open"}'
WRITE = '{"seq":2,"time":0.5,"session":"a","op":"write","data":"*IDN?\\n","result":6}'
GOOD = [json.dumps(HEADER), OPEN, WRITE]

plain = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False)
)
operations = st.builds(
    Operation,
    seq=st.integers(1, 2**40),
    time=st.floats(0, 1e9),
    session=st.text(),
    op=st.sampled_from(sorted(OPERATIONS)),
    args=st.dictionaries(st.text(string.ascii_lowercase, min_size=1), plain, max_size=4),
    data=st.none() | st.binary(),
    result=plain,
    status=st.sampled_from([int(one) for one in StatusCode]) | st.integers(-(2**31), 2**31 - 1),
    returned=st.booleans(),
    raised=st.sampled_from(["", "ConnectionResetError", "Ungewöhnlich"]),
)


@given(operations)
@settings(deadline=None)
def test_an_operation_survives_its_line(operation):
    line = to_line(operation)
    assert line.isascii()
    assert "\n" not in line
    assert from_fields(json.loads(line)) == operation


def test_ascii_is_readable_and_bytes_are_latin_1():
    one = Operation(
        3, 0.25, "GPIB0::9::INSTR", "read", data=b"+1.5E+00\r\n\x80\xff", status=int(StatusCode.error_timeout)
    )
    # RFC 8259, section 7: the short escapes and \uXXXX
    assert to_line(one) == (
        '{"seq":3,"time":0.25,"session":"GPIB0::9::INSTR","op":"read",'
        r'"data":"+1.5E+00\r\n\u0080\u00ff","status":"error_timeout"}'
    )


def write(tmp_path, lines, end="\n"):
    path = tmp_path / "a.cassette"
    path.write_text("\n".join(lines) + end, encoding="utf-8")
    return path


def test_operations_are_in_the_order_in_which_they_began(tmp_path):
    loaded = load_cassette(write(tmp_path, [GOOD[0], WRITE, OPEN]))
    assert [one.op for one in loaded.operations] == ["open", "write"]
    assert loaded.header.started.isoformat() == "2026-01-05T08:00:00+00:00"


def changed(line: str, **fields: object) -> str:
    return json.dumps({**json.loads(line), **fields})


BROKEN = {
    "empty": ([], 1, "Expecting value"),
    "no JSON": (["calbench"], 1, "Expecting value"),
    "not an object": (["[1]"], 1, "not an object"),
    "another format": (
        [changed(GOOD[0], format="calbench.cassette/2"), *GOOD[1:]],
        1,
        "not 'calbench.cassette/1'",
    ),
    "a measurement": (
        [changed(GOOD[0], evidence="measurement"), *GOOD[1:]],
        1,
        "'driver only' in every cassette",
    ),
    "header field": ([changed(GOOD[0], colour="red"), *GOOD[1:]], 1, "'colour' is no field of a header"),
    "header type": ([changed(GOOD[0], backend=1), *GOOD[1:]], 1, "backend is text"),
    "versions": ([changed(GOOD[0], versions=[]), *GOOD[1:]], 1, "versions is an object"),
    "masked": ([changed(GOOD[0], masked="all"), *GOOD[1:]], 1, "masked is a list"),
    "start": ([changed(GOOD[0], started="yesterday"), *GOOD[1:]], 1, "Invalid isoformat"),
    "start without zone": ([changed(GOOD[0], started="2026-01-05T08:00:00"), *GOOD[1:]], 1, "no time zone"),
    "no header": (GOOD[1:], 1, "format is 'None'"),
    "empty line": ([*GOOD, ""], 4, "Expecting value"),
    "field": ([*GOOD[:2], changed(WRITE, eval="1")], 3, "'eval' is no field of an operation"),
    "no field": ([*GOOD[:2], '{"seq":2,"time":0,"session":"a"}'], 3, "op is str"),
    "operation": ([*GOOD[:2], changed(WRITE, op="__import__")], 3, "'__import__' is no operation"),
    "number": ([*GOOD[:2], changed(WRITE, seq="2")], 3, "seq is int, not '2'"),
    "boolean number": ([*GOOD[:2], changed(WRITE, seq=True)], 3, "seq is int, not True"),
    "zero": ([*GOOD[:2], changed(WRITE, seq=0)], 3, "seq is 1 or more"),
    "negative time": ([*GOOD[:2], changed(WRITE, time=-1)], 3, "time is not negative"),
    "NaN": ([*GOOD[:2], WRITE.replace("0.5", "NaN")], 3, "NaN is no number of JSON"),
    "infinite": ([*GOOD[:2], WRITE.replace("0.5", "1e999")], 3, "seq is 1 or more and time"),
    "infinite result": ([*GOOD[:2], WRITE.replace(":6", ":1e999")], 3, "no finite number"),
    "long number": ([*GOOD[:2], WRITE.replace(":6", ":" + "9" * 5000)], 3, "4300"),
    "no byte": ([*GOOD[:2], changed(WRITE, data="5 \u03a9")], 3, "holds '\u03a9', which is no byte"),
    "data": ([*GOOD[:2], changed(WRITE, data=[1])], 3, "data is text"),
    "args": ([*GOOD[:2], changed(WRITE, args=[1])], 3, "args is an object"),
    "argument": ([*GOOD[:2], changed(WRITE, args={"count": [1]})], 3, "count is text, a number"),
    "status": ([*GOOD[:2], changed(WRITE, status="fine")], 3, "'fine' is no VISA status"),
    "twice": ([*GOOD[:2], WRITE.replace('"seq":2', '"seq":2,"seq":3')], 3, "stands twice"),
    "deep": ([*GOOD[:2], "[" * 100_000], 3, "nested too deeply|recursion|Expecting"),
    "bytes": ([*GOOD[:2], "\udcff"], 3, "decode"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_with_its_line(tmp_path, name):
    lines, number, says = BROKEN[name]
    path = tmp_path / "broken.cassette"
    path.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
    with pytest.raises(CassetteInvalid, match=says) as told:
        load_cassette(path)
    assert f"broken.cassette, line {number}: " in str(told.value)
    assert CassetteInvalid.exit_code == 2


def test_a_cut_tail_a_double_number_and_no_file_are_told(tmp_path):
    with pytest.raises(CassetteInvalid, match="line 3: ends in the middle"):
        load_cassette(write(tmp_path, GOOD, end=""))
    with pytest.raises(CassetteInvalid, match="two operations have the number 1"):
        load_cassette(write(tmp_path, [*GOOD, OPEN]))
    with pytest.raises(CassetteInvalid, match="cannot be read"):
        load_cassette(tmp_path / "nowhere")


def test_lines_and_their_number_are_bounded(tmp_path, monkeypatch):
    path = write(tmp_path, [GOOD[0], changed(WRITE, data="x" * 2000)])
    monkeypatch.setattr(cassette, "LONGEST_LINE", 1000)
    with pytest.raises(CassetteInvalid, match="line 2: longer than 1000 bytes"):
        load_cassette(path)
    monkeypatch.setattr(cassette, "MOST_OPERATIONS", 1)
    with pytest.raises(CassetteInvalid, match="more than 1 operations"):
        load_cassette(write(tmp_path, GOOD))


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=50)
def test_no_bytes_raise_anything_else(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("fuzz") / "a.cassette"
    path.write_bytes((GOOD[0] + "\n").encode() + data)
    try:
        loaded = load_cassette(path)
    except CassetteInvalid:
        return
    assert loaded.operations == ()


def test_a_recorded_exception_is_looked_up_and_never_run(tmp_path):
    from calbench.errors import LinkError
    from calbench.instruments.cassettes.raising import raise_recorded

    with pytest.raises(LinkError, match="__import__ was raised: os"):
        raise_recorded(Operation(1, 0, "a", "open", raised="__import__", result="os"))
    with pytest.raises(ConnectionRefusedError):
        raise_recorded(Operation(1, 0, "a", "open", raised="ConnectionRefusedError", args={"errno": 111}))
    player = Player(write(tmp_path, [GOOD[0], changed(OPEN, raised="SystemExit", result="1")]))
    with pytest.raises(LinkError, match="SystemExit was raised"):
        player.socket("a", lambda: None)  # type: ignore[arg-type, return-value]
