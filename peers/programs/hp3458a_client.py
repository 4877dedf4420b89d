"""hp3458a's HP3458A on a 3458A that a calibrator feeds; prints what it read as JSON.

Run it as `python hp3458a_client.py VISA-LIBRARY METER CALIBRATOR`. The class opens its line by the default library of
pyvisa. It swallows its errors and gives None. The calibrator is driven through pyvisa, in the words of its manual.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import pyvisa
from hp3458a.main import HP3458A

_SETTINGS: dict[str, tuple[tuple[object, ...], ...]] = {
    "aperture": ((0.01,), (0.1,)),
    "nplc": ((1,), (10,), (100,)),
    "autorange": (("OFF",), ("ON",)),
    "autozero": (("OFF",), ("ON",)),
    "fixedz": (("ON",), ("OFF",)),
    "resistance_offset_compensation": (("ON",), ("OFF",)),
    "number_of_digits": ((6,), (8,)),
    "trigger_arm": (("HOLD",), ("AUTO",)),
    "trigger_event": (("HOLD",), ("AUTO",), ("SYN",)),
    "output_format": (("SREAL",), ("DREAL",), ("ASCII",)),
    "memory_format": (("DREAL",), ("SREAL",)),
    "memory_storage_mode": (("FIFO",), ("OFF",)),
    "display_enabled": (("OFF",), ("ON",)),
    "timer_interval": ((0.5,),),
    "delay_trig_sample": ((0.01,), (0,)),
    "level_filter": (("ON",), ("OFF",)),
    "voltage_ac_conversion_technique": (("SYNC",), ("ANA",)),
}


def main(library: str, meter_at: str, calibrator_at: str) -> None:
    """Open both, go through the class, and print."""
    os.environ["PYVISA_LIBRARY"] = library
    meter = HP3458A(meter_at, delay=0)
    calibrator = pyvisa.ResourceManager(library).open_resource(
        calibrator_at, read_termination="\n", write_termination="\n", timeout=60_000
    )
    meter.reset_multimeter()
    meter.set_trigger_arm("HOLD")
    seen: dict[str, object] = {
        "identity": meter.get_id(),
        "firmware": meter.get_firmware_version(),
        "options": meter.get_multimeter_installed_options(),
        "line_frequency": meter.get_line_frequency(),
        "calibrations": meter.get_calibration_count(),
        "temperature": meter.get_internal_temperature(),
        "settings": _settings(meter),
        "error": meter.get_error(),
        "error_string": meter.get_error_string(),
        "voltages": _voltages(meter, calibrator),
        "error_after": meter.get_error_string(),
        "status": meter.get_status_byte(),
    }
    print()  # the class prints too
    print(json.dumps(seen))


def _settings(meter: HP3458A) -> dict[str, list[object]]:
    """Set each to each value; gives what was set and the text that was read back."""
    results: dict[str, list[object]] = {}
    for name, values in _SETTINGS.items():
        for value in values:
            done = getattr(meter, f"set_{name}")(*value)
            results.setdefault(name, []).append((value[0], done, getattr(meter, f"get_{name}")()))
    return results


def _voltages(meter: HP3458A, calibrator: Any) -> list[tuple[str, str | None]]:
    meter.set_voltage_dc_rang_res(10, 0.001)
    meter.set_nplc(10)
    meter.set_trigger_event("AUTO")
    results = []
    for volts in ("0", "1", "5", "-5", "10"):
        calibrator.write(f"OUT {volts} V; OPER")
        calibrator.query("*OPC?")
        meter.set_trigger_arm("SGL", 1)
        results.append((volts, meter._HP3458A__inst.read()))
    return results


if __name__ == "__main__":
    main(*sys.argv[1:])
