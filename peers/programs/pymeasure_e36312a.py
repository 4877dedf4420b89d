"""PyMeasure's KeysightE36312A on a power supply with nothing connected; prints what it read as JSON.

Run it as `python pymeasure_e36312a.py VISA-LIBRARY SUPPLY`.
"""

from __future__ import annotations

import json
import sys

from pymeasure.instruments.keysight import KeysightE36312A


def main(library: str, supply_at: str) -> None:
    """Open, go through the class, and print."""
    supply = KeysightE36312A(
        supply_at, visa_library=library, read_termination="\n", write_termination="\n", timeout=60_000
    )
    supply.reset()
    channels, done = [], []
    for channel in (supply.ch_1, supply.ch_2, supply.ch_3):
        before = [channel.output_enabled, channel.voltage]
        channel.voltage_setpoint, channel.current_limit = 5.5, 0.5
        asked = [channel.voltage_setpoint, channel.current_limit]
        channel.output_enabled = True
        done.append(supply.complete)
        on = [channel.output_enabled, channel.voltage, channel.current]
        channel.output_enabled = False
        done.append(supply.complete)
        channels.append(
            {"before": before, "asked": asked, "on": on, "off": [channel.output_enabled, channel.voltage]}
        )
    seen = {"identity": supply.id, "channels": channels, "complete": done, "errors": supply.check_errors()}
    supply.write("VOLT 7, (@1)")  # beyond 6.18 V; the class itself refuses it
    seen["errors_beyond"] = supply.check_errors()
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
