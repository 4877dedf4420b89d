"""34401A family: AC voltage, currents, frequency and capacitance (user's guide, chapters 4 and 8), beside DC."""

from __future__ import annotations

import pytest

from calbench.simulation.device import Device
from calbench.simulation.electrical import Electrical
from calbench.simulation.signals import Alternating
from calbench.simulation.world import World

IDEAL = dict.fromkeys(
    ("gain", "offset", "noise", "linearity", "tempco", "warmup", "resistance_gain", "resistance_offset", "timebase",
     "ac_gain", "current_gain", "ac_current_gain", "capacitance_gain"), 0.0
)  # fmt: skip
OVERLOAD = "+9.90000000E+37"
FAMILY = ("agilent/a34401a", "keysight/k34461a", "keysight/k34465a", "keysight/k34470a")


class Source(Device):
    """Something that puts out what a test wants."""

    def emit(self, quantity, value):
        self.bench.terminal("output").emit(quantity, lambda _: value)


@pytest.fixture
def source(world):
    return world.add("source", Source)


@pytest.fixture(params=FAMILY)
def dmm(request, world, instrument, source):
    line = instrument(request.param, "dmm", IDEAL)
    world.connect("source.output", "dmm.input")
    return line


@pytest.mark.parametrize(
    ("quantity", "value", "query", "shown", "within"),
    [
        (
            "voltage.ac",
            Alternating(2.3, 1000.0),
            "MEAS:VOLT:AC? 10",
            2.3,
            2e-3,
        ),  # offsets are seeded: 0.03 % of range
        ("voltage.ac", Alternating(230.0, 50.0), "MEAS:VOLT:AC?", 230.0, 0.4),
        ("voltage.ac", Alternating(2.3, 1234.5), "MEAS:FREQ?", 1234.5, 0.01),
        ("voltage.ac", Alternating(2.3, 50.0), "MEAS:PER?", 0.02, 2e-7),
        ("current.dc", -0.5, "MEAS:CURR:DC?", -0.5, 1e-4),
        ("current.ac", Alternating(0.5, 50.0), "MEAS:CURR:AC?", 0.5, 1e-3),
    ],
)
def test_each_signal_is_shown(dmm, source, quantity, value, query, shown, within):
    source.emit(quantity, value)
    assert float(dmm.ask(query)) == pytest.approx(shown, abs=within)


@pytest.mark.parametrize("model", FAMILY[1:])
def test_capacitance(world, instrument, source, model):
    line = instrument(model, "dmm", IDEAL)
    world.connect("source.output", "dmm.input")
    source.emit("capacitance", 1e-7)
    assert float(line.ask("MEAS:CAP?")) == pytest.approx(1e-7, rel=5e-3)  # offset 0.5 % of 100 nF at most


def test_beyond_120_percent_is_an_overload(dmm, source):
    source.emit("voltage.ac", Alternating(1.3, 1000.0))
    dmm.say("CONF:VOLT:AC 1")
    assert dmm.ask("READ?") == OVERLOAD


def test_auto_range_follows_the_signal(dmm, source):
    source.emit("voltage.ac", Alternating(50.0, 1000.0))
    dmm.say("CONF:VOLT:AC")
    dmm.ask("READ?")
    assert float(dmm.ask("VOLT:AC:RANG?")) == 100.0


def test_a_frequency_far_below_the_band_reads_low(dmm, source):
    source.emit("voltage.ac", Alternating(1.0, 10.0))
    dmm.say("CONF:VOLT:AC 1", "DET:BAND 200")
    assert float(dmm.ask("READ?")) < 0.5
    dmm.say("DET:BAND 3")
    assert float(dmm.ask("READ?")) == pytest.approx(1.0, abs=1e-3)


def test_settings_are_the_true_errors_and_the_truth_is_logged(world, instrument, source):
    line = instrument("agilent/a34401a", "dmm", IDEAL | {"current_gain": 1e-3, "timebase": 1e-4})
    world.connect("source.output", "dmm.input")
    source.emit("current.dc", 1.0)
    source.emit("voltage.ac", Alternating(1.0, 1000.0))
    assert float(line.ask("MEAS:CURR:DC? 1")) == pytest.approx(
        1.001, abs=6e-5
    )  # offset 10 ppm of range, seeded
    assert float(line.ask("MEAS:FREQ?")) == pytest.approx(1000.1, abs=0.01)
    assert world.truth.of("dmm", "current.dc")[-1].value == 1.0
    assert world.truth.of("dmm", "frequency.error")[-1].value == pytest.approx(0.1)


def test_a_step_in_the_middle_counts_by_its_share(world, instrument, source):
    line = instrument("agilent/a34401a", "dmm", IDEAL)
    world.connect("source.output", "dmm.input")
    source.emit("current.dc", 0.0)
    line.say("CONF:CURR:DC 1", "CURR:NPLC 100", "INIT")
    world.clock.sleep(1.0)
    source.emit("current.dc", 1.0)
    assert float(line.ask("FETC?")) == pytest.approx(0.5, abs=1e-3)  # 100 PLC are 2 s at 50 Hz


@pytest.mark.parametrize("model", ["agilent/a34401a", "keysight/k34461a"])
def test_other_functions_do_not_move_the_direct_voltage_readings(model):
    def readings(*between: str) -> list[bytes]:
        world = World(seed=5)
        dmm = world.add("dmm", model)
        source = world.add("source", Source)
        world.connect("source.output", "dmm.input")
        source.bench.terminal("output").drive(Electrical(7.0, 0.0))
        source.bench.terminal("output").emit("voltage.ac", lambda _: Alternating(1.0, 50.0))
        line = dmm.connect(message_based=True)
        found = []
        for message in between:
            line.write(message.encode())
            world.clock.sleep(5.0 - world.clock.monotonic() % 5.0)
            found.append(line.take(1000)[0])
        return found

    asked = "CONF:VOLT:DC 10;:READ?"
    plain = readings(asked, "*IDN?", "*IDN?", "*IDN?", asked)
    mixed = readings(asked, "MEAS:VOLT:AC?", "MEAS:FREQ?", "MEAS:CURR:DC?", asked)
    assert (plain[0], plain[-1]) == (mixed[0], mixed[-1])
