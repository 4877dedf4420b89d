"""What attacks over HTTP share: real names for the parts of an address, the secret of a form, and raw bytes."""

from __future__ import annotations

import socket

import httpx
from tests.engine.server.conftest import Served

PARTS = {
    "{name}": "RUN",
    "{run}": "RUN",
    "{seq}": "1",
    "{verb}": "pause",
    "{file}": "record.json",
    "{place}": "1",
    "{key:path}": "record.json",
    "{name:path}": "record.json",
}
SECRET = "top secret of this machine"


def run_of(served: Served) -> str:
    return sorted(one.name for one in served.settings.runs.glob("2026*"))[0]


def path_of(served: Served, path: str) -> str:
    for part, value in PARTS.items():
        path = path.replace(part, run_of(served) if value == "RUN" else value)
    assert "{" not in path, f"say in PARTS what stands for the parts of {path}"
    return path


def csrf_of(client: httpx.Client) -> str:
    return client.get("/runs").text.split('name="csrf" value="')[1].split('"')[0]


def raw(served: Served, request: bytes) -> bytes:
    """Send bytes as they are; gives the head of the answer."""
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as sock:
        sock.sendall(request)
        found = b""
        while b"\r\n\r\n" not in found and (part := sock.recv(65536)):
            found += part
    return found
