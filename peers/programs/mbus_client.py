"""pymeterbus as client: resets a meter on a socket, requests its data twice, and prints what it read as JSON.

Run it as `python mbus_client.py LINE ADDRESS`, with a URL of pyserial and the primary address.
"""

from __future__ import annotations

import json
import sys

import meterbus
import serial


def main(line: str, address: str) -> None:
    """Read, and print."""
    with serial.serial_for_url(line, baudrate=2400, parity=serial.PARITY_EVEN, timeout=2) as port:
        meterbus.send_ping_frame(port, int(address))
        pong = meterbus.load(list(meterbus.recv_frame(port)))
        meterbus.send_request_frame(port, int(address))
        first = meterbus.load(list(meterbus.recv_frame(port)))
        meterbus.send_request_frame_multi(port, int(address))
        again = meterbus.load(list(meterbus.recv_frame(port)))
    seen = {
        "pong": type(pong).__name__,
        "secondary": first.secondary_address,
        "maker": first.manufacturer,
        "head": first.body.bodyHeader.interpreted,
        "records": [[float(one.parsed_value), one.unit, one.interpreted["type"]] for one in first.records],
        "again": [[float(one.parsed_value), one.unit, one.interpreted["type"]] for one in again.records],
    }
    print(json.dumps(seen, default=str))


if __name__ == "__main__":
    main(*sys.argv[1:])
