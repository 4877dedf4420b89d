"""prologix-gpib-async on two multimeters behind one Prologix controller; prints what it read as JSON.

Run it as `python prologix_client.py PORT SCPI-METER OTHER-METER`, with GPIB addresses; the other is a 3458A.
"""

from __future__ import annotations

import asyncio
import json
import sys

from prologix_gpib_async import AsyncPrologixGpibEthernetController


async def main(port: str, scpi: str, other: str) -> None:
    """Open both, go through the services, and print."""
    async with (
        AsyncPrologixGpibEthernetController("127.0.0.1", pad=int(scpi), port=int(port)) as meter,
        AsyncPrologixGpibEthernetController("127.0.0.1", pad=int(other), port=int(port)) as reference,
    ):
        seen: dict[str, object] = {"controller": (await meter.version())[:17]}
        await meter.write(b"*RST;*CLS")
        await meter.write(b"*IDN?")
        seen["identity"] = (await meter.read()).decode("ascii").strip()
        await reference.write(b"ID?")
        seen["other_identity"] = (await reference.read()).decode("ascii").strip()
        await meter.write(b"*ESE 60;*SRE 32;NONSENSE 1")
        seen["request"] = await meter.test_srq()
        seen["status_byte"] = await meter.serial_poll()
        seen["request_after"] = await meter.test_srq()
        await meter.write(b"SYST:ERR?")
        seen["error"] = (await meter.read()).decode("ascii").strip()
        await meter.write(b":INIT:CONT OFF;:TRIG:SOUR BUS;:INIT")
        await meter.trigger()
        await meter.write(b"FETC?")
        seen["triggered"] = float(await meter.read())
        await meter.clear()
        await meter.write(b"*OPC?")
        seen["after_clear"] = (await meter.read()).decode("ascii").strip()
        seen["address"] = await meter.get_address()
    print(json.dumps(seen))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
