"""What a person does before a passage because a text says so: a tank is drained, a display in test mode set to zero."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from calbench import library
from calbench.documents.prompt import Ask
from calbench.simulation.prompted import SimulatedOperator
from calbench.simulation.staging import Stage
from calbench.simulation.world import World
from calbench.workflow.staging import stage_of

Read = Callable[[World, str, str], float]
Apply = Callable[..., None]


@pytest.fixture
def stage(apply: Apply) -> Stage:
    stage = stage_of(library.find("stations", "demo-water"))
    apply(stage.world, "supply", "volume", value=0.1, flow=2.5)
    return stage


def told(stage: Stage, position: str, text: str) -> None:
    SimulatedOperator(stage, position).act(Ask(id="x", kind="confirm", text={"en": text}))


def test_a_tank_is_drained_where_the_text_says_so_and_then_fills(
    stage: Stage, read: Read, apply: Apply
) -> None:
    told(stage, "1", "The drainage is open.")  # another word
    assert read(stage.world, "tank", "mass") == pytest.approx(99.7, abs=1.0)
    told(stage, "1", "Drain the tank.")
    assert read(stage.world, "tank", "mass") == pytest.approx(0.0, abs=0.1)  # a film of some grams
    apply(stage.world, "supply", "volume", value=0.1, flow=2.5)
    apply(stage.world, "supply", "volume", value=0.1, flow=2.5)  # from now on nobody else drains it
    assert read(stage.world, "tank", "mass") == pytest.approx(199.4, abs=2.0)


def test_a_display_in_test_mode_is_set_to_zero_and_a_register_goes_on(stage: Stage, read: Read) -> None:
    for position in ("1", "3"):
        told(stage, position, "有检定模式的先清零。")
    assert read(stage.world, "1", "volume") == 0.0
    assert read(stage.world, "3", "volume") == pytest.approx(
        12345 + 100, abs=1.0
    )  # the station: it began at 12.345 m³


def test_pressure_is_noted_while_gas_flows(read: Read, apply: Apply) -> None:
    world = stage_of(library.find("stations", "demo-gas")).world
    apply(world, "prover", "volume", value=0.1, flow=2.5)
    # the station: 1.5 kPa above 101 325 Pa in the bell, and 120 Pa lost in each meter
    assert read(world, "1", "pressure") == pytest.approx(102_705.0, abs=1.0)
    assert read(world, "3", "pressure") == pytest.approx(102_465.0, abs=1.0)
