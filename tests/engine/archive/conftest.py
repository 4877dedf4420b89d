"""Real runs of the demonstration bench, made once: completed and sealed, stopped, resumed, and one that fails."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from calbench.documents.journal import Event
from calbench.trust.ring import Ring
from calbench.trust.stationkeys import Signer, new_key
from calbench.workflow import Conducting, Options, Resuming, execute, prepare, resume

UUT = {"maker": "HP", "serial": "US36000017", "customer": "Müller GmbH"}
ONLY = ("dcv/10V/*",)
BENCH = {str(one): f"US3600010{one}" for one in range(1, 5)}
"""Four units in one run: their serial numbers by position; the station says that the third is out of its limits."""


def pressing(at: int):
    count = 0

    def listen(event: Event) -> None:
        nonlocal count
        count += event.type == "reading"
        if event.type == "reading" and count == at:
            raise KeyboardInterrupt

    return listen


@dataclass
class Folder:
    """A folder of runs; every change has a moment of its own, as it would have on any other day."""

    path: Path
    made: dict[str, Path]
    moments: int = field(default=1_700_000_000_000_000_000)

    def touch(self, path: Path) -> None:
        self.moments += 1_000_000_000
        for one in (path, *path.rglob("*")) if path.is_dir() else (path,):
            if one.is_file():
                os.utime(one, ns=(self.moments, self.moments))

    def put(self, kind: str, name: str) -> Path:
        target = self.path / name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.made[kind], target)
        self.touch(target)
        return target

    def write(self, path: Path, data: bytes) -> None:
        path.write_bytes(data)
        self.touch(path)


@pytest.fixture(scope="session")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Ring:
    ring = Ring(tmp_path_factory.mktemp("ring"))
    for station in ("demo", "demo-bench-4"):
        ring.keep(new_key(station, "2025-01-01T00:00:00Z", "2099-12-31T23:59:59Z"))
    return ring


@pytest.fixture(scope="session")
def signer(ring: Ring) -> Signer:
    return ring.signer(ring.of("demo")[0], None)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, ring: Ring, signer: Signer) -> dict[str, Path]:
    """The folders of runs, by what became of each."""
    out = tmp_path_factory.mktemp("made")
    volts = prepare("dmm-34401a", "demo", Options(uut=UUT, only=ONLY))
    sealed = execute(volts, out / "sealed", signer=signer).folder
    stopped = execute(volts, out / "stopped", listeners=(pressing(12),), signer=signer).folder
    again = out / "resumed" / stopped.name
    shutil.copytree(stopped, again)
    resume(again, Resuming(by="B. Second"), Conducting(signer=signer))
    scale = execute(prepare("scale-class3", "demo", Options(uut={"serial": "B4711"})), out / "scale").folder
    orders = {position: {"serial": serial} for position, serial in BENCH.items()}
    four = prepare("dmm-34401a", "demo-bench-4", Options(units=orders, only=ONLY))
    bench = execute(four, out / "bench", signer=ring.signer(ring.of("demo-bench-4")[0], None)).folder
    return {"sealed": sealed, "stopped": stopped, "resumed": again, "scale": scale, "bench": bench}


@pytest.fixture
def runs(tmp_path: Path, made: dict[str, Path]) -> Folder:
    (tmp_path / "runs").mkdir()
    return Folder(tmp_path / "runs", made)
