"""pymeterbus: a meter whose frames it parses and builds (length, checksum), on a socket; what stands below is ours.

Run it as `python mbus_server.py ADDRESS DATA`: the primary address, and header and records of the reply in hexadecimal,
from the control information on. Any order on standard input is answered with the records as the package reads them.
"""

from __future__ import annotations

import json
import socketserver
import sys
import threading
from typing import Any

import meterbus

SHORT = 5  # bytes of a short frame
REPLY = 8


def main(address: str, data: str) -> None:
    """Serve until standard input ends."""
    reply = meterbus.TelegramLong()
    reply.header.cField, reply.header.aField = [REPLY], [int(address)]
    reply.body.load(list(bytes.fromhex(data)))

    class Line(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while request := self.rfile.read(SHORT):
                self.wfile.write(bytes(list(_answer(meterbus.load(list(request)), int(address), reply))))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Line) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(json.dumps(server.server_address[1]), flush=True)
        for _ in sys.stdin:
            records = [[str(one.parsed_value), one.unit] for one in reply.records]
            print(json.dumps(records), flush=True)
        server.shutdown()


def _answer(request: meterbus.TelegramShort, address: int, reply: meterbus.TelegramLong) -> Any:
    if request.header.aField.parts[0] not in {address, meterbus.ADDRESS_BROADCAST_REPLY}:
        return b""
    control = request.header.cField.parts[0] & ~(meterbus.CONTROL_MASK_FCB | meterbus.CONTROL_MASK_FCV)
    if control == meterbus.CONTROL_MASK_SND_NKE | meterbus.CONTROL_MASK_DIR_M2S:
        return meterbus.TelegramACK()
    return reply


if __name__ == "__main__":
    main(*sys.argv[1:])
