"""The SBI client of labmcp-sartorius on a scale: does what the arguments say, in order, and prints the results as JSON.

Run it as `python labmcp_sbi.py ADDRESS ACTION…`, with an address as labmcp's programs take it.
"""

from __future__ import annotations

import dataclasses
import json
import sys

from labmcp import InstrumentProtocolError
from labmcp.transports import open_transport
from labmcp_sartorius.driver import SBIBalance


def main(address: str, actions: list[str]) -> None:
    """Open the scale with the line ends that labmcp's own server uses, act, and print."""
    balance = SBIBalance(
        open_transport(address, timeout=2.0, read_termination="\r\n", write_termination="\r\n")
    )
    print(json.dumps([_act(balance, action) for action in actions]))
    balance.close()


def _act(balance: SBIBalance, action: str) -> object:
    try:
        result = getattr(balance, action)()
    except InstrumentProtocolError as error:
        return f"refused: {error}"
    return dataclasses.asdict(result) if dataclasses.is_dataclass(result) else result  # type: ignore[arg-type] # an instance


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
