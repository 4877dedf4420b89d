"""python-dlt645 as client: reads a meter on a socket, and prints what it read as JSON.

Run it as `python python_dlt645_client.py PORT ITEM…`; it asks for the address first. Data is printed as it gives it:
hexadecimal digits, the identifier last.
"""

from __future__ import annotations

import json
import socket
import sys

import dlt645


def main(port: str, *items: str) -> None:
    """Read, and print."""
    with (
        socket.create_connection(("127.0.0.1", int(port)), timeout=5) as line,
        line.makefile("rwb", 0) as stream,
    ):
        address = dlt645.get_addr(stream)
        seen = {"address": address, "energy": dlt645.get_active_energy(address, stream), "items": {}}
        for item in items:
            frame = dlt645.Frame(address)
            frame.data = item
            dlt645.write_frame(stream, frame)
            seen["items"][item] = dlt645.read_frame(dlt645.iogen(stream)).data
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
