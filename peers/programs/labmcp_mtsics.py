"""The MT-SICS client of labmcp on a scale: does what the arguments say, in order, and prints the results as JSON.

Run it as `python labmcp_mtsics.py ADDRESS ACTION…`, with an address as labmcp's programs take it. `put=5.0`
lays 5 kg on the pan; that is no business of the client, and goes only where the scale lives in this process.
"""

from __future__ import annotations

import dataclasses
import json
import sys

from labmcp import InstrumentProtocolError
from labmcp.transports import open_transport, parse_address
from labmcp_mettler_toledo.driver import MTSICSBalance


def main(address: str, actions: list[str]) -> None:
    """Open the scale with the settings that labmcp's own server uses, act, and print."""
    ends = {"read_termination": "\r\n", "write_termination": "\r\n"}
    balance = MTSICSBalance(open_transport(address, timeout=5.0, **ends))
    results = [(action, _act(balance, address, action)) for action in actions]
    balance.close()
    print(json.dumps(results))


def _act(balance: MTSICSBalance, address: str, action: str) -> object:
    word, _, value = action.partition("=")
    try:
        if word == "put":
            _put(address, float(value))
            return None
        if word == "preset_tare":
            return dataclasses.asdict(balance.preset_tare(float(value), "kg"))
        if word == "weigh":
            return dataclasses.asdict(balance.weight(stable=value != "now"))
        result = getattr(balance, word)()
    except InstrumentProtocolError as error:
        return f"refused: {error}"
    return dataclasses.asdict(result) if dataclasses.is_dataclass(result) else result  # type: ignore[arg-type] # an instance


def _put(address: str, kilograms: float) -> None:
    from calbench.simulation.registry import acquire, release

    station = str(parse_address(address).params["backend"]).removesuffix("@calbench")
    acquire(station).place("1.pan", [kilograms])
    release(station)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
