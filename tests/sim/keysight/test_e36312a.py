"""E36312A: lines in, lines out as in protocols.md section 4 and public clients; ratings of the data sheet; physics."""

from __future__ import annotations

import pytest

from calbench.simulation.electrical import Electrical

EXACT = {
    "voltage_gain": 0.0,
    "voltage_offset": 0.0,
    "current_gain": 0.0,
    "readback_gain": 0.0,
    "readback_offset": 0.0,
    "current_readback_gain": 0.0,
    "current_readback_offset": 0.0,
    "noise": 0.0,
}
NO_ERROR = '+0,"No error"'


@pytest.fixture
def supply(instrument):
    return instrument("keysight/e36312a", "supply", EXACT)


def test_identity_and_reset_state(supply):
    assert supply.ask("*IDN?").startswith("Keysight Technologies,E36312A,1234567,")
    supply.say("VOLT 5,(@1)", "OUTP ON,(@1)", "*RST")
    assert supply.ask("OUTP? (@1,2,3)") == "0,0,0"
    assert supply.ask("VOLT? (@1)") == "+0.00000000E+00"
    assert supply.ask("CURR? (@1:3)") == "+5.00000000E+00,+1.00000000E+00,+1.00000000E+00"


def test_channel_lists(supply, wire):
    loads = [wire("supply", f"output{number}") for number in (1, 2, 3)]
    supply.say("VOLT 5, (@1)", "VOLT 12, (@2,3)", "CURR 0.5, (@2)", "OUTPut 1, (@1,3)")
    assert supply.ask("VOLT? (@1);VOLT? (@2,3)") == "+5.00000000E+00;+1.20000000E+01,+1.20000000E+01"
    assert supply.ask("OUTP? (@1);OUTP? (@2);OUTP? (@3)") == "1;0;1"
    assert supply.timed("*OPC?") == ("1", pytest.approx(0.05))
    assert [load.seen().voltage for load in loads] == pytest.approx([5.0, 0.0, 12.0], rel=1e-6)
    assert loads[1].seen().resistance is None
    assert supply.ask("MEAS:VOLT? (@1)") == "+5.00000000E+00"
    assert supply.ask("MEAS:CURR? (@1,2)") == "+0.00000000E+00,+0.00000000E+00"


def test_without_a_list_the_selected_output(supply):
    supply.say("INST:NSEL 2", "VOLT 20")
    assert supply.ask("INST?;:INST:NSEL?;:VOLT?") == "CH2;2;+2.00000000E+01"
    supply.say("INST P6V", "VOLT 6")
    assert supply.ask("INST:NSEL?;:VOLT?;:VOLT? (@2)") == "1;+6.00000000E+00;+2.00000000E+01"


def test_apply(supply):
    supply.say("APPL CH1,5,1")
    assert (
        supply.ask("VOLT? (@1);CURR? (@1);:APPL? CH1")
        == '+5.00000000E+00;+1.00000000E+00;"+5.000000,+1.000000"'
    )


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ("VOLT 6.2,(@1)", -222),  # 6 V and 3 %
        ("VOLT 26,(@2)", -222),
        ("CURR 5.2,(@1)", -222),
        ("CURR 1.04,(@3)", -222),
        ("VOLT -1,(@1)", -222),
        ("VOLT 1,(@4)", -222),
        ("VOLT 10,(@1,2)", -222),
        ("VOLT 1,(@)", -224),
        ("VOLT 1,CH1", -224),
        ("VOLT", -109),
        ("VOLT 1,(@1),2", -108),
        ("VOLT 1 A,(@1)", -131),
        ("OUTP MAYBE,(@1)", -224),
        ("MEAS:VOLT 1", -113),
        ("APPL CH4,1", -224),
        ("INST:NSEL 4", -222),
    ],
)
def test_errors_change_nothing(supply, sent, error):
    supply.say("*CLS", sent)
    assert supply.ask("SYST:ERR?").startswith(f"{error},")
    assert supply.ask("SYST:ERR?") == NO_ERROR
    assert supply.ask("VOLT? (@1:3)") == ",".join(["+0.00000000E+00"] * 3)


def test_error_queue_overflows_at_twenty(supply):
    supply.say(*["NONSENSE"] * 25)
    errors = [supply.ask("SYST:ERR?") for _ in range(21)]
    assert errors[0] == '-113,"Undefined header"'
    assert errors[19:] == ['-350,"Queue overflow"', NO_ERROR]


