"""Several units in real time: threads that really run at the same time, and meters that are served on sockets."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from tests.engine.several.conftest import Answering, Crewed, specs
from tests.engine.several.procedures import VOLTS, changed
from tests.thorough import whole

from calbench.clock import RealClock
from calbench.documents.journal import at_position, parse
from calbench.execution.running import run
from calbench.simulation.faults import Fault
from calbench.workflow.staging import stage_twin

QUICK = changed(
    VOLTS,
    ("settle: 5 s", "settle: 20 ms"),
    ("warm_up: {uut: 1 min}", "warm_up: {uut: 10 ms}"),
    ("points: [5 V, 10 V, -10 V]", "points: [5 V]"),
    ("check_every: 20 s, ", ""),
)


@pytest.mark.parametrize("unplugged", [pytest.param(False, marks=whole), True])
def test_four_served_meters_are_read_at_the_same_time(
    crewed: Crewed,
    tmp_path: Path,
    unplugged: bool,  # noqa: FBT001 - a case
) -> None:
    plan = crewed.plan(QUICK)
    assert crewed.prepared is not None
    stage = stage_twin(
        crewed.prepared.station.model, crewed.prepared.assets, None, real_time=True, skin="sockets"
    )
    crewed.stages.append(stage)
    stage.hands.connect("")
    if unplugged:
        stage.world.fault("2", Fault("drop", after=16))
    assert isinstance(stage.world.clock, RealClock)
    path = tmp_path / "journal.jsonl"
    operator = Answering(stage, plan, {"late/": ["leave out"]})
    outcome = run(plan, path, operator, stage.world.clock, redirect=specs(stage))
    assert outcome.status == "COMPLETED", outcome.reason
    assert outcome.outputs.safe
    assert not stage.world.device("calibrator").operating  # type: ignore[attr-defined] # of a calibrator
    events = parse(path.read_bytes())[0]
    for position in plan.positions:
        own = at_position(events, position)
        if unplugged and position == "2":
            assert [event.body["state"] for event in own if event.type == "unit"] == ["late", "dropped"]
            continue
        assert len([event for event in own if event.type == "reading"]) == 6
        assert [event.type for event in own if event.type in ("fault", "retry")] == []
    # the readings of one point lie among one another: nobody waited for another to be through
    read = [event.position for event in events if event.type == "exchange" and event.position]
    changes = sum(one != other for one, other in itertools.pairwise(read))
    assert changes > 4 * len(plan.positions)
