"""Our driver of the Keithley 2000 on one that pyvisa-sim plays; prints what came of it as JSON.

Run it as `python pyvisa_sim_k2000.py LIBRARY RESOURCE`, with a library like `file.yaml@sim`. The 1 V range is not among
the words of that instrument.
"""

from __future__ import annotations

import json
import sys

from calbench.errors import DeviceError
from calbench.instruments.opening import open_driver
from calbench_drivers.keithley.k2000 import K2000


def main(library: str, resource: str) -> None:
    """Open, measure, and print."""
    meter = open_driver(K2000, resource, library=library)
    meter.configure(nplc=10, autozero=True)
    identity = meter.identify()
    readings = [meter.measure_dc_voltage(10), meter.measure_dc_voltage(1000), meter.measure_frequency()]
    try:
        meter.measure_dc_voltage(1)
    except DeviceError as error:
        refused = str(error)
    seen = {
        "identity": [identity.maker, identity.model, identity.serial, identity.firmware],
        "readings": [[str(one.value), one.unit, one.text] for one in readings],
        "refused": refused,
        "errors": meter.read_errors(),
    }
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
