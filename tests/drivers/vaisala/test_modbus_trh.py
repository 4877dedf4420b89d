"""Exchanges of a T/RH transmitter: protocols.md 5.6 (function 03, unit 240; low word first as its client reads)."""

from decimal import Decimal

import pytest

from calbench.errors import Overload
from calbench.instruments.testing import exchange
from calbench_drivers.vaisala.modbus_trh import ModbusTRH


@pytest.mark.parametrize(
    ("method", "registers", "words", "value"),
    [
        ("read_humidity", "00 00 00 04", "00 00 42 36 00 00 41 B9", "45.5"),  # IEEE 754: 42 36 00 00 is 45.5
        ("read_temperature", "00 02 00 02", "00 00 41 B9", "23.125"),
        ("read_dew_point", "00 06 00 02", "00 00 C0 A0", "-5"),
    ],
)
def test_registers(method, registers, words, value):
    counted = len(bytes.fromhex(words))
    with exchange(
        f">> 00 01 00 00 00 06 F0 03 {registers}",
        f"<< 00 01 00 00 00 {3 + counted:02X} F0 03 {counted:02X} {words}",
        framing="tcp",
    ) as link:
        assert getattr(ModbusTRH(link), method)().value == Decimal(value)


def test_identity_is_an_answer_with_a_humidity():
    lines = ">> 00 01 00 00 00 06 F0 03 00 00 00 04", "<< 00 01 00 00 00 0B F0 03 08 00 00 42 36 00 00 41 B9"
    with exchange(*lines, framing="tcp") as link:
        assert ModbusTRH(link).identify().text == "humidity register: 45.5"


def test_no_number_is_no_reading():
    lines = ">> 00 01 00 00 00 06 F0 03 00 00 00 04", "<< 00 01 00 00 00 0B F0 03 08 00 00 7F C0 00 00 41 B9"
    with exchange(*lines, framing="tcp") as link, pytest.raises(Overload):
        ModbusTRH(link).read_humidity()
