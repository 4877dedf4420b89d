"""5730A: lines in, lines out as in protocols.md section 2.2 and the 5700A Series II manual; physics."""

from __future__ import annotations

import pytest

from calbench.simulation.device import Device
from calbench.simulation.world import World
from calbench_sim.fluke.f5730a import F5730A

CARDINALS = [0, 1, 1.9, 10, 19, 100, 190, 1e3, 1.9e3, 1e4, 1.9e4, 1e5, 1.9e5, 1e6, 1.9e6, 1e7, 1.9e7, 1e8]
SETTLED, OPER, REMOTE = 4096, 1, 2048  # ISR bits 12, 0 and 11, manual p. 201
TEN_VOLTS = "1.0000000E+01,V,0.00E+00"


class Nothing(Device):
    """Something to connect to."""


@pytest.fixture
def cal(instrument):
    return instrument("fluke/f5730a", "cal")


@pytest.fixture
def load(world, cal):
    return world.add("load", Nothing).bench.terminal("input")


@pytest.fixture
def wired(world, cal, load):
    world.connect("cal.output", "load.input")
    return load


def test_identity_and_reset_state(cal):
    assert cal.ask("*IDN?") == "FLUKE,5730A,1234567,1.21"
    cal.say("OUT 10 V;OPER", "*RST")
    assert cal.ask("OUT?;OPER?") == "0.0000000E+00,V,0.00E+00;0"


@pytest.mark.parametrize(
    ("sent", "reply"),
    [
        ("OUT 10 V", TEN_VOLTS),
        ("OUT 10V", TEN_VOLTS),
        ("out 1e1 v, 0 hz", TEN_VOLTS),
        ("OUT -100 MV", "-1.0000000E-01,V,0.00E+00"),
        ("OUT 1.1 KV", "1.1000000E+03,V,0.00E+00"),
        ("OUT 250 UV", "2.5000000E-04,V,0.00E+00"),
        ("OUT 0.00000000123 MAV", "1.2300000E-03,V,0.00E+00"),  # MAV is megavolt
    ],
)
def test_units_and_multipliers(cal, sent, reply):
    cal.say(sent)
    assert cal.ask("OUT?") == reply
    assert cal.ask("FAULT?") == "0"


@pytest.mark.parametrize(
    "sent", ["OUT 1100.1 V", "OUT 2.3 A", "OUT 1 V, 2 MHZ", "OUT 150 OHM", "OUT 1 MAV", "OUT 1 DBM"]
)
def test_what_it_cannot_put_out_is_an_execution_error_and_changes_nothing(cal, sent):
    cal.say("*CLS", "OUT 5 V", sent)
    assert cal.ask("OUT?") == "5.0000000E+00,V,0.00E+00"
    assert cal.ask("*ESR?") == "16"
    assert cal.ask("FAULT?") != "0"


def test_output_settles_exponentially_and_says_when(cal, wired, world):
    cal.say("OUT 10 V", "OPER")
    assert int(cal.ask("ISR?")) & (SETTLED | OPER | REMOTE) == OPER | REMOTE
    assert wired.seen().voltage == pytest.approx(0.0, abs=1e-4)
    cal.wait(0.5)
    halfway = wired.seen().voltage
    assert 9.9 < halfway < 9.9999
    cal.wait(0.9)
    assert not int(cal.ask("ISR?")) & SETTLED
    cal.wait(0.2)
    assert int(cal.ask("ISR?")) & SETTLED
    assert wired.seen().voltage == pytest.approx(10.0, rel=2e-5)


def test_opc_query_is_withheld_until_settled(cal):
    assert cal.timed("OUT 1 KV;OPER;*OPC?")[1] == pytest.approx(5.0)
    assert cal.timed("*OPC?") == ("1", 0.0)
    cal.say("*CLS", "OUT 900 V", "*OPC")
    assert cal.ask("*ESR?") == "0"
    cal.wait(5.0)
    assert cal.ask("*ESR?") == "1"


