"""Making safe has a deadline of its own, whatever the line would wait; a bench that was left on is found first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.engine.execution.conftest import Lab

    from calbench.execution.journalling import Listener
    from calbench.simulation.staging import Stage

SILENT = "  faults:\n    - {instrument: calibrator, kind: silent, after: 20, count: 1000}\n"
MOST = 2 * 4.0 + 0.5  # s; over the line that is there, then over a fresh one; safe-state.md says 4 s for each


def test_a_source_that_does_not_answer_is_given_up_in_seconds_and_named(
    lab: Lab, texts: dict[str, str]
) -> None:
    station = lab.station(
        ('GPIB0::4::INSTR", timeout: 5 s', 'GPIB0::4::INSTR", timeout: 50 s'), simulation=SILENT
    )
    ran = lab.run(lab.plan(texts["volts"], station=station))
    assert ran.outcome.status == "UNSAFE"
    assert "NOT VERIFIED SAFE: calibrator" in str(ran.outcome.outputs)
    (began,) = [float(one.t_mono) for one in ran.of("state") if one.body["state"] == "SAFING"]
    took = float(ran.events[-1].t_mono) - began
    assert 0 < took <= MOST
    waited = [one for one in ran.of("exchange") if "failed" in one.body]
    assert waited, "the fault must have been met"


@pytest.mark.parametrize("on", [False, True])
def test_whether_a_source_was_on_is_written_down_before_it_is_made_safe(
    lab: Lab,
    texts: dict[str, str],
    on: bool,  # noqa: FBT001 - a table
) -> None:
    def leaving_on(stage: Stage) -> Listener:
        if on:
            stage.world.device("calibrator").operating = True  # type: ignore[attr-defined] # of a calibrator
        return lambda _event: None

    ran = lab.run(lab.plan(texts["volts"]), listen=leaving_on)
    (found,) = ran.of("output")
    assert found.body == {"instrument": "calibrator", "on": on}
    assert found.seq < ran.of("safe_state")[0].seq
    assert ran.outcome.status == "COMPLETED"
