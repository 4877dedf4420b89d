"""pymeterbus 0.8.5: meters whose frames it parses and builds below our driver, and as client on ours; on sockets."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from calbench.errors import LinkTimeout
from calbench_drivers.mbus.meter import Meter

on_server = pytest.mark.pair(
    "mbus/meter",
    "pymeterbus",
    "server",
    line="socket",
    exchanged="SND_NKE, REQ_UD2 with and without FCB, records",
)
as_client = pytest.mark.pair(
    "mbus/meter",
    "pymeterbus",
    "client",
    line="socket",
    exchanged="SND_NKE, REQ_UD2 with and without FCB, records",
)
# The example of EN 13757-3 (protocols.md 8.2), from the control information on: 12.565 m^3, 0.113 m^3/h, 218.370 kWh.
EXAMPLE = "72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02"


@on_server
def test_the_example_of_the_standard(start: Any, drive: Any) -> None:
    server = start("pymeterbus", "mbus_server.py", "5", EXAMPLE)
    meter = drive(Meter, f"127.0.0.1:{server.port}", "5")
    identity = meter.identify()
    assert (identity.maker, identity.serial, identity.firmware) == ("PAD", "12345678", "1")
    assert meter.read_volume().value == Decimal("12.565")
    ours, theirs = meter.read_records(), server.tell("records")
    assert [one.unit for one in ours] == [unit for _, unit in theirs] == ["m^3", "m^3/h", "Wh"]
    assert [float(one.value) for one in ours] == pytest.approx(
        [float(value) for value, _ in theirs], rel=1e-12
    )


@on_server
def test_a_meter_alone_is_asked_by_254(start: Any, drive: Any) -> None:
    server = start("pymeterbus", "mbus_server.py", "5", EXAMPLE)
    assert drive(Meter, f"127.0.0.1:{server.port}").identify().serial == "12345678"


@on_server
def test_nobody_answers_at_another_address(start: Any, drive: Any) -> None:
    server = start("pymeterbus", "mbus_server.py", "5", EXAMPLE)
    with pytest.raises(LinkTimeout):
        drive(Meter, f"127.0.0.1:{server.port}", "6", timeout=0.3).identify()


@as_client
def test_its_client_reads_our_electricity_meter(
    peer: Callable[[str], Any], metered: Callable[..., str]
) -> None:
    line = metered("mbus/meter", serial="12345678", unit="5", medium="electricity", energy=3.6e6 * 1234.5)
    seen = peer("pymeterbus").run("mbus_client.py", line, "5")
    assert seen["pong"] == "TelegramACK"
    assert seen["maker"] == "CLB"
    assert (
        seen["secondary"] == "12345678820D0102"
    )  # number, CLB (5 bits a letter), version 1, medium 02: electricity
    (energy, *rest), power = seen["records"]
    assert (energy, rest) == (pytest.approx(1234500, abs=20), ["Wh", "VIFUnit.ENERGY_WH"])
    assert power == [1654, "W", "VIFUnit.POWER_W"]
    assert [one[1:] for one in seen["again"]] == [one[1:] for one in seen["records"]]
