"""A bench for electricity meters in a process of its own; a witness sees whether its source is off."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.benches.power_of_a_source import procedure
from tests.sweeps.served import ROOT, Served

from calbench.instruments.opening import LinkSpec, open_driver
from calbench_drivers.clou.cl3115 import CL3115

STATION = """\
station: served
language: 1
laboratory: {{name: Laboratory}}
instruments:
  source:
    driver: clou/cl309
    link: {{serial: "{source}", timeout: 5 s}}
    provides: [source.power.active]
    hazard: voltage
    safe: {{seen_by: reference, after_lost_contact: 2 s}}
  reference:
    driver: clou/cl3115
    link: {{serial: "{reference}", timeout: 5 s}}
    asset: REF-3115
    provides: [measure.power.active]
positions:
  1: {{driver: dlt645/v2007, link: {{serial: "{meter}", timeout: 5 s, unit: "000000000101"}}}}
"""
STUCK = """\
import runpy, sys
from calbench_sim.parts.sources.power_output import PowerOutput
PowerOutput.stop = lambda self: None  # a contact that is welded: zero is acknowledged, and changes nothing
sys.argv[0] = "calbench"
runpy.run_module("calbench", run_name="__main__")
"""
PATIENT = """\
import runpy, sys
from calbench.execution import witnessing
witnessing._becomes_on.__defaults__ = ({},)  # RAMP_TIME
sys.argv[0] = "calbench"
runpy.run_module("calbench", run_name="__main__")
"""
LEADS = "to: [1.input, reference.input]"


class Metered(Served):
    """The served bench; `faults`, `leads` and `stuck_on` say what is wrong, `ramp` for how long (s) a runner looks."""

    def __init__(
        self,
        folder: Path,
        faults: str = "",
        leads: str = LEADS,
        *,
        stuck_on: bool = False,
        ramp: float | None = None,
    ) -> None:
        text = (ROOT / "stations" / "demo-meter.yaml").read_text(encoding="utf-8")
        assert LEADS in text
        text = text.replace(LEADS, leads).replace("  clock: virtual\n", "")
        text = text.replace("  units:  ", f"  faults: [{faults}]\n  units:  ")
        (folder / "bench.yaml").write_text(text, encoding="utf-8")
        self._program = ("-c", STUCK) if stuck_on else ("-m", "calbench")
        self._runner = ("-m", "calbench") if ramp is None else ("-c", PATIENT.format(ramp))
        super().__init__(folder, settle="60 s")

    def run(self, *more: str, out: str = "runs") -> subprocess.Popen[str]:
        """Start the run, with a runner that looks for a source as long as it shall."""
        files = ("procedure.yaml", "station.yaml", "--answers", "answers.yaml")
        return self.start("run", *files, "--out", out, "--format", "", *more, program=self._runner)

    def serve(self) -> subprocess.Popen[str]:
        """Serve the altered bench."""
        return self.start("sim", "serve", "bench.yaml", "--json", "--for", "600", program=self._program)

    def write(self) -> None:
        """Write the station and the procedure."""
        lines = {name: at.removeprefix("ASRL").removesuffix("::INSTR") for name, at in self.found.items()}
        self.reference = lines["reference"]
        text = STATION.format(source=lines["source"], reference=self.reference, meter=lines["1"])
        (self.folder / "station.yaml").write_text(text, encoding="utf-8")
        (self.folder / "procedure.yaml").write_text(procedure("5 A", self.settle), encoding="utf-8")

    def is_on(self) -> bool:
        """Ask the standard meter at the terminals, over a line of the test's own."""
        reference = open_driver(CL3115, LinkSpec("serial", self.reference))
        try:
            return reference.sees_output()
        finally:
            reference._link.close()
