"""A run of several units that was stopped, sealed, and gone on with: every record is replaced, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.workflow.sealedparts import bad

from calbench.control.verbs import Command
from calbench.documents.journal import Event
from calbench.errors import UsageError
from calbench.execution.controlling import Control
from calbench.trust.ring import Ring
from calbench.trust.stationkeys import Signer, new_key
from calbench.verification import Means, verify
from calbench.workflow import Conducting, Finished, Options, Resuming, execute, prepare, resume

OPTIONS = Options(positions=("1", "2"), only=("dcv/10V/5V", "dcv/10V/10V"), units={"1": {"serial": "US1"}})


@pytest.fixture
def ring(tmp_path: Path) -> Ring:
    ring = Ring(tmp_path / "ring")
    ring.keep(new_key("demo-bench-4", "2025-01-01T00:00:00Z", "2099-12-31T23:59:59Z"))
    return ring


@pytest.fixture
def signer(ring: Ring) -> Signer:
    return ring.signer(ring.of("demo-bench-4")[0], None)


@pytest.fixture
def stopped(tmp_path: Path, signer: Signer) -> Finished:
    """A run that somebody stopped while the second point was measured."""
    control = Control()

    def stop(event: Event) -> None:
        if event.type == "reading" and event.point == "dcv/10V/10V":
            control.handle(Command(verb="stop", by="Li Mei", reason="lunch"))

    return execute(
        prepare("dmm-34401a", "demo-bench-4", OPTIONS),
        tmp_path / "runs",
        listeners=(stop,),
        control=control,
        signer=signer,
    )


def test_a_stopped_run_has_partial_records_that_say_why(stopped: Finished, ring: Ring) -> None:
    assert {one.run.status for one in stopped.records.values()} == {"STOPPED"}
    assert {one.run.completeness for one in stopped.records.values()} == {"partial"}
    assert all(one.run.reason for one in stopped.records.values())
    assert bad(verify(stopped.folder, Means(ring, sealed=True))) == {}


def test_going_on_keeps_the_sealed_records_of_all_units(
    stopped: Finished, ring: Ring, signer: Signer
) -> None:
    before = {
        position: (stopped.folder / "units" / position / "record.json").read_bytes()
        for position in ("1", "2")
    }
    done = resume(stopped.folder, Resuming(by="Li Mei"), Conducting(signer=signer))
    assert {one.run.status for one in done.records.values()} == {"COMPLETED"}
    assert {one.verdict for one in done.records.values()} == {"pass"}
    assert all(len(one.run.interruptions) == 1 for one in done.records.values())
    checks = verify(done.folder, Means(ring, sealed=True))
    assert bad(checks) == {}
    former = next(one for one in checks if one.name == "former record 1")
    assert former.found.startswith("record-1.json of the units 1, 2, replaced")
    for position, data in before.items():
        assert (done.folder / "units" / position / "record-1.json").read_bytes() == data
    seal = (done.folder / "seal.txt").read_text(encoding="utf-8")
    assert seal.count("\nreplaces/") == 2
    with pytest.raises(UsageError, match="has completed"):
        resume(done.folder, Resuming())


def test_a_run_that_went_on_to_its_end_has_no_reason_of_the_stop_before(
    stopped: Finished, signer: Signer
) -> None:
    done = resume(stopped.folder, Resuming(by="Li Mei"), Conducting(signer=signer))
    assert {one.run.status for one in done.records.values()} == {"COMPLETED"}
    assert {one.run.reason for one in done.records.values()} == {""}


def test_a_run_that_ended_twice_has_the_reason_of_its_last_end(stopped: Finished, signer: Signer) -> None:
    control = Control()

    def stop_again(event: Event) -> None:
        if event.type == "applied":
            control.handle(Command(verb="stop", by="Wang Fang", reason="fire drill"))

    done = resume(
        stopped.folder,
        Resuming(by="Li Mei"),
        Conducting(signer=signer, listeners=(stop_again,), control=control),
    )
    assert {one.run.reason for one in done.records.values()} == {done.outcome.reason}
    assert "fire drill" in done.outcome.reason
