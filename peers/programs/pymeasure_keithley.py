"""PyMeasure's Keithley2000 and KeithleyDMM6500 on meters that a calibrator feeds; prints what was read as JSON.

Run it as `python pymeasure_keithley.py CLASS VISA-LIBRARY METER CALIBRATOR`. The calibrator is driven through pyvisa,
in the words of its manual.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pyvisa
from pymeasure.instruments import keithley

_COMMON: dict[str, tuple[object, ...]] = {
    "voltage_range": (0.1, 1, 10, 100, 1000),
    "voltage_nplc": (0.01, 0.1, 1, 10),
    "voltage_digits": (4, 5, 6),
    "voltage_ac_range": (0.1, 1, 10, 100, 750),
    "voltage_ac_bandwidth": (3, 30, 300),
    "resistance_range": (100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8),
    "resistance_4W_range": (100, 1e6),
    "resistance_4W_nplc": (0.1, 10),
    "current_range": (0.01, 0.1, 1, 3),
    "current_ac_range": (1, 3),
    "frequency_aperature": (0.01, 0.1),
}
_SETTINGS = {
    "Keithley2000": _COMMON
    | {
        "voltage_reference": (1.5, 0),
        "trigger_count": (5, 1),
        "trigger_delay": (0.25, 0),
        "beep_state": ("disabled", "enabled"),
    },
    "KeithleyDMM6500": _COMMON
    | {"voltage_relative": (1.5, 0), "voltage_relative_enabled": (True, False), "capacitance_digits": (4, 5)},
}


def main(name: str, library: str, meter_at: str, calibrator_at: str) -> None:
    """Open both, go through the class, and print."""
    ends: dict[str, Any] = {"read_termination": "\n", "write_termination": "\n", "timeout": 60_000}
    meter = getattr(keithley, name)(meter_at, visa_library=library, **ends)
    calibrator = pyvisa.ResourceManager(library).open_resource(calibrator_at, **ends)
    meter.reset()
    seen: dict[str, object] = {"identity": meter.id}
    if name == "Keithley2000":
        meter.write(
            ":INIT:CONT OFF"
        )  # READ? is refused in continuous operation, where a reset with PRESet leaves it
    else:
        seen |= {
            "language": meter.command_set,
            "line_frequency": meter.line_frequency,
            "terminals": meter.terminals_used,
        }
    seen |= {
        "settings": _settings(meter, _SETTINGS[name]),
        "modes": _modes(meter),
        "voltages": _voltages(meter, calibrator),
        "resistance": _resistance(meter, calibrator),
        "errors": meter.check_errors(),
    }
    meter.write("NONSENSE 1")
    seen["errors_after_nonsense"] = [meter.check_errors(), meter.check_errors()]
    print(json.dumps(seen))


def _settings(meter: Any, wanted: dict[str, tuple[object, ...]]) -> dict[str, list[tuple[object, object]]]:
    """Set each property to each value; gives what was set and what was read back."""
    results: dict[str, list[tuple[object, object]]] = {}
    for name, values in wanted.items():
        for value in values:
            setattr(meter, name, value)
            results.setdefault(name, []).append((value, getattr(meter, name)))
    return results


def _modes(meter: Any) -> list[tuple[str, str]]:
    """Select every function that the class knows; gives each with what was read back."""
    selected = []
    for name in meter.MODES:
        meter.mode = name
        selected.append((name, meter.mode))
    return selected


def _voltages(meter: Any, calibrator: Any) -> dict[str, object]:
    meter.measure_voltage(10)
    meter.voltage_nplc = 10
    single = []
    for volts in ("0", "1", "5", "-5", "10"):
        calibrator.write(f"OUT {volts} V; OPER")
        calibrator.query("*OPC?")
        single.append((volts, meter.voltage))
    meter.measure_voltage(0.1)
    overload = meter.voltage
    calibrator.write("OUT 0 V")
    calibrator.query("*OPC?")
    return {"single": single, "overload": overload}


def _resistance(meter: Any, calibrator: Any) -> dict[str, object]:
    meter.measure_resistance(100e3, wires=4)
    calibrator.write("OUT 10 KOHM; EXTSENSE ON; OPER")
    calibrator.query("*OPC?")
    stated = calibrator.query("OUT?")
    reading = meter.resistance
    calibrator.write("STBY")
    calibrator.query("*OPC?")
    return {"stated": stated, "four_wire": reading}


if __name__ == "__main__":
    main(*sys.argv[1:])
