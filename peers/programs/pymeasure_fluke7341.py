"""PyMeasure's Fluke7341 on a bath as it is switched on; prints what it read as JSON.

Run it as `python pymeasure_fluke7341.py STATION BATH`. The class knows neither echo nor values that come unasked, so
they are switched off first, in the words of the bath. Time passes on the clock of the station, which lives here.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pyvisa
from pymeasure.instruments.fluke import Fluke7341

MINUTE = 60.0


def main(station: str, bath_at: str) -> None:
    """Open, go through the class, and print."""
    from calbench.simulation.registry import acquire, release

    library = f"{station}@calbench"
    manager = pyvisa.ResourceManager(library)
    clock = acquire(station).clock
    line: Any = manager.open_resource(
        bath_at, baud_rate=2400, read_termination="\r\n", write_termination="\r"
    )
    line.query("sa=0")  # the echo
    line.query("du=h")
    line.close()
    bath = Fluke7341(bath_at, visa_library=library, read_termination="\r\n", timeout=60_000)
    seen: dict[str, object] = {
        "identity": bath.id,
        "unit": bath.unit,
        "at_first": [bath.set_point, bath.temperature],
    }
    bath.set_point = 40
    seen["set_point"] = bath.set_point
    course = []
    for _ in range(4):
        clock.sleep(10 * MINUTE)
        course.append(bath.temperature)
    seen["course"] = course
    bath.unit = "f"
    seen["fahrenheit"] = [bath.unit, bath.set_point]
    bath.unit = "c"
    release(station)
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
