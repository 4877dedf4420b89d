"""Keeping leases: who cannot give a sign of life any more says so in time, and what is lost is lost for good."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.leasing.conftest import Machine

from calbench.leasing.keeping import SURE, Kept
from calbench.leasing.lease import BEAT, TTL, Claim, Loss
from calbench.leasing.table import Table

WANTED = {"gpib0:4": "calibrator", "gpib0:22": "1"}


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def table(tmp_path: Path, machine: Machine) -> Table:
    return Table(tmp_path / "machine.sqlite", machine)


def kept(table: Table, machine: Machine, run: str = "a", *, anew: bool = True) -> Kept:
    return Kept(table, Claim(run, "demo", "A. Tester", 1, run), WANTED, machine, anew=anew)


@pytest.fixture
def told() -> list[Loss]:
    return []


@pytest.fixture
def mine(table: Table, machine: Machine, told: list[Loss]) -> Kept:
    table.acquire(Claim("a", "demo", "A. Tester", 1, "a"), WANTED)
    mine = kept(table, machine)
    mine.watch(told.append)
    return mine


def test_an_exchange_is_sure_of_its_lease_with_time_to_spare() -> None:
    assert BEAT < SURE < TTL - BEAT


def test_before_an_exchange_one_looks_only_if_it_is_long_ago(
    mine: Kept, machine: Machine, table: Table
) -> None:
    machine.sleep(SURE)
    before = table.path.read_bytes()
    mine.require()
    assert table.path.read_bytes() == before, "no disk is asked at each exchange"
    machine.sleep(0.1)
    mine.require()
    assert {one.silent for one in table.held()} == {0.0}


def test_who_slept_learns_before_its_next_exchange_that_another_run_has_it(
    mine: Kept, machine: Machine, table: Table, told: list[Loss]
) -> None:
    machine.sleep(TTL + 1)
    table.acquire(Claim("b", "demo", "", 2, "b"), {"gpib0:4": "calibrator"})
    mine.require()
    (loss,) = told
    assert {name: one.claim.run for name, one in loss.taken.items()} == {"gpib0:4": "b"}
    mine.look()
    assert len(told) == 1, "it is told once"
    with pytest.raises(ValueError, match="no lease of gpib0:4"), mine.together(["gpib0:4"]):
        pass
    with mine.together(["gpib0:22"]):
        pass
    mine.release()
    assert {one.resource: one.claim.run for one in table.held()} == {"gpib0:4": "b"}


def test_what_another_run_had_is_not_taken_back_when_that_one_has_ended(
    mine: Kept, machine: Machine, table: Table
) -> None:
    machine.sleep(TTL + 1)
    other = Claim("b", "demo", "", 2, "b")
    table.acquire(other, {"gpib0:4": "calibrator"})
    mine.look()
    table.release(other)
    assert set(mine.look().taken) == {"gpib0:4"}
    assert {one.resource for one in table.held()} == {"gpib0:22"}


def test_a_loss_before_anybody_listened_is_told_too(mine: Kept, machine: Machine, table: Table) -> None:
    machine.sleep(TTL + 1)
    table.acquire(Claim("b", "demo", "", 2, "b"), WANTED)
    mine.watch(lambda _loss: None)
    mine.look()
    late: list[Loss] = []
    mine.watch(late.append)
    assert set(late[0].taken) == set(WANTED)


def test_a_file_that_fails_is_tried_again_and_told_before_others_may_take_it(
    mine: Kept, machine: Machine, table: Table, told: list[Loss]
) -> None:
    good = table.path.read_bytes()
    table.path.write_bytes(b"x" * 4096)
    machine.sleep(BEAT)
    assert not mine.look()
    table.path.write_bytes(good)
    assert not mine.look()
    table.path.write_bytes(b"x" * 4096)
    machine.sleep(SURE + 0.1)
    assert "damaged" in mine.look().trouble
    assert len(told) == 1
    assert mine.loss.taken == {}, "nobody else can have it: it is made safe"


def test_a_file_that_somebody_took_away_is_noticed(mine: Kept, table: Table, told: list[Loss]) -> None:
    table.path.unlink()
    mine.look()
    assert told[0].broken == dict.fromkeys(WANTED, "the file of leases was taken away")
    assert {one.claim.run for one in table.held()} == {"a"}, "until its outputs are safe"


def test_a_guard_keeps_them_alive_and_takes_them_again_only_to_act(
    mine: Kept, machine: Machine, table: Table
) -> None:
    guard = kept(table, machine, anew=False)
    for _ in range(5):  # the runner hangs
        machine.sleep(TTL - 1)
        guard.look()
    assert not any(one.stale for one in table.held())
    mine.release()
    guard.look()
    assert table.held() == []
    guard.by, guard.anew = "guard", True
    guard.look()
    assert {one.by for one in table.held()} == {"guard"}
    guard.release()
    assert table.held() == []


def test_after_the_release_nothing_is_renewed(mine: Kept, table: Table) -> None:
    mine.release()
    mine.look()
    mine.release()
    assert table.held() == []
