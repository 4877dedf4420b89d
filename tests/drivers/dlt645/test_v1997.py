"""Exchanges of DL/T 645-1997: protocols.md 6.2, captures of an energy and a voltage."""

from decimal import Decimal

import pytest

from calbench.errors import DeviceError, OutOfRange
from calbench.instruments.frames.dlt645 import Frame
from calbench.instruments.testing import exchange
from calbench_drivers.dlt645.v1997 import V1997

WAKE = ">> FE FE FE FE "


def test_the_captured_energy():
    with exchange(
        WAKE + "68 54 07 13 00 80 13 68 01 02 43 C3 DA 16",
        "<< 68 54 07 13 00 80 13 68 81 06 43 C3 34 33 33 33 2B 16",
        unit="138000130754",
    ) as link:
        assert V1997(link).read_active_energy().value == Decimal("0.01") * 3_600_000


def test_the_captured_voltage():
    with exchange(
        WAKE + "68 03 00 00 00 00 00 68 01 02 44 E9 03 16",
        "<< 68 03 00 00 00 00 00 68 81 04 44 E9 33 34 EC 16",
        unit="3",
    ) as link:
        assert str(V1997(link).read_voltage(1)) == "100 V"


@pytest.mark.parametrize(
    ("method", "arguments", "identifier", "data", "value"),
    [
        ("read_active_power", (), "B630", "00 15 01", "1150.0000"),  # XX.XXXX kW
        ("read_current", (1,), "B621", "00 05", "5.00"),  # XX.XX A
        ("read_voltage", (3,), "B613", "30 02", "230"),  # XXX V
    ],
)
def test_formats_of_the_table(method, arguments, identifier, data, value):
    label = bytes.fromhex(identifier)[::-1]
    with exchange(
        WAKE + Frame("3", 0x01, label).encoded().hex(),
        "<< " + Frame("3", 0x81, label + bytes.fromhex(data)).encoded().hex(),
        unit="3",
    ) as link:
        assert getattr(V1997(link), method)(*arguments).value == Decimal(value)


def test_a_refusal_and_a_phase_that_is_not_there():
    label = b"\x10\x90"
    with (
        exchange(
            WAKE + Frame("3", 0x01, label).encoded().hex(),
            "<< " + Frame("3", 0xC1, b"\x02").encoded().hex(),
            unit="3",
        ) as link,
        pytest.raises(DeviceError, match="no such data"),
    ):
        V1997(link).read_active_energy()
    with exchange(unit="3") as link, pytest.raises(OutOfRange, match="no phase 0"):
        V1997(link).read_current(0)
