"""Independent units: each has its own source and goes its own way; the room is read by one at a time."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
from tests.engine.several.conftest import STATIONS, Crewed, Ran, seconds
from tests.engine.several.procedures import POINTS, VOLTS, changed

from calbench.control.verbs import Command
from calbench.documents.journal import Event
from calbench.documents.plan import Plan
from calbench.execution.controlling import Control
from calbench.execution.journalling import Listener
from calbench.simulation.faults import Fault
from calbench.simulation.staging import Stage

WHOLE = dict.fromkeys(POINTS, 2)
FREE = changed(VOLTS, ("sharing: parallel", "sharing: independent"))
SOURCE = """  source_{0}:
    driver: fluke/f5730a
    link: {{visa: "GPIB{0}::4::INSTR", timeout: 5 s}}
    asset: REF-{0}
    provides: [source.voltage.dc]
    hazard: voltage
"""
METER = (
    '  {0}: {{driver: agilent/a34401a, link: {{visa: "GPIB0::1{0}::INSTR", timeout: 5 s}}, '
    "with: {{source: source_{0}}}}}\n"
)


def bench(folder: Path, units: str = "123") -> Path:
    """Write a station where every meter has a calibrator of its own, and all share the room."""
    shutil.copytree(STATIONS / "assets", folder / "assets", dirs_exist_ok=True)
    asset = (STATIONS / "assets" / "REF-0017.yaml").read_text(encoding="utf-8")
    for one in units:
        own = asset.replace("asset: REF-0017", f"asset: REF-{one}").replace('"1730017"', f'"173000{one}"')
        (folder / "assets" / f"REF-{one}.yaml").write_text(own, encoding="utf-8")
    wires = "".join(f"    - {{from: source_{one}.output, to: [{one}.input]}}\n" for one in units)
    text = (
        "station: own-sources\nlanguage: 1\nsimulated: true\ninstruments:\n"
        + "".join(SOURCE.format(one) for one in units)
        + "  climate: {driver: vaisala/hmt330, link: {serial: COM3, line: 4800 7E1}, asset: ENV-0004}\n"
        + "positions:\n"
        + "".join(METER.format(one) for one in units)
        + f"simulation:\n  clock: virtual\n  start: 2026-01-05T08:00:00Z\n  seed: 1\n  wiring:\n{wires}"
    )
    path = folder / "own-sources.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def plan(crewed: Crewed) -> Plan:
    return crewed.plan(FREE, bench(crewed.folder))


def is_whole(ran: Ran, *positions: str) -> None:
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    for position in positions:
        assert ran.readings(position) == WHOLE, position
    assert ran.switched_off


def test_each_goes_its_own_way_at_the_same_time(crewed: Crewed, plan: Plan) -> None:
    ran = crewed.run(plan)
    is_whole(ran, "1", "2", "3")
    applied = ran.of("applied")
    assert Counter(event.position for event in applied) == dict.fromkeys("123", len(POINTS))
    one = crewed.run(crewed.plan(FREE, bench(crewed.folder), ("2",)))
    assert seconds(ran) <= 1.2 * seconds(
        one
    )  # connecting waits for the outputs of each, and the room is read in turn
    assert {one.position for one in ran.of("safe_state")} == set("123")


def test_a_unit_that_is_late_keeps_no_other_waiting(crewed: Crewed, plan: Plan) -> None:
    ran = crewed.run(plan, faults={"2": Fault("silence", after=14, count=1)})
    is_whole(ran, "1", "2", "3")
    clean = crewed.run(plan)
    for position in "13":
        late, usual = (float(one.of("attempt_finished", position)[-1].t_mono) for one in (ran, clean))
        assert late <= usual + 1.0


def test_a_source_of_one_that_fails_is_that_unit_s_alone(crewed: Crewed, plan: Plan) -> None:
    def listen(stage: Stage) -> Listener:
        def look(event: Event) -> None:
            if event.type == "attempt_started" and event.position == "3" and event.point == POINTS[2]:
                stage.world.fault("source_3", Fault("garbage", after=2, count=2))

        return look

    ran = crewed.run(plan, listen=listen, answers={"late/": ["leave out"]})
    is_whole(ran, "1", "2")
    assert ran.unit("3")["status"] == "STOPPED"
    assert not ran.of("state")


def test_a_hold_is_for_all_and_all_outputs_are_off(crewed: Crewed, plan: Plan) -> None:
    control = Control()
    on: list[str] = []

    def listen(stage: Stage) -> Listener:
        def look(event: Event) -> None:
            if event.type == "reading" and event.position == "2" and event.point == POINTS[1]:
                control.handle(Command(verb="pause", by="test"))
            if event.type == "state" and event.body["state"] == "HELD":
                on.extend(
                    name for name, one in stage.world.devices.items() if getattr(one, "operating", False)
                )
                control.handle(Command(verb="go-on", by="test"))

        return look

    ran = crewed.run(plan, control=control, listen=listen)
    is_whole(ran, "1", "2", "3")
    assert on == []
    assert "HELD" in [event.body["state"] for event in ran.of("state")]


@pytest.mark.parametrize("verb", ["stop", "abort"])
def test_a_stop_reaches_all(crewed: Crewed, plan: Plan, verb: str) -> None:
    control = Control()

    def listen(_stage: Stage) -> Listener:
        def look(event: Event) -> None:
            if event.type == "reading" and event.position == "1" and event.point == POINTS[3]:
                control.handle(Command(verb=verb, by="test"))

        return look

    ran = crewed.run(plan, control=control, listen=listen)
    assert ran.outcome.status == {"stop": "STOPPED", "abort": "ABORTED"}[verb]
    assert ran.switched_off


def test_the_room_suspends_all(crewed: Crewed) -> None:
    slow = changed(FREE, ("settle: 5 s", "settle: 50 s"))
    plan = crewed.plan(slow, bench(crewed.folder))

    def listen(stage: Stage) -> Listener:
        seen: list[int] = []

        def look(event: Event) -> None:
            if event.type == "applied" and event.position == "2" and not seen and event.point == POINTS[2]:
                seen.append(event.seq)
                stage.world.ambient.set(temperature=27.0, humidity=45.0)
                now = stage.world.clock.monotonic()
                cool = lambda: stage.world.ambient.set(temperature=23.0, humidity=45.0)  # noqa: E731 - an event
                stage.world.clock.call_at(now + 300.0, cool)

        return look

    ran = crewed.run(plan, listen=listen)
    is_whole(ran, "1", "2", "3")
    assert [event.body["state"] for event in ran.of("state")] == ["SUSPENDED", "RUNNING"]
    suspended = ran.of("state")[0].seq
    off = [one for one in ran.of("safe_state") if one.seq < suspended][-3:]
    assert {one.position for one in off} == set("123")
    discarded = {one.position for one in ran.of("attempt_discarded")}
    assert discarded == set("123")


def test_the_room_is_read_by_one_at_a_time(crewed: Crewed, plan: Plan) -> None:
    # two who talk to one instrument at once would get each other's answers: nothing of it is repeated or refused
    ran = crewed.run(plan)
    assert len(ran.of("condition")) > len(plan.conditions)
    assert not ran.of("fault")
    assert not ran.of("retry")
