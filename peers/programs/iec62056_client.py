"""iec62056-21 as client: reads a meter on a socket out, then one register in programming mode; prints both as JSON.

Run it as `python iec62056_client.py PORT ADDRESS REGISTER`.
"""

from __future__ import annotations

import json
import sys

from iec62056_21.client import Iec6205621Client


def main(port: str, address: str, register: str) -> None:
    """Read, and print."""
    client = Iec6205621Client.with_tcp_transport(("127.0.0.1", int(port)), device_address=address)
    client.connect()
    readout = client.standard_readout()
    seen = {
        "maker": client.manufacturer_id,
        "identification": client.identification,
        "readout": {one.address: [one.value, one.unit] for one in readout.data},
    }
    client.access_programming_mode()
    value = client.read_single_value(register, additional_data="")
    seen["register"] = [value.address, value.value, value.unit]
    client.send_break()
    client.disconnect()
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
