"""fluke8588a's Fluke8588A on an 8588A that a calibrator feeds; prints what it read as JSON.

Run it as `python fluke8588a_client.py VISA-LIBRARY METER CALIBRATOR QUERIES`; the last is `all` or `none`: what is not
answered takes its timeout of 10 s, which costs nothing in simulated time only. The class opens its line by the default
library of pyvisa. It swallows its errors and gives None. The calibrator is driven through pyvisa.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
from typing import Any

import pyvisa
from fluke8588a.fluke8588a import Fluke8588A

_SETTINGS: dict[str, tuple[object, ...]] = {
    "voltage_dc_range": (0.1, 1, 10, 100, 1000),
    "voltage_dc_autorange": ("ON", "OFF"),
    "voltage_dc_nplc": (1, 10),
    "voltage_dc_aperture": (0.1, 0.2),
    "voltage_dc_impedance": ("10M", "AUTO"),
    "current_dc_range": (0.01, 1),
    "resistance_range": (100, 1e6),
    "four_wire_resistance_range": (1e3, 1e5),
    "ac_voltage_range": (1, 100),
    "current_ac_range": (0.1, 1),
    "trigger_count": (3, 1),
    "trigger_source": ("BUS", "IMM"),
    "trigger_init_continuous": ("OFF", "ON"),
    "active_terminals": ("REAR", "FRON"),
    "average_count": (5, 10),
    "average_state": ("ON", "OFF"),
    "event_status_enable": (32, 0),
}


def main(library: str, meter_at: str, calibrator_at: str, queries: str) -> None:
    """Open both, go through the class, and print."""
    os.environ["PYVISA_LIBRARY"] = library
    meter = Fluke8588A(meter_at, delay=0)
    calibrator = pyvisa.ResourceManager(library).open_resource(
        calibrator_at, read_termination="\n", write_termination="\n", timeout=60_000
    )
    meter.reset()
    meter.clear_error()
    seen: dict[str, Any] = {"identity": meter.get_info(), "settings": {}}
    for name, values in _SETTINGS.items():
        for value in values:
            done = getattr(meter, f"set_{name}")(value)
            seen["settings"].setdefault(name, []).append(
                (value, done, getattr(meter, f"get_{name}")(), meter.get_error())
            )
    seen["asked"] = _ask_all(meter) if queries == "all" else {}
    seen["voltages"] = _voltages(meter, calibrator)
    seen["error"] = meter.get_error()
    print()  # the class prints too
    print(json.dumps(seen, default=str))


def _ask_all(meter: Fluke8588A) -> dict[str, list[object]]:
    """Call every method that asks for something and needs no argument; gives each reply, and the next error."""
    asked = {}
    for name, method in inspect.getmembers(meter, inspect.ismethod):
        needs = [one for one in inspect.signature(method).parameters.values() if one.default is one.empty]
        if name.startswith("get_") and not needs and name != "get_error":
            asked[name] = [method(), meter.get_error()]
    return asked


def _voltages(meter: Fluke8588A, calibrator: Any) -> list[tuple[str, object]]:
    meter.reset()
    meter.set_voltage_dc_function()
    meter.set_voltage_dc_range(10)
    meter.set_trigger_init_continuous("OFF")
    results = []
    for volts in ("0", "1", "5", "-5", "10"):
        calibrator.write(f"OUT {volts} V; OPER")
        calibrator.query("*OPC?")
        results.append((volts, meter.read_data()))
    return results


if __name__ == "__main__":
    main(*sys.argv[1:])
