"""Links of calbench on a tape: recorded on real loopback sockets, replayed without them, all kinds alike."""

from __future__ import annotations

import time
from contextlib import closing
from typing import Literal

import pytest

from calbench.errors import CassetteMismatch, ConnectionLost, LinkError, LinkTimeout, UsageError
from calbench.instruments import LineFormat, LinkSpec, open_link
from calbench.instruments.cassettes import Player, Recorder, load_cassette

KINDS: dict[str, tuple[Literal["visa", "socket", "serial"], str, str]] = {
    "tcp": ("socket", "127.0.0.1:{port}", ""),
    "visa": ("visa", "TCPIP::127.0.0.1::{port}::SOCKET", "@py"),
    "serial": ("serial", "socket://127.0.0.1:{port}", ""),
    "visa-serial": ("visa", "ASRLsocket://127.0.0.1:{port}::INSTR", "@py"),
}
LINE = LineFormat(timeout=0.3)


@pytest.fixture
def spec(kind):
    def make(port, tape):
        carrier, address, library = KINDS[kind]
        return LinkSpec(carrier, address.format(port=port), library=library, tape=tape)

    return make


def work(spec, line=LINE):
    """A query, a silent instrument with its stale reply cleared, and on."""
    with closing(open_link(spec, line=line)) as link:
        seen = [link.query("*IDN?")]
        with pytest.raises(LinkTimeout) as late:
            link.query("SILENT?")
        link.write("VOLT 1")
        return [*seen, str(late.value), link.query("VOLT?")]


def told(message):
    return {"*IDN?": b"EXAMPLE,TOY,0,1.0\n", "VOLT?": b"\xb5\x80 1\n"}.get(message, b"")


def test_each_kind_replays_what_it_recorded(serve, answer, spec, tmp_path):
    port = serve(answer(told))
    with Recorder(tmp_path / "a.cassette") as recorder:
        came = work(spec(port, recorder))
    for mode in ("strict", "per_session", "by_query"):
        start = time.perf_counter()
        with Player(tmp_path / "a.cassette", mode=mode) as player:
            assert work(spec(port, player), LineFormat(timeout=60)) == [
                came[0],
                came[1].replace("0.3 s", "60 s"),
                came[2],
            ]
        assert time.perf_counter() - start < 10
    assert came[2] == "\xb5\x80 1"


def test_one_shape_for_all_kinds(serve, answer, spec, tmp_path):
    port = serve(answer(told))
    with Recorder(tmp_path / "a.cassette") as recorder:
        work(spec(port, recorder.track("meter")))
    ones = [
        one
        for one in load_cassette(tmp_path / "a.cassette").operations
        if one.op in ("open", "write", "read")
    ]
    assert {one.session for one in ones} == {"meter"}
    assert [one.op for one in ones if one.op != "read"] == ["open", "write", "write", "write", "write"]
    assert b"".join(one.data or b"" for one in ones if one.op == "read") == b"EXAMPLE,TOY,0,1.0\n\xb5\x80 1\n"
    timeouts = [one for one in ones if one.op == "read" and one.status < 0]
    assert {one.status for one in timeouts} == {-1073807339}  # VPP-4.3, appendix A: VI_ERROR_TMO


def test_a_changed_command_is_caught(serve, answer, spec, tmp_path):
    port = serve(answer(told))
    with Recorder(tmp_path / "a.cassette") as recorder, closing(open_link(spec(port, recorder))) as link:
        link.query("*IDN?")
    player = Player(tmp_path / "a.cassette")
    with closing(open_link(spec(port, player))) as link:
        with pytest.raises(
            CassetteMismatch, match=r"recorded: \d+ write '\*IDN\?\\n'.*\n +asked: +write '\*IDN \?\\n'"
        ):
            link.query("*IDN ?")
        with pytest.raises(CassetteMismatch):
            link.query("*IDN?")


def test_a_lost_connection_is_lost_again(serve, spec, tmp_path):
    port = serve(lambda connection: connection.recv(100))

    def lose(tape):
        link = open_link(spec(port, tape), line=LineFormat(timeout=5))
        with closing(link), pytest.raises(ConnectionLost):
            link.query("*IDN?")

    with Recorder(tmp_path / "a.cassette") as recorder:
        lose(recorder)
    with Player(tmp_path / "a.cassette") as player:
        lose(player)


@pytest.mark.parametrize("mode", ["strict", "by_query"])
@pytest.mark.parametrize("kind", ["visa"])
def test_a_refused_connection_that_pyvisa_py_leaves_unsaid_is_refused_again(spec, free_port, tmp_path, mode):
    with Recorder(tmp_path / "a.cassette") as recorder, pytest.raises(LinkError, match="Connection refused"):
        open_link(spec(free_port, recorder))
    with (
        Player(tmp_path / "a.cassette", mode=mode) as player,
        pytest.raises(LinkError, match="Connection refused"),
    ):
        open_link(spec(free_port, player))


@pytest.mark.parametrize("kind", ["tcp", "serial"])
def test_a_refused_connection_is_refused_again(spec, free_port, tmp_path):
    said = []
    with Recorder(tmp_path / "a.cassette") as recorder, pytest.raises(LinkError) as first:
        open_link(spec(free_port, recorder))
    said.append(str(first.value))
    with Player(tmp_path / "a.cassette") as player, pytest.raises(LinkError) as again:
        open_link(spec(free_port, player))
    assert [str(again.value)] == said


@pytest.mark.parametrize("kind", ["serial", "visa-serial"])
def test_another_line_setting_is_a_deviation(serve, answer, spec, tmp_path):
    port = serve(answer(told))
    with Recorder(tmp_path / "a.cassette") as recorder:
        open_link(spec(port, recorder), line=LineFormat(baud=4800, bits=7, parity="E")).close()
    with pytest.raises(CassetteMismatch, match="4800"):
        open_link(spec(port, Player(tmp_path / "a.cassette")), line=LineFormat(baud=9600, bits=7, parity="E"))


def test_a_full_disk_does_not_disturb_the_traffic(serve, answer, spec, tmp_path):
    port = serve(answer(told))
    recorder = Recorder(tmp_path / "a.cassette")
    recorder._file.close()
    recorder._file = open("/dev/full", "wb", buffering=0)  # noqa: SIM115, PTH123 - the recorder closes it
    assert work(spec(port, recorder))[0] == "EXAMPLE,TOY,0,1.0"
    with pytest.raises(UsageError, match="incomplete after 0 operations: No space left"):
        recorder.close()


def test_a_file_is_not_overwritten(tmp_path):
    (tmp_path / "a.cassette").write_text("kept")
    with pytest.raises(UsageError, match="Give a new file"):
        Recorder(tmp_path / "a.cassette")
    assert (tmp_path / "a.cassette").read_text() == "kept"
