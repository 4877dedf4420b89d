"""dlt645 (the package of that name): its meter on a socket.

Run it as `python dlt645_server.py ADDRESS ITEM=VALUE…`, the address as its `set_address` takes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys

with contextlib.redirect_stdout(sys.stderr):  # it logs to standard output
    from dlt645.service.serversvc.async_server_service import AsyncMeterServerService


async def main(address: str, *items: str) -> None:
    """Serve until standard input ends."""
    meter = AsyncMeterServerService.new_tcp_server("127.0.0.1", 0)
    meter.set_address(address)
    for text in items:
        name, value = text.split("=")
        identifier = int(name, 16)
        {0: meter.set_00, 2: meter.set_02, 4: meter.set_04}[identifier >> 24](
            identifier, _value(identifier, value)
        )
    async with meter:
        print(json.dumps(meter.server.port), file=sys.__stdout__, flush=True)
        await asyncio.to_thread(sys.stdin.read)


def _value(identifier: int, text: str) -> object:
    return text if identifier >> 24 == 4 else float(text)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
