"""The channel to a running run: its owner reaches it, nobody else does, and nothing that comes harms the run."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from calbench.control.channel import FILE, Channel, alive, tell
from calbench.control.verbs import Command, Reply
from calbench.errors import UsageError

GOT: list[Command] = []


def handle(command: Command) -> Reply:
    GOT.append(command)
    return Reply(accepted=True, state="RUNNING", text=f"{command.verb} it is.")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    GOT.clear()
    with Channel(tmp_path, handle):
        yield tmp_path


def raw(folder: Path, data: bytes) -> bytes:
    port = json.loads((folder / FILE).read_bytes())["port"]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(4096), b""))


def test_a_command_arrives_whole_and_is_answered(folder: Path) -> None:
    reply = tell(folder, Command(verb="stop", by="Ä. Müller", reason="Rauch"))
    assert reply == Reply(accepted=True, state="RUNNING", text="stop it is.")
    assert [Command(verb="stop", by="Ä. Müller", reason="Rauch")] == GOT
    assert alive(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files are those of the folder there")
def test_only_its_owner_may_read_the_token(folder: Path) -> None:
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600


def test_it_listens_on_loopback_alone(folder: Path) -> None:
    port = json.loads((folder / FILE).read_bytes())["port"]
    listening = [line.split()[1] for line in _tcp_table() if line.split()[1].endswith(f":{port:04X}")]
    assert all(address.startswith("0100007F:") for address in listening), listening


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"[]\n",
        b'{"verb":"abort"}\n',
        b'{"verb":"abort","token":""}\n',
        b'{"verb":"abort","token":"\xff"}\n',
        b'{"verb":"abort","token":"' + b"0" * 64 + b'"}\n',
        b"[" * 4000 + b"\n",
        b"x" * 100_000,
    ],
)
def test_whoever_does_not_know_the_token_changes_nothing(folder: Path, data: bytes) -> None:
    try:
        answer = raw(folder, data)
    except OSError:  # it hung up on too much of it
        answer = b""
    assert b'accepted":true' not in answer
    assert GOT == []
    assert alive(folder)


def test_one_who_connects_and_says_nothing_keeps_nobody_out(folder: Path) -> None:
    port = json.loads((folder / FILE).read_bytes())["port"]
    with socket.create_connection(("127.0.0.1", port)):
        assert tell(folder, Command(verb="pause")).accepted


def test_several_at_once_are_all_answered(folder: Path) -> None:
    done: list[bool] = []
    threads = [
        threading.Thread(target=lambda: done.append(tell(folder, Command(verb="state")).accepted))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [True] * 4


def test_a_run_is_run_by_one_process_at_a_time(folder: Path) -> None:
    with pytest.raises(UsageError, match="is running already"), Channel(folder, handle):
        pass
    assert alive(folder), "the first one is still reached"


def test_after_the_run_there_is_no_channel(tmp_path: Path) -> None:
    with Channel(tmp_path, handle):
        known = (tmp_path / FILE).read_bytes()
    assert not (tmp_path / FILE).exists()
    with pytest.raises(UsageError, match="no process is running this run"):
        tell(tmp_path, Command(verb="stop"))
    (tmp_path / FILE).write_bytes(known)  # as a killed runner leaves it
    with pytest.raises(UsageError, match=r"is gone.*calbench resume"):
        tell(tmp_path, Command(verb="stop"))
    assert not alive(tmp_path)


def _tcp_table() -> list[str]:
    table = Path("/proc/net/tcp")
    return table.read_text(encoding="ascii").splitlines()[1:] if table.is_file() else []
