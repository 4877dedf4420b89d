"""In parallel: one stimulus for all, all read together; each unit's part of the journal is that of a run of its own."""

from __future__ import annotations

from tests.engine.several.conftest import Crewed

DMM = "dmm-34401a"
HP = {"maker": "HP"}


def test_every_unit_has_every_reading(crewed: Crewed) -> None:
    ran = crewed.run(crewed.plan(DMM, uut=HP, settings={"readings": "4"}))
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    assert ran.switched_off
    electrical = [point.id for point in ran.plan.points if point.read_role]
    for position in ran.plan.positions:
        assert ran.readings(position) == dict.fromkeys(electrical, 4)
