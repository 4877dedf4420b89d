"""A run that loses its lease touches the instrument no more, wherever it is; the journal says what became of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.engine.leasing.conftest import Machine

from calbench.documents.journal import Event
from calbench.documents.plan import Plan
from calbench.errors import UsageError
from calbench.execution.leasehold import Leased
from calbench.leasing.keeping import Kept
from calbench.leasing.lease import TTL, Claim
from calbench.leasing.table import Table
from calbench.workflow.holding import instruments_of

if TYPE_CHECKING:
    from tests.engine.execution.conftest import Lab, Ran


class Other:
    """Leases of a run on a machine whose clock the test has, and another run that wants some of them."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.machine = Machine()
        self.table = Table(folder / "leases.sqlite", self.machine)
        instruments = instruments_of(plan, {})
        wanted = {part: name for name, parts in instruments.items() for part in parts}
        claim = Claim("runs/mine", "demo", "A. Tester")
        self.table.acquire(claim, wanted)
        self.leased = Leased(Kept(self.table, claim, wanted, self.machine), instruments)

    def takes(self, resource: str) -> None:
        """Have the machine sleep, and the other run take over."""
        self.machine.sleep(TTL + 1)
        self.asks_for(resource)

    def asks_for(self, resource: str) -> None:
        """Have the other run take it if it is free."""
        self.table.acquire(Claim("runs/other", "demo", "B. Tester"), {resource: "it"})


def run_until(lab: Lab, plan: Plan, other: Other, seq: int, then: Callable[[], object]) -> Ran:
    def listen(event: Event) -> None:
        if event.seq == seq:
            then()

    return lab.run(plan, listen=lambda _stage: listen, leased=other.leased)


def did(ran: Ran) -> list[str]:
    return [str(one.body["did"]) for one in ran.of("lease")]


@pytest.fixture
def plan(lab: Lab, texts: dict[str, str]) -> Plan:
    return lab.plan(texts["volts"])


def test_leases_stand_in_the_journal_around_everything_that_is_touched(
    lab: Lab, plan: Plan, tmp_path: Path
) -> None:
    other = Other(tmp_path, plan)
    ran = lab.run(plan, leased=other.leased)
    assert ran.outcome.status == "COMPLETED"
    kinds = [one.type for one in ran.events]
    first, last = (number for number, one in enumerate(kinds) if one == "lease")
    assert kinds[:2] == ["run_opened", "lease"]
    assert (last, kinds[-1]) == (len(kinds) - 2, "run_closed")
    assert first < kinds.index("exchange")
    assert ran.events[first].body["resources"] == ["asset:REF-0017", "gpib0:22", "gpib0:4"]
    assert other.table.held() == []
    assert ran.record.verdict == "pass"


def test_wherever_the_lease_of_the_source_is_lost_it_is_not_touched_again(
    lab: Lab, plan: Plan, tmp_path: Path
) -> None:
    whole = lab.run(plan, leased=Other(tmp_path / "whole", plan).leased)
    opened = next(one.seq for one in whole.events if one.type == "lease")
    ended = next(one.seq for one in reversed(whole.events) if one.type == "lease")
    every = range(opened, ended)
    # in short: the beginning and the end, where sources are made safe, and some between
    chosen = every if os.environ.get("SWEEP") else sorted({*every[:8], *every[8:-6:9], *every[-6:]})
    for seq in chosen:
        other = Other(tmp_path / str(seq), plan)
        ran = run_until(lab, plan, other, seq, lambda other=other: other.takes("gpib0:4"))  # type: ignore[misc] # bound now
        touched = [
            one
            for one in ran.events[seq:]
            if one.type == "exchange" and one.body["instrument"] == "calibrator" and "failed" not in one.body
        ]
        assert touched == [], f"after event {seq}, {whole.events[seq - 1].type}"
        if "lost" in did(ran):
            assert ran.outcome.status == "STOPPED", seq
            assert ran.outcome.outputs.state == "taken"
            assert "runs/other" in ran.outcome.reason
            assert other.table.held()[0].claim.run == "runs/other"
            states = [(one.body["state"], one.body.get("cause")) for one in ran.of("state")]
            assert states[0] == ("SUSPENDED", "lease")
            assert states[1:] in ([("SAFING", None)], []), "none if it was at its end already"
            assert ran.record.run.outputs == "taken"


def test_when_only_the_meter_is_lost_the_source_is_made_safe(lab: Lab, plan: Plan, tmp_path: Path) -> None:
    other = Other(tmp_path, plan)
    applied = next(one.seq for one in lab.run(plan, leased=Other(tmp_path / "x", plan).leased).of("applied"))
    ran = run_until(lab, plan, other, applied, lambda: other.takes("gpib0:22"))
    assert (ran.outcome.status, ran.outcome.outputs.state) == ("STOPPED", "verified_off")
    assert ran.switched_off
    assert [one.resource for one in other.table.held()] == ["gpib0:22"]


def test_what_a_person_released_is_made_safe_before_another_run_has_it(
    lab: Lab, plan: Plan, tmp_path: Path
) -> None:
    other = Other(tmp_path, plan)
    applied = next(one.seq for one in lab.run(plan, leased=Other(tmp_path / "x", plan).leased).of("applied"))

    def release() -> None:
        other.table.break_off("gpib0:4", "C. Chief", "mine", force=True)
        other.leased.kept.look()  # as the heartbeat does within two seconds
        with pytest.raises(UsageError, match="In use"):
            other.asks_for("gpib0:4")

    ran = run_until(lab, plan, other, applied, release)
    assert (ran.outcome.status, ran.outcome.outputs.state) == ("STOPPED", "verified_off")
    assert "released by C. Chief: mine" in ran.outcome.reason
    assert ran.switched_off


def test_a_run_whose_leases_cannot_be_renewed_stops_with_everything_off(
    lab: Lab, plan: Plan, tmp_path: Path
) -> None:
    other = Other(tmp_path, plan)
    applied = next(one.seq for one in lab.run(plan, leased=Other(tmp_path / "x", plan).leased).of("applied"))

    def damage() -> None:
        other.table.path.write_bytes(b"x" * 4096)
        other.machine.sleep(TTL)

    ran = run_until(lab, plan, other, applied, damage)
    assert (ran.outcome.status, ran.outcome.outputs.state) == ("STOPPED", "verified_off")
    assert "cannot be renewed" in ran.outcome.reason
    assert "damaged" in ran.outcome.reason
    assert ran.switched_off
