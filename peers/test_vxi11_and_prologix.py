"""python-vxi11 0.9 and prologix-gpib-async 1.5.0 on simulated multimeters: VXI-11, and a Prologix controller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from calbench.simulation.servers import LoopbackServer
from calbench.simulation.world import World

SCPI, REFERENCE = 16, 22  # GPIB addresses


@pytest.fixture
def world() -> Iterator[World]:
    world = World(seed=1)
    world.add("dmm6500", "keithley/kdmm6500", serial_number="04401234")
    world.add("2000", "keithley/k2000", serial_number="0712345")
    world.add("3458A", "keysight/k3458a")
    yield world
    world.close()


@pytest.mark.pair(
    "keithley/kdmm6500", "python-vxi11", "client", line="VXI-11",
    exchanged="link, write, read, status byte, clear, lock, trigger, abort, timeout",
)  # fmt: skip
def test_the_services_of_vxi_11(peer: Callable[[str], Any], world: World) -> None:
    server = LoopbackServer(world, ["dmm6500"], protocols={"dmm6500": ("vxi11",)}).start()
    seen = peer("python-vxi11").run("vxi11_client.py", str(server.port("dmm6500", "vxi11")))
    assert seen["identity"] == "KEITHLEY INSTRUMENTS,MODEL DMM6500,04401234,1.7.12b"
    assert seen["complete"] == seen["after_clear"] == seen["at_last"] == "1"
    assert seen["status_byte"] & 0x64 == 0x64  # IEEE 488.2: RQS, ESB; bit 2: error queue (SCPI-99, 20)
    assert seen["error"].startswith('-113,"Undefined header')
    assert abs(seen["reading"]) < 50e-6  # nothing is connected
    # VXI-11, B.5.2: 11 device locked by another link, 15 I/O timeout
    assert (seen["second_lock"], seen["nothing_to_read"]) == (11, 15)


@pytest.mark.pair(
    "keithley/k2000", "prologix-gpib-async", "client", line="Prologix on a socket",
    exchanged="++ver, ++addr, ++read, ++spoll, ++srq, ++trg, ++clr",
)  # fmt: skip
@pytest.mark.pair(
    "keysight/k3458a", "prologix-gpib-async", "client", line="Prologix on a socket", exchanged="ID?"
)
def test_the_services_of_a_prologix_controller(peer: Callable[[str], Any], world: World) -> None:
    bus: dict[tuple[int, int | None], str] = {(SCPI, None): "2000", (REFERENCE, None): "3458A"}
    server = LoopbackServer(world, [], buses={"GPIB0": bus}).start()
    port = str(server.port("GPIB0", "prologix"))
    seen = peer("prologix-gpib-async").run("prologix_client.py", port, str(SCPI), str(REFERENCE))
    assert seen["controller"].startswith("Prologix GPIB-ETH")
    assert seen["identity"] == "KEITHLEY INSTRUMENTS INC.,MODEL 2000,0712345,A19  /A02"
    assert seen["other_identity"] == "HP3458A"
    assert (seen["request"], seen["request_after"]) == (
        True,
        False,
    )  # IEEE 488.1: a serial poll takes the request
    assert seen["status_byte"] & 0x60 == 0x60
    assert seen["error"] == '-113,"Undefined header"'
    assert abs(seen["triggered"]) < 50e-6
    assert seen["after_clear"] == "1"
    assert seen["address"] == {"pad": SCPI, "sad": 0}
