"""QCoDeS' Keithley6500 on a DMM6500 that a calibrator feeds; prints what it read as JSON.

Run it as `python qcodes_keithley6500.py VISA-LIBRARY METER CALIBRATOR`. The calibrator is driven through pyvisa, in the
words of its manual.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pyvisa
from qcodes.instrument_drivers.Keithley import Keithley6500
from qcodes.parameters import Parameter

_SETTINGS: dict[str, tuple[object, ...]] = {
    "mode": (
        "ac current", "dc current", "ac voltage", "2w resistance", "4w resistance", "temperature", "frequency",
        "dc voltage",
    ),
    "nplc": (0.1, 1, 10),
    "range": (0.1, 1, 10, 100, 1000),
    "auto_range_enabled": (True, False),
    "averaging_type": ("moving", "repeat"),
    "averaging_count": (20, 10),
    "averaging_enabled": (True, False),
    "display_backlight": ("On 25", "On 50"),
}  # fmt: skip


def main(library: str, meter_at: str, calibrator_at: str) -> None:
    """Open both, go through the class, and print."""
    meter = Keithley6500("meter", meter_at, reset_device=True, visalib=library, timeout=60)
    calibrator: Any = pyvisa.ResourceManager(library).open_resource(
        calibrator_at, read_termination="\n", write_termination="\n", timeout=60_000
    )
    seen: dict[str, Any] = {"identity": meter.get_idn(), "settings": {}}
    for name, values in _SETTINGS.items():
        parameter = meter.parameters[name]
        for value in values:
            seen["settings"].setdefault(name, []).append((value, _set(parameter, value)))
    meter.range.set(10)
    meter.nplc.set(10)
    readings = []
    for volts in ("0", "1", "5", "-5", "10"):
        calibrator.write(f"OUT {volts} V; OPER")
        calibrator.query("*OPC?")
        readings.append((volts, meter.amplitude()))
    seen["voltages"] = readings
    seen["auto_range_text"] = meter.ask("VOLT:DC:RANG:AUTO?")
    seen["error"] = meter.ask("SYST:ERR?")
    meter.close()
    print()  # QCoDeS prints too
    print(json.dumps(seen))


def _set(parameter: Parameter, value: object) -> object:
    """Set a value; gives what is read back, or that the class does not know it."""
    parameter.set(value)
    try:
        return parameter.get()
    except KeyError as error:
        return f"unknown: {error.args[0]}"


if __name__ == "__main__":
    main(*sys.argv[1:])
