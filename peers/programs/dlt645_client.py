"""dlt645 (the package of that name) as client: reads items of a meter on a socket, and prints them as JSON.

Run it as `python dlt645_client.py PORT ADDRESS ITEM…`, the address as its `set_address` takes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys

with contextlib.redirect_stdout(sys.stderr):  # it logs to standard output
    from dlt645.service.clientsvc.async_client_service import AsyncMeterClientService


async def main(port: str, address: str, *items: str) -> None:
    """Read, and print."""
    values: list[object] = []
    async with AsyncMeterClientService.new_tcp_client("127.0.0.1", int(port), timeout=2.0) as client:
        client.set_address(address)
        for text in items:
            identifier = int(text, 16)
            read = {0: client.read_00, 2: client.read_02, 4: client.read_04}[identifier >> 24]
            item = await read(identifier)
            values.append(None if item is None else item.value)
        found = await client.read_address()
        values.append(None if found is None else found.value)
    print(json.dumps(values), file=sys.__stdout__)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