def test_limits_can_be_asked(supply):
    assert supply.ask("VOLT? MAX,(@2);CURR? MIN,(@1)") == "+2.57500000E+01;+2.00000000E-03"
    supply.say("VOLT MAX,(@1)")
    assert float(supply.ask("VOLT? (@1)")) == pytest.approx(6.18)


def test_a_load_takes_current_up_to_the_limit(supply, wire, world):
    load = wire("supply", "output2")
    load.drive(Electrical(0.0, 20.0))
    supply.say("VOLT 10,(@2)", "CURR 1,(@2)", "OUTP ON,(@2)")
    supply.wait(1)
    assert float(supply.ask("MEAS:CURR? (@2)")) == pytest.approx(0.5)
    assert supply.ask("STAT:QUES:INST:ISUM2:COND?") == "2"
    supply.say("CURR 0.1,(@2)")
    supply.wait(1)
    assert float(supply.ask("MEAS:VOLT? (@2)")) == pytest.approx(2.0)
    assert float(supply.ask("MEAS:CURR? (@2)")) == pytest.approx(0.1)
    assert load.seen().voltage == pytest.approx(2.0)
    assert supply.ask("STAT:QUES:INST:ISUM2:COND?") == "1"
    assert world.truth.of("supply", "output2.current")[-1].value == pytest.approx(0.1)


def test_over_current_protection(supply, wire):
    load = wire("supply", "output1")
    supply.say("VOLT 5,(@1)", "CURR 1,(@1)", "CURR:PROT:STAT ON,(@1)", "OUTP ON,(@1)")
    supply.wait(1)
    assert supply.ask("OUTP? (@1)") == "1"
    load.drive(Electrical(0.0, 1.0))
    supply.wait(0.2)
    assert supply.ask("CURR:PROT:TRIP? (@1);:VOLT:PROT:TRIP? (@1);:OUTP? (@1)") == "1;0;0"
    supply.say("OUTP ON,(@1)")
    assert supply.ask("SYST:ERR?").startswith("-221,")
    supply.say("OUTP:PROT:CLE (@1)", "CURR:PROT:STAT OFF,(@1)", "OUTP ON,(@1)")
    assert supply.ask("OUTP? (@1)") == "1"


def test_over_voltage_protection(supply, wire):
    load = wire("supply", "output2")
    supply.say("VOLT:PROT 12,(@2)", "VOLT 12.5,(@2)", "OUTP ON,(@2)")
    assert supply.ask("VOLT:PROT:TRIP? (@2);:OUTP? (@2)") == "1;0"
    assert load.seen().resistance is None
    supply.say("VOLT:PROT:CLE (@2)", "VOLT 11,(@2)", "OUTP ON,(@2)")
    assert supply.ask("VOLT:PROT:TRIP? (@2);:OUTP? (@2)") == "0;1"


def test_two_outputs_on_one_another_do_not_hang(supply, world):
    world.connect("supply.output2", "supply.output3", resistance=1.0)
    supply.say("VOLT 10,(@2)", "VOLT 5,(@3)", "OUTP ON,(@2,3)")
    supply.wait(1)
    assert float(supply.ask("MEAS:CURR? (@2)")) == pytest.approx(1.0)  # its limit


def test_settings_are_the_true_errors(instrument, wire):
    errors = {"voltage_gain": 1e-3, "readback_offset": 2e-3}
    supply, load = instrument("keysight/e36312a", "supply", EXACT | errors), wire("supply", "output1")
    supply.say("VOLT 5,(@1)", "OUTP ON,(@1)")
    supply.wait(1)
    assert load.seen().voltage == pytest.approx(5.005)
    assert float(supply.ask("MEAS:VOLT? (@1)")) == pytest.approx(5.007)


def test_seeded_outputs_differ(instrument, wire):
    supply = instrument("keysight/e36312a", "supply")
    loads = [wire("supply", f"output{number}") for number in (2, 3)]
    supply.say("VOLT 20,(@2,3)", "OUTP ON,(@2,3)")
    supply.wait(1)
    first, second = (load.seen().voltage for load in loads)
    assert first != second
    assert abs(first - 20) < 2e-2
