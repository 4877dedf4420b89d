"""labmcp-sartorius: its simulated balance on a socket. Order on standard input: `load 50.5` lays grams on the pan.

Run it as `python sartorius_server.py CHARACTERS SCALE`: 16 or 22 characters a line, and how much faster its time runs.
"""

from __future__ import annotations

import json
import socketserver
import sys
import threading

from labmcp_sartorius.simulator import SBISimulator


def main(characters: str, scale: str) -> None:
    """Serve until standard input ends."""
    balance = SBISimulator(load_g=0.0, fmt=int(characters), time_scale=float(scale))

    class Line(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in self.rfile:
                reply = balance.handle(line.decode("ascii").rstrip("\r\n"))
                if reply is not None:
                    self.wfile.write(f"{reply}\r\n".encode("ascii"))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Line) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(json.dumps(server.server_address[1]), flush=True)
        for order in sys.stdin:
            balance.place(float(order.split()[1]))
            print(json.dumps(balance.load_g), flush=True)
        server.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
