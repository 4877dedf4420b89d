"""The same seed gives the same bytes, in any process."""

from __future__ import annotations

import os
import subprocess
import sys

SCRIPT = """
import pyvisa
from calbench.simulation import CommandTree, Device, Electrical, Fault, Status488, World, registry

class Meter(Device):
    def __init__(self, bench):
        super().__init__(bench)
        self.status = Status488("A,B,0,0")
        self.tree = CommandTree({"READ?": self.read}, self.status)
    def read(self):
        room = self.bench.ambient.temperature()
        return f"{self.bench.rng.gauss(10.0, 4e-6):+.8E},{room:.6f}"
    def receive(self, line):
        answer = self.tree.run(line)
        if answer:
            self.reply(answer.text, after=0.4)

import sys
world = World(seed=sys.argv[1])
world.add("one", Meter, resource="GPIB0::1::INSTR")
world.add("two", Meter, resource="GPIB0::2::INSTR")
manager = pyvisa.ResourceManager(registry.register(world) + "@calbench")
meters = [manager.open_resource(f"GPIB0::{n}::INSTR") for n in (1, 2)]
for _ in range(20):
    world.clock.sleep(60)
    for meter in meters:
        print(world.clock.utc().isoformat(), meter.query("READ?").strip())
manager.close()
"""


def run(seed: str, hash_seed: str) -> str:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, seed], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_same_seed_same_bytes_in_two_processes():
    first = run("7", "1")
    assert first == run("7", "2")
    assert len(first.splitlines()) == len(set(first.splitlines())) == 40
    assert first != run("8", "1")
