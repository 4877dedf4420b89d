"""Our drivers of Modbus devices on a server of pymodbus 3.16.1, as Modbus TCP and as RTU on a socket.

The registers are those of the lists (protocols.md 5.6); how floats, frames and exceptions are made is pymodbus's.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from calbench.errors import DeviceError
from calbench_drivers.eastron.sdm630 import SDM630
from calbench_drivers.vaisala.modbus_trh import ModbusTRH

ASKED_TOO = [
    "4",
    "8",
    "A",
    "C",
    "E",
    "10",
    "12",
    "36",
    "38",
    "4A",
    "4C",
    "4E",
]  # with the values that are wanted
METER = (
    *("big", "input", "0=230.5", "2=229.25", "6=5.25", "34=3456.5", "46=50.03125", "48=1234.5"),
    *(f"{register}=77.5" for register in ASKED_TOO),
)
TRANSMITTER = ("little", "holding", "0=45.5", "2=-12.75", "6=-21.25")

on_meter = pytest.mark.pair(
    "eastron/sdm630",
    "pymodbus",
    "server",
    line="Modbus TCP; RTU on a socket",
    exchanged="input registers, exception 2",
)
on_transmitter = pytest.mark.pair(
    "vaisala/modbus_trh",
    "pymodbus",
    "server",
    line="Modbus TCP; RTU on a socket",
    exchanged="holding registers",
)


@pytest.fixture(params=["tcp", "rtu"])
def on_server(request: pytest.FixtureRequest, start: Any, drive: Any) -> Callable[..., Any]:
    framer = {"tcp": "socket", "rtu": "rtu"}[request.param]

    def opened(driver: type[Any], unit: str, *registers: str) -> Any:
        server = start("pymodbus", "modbus_server.py", framer, unit, *registers)
        return drive(driver, f"modbus+{request.param}://127.0.0.1:{server.port}", unit)

    return opened


@on_meter
def test_registers_of_a_meter(on_server: Callable[..., Any]) -> None:
    meter = on_server(SDM630, "7", *METER)
    assert meter.identify().model == "SDM630"
    assert (meter.read_voltage(1).value, meter.read_voltage(2).value) == (Decimal("230.5"), Decimal("229.25"))
    assert meter.read_current(1).value == Decimal("5.25")
    assert meter.read_active_power().value == Decimal("3456.5")
    assert meter.measure_frequency().value == Decimal("50.03125")
    assert meter.read_active_energy().value == Decimal("1234.5") * 3_600_000


@on_meter
def test_a_register_that_is_not_there(on_server: Callable[..., Any]) -> None:
    meter = on_server(SDM630, "7", *METER)
    with pytest.raises(DeviceError, match="exception 2"):
        meter.read_current(3)


@on_transmitter
def test_registers_of_a_transmitter(on_server: Callable[..., Any]) -> None:
    transmitter = on_server(ModbusTRH, "240", *TRANSMITTER)
    assert transmitter.identify().model == "Modbus T/RH transmitter"
    assert transmitter.read_humidity().value == Decimal("45.5")
    assert transmitter.read_temperature().value == Decimal("-12.75")
    assert transmitter.read_dew_point().value == Decimal("-21.25")
