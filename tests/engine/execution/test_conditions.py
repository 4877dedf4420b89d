"""The room leaves its limits while a run goes on: warn, suspend and come back, drift, stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from calbench.documents.journal import Event

if TYPE_CHECKING:
    from tests.engine.execution.conftest import Lab


def watching(rule: str) -> tuple[str, str]:
    return ("#environment", f"environment:\n  temperature: {{{rule}}}")


def room(at: Callable[[Event], bool], there: float, back_after: int | None) -> Any:
    """Let the room go to `there` degC at an event, and come back after so many violations (None: never)."""

    def listening(stage: Any) -> Any:
        stage.world.ambient.set(temperature=23.0, temperature_span=0.0)
        violations = 0
        gone = False

        def listen(event: Event) -> None:
            nonlocal violations, gone
            if at(event) and not gone:
                gone = True
                stage.world.ambient.set(temperature=there, temperature_span=0.0)
            violations += event.type == "violation"
            if back_after is not None and violations == back_after:
                stage.world.ambient.set(temperature=23.0, temperature_span=0.0)

        return listen

    return listening


def applied(point: str) -> Callable[[Event], bool]:
    return lambda event: event.type == "applied" and event.point == point


def started(point: str) -> Callable[[Event], bool]:
    return lambda event: event.type == "attempt_started" and event.point == point


def test_warn_goes_on_and_the_record_counts_it(lab: Lab, texts: dict[str, str]) -> None:
    plan = lab.plan(
        texts["volts"], watching("min: 21 degC, max: 25 degC, check_every: 2 s, on_violation: warn")
    )
    ran = lab.run(plan, listen=room(applied("dcv/10V/5V"), 30.0, None))
    assert ran.outcome.status == "COMPLETED"
    assert ran.record.verdict == "pass"
    (range_,) = ran.record.environment
    assert range_.violations == len(ran.of("violation")) > 0
    assert float(range_.maximum) > 25 > float(range_.minimum)


def test_a_suspension_before_a_point_makes_safe_and_comes_back(lab: Lab, texts: dict[str, str]) -> None:
    plan = lab.plan(
        texts["volts"], watching("min: 21 degC, max: 25 degC, check_every: 2 s, on_violation: suspend")
    )
    outputs: list[float] = []

    def listen(stage: Any) -> Any:
        turn = room(lambda event: event.type == "attempt_finished", 30.0, 3)(stage)

        def both(event: Event) -> None:
            turn(event)
            if event.type == "safe_state" and event.seq > 20:
                outputs.append(stage.world.terminal("1.input").seen().voltage)

        return both

    ran = lab.run(plan, listen=listen)
    assert ran.outcome.status == "COMPLETED"
    assert len(ran.of("violation")) == 3
    assert outputs
    assert max(abs(one) for one in outputs) < 1e-6
    assert ran.record.verdict == "pass"


def test_a_suspension_while_a_point_settles_never_gives_a_reading_of_an_output_that_is_off(
    lab: Lab, texts: dict[str, str]
) -> None:
    plan = lab.plan(
        texts["volts"], watching("min: 21 degC, max: 25 degC, check_every: 2 s, on_violation: suspend")
    )
    ran = lab.run(plan, listen=room(applied("dcv/10V/10V"), 30.0, 2))
    assert ran.of("violation")
    assert ran.outcome.status == "COMPLETED"
    (attempt,) = [one for one in ran.record.attempts["dcv/10V/10V"] if one.counts]
    assert all(abs(float(raw.value) - 10) < 0.001 for raw in attempt.readings)
    assert ran.record.verdict == "pass"


def test_a_room_that_does_not_come_back_ends_the_run(lab: Lab, texts: dict[str, str]) -> None:
    plan = lab.plan(
        texts["volts"], watching("min: 21 degC, max: 25 degC, check_every: 2 s, on_violation: suspend")
    )
    ran = lab.run(plan, listen=room(started("dcv/10V/10V"), 30.0, None))
    assert ran.outcome.status == "STOPPED"
    assert "outside its limits for 4 h" in ran.outcome.reason
    assert ran.switched_off
    assert ran.result("dcv/10V/5V").verdict == "pass"
    assert ran.result("dcv/10V/10V").verdict == "not_evaluated"


def test_stop_stops_at_once(lab: Lab, texts: dict[str, str]) -> None:
    plan = lab.plan(
        texts["volts"], watching("min: 21 degC, max: 25 degC, check_every: 2 s, on_violation: stop")
    )
    ran = lab.run(plan, listen=room(applied("dcv/10V/10V"), 30.0, None))
    assert ran.outcome.status == "STOPPED"
    assert "temperature is outside its limits, and the procedure says stop" in ran.outcome.reason
    assert len(ran.of("violation")) == 1
    assert ran.switched_off


@pytest.mark.parametrize(("there", "stops"), [(24.4, False), (24.8, True)])
def test_drift_counts_from_the_start_of_the_run(
    lab: Lab, texts: dict[str, str], there: float, *, stops: bool
) -> None:
    # the logger's own error is below 0.1 K: ±0.2 K from 1.5 K is clear of it
    plan = lab.plan(texts["volts"], watching("drift: 1.6 delta_degC, check_every: 2 s, on_violation: stop"))
    ran = lab.run(plan, listen=room(applied("dcv/10V/5V"), there, None))
    assert (ran.outcome.status == "STOPPED") is stops
    assert bool(ran.of("violation")) is stops
    if stops:
        assert "has drifted by more than 1.6 delta_degC" in str(ran.of("violation")[0].body["message"])


def test_a_suspension_with_an_output_that_cannot_be_switched_off_ends_as_unsafe(
    lab: Lab, texts: dict[str, str]
) -> None:
    from calbench.simulation.faults import Fault

    plan = lab.plan(
        texts["volts"], watching("min: 21 degC, max: 25 degC, check_every: 2 s, on_violation: suspend")
    )

    def listen(stage: Any) -> Any:
        turn = room(applied("dcv/10V/10V"), 30.0, 5)(stage)

        def both(event: Event) -> None:
            turn(event)
            if event.type == "violation" and event.seq:
                stage.world.fault("calibrator", Fault("silence"))

        return both

    ran = lab.run(plan, listen=listen)
    assert ran.outcome.status == "UNSAFE"
    assert len(ran.of("violation")) == 1  # it did not wait for the room with an output that may be on
    assert "calibrator" in str(ran.outcome.outputs)