def test_standby_opens_the_terminals(cal, wired):
    cal.say("OUT 10 V")
    assert wired.seen().resistance is None
    cal.say("OPER")
    cal.wait(3)
    assert wired.seen().resistance == 0.0
    cal.say("STBY")
    assert cal.ask("OPER?") == "0"
    assert wired.seen().resistance is None


@pytest.mark.parametrize(
    ("before", "after", "operating"),
    [
        ("10 V", "21.9 V", "1"),
        ("10 V", "22 V", "0"),
        ("-10 V", "-30 V", "0"),
        ("100 V", "200 V", "1"),
        ("100 V", "1 V", "1"),
        ("1 V", "10 KOHM", "0"),
        ("10 KOHM", "100 KOHM", "1"),
        ("10 OHM", "10 V", "0"),
    ],
)
def test_high_voltage_and_change_of_unit_drop_to_standby(cal, before, after, operating):
    cal.say(f"OUT {before}", "OPER")
    cal.wait(6)
    cal.say(f"OUT {after}")
    assert cal.ask("OPER?") == operating


@pytest.mark.parametrize("nominal", CARDINALS)
def test_resistors_have_a_characterised_and_a_true_value(cal, wired, nominal):
    cal.say("EXTSENSE ON", f"OUT {nominal} OHM", "OPER")
    cal.ask("*OPC?")
    value, unit, frequency = cal.ask("OUT?").split(",")
    assert (unit, frequency, cal.ask("FAULT?")) == ("OHM", "0.00E+00", "0")
    characterised, true = float(value), wired.seen(sense=True).resistance
    assert characterised == pytest.approx(nominal, rel=1e-4)
    assert true == pytest.approx(characterised, rel=1.5e-4, abs=1e-12)
    if nominal:
        assert true != characterised


def test_out_query_gives_the_characterised_value_not_the_nominal(cal):
    cal.say("OUT 10 KOHM")
    assert 1e-7 < abs(float(cal.ask("OUT?").split(",")[0]) / 1e4 - 1) < 1e-4


def test_without_external_sense_the_inner_wiring_counts(cal, wired):
    cal.say("OUT 1 OHM", "OPER")
    cal.ask("*OPC?")
    plain = wired.seen(sense=True).resistance
    cal.say("EXTSENSE ON")
    assert int(cal.ask("ISR?")) & 4
    assert plain - wired.seen(sense=True).resistance == pytest.approx(5e-3)
    cal.say("EXTSENSE OFF", "RCOMP ON")
    assert int(cal.ask("ISR?")) & 16
    assert plain - wired.seen().resistance == pytest.approx(5e-3)


def test_compensation_is_refused_where_it_cannot_be(cal):
    cal.say("OUT 1 V", "RCOMP ON")
    assert cal.ask("FAULT?") == "539"
    assert cal.ask("EXPLAIN? 539") == '"CAN\'T CHANGE COMPENSATION NOW"'


def test_explain_quotes_its_text(cal):
    assert cal.ask("EXPLAIN? 725") == '"ILLEGAL LIMIT SETTING"'  # protocols.md 2.2


def test_range_lock(cal):
    cal.say("OUT 1 V", "RANGELCK ON", "OUT 10 V")
    assert int(cal.ask("ISR?")) & 32
    assert cal.ask("OUT?") == "1.0000000E+00,V,0.00E+00"
    assert cal.ask("FAULT?") == "518"
    cal.say("RANGELCK OFF", "OUT 10 V")
    assert cal.ask("OUT?") == TEN_VOLTS


def test_settings_are_the_true_errors(world, instrument):
    unit = instrument("fluke/f5730a", "known", {"gain": 12e-6, "offset": 3e-6, "noise": 0.0})
    load = world.add("load", Nothing).bench.terminal("input")
    world.connect("known.output", "load.input", emf=2e-7)
    unit.say("OUT -10 V", "OPER")
    unit.wait(100)
    assert load.seen().voltage == pytest.approx(-10 * (1 + 12e-6) + 3e-6 + 2e-7, abs=1e-9)
    assert world.truth.of("known", "voltage")[-1].value == pytest.approx(-10 * (1 + 12e-6) + 3e-6, abs=1e-9)


