"""Real processes on one file of leases: never two with one instrument, whoever is killed meanwhile."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from calbench.clock import RealClock
from calbench.leasing.lease import Claim
from calbench.leasing.table import Table

ROOT = Path(__file__).parents[3]
WORKER = """\
import random, sys
from pathlib import Path
from calbench.clock import RealClock
from calbench.errors import InstrumentInUse
from calbench.leasing.lease import Claim
from calbench.leasing.table import Table

folder, name = Path(sys.argv[1]), sys.argv[2]
clock, chance = RealClock(), random.Random(name)
table = Table(folder / "machine.sqlite", clock)
until, had = clock.monotonic() + 2.0, 0
print("begun", flush=True)
while clock.monotonic() < until:
    wanted = dict.fromkeys(chance.sample("abcd", chance.randint(1, 3)), "it")
    claim = Claim(name, "demo", name)
    try:
        table.acquire(claim, wanted)
    except InstrumentInUse:
        clock.sleep(0.002)
        continue
    for one in wanted:
        (folder / one).touch(exist_ok=False)  # fails if another process is within
    had += 1
    for one in wanted:
        (folder / one).unlink()
    table.release(claim)
    clock.sleep(0.002)  # SQLite lets nobody queue: who asks again at once gets it again
print(had)
"""


HALF_DONE = """\
import os, sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("PRAGMA journal_mode = TRUNCATE")
file.execute("PRAGMA cache_size = 1")
file.execute("BEGIN IMMEDIATE")
file.execute("DELETE FROM lease")
for number in range(50):
    file.execute("INSERT INTO log VALUES (?, '', '', '', '', '', '', ?)", (number, "x" * 10_000))
os._exit(1)
"""


def test_what_a_killed_process_left_half_done_is_taken_back_by_who_only_reads(tmp_path: Path) -> None:
    table = Table(tmp_path / "machine.sqlite", RealClock())
    table.acquire(Claim("runs/a", "demo", ""), {"gpib0:4": "calibrator"})
    died = subprocess.run([sys.executable, "-c", HALF_DONE, str(table.path)], check=False)
    assert died.returncode == 1
    assert table.path.with_name("machine.sqlite-journal").stat().st_size > 0, (
        "without this it would show nothing"
    )
    assert [one.resource for one in table.held()] == ["gpib0:4"]
    assert table.log() == []


def worker(folder: Path, name: str) -> subprocess.Popen[str]:
    paths = os.pathsep.join(str(ROOT / one) for one in ("src", "drivers", "sim"))
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder), name],
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_processes_exclude_each_other_and_a_killed_one_harms_no_file(tmp_path: Path) -> None:
    live = [worker(tmp_path, name) for name in ("one", "two", "three")]
    (tmp_path / "doomed").mkdir()
    doomed = [worker(tmp_path / "doomed", name) for name in ("four", "five")]
    for process in doomed:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
    RealClock().sleep(0.3)
    for process in doomed:
        process.kill()
        process.communicate()
    turns = 0
    for process in live:
        said, _ = process.communicate()
        assert process.returncode == 0, said
        turns += int(said.split()[-1])
    assert turns > 5
    assert Table(tmp_path / "machine.sqlite", RealClock()).held() == []
    Table(tmp_path / "doomed" / "machine.sqlite", RealClock()).held()
    with sqlite3.connect(tmp_path / "doomed" / "machine.sqlite") as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    file.close()
