"""PyMeasure's HP34401A on the RS-232 port of a 34401A: once as the class comes, once with the port's real setting.

Run it as `python pymeasure_serial.py VISA-LIBRARY METER`; prints JSON.
"""

from __future__ import annotations

import json
import sys

from pymeasure.instruments.hp import HP34401A
from pyvisa.constants import Parity
from pyvisa.errors import VisaIOError


def main(library: str, meter_at: str) -> None:
    """Try both, and what the meter does before and after it is put into remote."""
    ends = {"visa_library": library, "read_termination": "\r\n", "write_termination": "\n"}
    with HP34401A(meter_at, **ends) as meter:
        seen: dict[str, object] = {"as_the_class_comes": _attempt(meter, "id")}
    with HP34401A(meter_at, **ends, data_bits=7, parity=Parity.even) as meter:
        meter.clear()  # what came garbled has left an error
        seen["identity"] = meter.id
        seen["reading_in_local"] = _attempt(meter, "reading")
        seen["errors_in_local"] = meter.check_errors()
        meter.remote_control_enabled = True
        seen["reading_in_remote"] = _attempt(meter, "reading")
        seen["errors_in_remote"] = meter.check_errors()
    print(json.dumps(seen))


def _attempt(meter: HP34401A, name: str) -> object:
    try:
        return getattr(meter, name)
    except VisaIOError as error:
        return error.abbreviation


if __name__ == "__main__":
    main(*sys.argv[1:])