def test_seeded_unit_is_inside_its_specification(world, cal, wired):
    cal.say("OUT 10 V", "OPER")
    values = []
    for _ in range(50):
        cal.wait(30)
        values.append(wired.seen().voltage)
    assert abs(sum(values) / 50 - 10) < 10 * 3.5e-6 + 2.5e-6
    assert 1e-7 < max(values) - min(values) < 3e-5  # slow noise, 0.2 ppm rms


def test_change_register_tells_and_forgets(cal):
    cal.say("OPER")
    assert int(cal.ask("ISCR?")) & OPER
    assert int(cal.ask("ISCR?")) & OPER == 0
    cal.say("ISCE 4096", "*SRE 4", "OUT 1 V")
    cal.ask("ISCR?")
    assert cal.device.serial_poll() & 4 == 0
    cal.wait(6)
    assert cal.device.serial_poll() == 0x44  # ISCB and RQS, without a message in between


def test_error_bit_is_bit_3(cal):
    cal.say("*SRE 8", "NONSENSE")
    assert cal.ask("*STB?") == "72"  # the manual's example: EAV and MSS
    assert cal.ask("FAULT?") == "1301"
    assert cal.ask("*STB?") == "0"


def test_fault_queue_has_sixteen_places(cal):
    cal.say(*["NONSENSE"] * 20)
    faults = [cal.ask("FAULT?") for _ in range(17)]
    assert faults == ["1301"] * 15 + ["1", "0"]


@pytest.mark.parametrize(
    ("sent", "event"),
    [
        ("NONSENSE", 32),
        ("OUT", 32),
        ("OUT 1V,,0HZ", 32),
        ("OUT10V", 32),
        ("OUT 1 PARSEC", 32),
        ("OPER 1", 32),
        ("EXTSENSE MAYBE", 16),
        ("*ESE 256", 16),
        ("OUT 1.0000000000000001 V", 32),  # more than 15 digits
        ("OUT 1E21 V", 32),
    ],
)
def test_errors_set_their_event(cal, sent, event):
    cal.say("*CLS", sent)
    assert cal.ask("*ESR?") == str(event)


def test_message_ends_and_two_queries_in_a_line(instrument):
    cal = instrument("fluke/f5730a", message_based=False)
    for end in (b"\n", b"\r", b"\r\n"):
        cal.connection.write(b"OUT 10V;OUT?;OPER?" + end)
        assert cal.hear() == f"{TEN_VOLTS};0"
    assert cal.hear(within=1.0) is None


def test_interrupted_and_unterminated_queries(cal):
    cal.say("*CLS", "OUT?")
    cal.say("OPER?")
    assert cal.hear() == "0"
    assert cal.ask("FAULT?") == "1308"
    cal.device.unterminated()
    assert cal.ask("FAULT?") == "1309"
    assert cal.ask("*ESR?") == "4"


def test_queries_are_no_commands_and_the_other_way_round(cal):
    cal.say("OUT? 1", "STBY?", "FAULT", "ERR?")
    assert [cal.ask("FAULT?") for _ in range(4)] == ["1302", "1301", "1301", "1301"]


def transcript(seed):
    world = World(seed=seed)
    device = world.add("cal", F5730A)
    terminal = world.add("load", Nothing).bench.terminal("input")
    world.connect("cal.output", "load.input")
    connection = device.connect(message_based=True)
    connection.write(b"OUT 10 KOHM;OUT?;OUT 10 V;OPER\n")
    reply = connection.take(1000)
    world.clock.sleep(20)
    return reply, terminal.seen().voltage


def test_same_seed_same_bytes():
    assert transcript(1) == transcript(1)
    assert transcript(1) != transcript(2)
