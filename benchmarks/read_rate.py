"""How fast queries go through pyvisa: our simulated 34401A with physics against pyvisa-sim with fixed replies."""

from __future__ import annotations

import gc
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import pyvisa
from pyvisa.resources import MessageBasedResource

from calbench.simulation import World, registry

RESOURCE = "GPIB0::22::INSTR"
CANNED = """\
spec: "1.1"
devices:
  meter:
    eom:
      GPIB INSTR: {q: "\\n", r: "\\n"}
    error: ERROR
    dialogues:
      - {q: "READ?", r: "+9.99994300E+00"}
      - {q: "*IDN?", r: "HEWLETT-PACKARD,34401A,0,11-5-2"}
resources:
  GPIB0::22::INSTR: {device: meter}
"""


@dataclass(frozen=True)
class Rates:
    """Queries per second, one value a round; round i of one stands beside round i of the other."""

    ours: list[float]
    theirs: list[float]

    @property
    def ratio(self) -> float:
        """The median of the ratios of the rounds."""
        return statistics.median(a / b for a, b in zip(self.ours, self.theirs, strict=True))


def bench() -> World:
    """Make the bench that is measured: a calibrator at 10 V, leads, and a multimeter on the 10 V range."""
    world = World(seed=1)
    world.add("calibrator", "fluke/f5730a", resource="GPIB0::4::INSTR")
    world.add("meter", "agilent/a34401a", resource=RESOURCE)
    world.connect("calibrator.output", "meter.input", resistance=0.02, emf=2e-7)
    return world


@contextmanager
def _opened(library: str, *resources: str) -> Iterator[list[MessageBasedResource]]:
    manager = pyvisa.ResourceManager(library)
    try:
        found = [
            manager.open_resource(name, read_termination="\n", write_termination="\n") for name in resources
        ]
        yield [one for one in found if isinstance(one, MessageBasedResource)]
    finally:
        manager.close()


def _rate(meter: MessageBasedResource, message: str, count: int) -> float:
    query = meter.query
    gc.collect()
    start = perf_counter()
    for _ in range(count):
        query(message)
    return count / (perf_counter() - start)


def measure(message: str = "READ?", canned: str = "READ?", rounds: int = 9, count: int = 2000) -> Rates:
    """Measure `message` of ours and `canned` of pyvisa-sim in turn: what else the machine does meets both."""
    rates = Rates([], [])
    with tempfile.TemporaryDirectory() as folder, registry.registered(bench()) as name:
        file = Path(folder) / "canned.yaml"
        file.write_text(CANNED, encoding="utf-8")
        with (
            _opened(f"{name}@calbench", RESOURCE, "GPIB0::4::INSTR") as (meter, calibrator),
            _opened(f"{file}@sim", RESOURCE) as (fixed,),
        ):
            calibrator.query("OUT 10V;OPER;*OPC?")
            meter.query("CONF:VOLT:DC 10;*OPC?")
            for one in (meter, fixed):
                if abs(float(one.query("READ?")) - 10) > 0.01:
                    raise RuntimeError(
                        f"{one.visalib} does not read the 10 V that it should: nothing was compared."
                    )
            for turn in range(rounds + 1):
                pair = _rate(meter, message, count), _rate(fixed, canned, count)
                if turn:  # the first one only warms up
                    rates.ours.append(pair[0])
                    rates.theirs.append(pair[1])
    return rates


def warm_up() -> float:
    """Give the real milliseconds for 30 simulated minutes with a reading every 10 s; the best of three."""
    times = []
    for _ in range(3):
        world = bench()
        with registry.registered(world) as name, _opened(f"{name}@calbench", RESOURCE) as (meter,):
            meter.query("CONF:VOLT:DC 10;*OPC?")
            start, began = perf_counter(), world.clock.monotonic()
            for turn in range(180):
                meter.query("READ?")
                world.clock.sleep(began + 10.0 * (turn + 1) - world.clock.monotonic())
            times.append((perf_counter() - start) * 1e3)
            if world.clock.monotonic() - began < 1800:  # half an hour
                raise RuntimeError("Half an hour has not passed on the clock of the simulated bench.")
    return min(times)


if __name__ == "__main__":
    found = measure()
    print(f"ours {statistics.median(found.ours):.0f}/s, pyvisa-sim {statistics.median(found.theirs):.0f}/s")
    print(f"ratio {found.ratio:.2f}; warm-up {warm_up():.1f} ms")
