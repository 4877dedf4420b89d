"""labmcp-mettler-toledo 0.1.3, an MT-SICS client, on a simulated scale (15 kg, d = 5 g, no errors of its own)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from calbench.simulation.world import World
from calbench.workflow import stage_of

STATION = "peers/stations/scale.yaml"
EMPTY = ("identify", "weigh", "zero")
LOADED = (
    "weigh=now", "weigh", "tare", "tare_value", "weigh", "reset", "tare_value", "clear_tare", "weigh", "zero",
    "preset_tare=1.5", "weigh", "display_weight", "door_position",
)  # fmt: skip
OVERLOADED = ("weigh", "tare")

pytestmark = pytest.mark.pair(
    "mettler/mtsics", "labmcp-mettler-toledo", "client", line="in process; socket by PyVISA and by itself",
    exchanged="identity, weight, zero, tare, reset, overload, errors",
)  # fmt: skip


@pytest.fixture(scope="module")
def in_process(peer: Callable[[str], Any]) -> list[list[Any]]:
    address = f"visa://ASRL4::INSTR?backend={STATION}@calbench"
    actions = [*EMPTY, "put=5.0", *LOADED, "put=20.0", *OVERLOADED]
    results = peer("labmcp-mettler-toledo").run("labmcp_mtsics.py", address, *actions)
    return [result for result in results if not result[0].startswith("put")]


@pytest.fixture
def world() -> Iterator[tuple[World, str]]:
    """Serve the scale from this process: somebody has to lay weights on it."""
    stage = stage_of(Path(__file__).parents[1] / STATION, skin="sockets")
    yield stage.world, stage.addresses["1"].address
    stage.world.close()


def _on_socket(peer: Any, world: World, address: str) -> list[list[Any]]:
    results = peer.run("labmcp_mtsics.py", address, *EMPTY)
    world.place("1.pan", [5.0])
    results += peer.run("labmcp_mtsics.py", address, *LOADED)
    world.place("1.pan", [20.0])
    return [*results, *peer.run("labmcp_mtsics.py", address, *OVERLOADED)]


@pytest.fixture(params=["in_process", "visa_socket", "own_socket"])
def seen(request: pytest.FixtureRequest, peer: Callable[[str], Any]) -> Any:
    if request.param == "in_process":
        return request.getfixturevalue("in_process")
    world, resource = request.getfixturevalue("world")
    own = f"tcp://127.0.0.1:{resource.split('::')[2]}"  # labmcp has a socket client of its own
    return _on_socket(
        peer("labmcp-mettler-toledo"),
        world,
        own if request.param == "own_socket" else _by_pyvisa_py(resource),
    )


def _by_pyvisa_py(resource: str) -> str:
    return f"visa://{resource}?backend=@py"


def test_it_weighs_as_the_mt_sics_manual_says(seen: list[list[Any]]) -> None:
    identity = seen[0][1]
    serial = identity["serial"]
    assert serial
    assert (identity["model"], identity["mt_sics_level"]) == ("ICS429", "01")
    assert seen[1:3] == [["weigh", _kg(0)], ["zero", True]]
    at_once, *rest = seen[3:]
    assert not at_once[1]["stable"]  # 5 kg has just been laid on
    assert rest == [
        ["weigh", _kg(5)],
        ["tare", _kg(5)],
        ["tare_value", _kg(5)],
        ["weigh", _kg(0)],
        ["reset", serial],
        # labmcp says that @ clears the tare, and its own simulator does; MT-SICS says that it does not.
        ["tare_value", _kg(5)],
        ["clear_tare", None],
        ["weigh", _kg(5)],
        ["zero", _refused("Z +", "Z")],  # 5 kg is outside 2 % of Max
        ["preset_tare=1.5", _kg(1.5)],
        ["weigh", _kg(3.5)],
        ["display_weight", None],
        [
            "door_position",
            "refused: Balance replied ES to 'WS': syntax error: the balance did not recognise the command",
        ],
        ["weigh", _refused("S +", "S")],  # 20 kg on 15 kg
        ["tare", _refused("T +", "T")],
    ]


def test_the_program_finds_the_scale_behind_sim_serve(
    peer: Callable[[str], Any], serve: Callable[[str], Any]
) -> None:
    port = serve(STATION).resources["1"].split("::")[2]
    labmcp = peer("labmcp-mettler-toledo")
    program = str(labmcp.programs / "labmcp-mettler-toledo")
    said = json.loads(labmcp.command(program, "--address", f"tcp://127.0.0.1:{port}", "--check"))
    assert (said["connected"], said["simulated"]) == (True, False)
    assert said["instrument"]["balance_data"] == "ICS429 15.000 kg"


def _kg(value: float) -> dict[str, object]:
    return {"value": value, "unit": "kg", "stable": True}


def _refused(reply: str, command: str) -> str:
    meaning = "balance is in the overload range (too much weight on the pan)"
    return f"refused: Balance replied {reply!r} to {command!r}: {meaning}"
