"""A calibrator and a multimeter served by a process of their own: what a killed runner leaves, is left there.

The runner takes the station for one of real instruments, with real time and a guard process.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from calbench.clock import RealClock
from calbench.documents.journal import Event
from calbench.execution.reopening import read_tail
from calbench.instruments.opening import open_driver
from calbench.leasing.lease import Lease
from calbench.leasing.places import VARIABLE, lease_file
from calbench.leasing.table import Table
from calbench_drivers.fluke.f5730a import F5730A

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # s; the machine may be busy

STATION = """\
station: served
language: 1
laboratory: {{name: Laboratory}}
instruments:
  calibrator:
    driver: fluke/f5730a
    link: {{visa: "{calibrator}", timeout: 5 s}}
    asset: REF-0017
    provides: [source.voltage.dc, source.resistance.4w]
    hazard: voltage
    safe: {{after_lost_contact: 2 s}}
positions:
  1: {{driver: agilent/a34401a, link: {{visa: "{meter}", timeout: 5 s}}}}
"""
PROCEDURE = """\
procedure: Two voltages
id: two-voltages
version: 1.0.0
language: 1
roles:
  uut:    {needs: [measure.voltage.dc]}
  source: {needs: [source.voltage.dc], must_be_in_calibration: true}
tests:
  - test: dcv
    apply: source.voltage.dc
    read: uut.voltage.dc
    settle: SETTLE
    ranges:
      - {range: 10 V, points: [5 V, 10 V], mpe: 0.0035 % rdg + 0.0005 % rng, resolution: 10 uV}
    uncertainty:
      - {name: Calibrator, from: source.uncertainty}
policy: {on_fail: continue, resume_within: 1 h}
"""
ANSWERS = "language: 1\noperator: A. Tester\nconfirm: all\n"


class Served:
    """The served bench and the runs on it; every process that is left at the end is ended by its number."""

    def __init__(self, folder: Path, settle: str = "3 s") -> None:
        self.folder = folder
        self.clock = RealClock()
        self._processes: list[subprocess.Popen[str]] = []
        shutil.copytree(ROOT / "stations" / "assets", folder / "assets")
        self.settle = settle
        self.serving = serving = self.serve()
        assert serving.stdout is not None
        self.found: dict[str, str] = json.loads(serving.stdout.readline())
        self.write()
        (folder / "answers.yaml").write_text(ANSWERS, encoding="utf-8")

    def serve(self) -> subprocess.Popen[str]:
        """Start the process that has the instruments; its first line tells their addresses."""
        return self.start("sim", "serve", "demo", "--json", "--for", "600")

    def write(self) -> None:
        """Write the station and the procedure."""
        self.calibrator, self.meter = self.found["calibrator"], self.found["1"]
        text = STATION.format(calibrator=self.calibrator, meter=self.meter)
        (self.folder / "station.yaml").write_text(text, encoding="utf-8")
        (self.folder / "procedure.yaml").write_text(
            PROCEDURE.replace("SETTLE", self.settle), encoding="utf-8"
        )

    def start(self, *arguments: str, program: tuple[str, ...] = ("-m", "calbench")) -> subprocess.Popen[str]:
        """Start calbench in a process of its own."""
        process = subprocess.Popen(
            [sys.executable, *program, *arguments],
            cwd=self.folder,
            env={
                **os.environ,
                "CALBENCH_LEASES": str(self.folder / "leases"),
                "PYTHONPATH": os.pathsep.join(str(ROOT / one) for one in ("src", "drivers", "sim")),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._processes.append(process)
        return process

    def run(self, *more: str, out: str = "runs") -> subprocess.Popen[str]:
        """Start the run."""
        files = ("procedure.yaml", "station.yaml", "--answers", "answers.yaml")
        return self.start("run", *files, "--out", out, "--format", "", *more)

    def resume(self) -> subprocess.Popen[str]:
        """Go on with the run, as soon as nobody has its instruments any more."""
        folder = str(self.run_folder)
        return self.start("resume", folder, "--answers", "answers.yaml", "--format", "", "--wait", "30")

    def said(self, *arguments: str) -> tuple[int, str]:
        """Let calbench do something at once; gives exit code and output."""
        process = self.start(*arguments)
        said, _ = process.communicate()
        return process.returncode, said

    def leases(self) -> dict[str, Lease]:
        """Give the leases of this bench, by resource; read here, because a process takes a second to begin."""
        path = lease_file({VARIABLE: str(self.folder / "leases")})
        return {one.resource: one for one in Table(path, self.clock).held()}

    @property
    def run_folder(self) -> Path:
        """The folder of the run; waits until it is there."""
        self.until(lambda: len(list(self.folder.glob("runs/*/journal.jsonl"))) == 1, "a run")
        return next(self.folder.glob("runs/*"))

    def events(self, name: str = "journal.jsonl") -> list[Event]:
        """Give what stands in a file of the run by now."""
        path = self.run_folder / name
        return list(read_tail(path).events) if path.is_file() else []

    def wait_for(self, type_: str, name: str = "journal.jsonl", **body: Any) -> Event:
        """Wait for an event of this type whose body has these entries."""
        found: list[Event] = []

        def there() -> bool:
            found[:] = [
                one
                for one in self.events(name)
                if one.type == type_ and all(one.body.get(key) == value for key, value in body.items())
            ]
            return bool(found)

        self.until(there, f"{type_} {body} in {name}")
        return found[0]

    def until(self, holds: Callable[[], bool], what: str) -> float:
        """Wait until something holds; gives how many seconds that took."""
        begun = self.clock.monotonic()
        while not holds():
            assert self.clock.monotonic() - begun < PATIENCE, f"waited too long for {what}"
            self.clock.sleep(0.05)
        return self.clock.monotonic() - begun

    @property
    def guard(self) -> int:
        """The number of the process that guards the run now."""
        started = [one for one in self.events() if one.type == "guard" and one.body["did"] == "started"]
        return int(str(started[-1].body["process"]))

    def has_guard(self, number: int) -> bool:
        """Tell whether so many guards were started by now."""
        return sum(one.type == "guard" and one.body["did"] == "started" for one in self.events()) == number

    def is_on(self) -> bool:
        """Ask the calibrator itself, over a line of the test's own."""
        calibrator = open_driver(F5730A, self.calibrator, library="@py")
        try:
            return calibrator.output_is_on()
        finally:
            calibrator._link.close()

    def send(self, process: int, what: signal.Signals) -> None:
        """Send a signal to one process, by its number."""
        os.kill(process, what)

    def close(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
