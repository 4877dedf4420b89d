"""The client against a real server, over connections that really break."""

from __future__ import annotations

import contextlib
import io
import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine.server.conftest import Served, finished_runs, people, served

from calbench.client import Client, GapInStream, Refused, Unreachable
from calbench.errors import UsageError

__all__ = ["finished_runs", "people", "served"]
PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "drive-calbench-from-a-program.md"


def token(served: Served, name: str = "Olga") -> str:
    account = served.services.register.find(name)
    assert account is not None
    return served.services.sessions.make_token(account, "test", "test")


@pytest.fixture
def client(served: Served) -> Client:
    return Client(served.url, token(served))


def finished(served: Served) -> str:
    return sorted(one.name for one in served.settings.runs.glob("2026*"))[0]


def lines_of(served: Served, run: str) -> list[dict[str, object]]:
    return [
        json.loads(line) for line in (served.settings.runs / run / "journal.jsonl").read_bytes().splitlines()
    ]


def test_the_example_of_the_guide_drives_a_run(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALBENCH_URL", served.url)
    monkeypatch.setenv("CALBENCH_TOKEN", token(served))
    (example,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(example, "example.py", "exec"), {})
    lines = said.getvalue().splitlines()
    assert lines[0] == "COMPLETED verified_off 22 of 22 points, 0 failed"
    assert len(lines) == 23
    assert all(line.endswith(" pass") for line in lines[1:])


def test_what_there_is(served: Served, client: Client) -> None:
    assert client.me() == ("Olga", ("operator",))
    assert "dmm-34401a" in client.procedures()
    assert "demo" in client.stations()
    assert {entry.id for entry in client.runs()} == {one.name for one in served.settings.runs.glob("2026*")}
    assert client.plan("dmm-34401a", "demo", seed=7)["simulated"]["seed"] == 7


def test_verbs_are_told_and_a_prompt_is_answered_once(served: Served, client: Client) -> None:
    run = client.start("dmm-34401a", "demo", seed=7)
    first = next(event for event in client.events(run) if event["type"] == "asked")
    (prompt,) = client.prompts(run)
    assert prompt.seq == first["seq"]
    client.answer(run, prompt, "yes")
    with pytest.raises(Refused) as refused:
        client.answer(run, prompt, "yes")
    assert (refused.value.type, refused.value.status) == ("refused", 409)
    client.pause(run, "lunch")
    client.go_on(run)
    client.abort(run, "end of the test")
    *_, last = client.events(run)
    assert last["type"] == "run_closed"
    now = client.run(run)
    assert (now.state, now.ended, now.outputs) == ("ABORTED", True, "verified_off")


def test_refusals_say_what_the_server_found(served: Served, client: Client) -> None:
    for call, kind in (
        (lambda: client.run("no such"), "not-found"),
        (lambda: client.run("../../etc"), "not-found"),
        (lambda: client.start("dmm-34401a", "demo", settings={"readings": "1"}), "plan-refused"),
        (lambda: client.start("dmm-34401a", "demo", answering="nobody"), "invalid"),
        (lambda: client.stop(finished(served)), "refused"),
        (lambda: client.resume(finished(served)), "refused"),
        (lambda: Client(served.url, "wrong").me(), "not-signed-in"),
        (lambda: Client(served.url, token(served, "Ravi")).start("dmm-34401a", "demo"), "forbidden"),
    ):
        with pytest.raises(Refused) as refused:
            call()
        assert refused.value.type == kind
        assert str(refused.value)


def test_events_are_those_of_the_journal(served: Served, client: Client) -> None:
    run = finished(served)
    assert list(client.events(run)) == lines_of(served, run)
    assert list(client.events(run, since=100)) == lines_of(served, run)[100:]
    assert list(client.journal(run)) == lines_of(served, run)
    assert {event["type"] for event in client.journal(run, kinds=["asked", "answered"])} == {
        "asked",
        "answered",
    }


def test_files_are_fetched_whole(served: Served, client: Client, tmp_path: Path) -> None:
    run = finished(served)
    assert "record.json" in client.files(run)
    path = client.download(run, "record.json", tmp_path / "mine.json")
    assert path.read_bytes() == (served.settings.runs / run / "record.json").read_bytes()
    with pytest.raises(Refused):
        client.download(run, "../../state/accounts.sqlite", tmp_path / "x")
    assert sorted(one.name for one in tmp_path.glob("*") if one.is_file()) == ["mine.json"]


class Breaking:
    """A way to the server that breaks each connection after so many bytes of its answer, also within a line."""

    def __init__(self, url: str, after: int) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self._to, self._after = (host, int(port)), after
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.broken = 0
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Breaking:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                threading.Thread(target=self._answer, args=(near,), daemon=True).start()

    def _answer(self, near: socket.socket) -> None:
        with near, socket.create_connection(self._to) as far, contextlib.suppress(OSError):
            far.sendall(near.recv(65536).replace(self.url[7:].encode(), b"127.0.0.1"))
            self._carry(far, near)

    def _carry(self, far: socket.socket, near: socket.socket) -> None:
        left = self._after
        while left and (part := far.recv(min(left, 4096))):
            near.sendall(part)
            left -= len(part)
        self.broken += not left


@pytest.fixture
def breaking(served: Served) -> Iterator[Breaking]:
    with Breaking(served.url, 15_007) as found:
        yield found


class Hurried:
    """A clock that does not wait between two connections."""

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        pass


def test_no_event_is_lost_or_doubled_when_connections_break(served: Served, breaking: Breaking) -> None:
    run = finished(served)
    client = Client(breaking.url, token(served), clock=Hurried())  # type: ignore[arg-type] # all that it is asked for
    assert list(client.events(run)) == lines_of(served, run)
    assert breaking.broken >= 5


def answering(*parts: bytes) -> tuple[str, threading.Thread]:
    """Answer one request after the other with these bytes."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening:
            for part in parts:
                connection, _ = listening.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(part)

    thread = threading.Thread(target=serve)
    thread.start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}", thread


def test_a_server_that_leaves_out_an_event_is_found_out() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    url, thread = answering(
        head + b'id: 1\ndata: {"seq":1,"type":"x"}\n\nid: 3\ndata: {"seq":3,"type":"x"}\n\n'
    )
    with pytest.raises(GapInStream, match="Event 2"):
        list(Client(url, "token").events("run"))
    thread.join(10)


def test_answers_that_are_none_of_ours_are_told() -> None:
    url, thread = answering(
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<html>", b"", b"HTTP/1.1 502 Bad\r\n\r\nproxy"
    )
    client = Client(url, "token")
    with pytest.raises(Unreachable, match="not JSON"):
        client.me()
    with pytest.raises(Unreachable):
        client.me()
    with pytest.raises(Refused, match="proxy"):
        client.me()
    thread.join(10)
    with pytest.raises(Unreachable, match="serve"):
        client.me()  # nobody listens any more


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1", "127.0.0.1:8765", "http://127.0.0.1/runs", "http://bench.example"]
)
def test_a_token_is_not_sent_just_anywhere(url: str) -> None:
    with pytest.raises(UsageError):
        Client(url, "token")
    with pytest.raises(UsageError, match="token"):
        Client("http://127.0.0.1:1", "two\r\nlines")
