"""iec62056-21 0.0.2: as client on our simulated meter, and its messages as a meter below our driver; on sockets."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from calbench.errors import DeviceError
from calbench_drivers.iec62056.mode_c import ModeC

as_client = pytest.mark.pair(
    "iec62056/mode_c", "iec62056-21", "client", line="socket", exchanged="sign-on, read-out, R1, break"
)
as_server = pytest.mark.pair(
    "iec62056/mode_c",
    "iec62056-21",
    "server",
    line="socket",
    exchanged="sign-on, read-out, R1, break, refusal",
)
REGISTERS = ("0.0.0=00001234", "1.8.0=001234.567*kWh", "32.7.0=229.9*V")


@as_client
def test_its_client_reads_our_meter(peer: Callable[[str], Any], metered: Callable[..., str]) -> None:
    line = metered("iec62056/mode_c", unit="00001234", energy=3.6e6 * 1234.5)
    seen = peer("iec62056-21").run("iec62056_client.py", line.split(":")[-1], "00001234", "1.8.0")
    assert seen["maker"] == "CLB"
    readout = seen["readout"]
    assert readout["0.0.0"] == ["00001234", None]
    assert readout["1.8.0"][1] == "kWh"
    assert float(readout["1.8.0"][0]) == pytest.approx(1234.5, abs=0.02)  # the load goes on
    assert [[float(readout[f"{n}.7.0"][0]), readout[f"{n}.7.0"][1]] for n in (32, 31)] == [
        [220.5, "V"],
        [5.0, "A"],
    ]
    address, value, unit = seen["register"]
    assert (address, unit) == ("1.8.0", "kWh")
    assert float(value) == pytest.approx(1234.5, abs=0.02)


@as_server
def test_our_driver_reads_what_it_builds(start: Any, drive: Any) -> None:
    server = start("iec62056-21", "iec62056_server.py", "00001234", *REGISTERS)
    meter = drive(ModeC, f"127.0.0.1:{server.port}", "00001234")
    identity = meter.identify()
    assert (identity.maker, identity.serial) == ("CLB", "00001234")
    # A backslash stands before a second mode character (IEC 62056-21, identification); here it comes without one.
    assert identity.model == "\\Otter"
    assert meter.read_registers() == {"0.0.0": "00001234", "1.8.0": "001234.567", "32.7.0": "229.9"}
    assert meter.read_active_energy().value == Decimal("1234.567") * 3_600_000


@as_server
def test_a_register_that_is_not_there_is_refused(start: Any, drive: Any) -> None:
    server = start("iec62056-21", "iec62056_server.py", "00001234", *REGISTERS)
    meter = drive(ModeC, f"127.0.0.1:{server.port}", "00001234")
    with pytest.raises(DeviceError, match="ER01"):
        meter.read_register("99.9.9")
