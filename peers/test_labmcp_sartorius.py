"""labmcp-sartorius 0.1.2: its balance (220 g, d = 0.1 mg) below our driver, its client on our simulated scale.

The balance and its SBI lines are theirs; our program puts them on a socket. Its settling takes 1.5 s of its own time,
which runs faster here.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from calbench.errors import Overload
from calbench.simulation.servers import LoopbackServer
from calbench.simulation.world import World
from calbench_drivers.sartorius.sbi import SBI

as_server = pytest.mark.pair(
    "sartorius/sbi", "labmcp-sartorius", "server", line="socket",
    exchanged="x1_, x2_, x3_, P, U, V; 16 and 22 characters",
)  # fmt: skip
as_client = pytest.mark.pair(
    "sartorius/sbi", "labmcp-sartorius", "client", line="socket",
    exchanged="x1_, x2_, P, U, V; 16 and 22 characters, overload",
)  # fmt: skip

NOISE = Decimal("0.0000005")  # kg; the balance adds 0.03 mg rms


@pytest.fixture(params=["16", "22"])
def characters(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@as_server
def test_weights_at_rest(start: Callable[..., Any], drive: Callable[..., Any], characters: str) -> None:
    server = start("labmcp-sartorius", "sartorius_server.py", characters, "1000")
    scale: SBI = drive(SBI, f"127.0.0.1:{server.port}")
    identity = scale.identify()
    assert (identity.model, identity.serial, identity.firmware) == (
        "QUINTIX224-1S",
        "0037402012",
        "00-20-12.01",
    )
    scale.zero()
    server.tell("load 50.5")
    assert abs(scale.tare().value - Decimal("0.0505")) < NOISE
    reading = scale.read_mass()
    assert reading.stable
    assert abs(reading.value) < NOISE
    server.tell("load 150.25")
    assert abs(scale.tare().value - Decimal("0.09975")) < NOISE  # what was added to the tare


@as_server
def test_a_load_beyond_the_range(
    start: Callable[..., Any], drive: Callable[..., Any], characters: str
) -> None:
    server = start("labmcp-sartorius", "sartorius_server.py", characters, "1000")
    scale: SBI = drive(SBI, f"127.0.0.1:{server.port}")
    server.tell("load 230")
    with pytest.raises(Overload, match="High"):
        scale.read_mass()
    server.tell("load -10")
    with pytest.raises(Overload, match="Low"):
        scale.read_mass()


@as_server
def test_a_moving_load_has_no_unit(
    start: Callable[..., Any], drive: Callable[..., Any], characters: str
) -> None:
    server = start("labmcp-sartorius", "sartorius_server.py", characters, "0.001")  # it stays in motion
    scale: SBI = drive(SBI, f"127.0.0.1:{server.port}")
    assert scale.read_mass().stable
    server.tell("load 100")
    moving = scale.read_mass()
    assert not moving.stable
    assert abs(moving.value - Decimal("0.1")) < Decimal("0.00001")  # in the unit of the last stable line


@as_client
def test_their_client_on_our_scale(peer: Callable[[str], Any], characters: str) -> None:
    world = World(seed=1)
    world.add("scale", "sartorius/sbi", {"short": float(characters == "16")}, serial_number="0012345678")
    try:
        port = LoopbackServer(world, ["scale"]).start().port("scale")

        def act(load: float, *actions: str) -> list[Any]:
            world.place("scale.pan", [load])
            world.clock.sleep(10)  # until it is at rest
            done: list[Any] = peer("labmcp-sartorius").run(
                "labmcp_sbi.py", f"tcp://127.0.0.1:{port}", *actions
            )
            return done

        identity, _, empty = act(0.0, "identify", "zero", "print_reading")
        assert (identity["model"], identity["serial"]) == ("ENTRIS3202-1S", "0012345678")
        assert (empty["value"], empty["unit"], empty["stable"]) == (pytest.approx(0, abs=0.011), "g", True)
        loaded, _ = act(1.5, "print_reading", "tare")
        assert (loaded["value"], loaded["unit"]) == (pytest.approx(1500, abs=0.2), "g")
        (net,) = act(2.0, "print_reading")
        assert net["value"] == pytest.approx(500, abs=0.2)
        (over,) = act(4.0, "print_reading")
        assert over.startswith("refused: ")
        assert "High" in over
    finally:
        world.close()
