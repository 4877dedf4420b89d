"""In parallel: one stimulus for all, all read together; each unit's part of the journal is that of a run of its own."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

from tests.engine.several.conftest import Crewed, Ran, seconds
from tests.engine.several.procedures import POINTS, VOLTS, changed

from calbench.documents.journal import Event
from calbench.evaluation.recording import evaluate_all
from calbench.execution.journalling import Listener
from calbench.simulation.staging import Stage
from calbench.traffic import Traffic
from calbench.workflow import Options, execute, prepare
from calbench.workflow.holding import instruments_of

DMM = "dmm-34401a"
HP = {"maker": "HP"}


def of_instrument(events: list[Event], name: str) -> list[object]:
    """Give what was said to and by one instrument."""
    return [event.body for event in events if event.type == "exchange" and event.body["instrument"] == name]


def values(events: list[Event]) -> list[tuple[str, int, str]]:
    return [(one.point, one.attempt, str(one.body["value"])) for one in events if one.type == "reading"]


def test_every_unit_has_every_reading(crewed: Crewed) -> None:
    ran = crewed.run(crewed.plan(DMM, uut=HP, settings={"readings": "4"}))
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    assert ran.switched_off
    electrical = [point.id for point in ran.plan.points if point.read_role]
    for position in ran.plan.positions:
        assert ran.readings(position) == dict.fromkeys(electrical, 4)


def test_the_stimulus_is_applied_once_for_all(crewed: Crewed) -> None:
    ran = crewed.run(crewed.plan(VOLTS))
    applied = ran.of("applied")
    assert [event.point for event in applied] == list(POINTS)
    assert {event.position for event in applied} == {""}
    assert all(event.body["for"] == dict.fromkeys("1234", 1) for event in applied)


def test_nobody_goes_on_before_the_last_has_read(crewed: Crewed) -> None:
    ran = crewed.run(crewed.plan(VOLTS))
    applied = [event.seq for event in ran.of("applied")]
    finished = [event.seq for event in ran.of("attempt_finished")]
    assert len(finished) == 4 * len(POINTS)
    for number, begin in enumerate(applied[1:], start=1):
        assert sum(seq < begin for seq in finished) == 4 * number


def test_each_unit_is_seen_as_in_a_run_of_its_own(crewed: Crewed) -> None:
    # a meter draws its noise by itself, and what the room and the calibrator draw is asked for at the same times
    together = crewed.run(crewed.plan(VOLTS))
    for position in ("1", "4"):
        alone = crewed.run(crewed.plan(VOLTS, positions=(position,)))
        assert of_instrument(together.seen_by(position), position) == of_instrument(alone.events, position)
        assert values(together.seen_by(position)) == values(alone.events)
        kinds = Counter(event.type for event in together.seen_by(position))
        assert kinds["reading"] == len(values(alone.events))


def test_it_takes_no_longer_than_one_unit(crewed: Crewed) -> None:
    many = crewed.run(crewed.plan(VOLTS, station="demo-bench-48"))
    one = crewed.run(crewed.plan(VOLTS, station="demo-bench-48", positions=("7",)))
    assert many.outcome.status == one.outcome.status == "COMPLETED"
    assert len(many.of("reading")) == 48 * len(one.of("reading"))
    assert seconds(many) <= 1.05 * seconds(one)


def test_the_bad_unit_is_the_one_that_reads_wrong(crewed: Crewed) -> None:
    # 80 ppm of gain are beyond 0.0035 % of the reading and 0.0005 % of the range; the others are within
    ran = crewed.run(crewed.plan(VOLTS))
    off = {
        position: [
            abs(Decimal(value) - 10) > Decimal("0.0004")
            for point, _, value in values(ran.of("reading", position))
            if point == "high/10V/10V"
        ]
        for position in "1234"
    }
    assert off == {"1": [False] * 2, "2": [False] * 2, "3": [True] * 2, "4": [False] * 2}


def test_a_point_that_needs_a_person_is_done_unit_by_unit(crewed: Crewed) -> None:
    ran = crewed.run(crewed.plan(DMM, uut=HP, settings={"readings": "4"}))
    looked = [(event.position, event.point) for event in ran.of("asked") if event.point and event.position]
    points = list(dict.fromkeys(point for _, point in looked))
    assert len(points) > 1
    assert looked == [(position, point) for point in points for position in "1234"]


def test_settings_are_made_in_all_at_the_same_time(crewed: Crewed) -> None:
    ran = crewed.run(crewed.plan(VOLTS))
    step = next(one.id for one in ran.plan.steps if one.kind == "configure")
    begun = [one for one in ran.of("step_started") if one.body["step"] == step]
    assert [one.position for one in begun] == ["1", "2", "3", "4"]
    assert len({one.t_mono for one in begun}) == 1


def test_shared_steps_are_done_once(crewed: Crewed) -> None:
    ran = crewed.run(crewed.plan(VOLTS))
    warm_up = next(one.id for one in ran.plan.steps if one.kind == "warm_up")
    assert [(one.position, one.body["step"]) for one in ran.of("step_finished", "")] == [
        ("", warm_up), ("", "connect/leads"),
    ]  # fmt: skip
    assert [one.id for one in ran.operator.asked] == ["connect/leads"]


def test_a_source_that_is_suspended_by_the_room_is_applied_again_for_all(crewed: Crewed) -> None:
    ran = warm_room(crewed)
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    states = [event.body["state"] for event in ran.of("state")]
    assert states == ["SUSPENDED", "RUNNING"]
    assert ran.of("state")[0].body["cause"] == "environment"
    twice = Counter(event.point for event in ran.of("applied"))
    assert max(twice.values()) == 2
    assert all(ran.readings(position) == dict.fromkeys(POINTS, 2) for position in "1234")


def warm_room(crewed: Crewed) -> Ran:
    """Let the room become too warm while the third point settles, and cool down later."""
    plan = crewed.plan(changed(VOLTS, ("settle: 5 s", "settle: 50 s")))

    def listen(stage: Stage) -> Listener:
        def look(event: Event) -> None:
            if event.type == "applied" and event.point == POINTS[2] and event.seq == first(event):
                stage.world.ambient.set(temperature=27.0, humidity=45.0)
                now = stage.world.clock.monotonic()
                cool = lambda: stage.world.ambient.set(temperature=23.0, humidity=45.0)  # noqa: E731 - an event
                stage.world.clock.call_at(now + 300.0, cool)

        return look

    seen: list[int] = []

    def first(event: Event) -> int:
        seen.append(event.seq)
        return seen[0]

    return crewed.run(plan, listen=listen)


def test_every_instrument_of_a_run_is_leased_recorded_and_guarded(crewed: Crewed) -> None:
    plan = crewed.plan(VOLTS)
    instruments = {"calibrator", "climate", "1", "2", "3", "4"}
    assert {one.instrument for one in plan.all_bindings} == instruments
    assert set(instruments_of(plan, {})) == instruments
    alone = crewed.plan(VOLTS, positions=("2",))
    assert alone.all_bindings == alone.bindings


def test_the_traffic_of_every_unit_is_recorded(tmp_path: Path) -> None:
    options = Options(positions=("all",), uut=HP, only=("dcv/1V/1V",))
    finished = execute(
        prepare(DMM, "demo-bench-4", options), tmp_path, traffic=Traffic(tmp_path / "a.cassette")
    )
    assert finished.outcome.status == "COMPLETED"
    text = (tmp_path / "a.cassette").read_text(encoding="utf-8")
    assert all(f"GPIB0::{pad}::INSTR" in text for pad in (4, 11, 12, 13, 14))


def test_each_unit_has_the_results_that_follow_from_its_own_points(crewed: Crewed) -> None:
    spread = (
        "  - {test: spread, of: high, across: all, resolution: 1 uV,"
        " evaluate: {value: max(error) - min(error), limit: 1 nV}}\n"
    )
    again = "policy: {on_fail: ask, retake: {allowed: 1}, comms_retry: 0}"
    text = changed(VOLTS, ("policy: {on_fail: continue, comms_retry: 0}", f"{spread.rstrip()}\n{again}"))
    plan = crewed.plan(text, positions=("1", "2"))
    ran = crewed.run(
        plan, answers={"on-fail/high/reason": ["again"], "on-fail/high": ["retake", "continue"] * 2}
    )
    assert ran.outcome.status == "COMPLETED"
    records = evaluate_all(plan, ran.journal)
    for position, record in records.items():
        (result,) = [one for one in record.results if one.of == "derived"]
        errors = [Decimal((one.value or "").split()[0]) for one in record.results if one.test == "high"]
        assert Decimal((result.value or "").split()[0]) == max(errors) - min(errors), position
        assert (result.id, result.verdict, result.n) == ("spread/all", "fail", 3)
        assert [len(record.attempts[name]) for name in POINTS] == [1, 1, 2, 2, 2]
    assert len({one.results[-1].value for one in records.values()}) == 2
