from __future__ import annotations

from decimal import Decimal

import pytest

from calbench.errors import UnexpectedReply
from calbench.instruments.capabilities import CAPABILITIES
from calbench.instruments.keyboard import Keyboard
from calbench.instruments.reading import Reading


def typing(text):
    asked = []

    def ask(prompt, unit):
        asked.append((prompt, unit))
        return text

    return Keyboard(ask), asked


def test_what_is_typed_is_the_reading():
    keyboard, asked = typing("10.00030")

    assert keyboard.measure_dc_voltage(on_range=10) == Reading(Decimal("10.00030"), "V", "10.00030")
    assert asked == [("DC voltage on the 10 V range", "V")]


@pytest.mark.parametrize(
    ("method", "typed", "value", "unit"),
    [
        ("read_mass", "200.01 g", "0.20001", "kg"),
        ("read_mass", " 0.20001", "0.20001", "kg"),
        ("read_mass", "-12mg", "-0.000012", "kg"),
        ("read_temperature", "23.10 degC", "23.10", "degC"),
        ("read_humidity", "45.5 %", "45.5", "%RH"),
        ("tare", "1e3 g", "1", "kg"),
        ("read_active_energy", "0.26 kWh", "936000", "J"),
        ("read_volume", "35 L", "0.035", "m^3"),
        ("read_volume", "1.5 m^3", "1.5", "m^3"),
        ("read_pressure", "1013.25 hPa", "101325", "Pa"),
        ("measure_frequency", "50.01", "50.01", "Hz"),
    ],
)
def test_a_typed_unit_is_converted_exactly(method, typed, value, unit):
    keyboard, _ = typing(typed)
    reading = getattr(keyboard, method)()

    assert (reading.value, reading.unit, reading.text) == (Decimal(value), unit, typed)


def test_a_typed_resistance_is_converted_exactly():
    assert typing("99.98 kOhm")[0].measure_resistance_4w(on_range=1e5).value == 99980
    assert typing("1.5 MOhm")[0].measure_resistance_2w(on_range="1e6").value == 1500000


@pytest.mark.parametrize("typed", ["", "-", ".", "ten", "1,5", "1.2.3", "1 V", "1 kV g", "NaN", "1 200"])
def test_anything_else_is_refused_with_what_is_allowed(typed):
    keyboard, _ = typing(typed)

    with pytest.raises(UnexpectedReply, match="mg, g, kg, t"):
        keyboard.read_mass()


def test_every_measuring_and_environment_capability_is_there():
    wanted = [one for one in CAPABILITIES.values() if one.kind in {"measure", "environment"}]

    assert [one.name for one in wanted] == list(Keyboard.PROVIDES)
    assert all(callable(getattr(Keyboard, one.method)) for one in wanted)


def test_zero_asks_for_confirmation():
    keyboard, asked = typing("")
    keyboard.zero()

    assert len(asked) == 1
