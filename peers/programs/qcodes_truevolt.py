"""QCoDeS' classes of Truevolt multimeters (Keysight34461A and others) on one that a calibrator feeds; prints JSON.

Run it as `python qcodes_truevolt.py CLASS VISA-LIBRARY METER CALIBRATOR`. QCoDeS has no class for the calibrator: that
is driven through pyvisa, in the words of its manual.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pyvisa
from qcodes.instrument_drivers import Keysight


def main(name: str, library: str, meter_at: str, calibrator_at: str) -> None:
    """Open both, go through the class, and print."""
    meter = getattr(Keysight, name)("meter", meter_at, silent=True, visalib=library, timeout=60)
    calibrator = pyvisa.ResourceManager(library).open_resource(
        calibrator_at, read_termination="\n", write_termination="\n", timeout=60_000
    )
    meter.reset()
    seen = {
        "identity": meter.get_idn(),
        "line_frequency": meter.line_frequency(),
        "after_reset": _snapshot(meter),
        "settings": _settings(meter),
        "voltages": _voltages(meter, calibrator),
        "bus_trigger": _bus_trigger(meter),
        "error": meter.error(),
    }
    meter.write("NONSENSE 1")
    seen["errors_after_nonsense"] = [meter.error(), meter.error()]
    meter.close()
    print()  # QCoDeS prints too
    print(json.dumps(seen))


def _snapshot(meter: Any) -> dict[str, object]:
    """Give every parameter that the class asks the instrument for, as its own snapshot has them."""
    taken = meter.snapshot(update=True)
    parts = {"": taken, **{f"{name}.": part for name, part in taken["submodules"].items()}}
    return {
        prefix + name: parameter["value"]
        for prefix, part in parts.items()
        for name, parameter in part["parameters"].items()
        if name != "IDN" and isinstance(parameter.get("value"), str | int | float | bool)
    }


def _settings(meter: Any) -> dict[str, list[tuple[object, object]]]:
    """Set each parameter to each value; gives what was set and what was read back."""
    wanted: dict[Any, tuple[object, ...]] = {
        meter.range: tuple(meter.ranges),
        meter.NPLC: tuple(meter.NPLC_list),
        meter.autorange: ("ON", "OFF"),
        meter.autozero: ("OFF", "ON"),
        meter.trigger.count: (2, 1),
        meter.trigger.delay: (0.25,),
        meter.trigger.auto_delay_enabled: (True,),
        meter.trigger.slope: ("POS", "NEG"),
        meter.trigger.source: ("EXT", "BUS", "IMM"),
        meter.sample.count: (7, 1),
        meter.sample.timer: (0.5,),
        meter.display.text: ("CALBENCH", ""),
        meter.display.enabled: (False, True),
        meter.sense_function: (
            "AC Voltage", "DC Current", "AC Current", "2 Wire Resistance", "4 Wire Resistance", "DC Voltage",
        ),
    }  # fmt: skip
    results: dict[str, list[tuple[object, object]]] = {}
    for parameter, values in wanted.items():
        for value in values:
            parameter.set(value)
            results.setdefault(parameter.full_name, []).append((value, parameter.get()))
    return results


def _voltages(meter: Any, calibrator: Any) -> dict[str, object]:
    meter.range(10)
    meter.NPLC(100)
    single = []
    for volts in ("0", "1", "5", "-5", "10"):
        calibrator.write(f"OUT {volts} V; OPER")
        calibrator.query("*OPC?")
        single.append((volts, meter.volt()))
    meter.sample.count(5)
    burst = list(meter.read())
    again = list(meter.fetch())
    meter.sample.count(1)
    meter.range(1)
    overload = meter.volt()
    meter.range(10)
    meter.resolution(3e-5)
    return {
        "single": single,
        "burst": burst,
        "fetched": again,
        "overload": str(overload),
        "nplc_for_resolution": meter.NPLC(),
    }


def _bus_trigger(meter: Any) -> list[float]:
    meter.trigger.source("BUS")
    meter.init_measurement()
    meter.trigger.force()
    values = list(meter.fetch())
    meter.trigger.source("IMM")
    return values


if __name__ == "__main__":
    main(*sys.argv[1:])
