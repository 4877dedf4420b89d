"""Cassettes of a real loopback socket behind pyvisa-py."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import pyvisa
from pyvisa.resources import MessageBasedResource

from calbench.instruments.cassettes import Player, Recorder

Script = Callable[[MessageBasedResource], list[object]]

# IEEE 488.2, 8.7.9: definite length block, 8 bytes: `#18` and the bytes; these hold line feed, 0x80 and 0xFF
BLOCK = b"#18" + bytes([0x00, 0x0A, 0x0D, 0x7F, 0x80, 0xFE, 0xFF, 0x22]) + b"\n"
REPLIES = {
    "*IDN?": b"EXAMPLE,TOY,MY49012345,1.0\n",
    "VOLT?": b"+1.25000000E+00\n",
    "CURV?": BLOCK,
    "READ?": b"+1.00000000E+01\n",
}


def opened(manager: pyvisa.ResourceManager, name: str) -> MessageBasedResource:
    resource = manager.open_resource(name, read_termination="\n", write_termination="\n", timeout=5000)
    assert isinstance(resource, MessageBasedResource)
    return resource


@pytest.fixture
def instrument(serve, answer) -> str:
    """The resource name of an instrument on a real socket; what it does not know it does not answer."""
    port = serve(answer(lambda message: REPLIES.get(message, b"")))
    return f"TCPIP0::127.0.0.1::{port}::SOCKET"


@pytest.fixture
def record(instrument: str, tmp_path: Path) -> Callable[..., Path]:
    """Give a function that runs a script on the instrument through pyvisa-py, and gives the cassette of it."""

    def run(script: Script, **options: object) -> Path:
        path = tmp_path / "toy.cassette"
        with (
            Recorder(path, **options) as recorder,  # type: ignore[arg-type]
            closing(pyvisa.ResourceManager(recorder.library("@py"))) as manager,
            closing(opened(manager, instrument)) as resource,
        ):
            run.came = script(resource)  # type: ignore[attr-defined]
        return path

    return run


@pytest.fixture
def replay(instrument: str) -> Callable[..., list[object]]:
    """Give a function that runs a script against a cassette, to the end, and gives what the script saw."""

    def run(script: Script, path: Path, **options: object) -> list[object]:
        with (
            Player(path, **options) as player,  # type: ignore[arg-type]
            closing(pyvisa.ResourceManager(player.library())) as manager,
            closing(opened(manager, instrument)) as resource,
        ):
            return script(resource)

    return run
