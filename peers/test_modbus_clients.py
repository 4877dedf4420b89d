"""pymodbus 3.16.1 and minimalmodbus 2.1.1 on our simulated SDM630: Modbus TCP, RTU on a socket and on a serial line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

# U1, U2, I1, sum of P, frequency, imported energy: register list of the SDM630 (protocols.md 5.6).
ADDRESSES = ("0000", "0002", "0006", "0034", "0046", "0048")
BEYOND = "0200"

on_pymodbus = pytest.mark.pair(
    "eastron/sdm630",
    "pymodbus",
    "client",
    line="Modbus TCP; RTU on a socket",
    exchanged="input registers, exception 2",
)
on_minimalmodbus = pytest.mark.pair(
    "eastron/sdm630", "minimalmodbus", "client", line="RTU on a pseudo-terminal and a socket",
    exchanged="input registers, exception 2",
)  # fmt: skip


@on_pymodbus
@pytest.mark.parametrize("framing", ["tcp", "rtu"])
def test_pymodbus_reads_the_registers(peer: Any, metered: Callable[..., str], framing: str) -> None:
    line = metered("eastron/sdm630", framing=framing, unit="7", energy=3.6e6 * 1234.5)
    read = peer("pymodbus").run("modbus_clients.py", "pymodbus", framing, line, "7", *ADDRESSES, BEYOND)
    _check(read)
    assert read[-1] == "exception 2"  # illegal data address


@on_minimalmodbus
@pytest.mark.parametrize("protocol", ["pty", "raw"])
def test_minimalmodbus_reads_the_registers(peer: Any, metered: Callable[..., str], protocol: str) -> None:
    line = metered("eastron/sdm630", protocol, unit="7", energy=3.6e6 * 1234.5)
    read = peer("minimalmodbus").run(
        "modbus_clients.py", "minimalmodbus", "rtu", line, "7", *ADDRESSES, BEYOND
    )
    _check(read)
    assert read[-1].startswith("IllegalRequestError: Slave reported illegal data address")


def _check(read: list[Any]) -> None:
    assert read[:3] == [220.5, 220.5, 5.0]
    assert read[3] == pytest.approx(3 * 220.5 * 5.0 / 2, rel=1e-6)  # cos 60 degrees; single precision
    assert read[4] == 50.0
    assert read[5] == pytest.approx(1234.5, rel=1e-4)  # the load goes on in simulated time
