"""Several runs, time that goes by, deaths, sleeps and reboots in any order: a resource never has two owners.

The model is the definition: a lease is its holder's until it was silent for longer than the time to live.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.engine.leasing.conftest import Machine

from calbench.errors import InstrumentInUse
from calbench.leasing.lease import TTL, Claim
from calbench.leasing.table import Table

RESOURCES = ("gpib0:4", "gpib0:22", "serial:com3", "asset:W")
RUNS = ("a", "b", "c")
some = st.sets(st.sampled_from(RESOURCES), min_size=1)
a_run = st.sampled_from(RUNS)


class Leases(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.machine = Machine()
        self.table = Table(self.folder / "leases.sqlite", self.machine)
        self.owner: dict[str, tuple[str, float]] = {}  # resource: run, last sign of life
        self.holds: dict[str, set[str]] = {}  # what each run that lives believes to have
        self.taken_over = 0

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)

    def claim(self, run: str) -> Claim:
        return Claim(run, "demo", "", 1, run)

    def free_for(self, run: str, resource: str) -> bool:
        owner = self.owner.get(resource)
        return owner is None or owner[0] == run or abs(self.machine.mono - owner[1]) > TTL

    @rule(run=a_run, wanted=some)
    def acquire(self, run: str, wanted: set[str]) -> None:
        if run in self.holds:
            return  # a run takes all that it needs together, once
        free = all(self.free_for(run, one) for one in wanted)
        try:
            taken = self.table.acquire(self.claim(run), dict.fromkeys(wanted, "it"))
        except InstrumentInUse:
            assert not free, "no deadlock: what is free is had at once"
            return
        assert free
        stale = {one for one in wanted if one in self.owner and self.owner[one][0] != run}
        assert {one.resource for one in taken} == stale
        self.taken_over += len(stale)
        self.holds[run] = set(wanted)
        self.owner |= dict.fromkeys(wanted, (run, self.machine.mono))

    @rule(run=a_run)
    def renew(self, run: str) -> None:
        if run not in self.holds:
            return
        loss = self.table.renew(self.claim(run), self.holds[run], "runner", again=True)
        gone = {one for one in self.holds[run] if one in self.owner and self.owner[one][0] != run}
        assert set(loss.taken) == gone, "who lost a lease learns it at the next renewal"
        self.holds[run] -= gone
        self.owner |= dict.fromkeys(self.holds[run], (run, self.machine.mono))

    @rule(run=a_run)
    def release(self, run: str) -> None:
        self.table.release(self.claim(run))
        self.owner = {name: one for name, one in self.owner.items() if one[0] != run}
        self.holds.pop(run, None)

    @rule(run=a_run)
    def die(self, run: str) -> None:
        self.holds.pop(run, None)  # its rows stay

    @rule(resource=st.sampled_from(RESOURCES))
    def break_off(self, resource: str) -> None:
        if resource in self.owner:
            self.table.break_off(resource, "C. Chief", "test", force=True)
            del self.owner[resource]

    @rule(seconds=st.sampled_from([0.5, 3.0, TTL, TTL + 0.1, 1e6]))
    def time_goes_by(self, seconds: float) -> None:
        self.machine.sleep(seconds)

    @rule(year=st.integers(1990, 2090))
    def somebody_sets_the_clock(self, year: int) -> None:
        self.machine.day = self.machine.day.replace(year=year, month=1)

    @rule()
    def reboot(self) -> None:
        self.machine.reboot()
        self.holds.clear()

    @invariant()
    def the_file_says_what_the_model_says(self) -> None:
        if not hasattr(self, "table"):
            return
        held = self.table.held()
        assert {one.resource: one.claim.token for one in held} == {
            name: owner for name, (owner, _) in self.owner.items()
        }
        assert {one.resource for one in held if one.stale} == {
            name for name, (_, sign) in self.owner.items() if abs(self.machine.mono - sign) > TTL
        }
        assert sum(one.did == "taken over" for one in self.table.log()) == self.taken_over


TestLeases = Leases.TestCase
TestLeases.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
