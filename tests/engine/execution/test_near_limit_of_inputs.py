"""Further readings near the limit beside inputs: every input once in each round, and the mean of all counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.engine.execution.conftest import Lab

FIVE, TEN = "dcv/10V/5V", "dcv/10V/10V"
INPUTS = (
    "    read: uut.voltage.dc\n    settle: 5 s\n    readings: 2\n",
    (
        "    settle: 5 s\n    near_limit: {from: 0.8, to: 1.2, readings: 2}\n"
        "    inputs:\n      first: {read: uut.voltage.dc, readings: 2}\n      again: {read: uut.voltage.dc}\n"
        "    indication: (first + again) / 2\n"
    ),
)


# The limits are 225 uV at 5 V and 400 uV at 10 V, so that 34 ppm are 0.76 and 0.85 of them.
@pytest.mark.parametrize(("gain", "readings"), [("10 ppm", [3, 3]), ("34 ppm", [3, 7]), ("80 ppm", [3, 3])])
def test_each_input_is_read_once_more_in_every_round(
    lab: Lab, texts: dict[str, str], gain: str, readings: list[int]
) -> None:
    drifted = ("1: {gain: 6 ppm, offset: 0.4 uV}", f"1: {{gain: {gain}, offset: 0 V, warmup: 0, tempco: 0}}")
    ran = lab.run(lab.plan(texts["volts"], INPUTS, station=lab.station(drifted)))
    assert [ran.result(name).n for name in (FIVE, TEN)] == readings
    (attempt,) = ran.record.attempts[TEN]
    order = ["first", "first", "again"] + ["first", "again"] * 2
    assert [one.input for one in attempt.readings] == order[: readings[1]]
    assert [one.body["index"] for one in ran.of("reading") if one.point == TEN] == [1, 2, 1, 3, 2, 4, 3][
        : readings[1]
    ]
