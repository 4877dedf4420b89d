"""5522A and 5520A beside DC voltage and resistance: protocols.md section 2.1, published ranges; physics."""

from __future__ import annotations

import pytest

from calbench.errors import UsageError
from calbench.simulation.device import Device
from calbench.simulation.world import World

EXACT = {"ac_gain": 0.0, "current_gain": 0.0, "ac_current_gain": 0.0, "capacitance_gain": 0.0,
         "signal_offset": 0.0, "frequency_gain": 0.0, "signal_noise": 0.0}  # fmt: skip


class Nothing(Device):
    """Something to connect to."""


@pytest.fixture
def cal(instrument):
    return instrument("fluke/f5522a", "cal")


@pytest.mark.parametrize(
    ("sent", "function", "reply"),
    [
        (
            "OUT 10 V, 100 HZ",
            "ACV",
            "1.000000E+01,V,0E+00,0,1.00E+02",
        ),  # FUNC? of this one: the manual's example
        ("OUT 188.3 MA, 442 HZ", "ACI", "1.883000E-01,A,0E+00,0,4.42E+02"),
        ("OUT -10 MA", "DCI", "-1.000000E-02,A,0E+00,0,0.00E+00"),
        ("OUT 20 A, 60 HZ", "ACI", "2.000000E+01,A,0E+00,0,6.00E+01"),
        ("OUT 1 UF", "CAP", "1.000000E-06,F,0E+00,0,0.00E+00"),
        ("OUT 470 PF", "CAP", "4.700000E-10,F,0E+00,0,0.00E+00"),
        ("OUT 3 V, 1.2345 KHZ", "ACV", "3.000000E+00,V,0E+00,0,1.2345E+03"),
    ],
)
def test_functions(cal, sent, function, reply):
    cal.say(sent)
    assert cal.ask("FUNC?") == function
    assert cal.ask("OUT?") == reply
    assert cal.ask("FAULT?") == "0"


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("OUT 30 MV, 50 HZ", "AC33MV"),
        ("OUT 300 MV, 50 HZ", "AC330MV"),
        ("OUT 3 V, 50 HZ", "AC3_3V"),
        ("OUT 30 V, 50 HZ", "AC33V"),
        ("OUT 230 V, 50 HZ", "AC330V"),
        ("OUT 1000 V, 50 HZ", "AC1000V"),
    ],
)
def test_alternating_ranges(cal, sent, name):
    cal.say(sent)
    assert cal.ask("RANGE?") == f"{name},0"


@pytest.mark.parametrize(
    "sent",
    [
        "OUT 0.5 MV, 50 HZ",  # 1 mV is the least
        "OUT 100 V, 40 HZ",  # 330 V range from 45 Hz
        "OUT 1000 V, 20 KHZ",  # 1000 V range to 10 kHz
        "OUT -1 V, 50 HZ",
        "OUT 21 A",
        "OUT 5 A, 6 KHZ",  # 11 A range to 5 kHz
        "OUT 20 UA, 50 HZ",  # 29 uA is the least
        "OUT 200 PF",  # 220 pF is the least
        "OUT 111 MF",
        "OUT 1 UF, 50 HZ",
        "OUT 1 KOHM, 50 HZ",
    ],
)
def test_what_is_not_available_changes_nothing(cal, sent):
    cal.say("*CLS", "OUT 5 V", sent)
    assert cal.ask("*ESR?") == "16"
    assert cal.ask("OUT?") == "5.000000E+00,V,0E+00,0,0.00E+00"


def test_an_amplitude_alone_keeps_the_frequency_and_zero_hertz_is_direct(cal):
    cal.say("OUT 10 V, 100 HZ", "OUT 5 V")
    assert cal.ask("OUT?") == "5.000000E+00,V,0E+00,0,1.00E+02"
    cal.say("OUT 60 HZ")
    assert cal.ask("OUT?") == "5.000000E+00,V,0E+00,0,6.00E+01"
    cal.say("OUT 5 V, 0 HZ")
    assert cal.ask("FUNC?") == "DCV"


@pytest.mark.parametrize(
    ("before", "after", "operating"),
    [
        ("1 V, 50 HZ", "2 V, 50 HZ", "1"),
        ("1 V", "1 V, 50 HZ", "1"),
        ("1 V, 50 HZ", "230 V, 50 HZ", "0"),
        ("1 V", "1 A", "0"),
        ("1 A", "1 A, 50 HZ", "1"),
        ("1 A", "1 UF", "0"),
        ("1 UF", "1 V", "0"),
    ],
)
def test_standby_rules(cal, before, after, operating):
    cal.say(f"OUT {before}", "OPER", f"OUT {after}")
    assert cal.ask("OPER?") == operating


