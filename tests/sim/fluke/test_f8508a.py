"""8508A: protocols.md section 3.3 (two public sources); spellings that public programs for it send."""

from __future__ import annotations

import pytest

from calbench.simulation.device import Device
from calbench.simulation.electrical import Electrical
from calbench.simulation.signals import Alternating

IDEAL = dict.fromkeys(
    ("gain", "offset", "noise", "linearity", "tempco", "warmup", "resistance_gain", "resistance_offset"), 0.0
)


class Source(Device):
    """Something that puts out what a test wants."""

    def put(self, voltage: float = 0.0, resistance: float | None = 0.0) -> None:
        self.bench.terminal("output").drive(Electrical(voltage, resistance))


@pytest.fixture
def source(world):
    source = world.add("source", Source)
    source.put(1.5)
    return source


@pytest.fixture
def dmm(world, instrument, source):
    line = instrument("fluke/f8508a", "dmm", IDEAL)
    world.connect("source.output", "dmm.input")
    return line


def test_identity_and_options(dmm, instrument):
    assert dmm.ask("*IDN?") == "FLUKE,8508A,1234567,2.02"
    assert dmm.ask("*OPT?") == "8508A/01"
    other = instrument("fluke/f8508a", "front_only", {"options": "0"})
    assert other.ask("*OPT?") == "0"
    other.say("INPUT REAR")
    assert other.ask("*ESR?") == str(128 + 16)
    assert other.ask("EXQ?") != "0"


def test_triggered_reading(dmm):
    dmm.say("DCV AUTO, RESL7, FILT_ON, FAST_OFF, TWO_WR;GUARD INT;TRG_SRCE EXT")
    reply, time = dmm.timed("X?")
    assert reply == "+1.5000000E+00"
    assert time == pytest.approx(6.4)
    assert dmm.ask("RDG?") == reply
    assert dmm.timed("*TRG;RDG?")[1] == pytest.approx(6.4)
    assert dmm.ask("*ESR?") == "128"


@pytest.mark.parametrize(("words", "low", "high"), [("FAST_ON", 6.0, 7.0), ("FAST_OFF", 24.0, 26.0)])
def test_eight_digits_take_6_to_25_seconds(dmm, words, low, high):
    dmm.say(f"DCV 2,FILT_ON,RESL8,{words}", "TRG_SRCE EXT")
    reply, time = dmm.timed("X?")
    assert low <= time <= high
    assert reply == "+1.50000000E+00"


def test_words_may_come_one_by_one(dmm):
    dmm.say("DCV 10.000", "DCV RESL5", "DCV FAST_ON", "DCV TWO_WR", "DCV FILT_OFF", "TRG_SRCE EXT")
    assert dmm.ask("X?") == "+1.50000E+00"
    assert dmm.ask("*ESR?") == "128"


def test_mesr_bit_7_says_that_a_reading_is_there(dmm):
    dmm.say("DCV 2,RESL6;TRG_SRCE EXT", "*TRG")
    assert dmm.ask("MESR?") == "0"
    dmm.wait(2.0)
    assert dmm.ask("MESR?") == "128"
    assert dmm.ask("MESR?") == "0"
    assert float(dmm.ask("RDG?")) == 1.5


@pytest.mark.parametrize(("volts", "sign"), [(2.1, "+"), (-2.1, "-")])
def test_overload_is_200e33(dmm, source, volts, sign):
    source.put(volts)
    dmm.say("DCV 2,RESL5", "TRG_SRCE EXT")
    assert dmm.ask("X?") == f"{sign}200.0000E+33"


def test_without_a_reading_there_is_nothing_to_recall(dmm):
    dmm.say("TRG_SRCE EXT", "RDG?")
    assert dmm.hear(within=30.0) is None
    assert dmm.ask("EXQ?") != "0"
    assert dmm.ask("EXQ?") == "0"


@pytest.mark.parametrize("sent", ["READ?", "CONF:VOLT:DC", "SYST:ERR?", "NONSENSE"])
def test_scpi_is_a_command_error(dmm, sent):
    dmm.say("*CLS", sent)
    assert dmm.hear(within=1.0) is None
    assert dmm.ask("*ESR?") == "32"


@pytest.mark.parametrize(
    "sent", ["DCV 2000", "DCV RESL9", "INPUT SIDE", "DCI RESL8", "DCV LOI_ON", "TRG_SRCE BUS"]
)
def test_what_it_cannot_do_is_an_execution_error(dmm, sent):
    dmm.say("*CLS", sent)
    assert dmm.ask("*ESR?") == "16"
    assert dmm.ask("EXQ?") != "0"
    assert dmm.ask("EXQ?") == "0"


def test_four_wire_ohms_and_true_ohms(dmm, world, source):
    world.disconnect()
    world.connect("source.output", "dmm.input", resistance=0.5, emf=1e-5)
    source.put(0.0, 100.0)
    for command, ohms in (
        ("OHMS 200,TWO_WR,RESL6", 100.51), ("OHMS 200,FOUR_WR,RESL6", 100.01), ("TRUE_OHMS 200,FOUR_WR,RESL6", 100.0)
    ):  # fmt: skip
        dmm.say(command, "TRG_SRCE EXT")
        assert float(dmm.ask("X?")) == pytest.approx(ohms, abs=2e-4), command
    world.disconnect()
    assert dmm.ask("X?") == "+200.0000E+33"


def test_front_rear_and_ratio(dmm, world, instrument):
    reference = world.add("reference", Source)
    reference.put(3.0)
    world.connect("reference.output", "dmm.rear")
    dmm.say("DCV 20,RESL6", "TRG_SRCE EXT", "INPUT REAR")
    assert float(dmm.ask("X?")) == 3.0
    dmm.say("INPUT DIV_REAR")
    assert float(dmm.ask("X?")) == 0.5
    dmm.say("INPUT SUB_REAR")
    assert float(dmm.ask("X?")) == -1.5
    dmm.say("INPUT OFF")
    assert float(dmm.ask("X?")) == 0.0


def test_alternating_voltage(dmm, source):
    source.bench.terminal("output").emit("voltage.ac", lambda _: Alternating(1.25, 1000.0))
    dmm.say("ACV AUTO,FILT40HZ,RESL6,TFER_ON,TWO_WR", "TRG_SRCE EXT", "DELAY DFLT")
    assert float(dmm.ask("X?")) == pytest.approx(1.25, abs=3e-4)
    assert dmm.ask("*ESR?") == "128"


def test_zero(dmm, source):
    source.put(2e-6)
    dmm.say("DCV 0.2,RESL7,FAST_ON", "TRG_SRCE EXT")
    assert dmm.ask("ZERO?") == "0"
    assert float(dmm.ask("X?")) == 0.0
    source.put(0.1)
    assert dmm.ask("ZERO?") == "1"


def test_reset_selects_front_and_internal_trigger(dmm):
    dmm.say("INPUT OFF;TRG_SRCE EXT", "*RST")
    assert float(dmm.ask("RDG?")) == 1.5
