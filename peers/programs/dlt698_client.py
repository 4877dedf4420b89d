"""dlt698 as client: reads attributes of a meter on a socket, without association, and prints them as JSON.

Run it as `python dlt698_client.py PORT ADDRESS OAD…`, with the twelve digits of the address. Numbers are scaled as the
package's catalogue of the standard says; octets are hexadecimal; a refusal is its data access result.
"""

from __future__ import annotations

import json
import sys

from dlt698 import Client, ClientOptions, ConnectionProfile, Oad, SessionOptions
from dlt698.protocol.link import ServerAddress
from dlt698.standard import decimal_text, engineering_values


def main(port: str, address: str, *oads: str) -> None:
    """Read, and print."""
    session = SessionOptions(server=ServerAddress(bytes=bytes.fromhex(address)[::-1]), request_timeout=2.0)
    with Client(ClientOptions(protocol=session)) as client:
        client.connect_tcp("127.0.0.1", int(port), ConnectionProfile.local_preset)
        print(json.dumps([_read(client, int(oad, 16)) for oad in oads]))
        client.request_disconnect()  # else it asks to release an association that there never was, and waits


def _read(client: Client, number: int) -> object:
    attribute = Oad(oi=number >> 16, attribute=number >> 8 & 0xFF, index=number & 0xFF)
    result = client.get(attribute)
    if result.data is None:
        return f"result {result.dar}"
    if number >> 16 == 0x4001:
        return result.data.as_octet_string().hex()
    return [decimal_text(one) for one in engineering_values(attribute, result.data)]


if __name__ == "__main__":
    main(*sys.argv[1:])
