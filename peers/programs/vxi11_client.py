"""python-vxi11 on a multimeter; prints what it read as JSON.

Run it as `python vxi11_client.py PORT`. The package finds the port of an instrument by a port mapper at port 111, which
a simulated instrument has not: so the port is handed to its core client.
"""

from __future__ import annotations

import json
import sys

import vxi11
from vxi11.vxi11 import CoreClient, Vxi11Exception


def main(port: str) -> None:
    """Open twice, go through the services, and print."""
    meter, other = _opened(int(port)), _opened(int(port))
    meter.write("*RST;*CLS")
    seen: dict[str, object] = {"identity": meter.ask("*IDN?"), "complete": meter.ask("*OPC?")}
    meter.write("FUNC 'VOLT:DC'")
    meter.write("*ESE 60;*SRE 32;NONSENSE 1")
    seen["status_byte"] = meter.read_stb()
    seen["error"] = meter.ask("SYST:ERR?")
    meter.write("READ?")
    meter.clear()
    seen["after_clear"] = meter.ask("*OPC?")
    seen["reading"] = float(meter.ask("READ?"))
    meter.lock()
    other.lock_timeout = 0
    try:
        other.lock()
    except Vxi11Exception as error:
        seen["second_lock"] = error.err
    meter.unlock()
    other.lock()
    other.unlock()
    meter.timeout = 0.1
    try:
        meter.read()
    except Vxi11Exception as error:
        seen["nothing_to_read"] = error.err
    meter.trigger()
    meter.abort()
    seen["at_last"] = meter.ask("*OPC?")
    meter.close()
    other.close()
    print(json.dumps(seen))


def _opened(port: int) -> vxi11.Instrument:
    instrument = vxi11.Instrument("127.0.0.1", "inst0")
    instrument.client = CoreClient("127.0.0.1", port)
    instrument.open()
    return instrument


if __name__ == "__main__":
    main(*sys.argv[1:])
