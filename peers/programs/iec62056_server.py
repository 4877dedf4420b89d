"""iec62056-21: a meter whose messages it builds and parses, on a socket; what follows what is ours.

Run it as `python iec62056_server.py ADDRESS REGISTER=VALUE[*UNIT]…`.
"""

from __future__ import annotations

import json
import socketserver
import sys
import threading
from collections.abc import Mapping
from io import BufferedIOBase

from iec62056_21.constants import BREAK, ETX
from iec62056_21.messages import (
    AckOptionSelectMessage,
    AnswerDataMessage,
    CommandMessage,
    DataBlock,
    DataLine,
    DataSet,
    IdentificationMessage,
    ReadoutDataMessage,
    RequestMessage,
)


def main(address: str, *registers: str) -> None:
    """Serve until standard input ends."""
    sets = {text.split("=")[0]: _data_set(*text.split("=")) for text in registers}

    class Line(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while (request := self.rfile.readline()).startswith(b"/"):
                if RequestMessage.from_bytes(request).device_address in {"", address}:
                    _session(self.rfile, self.wfile, sets)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Line) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(json.dumps(server.server_address[1]), flush=True)
        sys.stdin.read()
        server.shutdown()


def _session(incoming: BufferedIOBase, outgoing: BufferedIOBase, sets: Mapping[str, DataSet]) -> None:
    identification = IdentificationMessage("Otter", "CLB", "0")
    outgoing.write(identification.to_bytes())
    choice = AckOptionSelectMessage.from_bytes(incoming.readline())
    if choice.mode_char == "0":
        lines = [DataLine([one]) for one in sets.values()]
        outgoing.write(ReadoutDataMessage(DataBlock(lines)).to_bytes())
        return
    outgoing.write(CommandMessage("P", 0, DataSet("", "00000000")).to_bytes())
    while not (message := _message(incoming)).startswith(
        BREAK.encode("ascii")
    ):  # it cannot parse its own break
        command = CommandMessage.from_bytes(message)
        wanted = sets.get(command.data_set.address, DataSet("", "ER01"))
        outgoing.write(AnswerDataMessage(DataBlock([DataLine([wanted])])).to_bytes())


def _message(incoming: BufferedIOBase) -> bytes:
    message = b""
    while not message.endswith(ETX.encode("ascii")):
        message += incoming.read(1)
    return message + incoming.read(1)


def _data_set(address: str, text: str) -> DataSet:
    value, _, unit = text.partition("*")
    return DataSet(value=value, address=address, unit=unit or None)


if __name__ == "__main__":
    main(*sys.argv[1:])
