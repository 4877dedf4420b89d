"""PyMeasure's HP34401A on a 34401A that a calibrator feeds; prints what it read as JSON.

Run it as `python pymeasure_hp34401a.py VISA-LIBRARY METER CALIBRATOR`. PyMeasure has no class for the calibrator:
that is driven through pyvisa, in the words of its manual.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pyvisa
from pymeasure.instruments.hp import HP34401A

_SETTINGS: dict[str, tuple[object, ...]] = {
    "range_": (0.1, 1, 10, 100, 1000),
    "nplc": (0.02, 0.2, 1, 10, 100),
    "autorange": (True, False),
    "autozero_enabled": (False, True),
    "auto_input_impedance_enabled": (True, False),
    "detector_bandwidth": (3, 200, 20),
    "trigger_source": ("BUS", "EXT", "IMM"),
    "trigger_delay": (0.25,),
    "trigger_auto_delay_enabled": (True,),
    "trigger_count": (2, 1),
    "sample_count": (7, 1),
    "beeper_enabled": (False, True),
    "displayed_text": ("CALBENCH",),
    "display_enabled": (False, True),
}


def main(library: str, meter_at: str, calibrator_at: str) -> None:
    """Open both, go through the class, and print."""
    meter = HP34401A(
        meter_at, visa_library=library, read_termination="\n", write_termination="\n", timeout=60_000
    )
    calibrator = pyvisa.ResourceManager(library).open_resource(
        calibrator_at, read_termination="\n", write_termination="\n", timeout=60_000
    )
    meter.clear()
    meter.reset()
    seen = {
        "identity": meter.id,
        "scpi_version": meter.scpi_version,
        "terminals": meter.terminals_used,
        "complete": meter.complete,
        "self_test": meter.self_test_result,
        "settings": _settings(meter),
        "functions": _functions(meter),
        "voltages": _voltages(meter, calibrator),
        "resistance": _resistance(meter, calibrator),
        "errors": meter.check_errors(),
    }
    meter.write("NONSENSE 1")
    seen["errors_after_nonsense"] = meter.check_errors()
    seen["errors_then"] = meter.check_errors()
    print(json.dumps(seen))


def _settings(meter: HP34401A) -> dict[str, list[tuple[object, object]]]:
    """Set each property to each value; gives what was set and what was read back."""
    results: dict[str, list[tuple[object, object]]] = {}
    for name, values in _SETTINGS.items():
        for value in values:
            setattr(meter, name, value)
            results.setdefault(name, []).append((value, getattr(meter, name)))
    return results


def _functions(meter: HP34401A) -> list[str]:
    """Select every function that the class knows; gives those that were read back."""
    selected = []
    for name in HP34401A.FUNCTIONS:
        meter.function_ = name
        selected.append(meter.function_)
    return selected


def _voltages(meter: HP34401A, calibrator: Any) -> dict[str, object]:
    meter.function_ = "DCV"
    meter.range_ = 10
    meter.nplc = 100
    single = []
    for volts in ("0", "1", "5", "-5", "10"):
        calibrator.write(f"OUT {volts} V; OPER")
        calibrator.query("*OPC?")
        single.append((volts, meter.reading))
    meter.sample_count = 5
    burst = meter.reading
    stored = [meter.stored_readings_count, meter.stored_reading]
    meter.sample_count = 1
    meter.range_ = 1
    overload = meter.reading
    meter.range_ = 10
    return {"single": single, "burst": burst, "stored": stored, "overload": overload}


def _resistance(meter: HP34401A, calibrator: Any) -> dict[str, object]:
    calibrator.write("OUT 10 KOHM; EXTSENSE ON; OPER")
    calibrator.query("*OPC?")
    stated = calibrator.query("OUT?")
    meter.function_ = "R4W"
    meter.range_ = 10e3
    meter.nplc = 100
    four_wire = meter.reading
    calibrator.write("STBY")
    calibrator.query("*OPC?")
    return {"stated": stated, "four_wire": four_wire, "after_standby": meter.reading}


if __name__ == "__main__":
    main(*sys.argv[1:])
