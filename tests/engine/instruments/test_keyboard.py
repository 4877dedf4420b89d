from __future__ import annotations

from decimal import Decimal

import pytest

from calbench.errors import NotDone, UnexpectedReply
from calbench.instruments.byhand import Handwork, spoken
from calbench.instruments.capabilities import CAPABILITIES
from calbench.instruments.keyboard import Keyboard
from calbench.instruments.reading import Applied, Reading, Safe


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
        ("read_volume_flow", "20 L/min", "1.2", "m^3/h"),
        ("read_length", "1.2 km", "1200", "m"),
        ("read_time", "08:30:05.5", "30605.5", "s"),
        ("read_time", "2 min", "120", "s"),
        ("read_count", "17", "17", "1"),
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


def test_every_capability_but_one_is_there_for_a_person():
    wanted = [
        one
        for one in CAPABILITIES.values()
        if one.kind in {"source", "measure", "environment"} and one.name != "source.power.active"
    ]

    assert [one.name for one in wanted] == list(Keyboard.PROVIDES)
    assert all(callable(getattr(Keyboard, one.method)) for one in wanted)


def test_zero_asks_for_confirmation():
    keyboard, asked = typing("")
    keyboard.zero()

    assert len(asked) == 1


@pytest.mark.parametrize("typed", ["8:30", "08:60:00", "08:30:60", "-08:30:05", "1:08:30:05"])
def test_what_is_no_time_of_day_is_refused(typed):
    with pytest.raises(UnexpectedReply, match="ms, s, min, h"):
        typing(typed)[0].read_time()


def doing():
    done: list[Handwork] = []
    return Keyboard(lambda _prompt, _unit: "", done.append), done


def test_a_person_is_told_every_value_and_what_they_did_is_applied():
    keyboard, done = doing()
    keyboard.about = "q3/100L/apply"

    applied = keyboard.apply_volume(value="0.1", flow="2.5")

    assert applied == Applied(Decimal("0.1"), "m^3", "0.1 m^3")
    assert done[0].about == "q3/100L/apply"
    assert done[0].told == {"value": "0.1", "flow": "2.5"}
    assert done[0].text == {
        "en": "Let 100 L pass at 2.5 m^3/h, then stop.",
        "zh": "以 2.5 m^3/h 的流量通过 100 L，然后停止。",
    }


@pytest.mark.parametrize(
    ("method", "told", "text"),
    [
        ("apply_length", ["1500"], "Drive 1.5 km, then stop."),
        ("apply_active_energy", ["3.6e6", "7000"], "Have 1 kWh delivered at 7 kW, then stop."),
        ("apply_pulses", ["1000", "20", "3"], "Put out 1000 pulses of 3 V at 20 Hz, then stop."),
        ("apply_count", ["17"], "Put item 17 on, and nothing else."),
        ("apply_temperature", ["50"], "Set Temperature to 50 degC."),
        ("apply_ac_voltage", ["230", "50"], "Set AC voltage to 230 V, frequency 50 Hz."),
    ],
)
def test_each_source_has_a_sentence(method, told, text):
    keyboard, done = doing()
    getattr(keyboard, method)(*told)

    assert done[0].text["en"] == text
    assert done[0].text["zh"]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("0.1", "m^3", "100 L"),
        ("0.00025", "m^3", "0.25 L"),
        ("2", "m^3", "2 m^3"),
        ("3600000", "J", "1 kWh"),
        ("3601", "J", "3601 J"),
        ("1800", "J", "1800 J"),
        ("100000", "J", "100000 J"),
        ("-1500", "Pa", "-1.5 kPa"),
        ("3", "1", "3"),
    ],
)
def test_a_value_is_said_as_people_say_it_without_losing_a_digit(value, unit, text):
    assert spoken(Decimal(value), unit) == text


def test_an_amount_is_over_when_the_person_says_so():
    keyboard, _ = doing()
    assert keyboard.make_safe() is Safe.VERIFIED  # nobody was asked for anything
    keyboard.apply_active_energy("3.6e6", "7000")
    assert keyboard.make_safe() is Safe.VERIFIED


def test_what_was_not_confirmed_may_be_going_on():
    def refuse(work):
        raise NotDone(work.about)

    keyboard = Keyboard(lambda _prompt, _unit: "", refuse)
    with pytest.raises(NotDone):
        keyboard.apply_active_energy("3.6e6", "7000")

    assert keyboard.make_safe() is Safe.SENT_UNVERIFIED


def test_what_lasts_is_never_known_to_be_off():
    keyboard, _ = doing()
    keyboard.apply_pressure("100000")

    assert keyboard.make_safe() is Safe.SENT_UNVERIFIED


def test_a_guard_that_reaches_nobody_knows_nothing():
    assert Keyboard(lambda _prompt, _unit: "").make_safe() is Safe.SENT_UNVERIFIED
