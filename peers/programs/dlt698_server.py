"""dlt698: its server on a socket, as a meter of its own on a line, without association.

Run it as `python dlt698_server.py ADDRESS OAD=TYPE:VALUE[,VALUE…]…`: twelve digits of address, and attributes such as
`20000200=uint16:2305,2299,2311`. Several values are an array. `octet_string` takes hexadecimal digits. An OAD on
standard input is answered with the numbers of that attribute, scaled as the package's catalogue of the standard says.
"""

from __future__ import annotations

import json
import sys

from dlt698 import ConnectionProfile, Data, Oad, Server, ServerOptions, SessionOptions
from dlt698.protocol.link import ServerAddress
from dlt698.standard import decimal_text, engineering_values


def main(address: str, *attributes: str) -> None:
    """Serve until standard input ends."""
    lowest_first = bytes.fromhex(address)[::-1]
    session = SessionOptions(server=ServerAddress(bytes=lowest_first))
    with Server(options=ServerOptions(protocol=session)) as server:
        for text in attributes:
            oad, value = text.split("=")
            server.set(_oad(oad), _data(value))
        server.start_tcp("127.0.0.1", 0, ConnectionProfile.local_preset)
        print(json.dumps(server.local_port), flush=True)
        for line in sys.stdin:
            value = server.device.get(_oad(line))
            print(
                json.dumps([decimal_text(one) for one in engineering_values(_oad(line), value)]), flush=True
            )


def _oad(text: str) -> Oad:
    number = int(text, 16)
    return Oad(oi=number >> 16, attribute=number >> 8 & 0xFF, index=number & 0xFF)


def _data(text: str) -> Data:
    kind, values = text.split(":")
    made = [
        Data.octet_string(bytes.fromhex(value)) if kind == "octet_string" else getattr(Data, kind)(int(value))
        for value in values.split(",")
    ]
    return made[0] if len(made) == 1 else Data.array(made)


if __name__ == "__main__":
    main(*sys.argv[1:])