@pytest.mark.parametrize(
    ("sent", "quantity", "value"),
    [
        ("10 V, 1 KHZ", "voltage.ac", (10.0, 1000.0)),
        ("2 A, 50 HZ", "current.ac", (2.0, 50.0)),
        ("-10 MA", "current.dc", -0.01),
        ("10 NF", "capacitance", 1e-8),
    ],
)
def test_only_the_chosen_quantity_is_put_out_and_only_in_operate(
    instrument, wire, world, sent, quantity, value
):
    cal = instrument("fluke/f5522a", "cal", EXACT)
    load = wire("cal")
    quantities = {"voltage.ac", "current.ac", "current.dc", "capacitance"}
    cal.say(f"OUT {sent}")
    assert [load.received(name) for name in quantities] == [None] * 4
    cal.say("OPER")
    cal.ask("*OPC?")
    assert load.received(quantity) == pytest.approx(value, rel=1e-6)
    assert world.truth.of("cal", quantity)[-1].value == pytest.approx(
        value[0] if isinstance(value, tuple) else value
    )
    assert [load.received(name) for name in quantities - {quantity}] == [None] * 3
    cal.say("STBY")
    assert load.received(quantity) is None


def test_a_changing_value_settles(instrument, wire):
    cal = instrument("fluke/f5522a", "cal", EXACT)
    load = wire("cal")
    cal.say("OUT 1 A;OPER")
    assert int(cal.ask("ISR?")) & 0x1000 == 0
    assert load.received("current.dc") < 0.01
    cal.wait(1.0)
    assert 0.9 < load.received("current.dc") < 0.9999
    assert cal.timed("*OPC?") == ("1", pytest.approx(2.0))
    assert load.received("current.dc") == pytest.approx(1.0, rel=1e-6)


def test_settings_are_the_true_errors(instrument, wire):
    cal = instrument(
        "fluke/f5522a", "cal", EXACT | {"ac_gain": 1e-4, "frequency_gain": 1e-5, "current_gain": -2e-4}
    )
    load = wire("cal")
    cal.say("OUT 100 V, 50 HZ", "OPER")
    cal.wait(60)
    assert load.received("voltage.ac") == pytest.approx((100.01, 50.0005), abs=1e-9)
    cal.say("OUT 1 A", "OPER")
    cal.wait(60)
    assert load.received("current.dc") == pytest.approx(0.9998, abs=1e-12)


@pytest.mark.parametrize(
    ("sent", "quantity", "limit"),  # published: ppm of output and floor of the 1-year specification
    [
        ("10 V, 1 KHZ", "voltage.ac", 10 * 150e-6 + 600e-6),
        ("1 A, 60 HZ", "current.ac", 500e-6 + 100e-6),
        ("100 MA", "current.dc", 0.1 * 100e-6 + 2.5e-6),
        ("1 UF", "capacitance", 1e-6 * 2.5e-3 + 1e-9),
    ],
)
def test_seeded_units_are_about_inside_their_specification(world, instrument, wire, sent, quantity, limit):
    nominal = {"voltage.ac": 10.0, "current.ac": 1.0, "current.dc": 0.1, "capacitance": 1e-6}[quantity]
    errors = []
    for number in range(40):
        cal, load = instrument("fluke/f5522a", f"cal{number}"), wire(f"cal{number}")
        cal.say(f"OUT {sent}", "OPER")
        cal.wait(60)
        value = load.received(quantity)
        errors.append((value if isinstance(value, float) else value.rms) - nominal)
    assert max(map(abs, errors)) < 1.3 * limit
    assert sum(abs(error) < limit for error in errors) >= 37
    assert len({round(error, 15) for error in errors}) == 40


def test_range_lock_holds_direct_current(cal):
    cal.say("OUT 1 MA", "RANGELCK ON", "OUT 10 MA")
    assert cal.ask("FAULT?") == "518"
    cal.say("OUT 0.1 MA")
    assert cal.ask("RANGE?;RANGELCK?") == "DC3_3MA,0;ON"
    cal.say("OUT 1 MA, 50 HZ")
    assert cal.ask("RANGELCK?") == "OFF"
    cal.say("RANGELCK ON")
    assert cal.ask("FAULT?") == "523"


def test_compensation_is_for_resistance(cal):
    cal.say("OUT 1 UF", "ZCOMP WIRE2")
    assert cal.ask("FAULT?") == "539"


def test_model_5520a(instrument, world):
    cal = instrument("fluke/f5522a", "cal", {"model": "5520A"})
    assert cal.ask("*IDN?") == "FLUKE,5520A,1234567,1.3+1.1+1.0+*"
    with pytest.raises(UsageError, match="5522A or 5520A"):
        instrument("fluke/f5522a", "other", {"model": "5500A"})


def test_new_settings_leave_direct_voltage_alone():
    def voltage(settings):
        world = World(seed=3)
        device = world.add("cal", "fluke/f5522a", settings)
        terminal = world.add("load", Nothing).bench.terminal("input")
        world.connect("cal.output", "load.input")
        device.connect(message_based=True).write(b"OUT 3 V;OPER\n")
        world.clock.sleep(20)
        return terminal.seen().voltage

    assert voltage(EXACT) == voltage({}) == voltage({"model": "5520A"})
