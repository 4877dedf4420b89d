"""5522A: lines in, lines out as in protocols.md section 2.1 (5500A, 5520A, 5522A manuals); physics."""

from __future__ import annotations

import pytest

from calbench.simulation.device import Device
from calbench.simulation.world import World
from calbench_sim.fluke.f5522a import F5522A


class Nothing(Device):
    """Something to connect to."""


@pytest.fixture
def cal(instrument):
    return instrument("fluke/f5522a", "cal")


@pytest.fixture
def wired(world, cal):
    load = world.add("load", Nothing).bench.terminal("input")
    world.connect("cal.output", "load.input", resistance=0.02)
    return load


def test_identity_has_three_firmware_fields(cal):
    assert cal.ask("*IDN?") == "FLUKE,5522A,1234567,1.3+1.1+1.0+*"


def test_out_query_has_five_fields(cal):
    cal.say("OUT 15.2 V")
    assert cal.ask("OUT?") == "1.520000E+01,V,0E+00,0,0.00E+00"  # the example of section 2.1
    cal.say("OUT 12.345 KOHM")
    assert cal.ask("OUT?") == "1.234500E+04,OHM,0E+00,0,0.00E+00"


@pytest.mark.parametrize(
    ("volts", "name"),
    [("0.3 V", "DC330MV"), ("3.3 V", "DC33V"), ("3 V", "DC3_3V"), ("-33 V", "DC330V"), ("1000 V", "DC1000V")],
)
def test_ranges(cal, volts, name):
    cal.say(f"OUT {volts}")
    assert cal.ask("RANGE?;FUNC?") == f"{name},0;DCV"


def test_resistance_is_a_function_of_its_own(cal):
    cal.say("OUT 1 MOHM")
    assert cal.ask("FUNC?") == "RES"
    assert cal.ask("RANGE?") == "R_1_1MOHM,0"


def test_seven_bits_and_control_characters(cal):
    cal.say("".join(chr(ord(c) | 0x80) for c in "out 5 v"))
    cal.say("O\x01U\x02T? ")
    assert cal.hear() == "5.000000E+00,V,0E+00,0,0.00E+00"


@pytest.mark.parametrize(
    "sent", ["OUT10V", "OUT 1 0 V", "OUT 1V,,2A", "OUT", "OUT 1.2345678901234567 V", "OUT 1E21 V"]
)
def test_syntax_rules(cal, sent):
    cal.say("*CLS", sent)
    code, text = cal.ask("ERR?").split(",")
    assert int(code) >= 1300
    assert text.startswith('"')
    assert cal.ask("*ESR?") == "32"


def test_error_queue(cal):
    assert cal.ask("ERR?") == '0,"No Error"'
    assert cal.ask("FAULT?") == "0"
    cal.say("ZCOMP WIRE4")
    assert cal.ask("ERR?") == '539,"Can\'t change compensation now"'
    assert cal.ask("EXPLAIN? 539") == '"Can\'t change compensation now"'
    cal.say(*["NONSENSE"] * 17)
    assert [cal.ask("ERR?") for _ in range(17)][-2:] == ['1,"Error queue overflow"', '0,"No Error"']


def test_settling_bit_and_opc(cal):
    cal.say("OUT 100 V;OPER")
    assert int(cal.ask("ISR?")) & 0x1081 == 0x0081  # HIVOLT and OPER, not SETTLED
    reply, time = cal.timed("*OPC?")
    assert (reply, time) == ("1", pytest.approx(4.0))
    assert int(cal.ask("ISR?")) & 0x1081 == 0x1081


def test_change_registers(cal):
    cal.ask("ISCR?")
    cal.say("OPER", "STBY")
    assert int(cal.ask("ISCR0?")) & 1
    assert int(cal.ask("ISCR1?")) & 1
    assert int(cal.ask("ISCR?")) & 1 == 0


@pytest.mark.parametrize(
    ("before", "after", "operating"),
    [("10 V", "32.9 V", "1"), ("10 V", "33 V", "0"), ("100 V", "300 V", "1"), ("1 V", "1 KOHM", "0")],
)
def test_standby_rules(cal, before, after, operating):
    cal.say(f"OUT {before}", "OPER", f"OUT {after}")
    assert cal.ask("OPER?") == operating


def test_four_wire_compensation(cal, wired):
    cal.say("OUT 100 OHM", "OPER")
    cal.ask("*OPC?")
    plain = wired.seen(sense=True).resistance
    cal.say("ZCOMP WIRE4")
    assert cal.ask("ZCOMP?") == "WIRE4"
    true = wired.seen(sense=True).resistance
    assert plain - true == pytest.approx(5e-3)
    assert true == pytest.approx(100.0, rel=6e-5)
    assert wired.seen().resistance - true == pytest.approx(0.02)


def test_compensation_ends_at_110_kohm(cal):
    cal.say("OUT 109 KOHM", "ZCOMP WIRE2")
    assert cal.ask("ZCOMP?") == "WIRE2"
    cal.say("OUT 110 KOHM")
    assert cal.ask("ZCOMP?") == "NONE"
    cal.say("ZCOMP WIRE2")
    assert cal.ask("FAULT?") == "539"


@pytest.mark.parametrize(
    "sent", ["OUT 1021 V", "OUT -1 OHM", "OUT 1200 MOHM", "OUT 1 V, 2 A", "OUT 21 A", "OUT 25 CEL"]
)
def test_what_it_cannot_do(cal, sent):
    cal.say("*CLS", "OUT 5 V", sent)
    assert cal.ask("*ESR?") == "16"
    assert cal.ask("OUT?") == "5.000000E+00,V,0E+00,0,0.00E+00"


def test_switches(cal):
    cal.say("EXTGUARD ON", "LOWS OPEN", "EARTH OPEN", "RANGELCK ON")
    assert cal.ask("EXTGUARD?;LOWS?;EARTH?;RANGELCK?") == "ON;OPEN;OPEN;ON"
    cal.say("*RST")
    assert cal.ask("EXTGUARD?;LOWS?;EARTH?;RANGELCK?") == "OFF;TIED;TIED;OFF"
    assert cal.ask("DC_OFFSET?") == "+0.00000E+00"
    assert cal.ask("CAL_SW?") == "0"


def test_range_lock_is_for_voltage(cal):
    cal.say("OUT 1 KOHM", "RANGELCK ON")
    assert cal.ask("FAULT?") == "523"


def test_control_c_clears_on_serial_lines(instrument):
    cal = instrument("fluke/f5522a", message_based=False)
    cal.connection.write(b"OUT 5 V;OUT?\n")
    cal.connection.write(b"OUT 6 ")
    cal.connection.write(b"\x03")
    assert cal.hear(within=1.0) is None
    assert cal.ask("OPER?") == "0"


def test_resistance_is_inside_its_specification(cal, wired):
    for ohms, spec in ((10.0, 4e-5), (1e3, 2.8e-5), (1e6, 3.2e-5)):
        cal.say(f"OUT {ohms} OHM", "OPER")
        cal.ask("*OPC?")
        true = wired.seen(sense=True).resistance
        assert true - 5e-3 == pytest.approx(ohms, rel=1.5 * spec)
        assert true - 5e-3 != ohms


def test_same_seed_same_output():
    def voltage(seed):
        world = World(seed=seed)
        device = world.add("cal", F5522A)
        terminal = world.add("load", Nothing).bench.terminal("input")
        world.connect("cal.output", "load.input")
        device.connect(message_based=True).write(b"OUT 3 V;OPER\n")
        world.clock.sleep(20)
        return terminal.seen().voltage

    assert voltage(3) == voltage(3) != voltage(4)
