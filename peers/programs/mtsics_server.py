"""mt-sics-emulator: its scale on a socket of its own. Orders on standard input: `load 5.0`, `moving 5.0`.

Run it as `python mtsics_server.py PROFILE`, with a profile of the emulator.
"""

from __future__ import annotations

import asyncio
import json
import sys

from mtsics.core.state import ScaleState
from mtsics.profiles import load
from mtsics.protocol.engine import MTSICSEngine
from mtsics.transport.tcp import TCPConfig, TCPTransport


async def main(profile: str) -> None:
    """Serve until standard input ends."""
    state = ScaleState(config=load(profile))
    transport = TCPTransport(MTSICSEngine(state), cfg=TCPConfig(host="127.0.0.1", port=0))
    _, port = await transport.start()
    print(json.dumps(port), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        word, weight = line.split()
        state.set_weight(float(weight), stable=word == "load")
        print(json.dumps(state.gross), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
