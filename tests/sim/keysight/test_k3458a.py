"""3458A: protocols.md section 3.1 (the manual's text in hp3458a 0.1.1) and section 1.4 for its overload."""

from __future__ import annotations

import struct

import pytest

from calbench.simulation.device import Device
from calbench.simulation.electrical import Electrical
from calbench.simulation.signals import Alternating

IDEAL = dict.fromkeys(
    ("gain", "offset", "noise", "linearity", "tempco", "warmup", "resistance_gain", "resistance_offset"), 0.0
)
SEQUENCE = "PRESET NORM;END ALWAYS;DCV 10;NPLC 100;AZERO ON;TARM HOLD;TRIG AUTO;NRDGS 1,AUTO"


class Source(Device):
    """Something that puts out what a test wants."""

    def put(self, voltage: float = 0.0, resistance: float | None = 0.0) -> None:
        self.bench.terminal("output").drive(Electrical(voltage, resistance))


@pytest.fixture
def source(world):
    return world.add("source", Source)


@pytest.fixture
def dmm(world, instrument, source):
    line = instrument("keysight/k3458a", "dmm", IDEAL)
    world.connect("source.output", "dmm.input")
    source.put(1.5)
    return line


def read(line, within=60.0):
    """Read with the meter addressed to talk, as VISA does."""
    taken = line.connection.read(1_000_000, None, within)
    return None if taken is None else taken[0]


@pytest.mark.parametrize(
    ("query", "reply"),
    [
        ("ID?", "HP3458A"), ("ERR?", "0"), ("ERRSTR?", '0,"NO ERROR"'), ("AUXERR?", "0"), ("REV?", "9,2"),
        ("NPLC?", "10"), ("NDIG?", "7"), ("TARM?", "1"), ("TRIG?", "1"), ("NRDGS?", "1,1"), ("OFORMAT?", "1"),
        ("MFORMAT?", "4"), ("END?", "0"), ("MEM?", "0"), ("AZERO?", "1"), ("OCOMP?", "0"), ("QFORMAT?", "1"),
        ("RQS?", "0"), ("EMASK?", "32767"), ("DELAY?", "-1"), ("ACBAND?", "20,2000000"), ("SETACV?", "1"),
        ("MCOUNT?", "0"), ("ISCALE?", "1"), ("INBUF?", "0"), ("LFILTER?", "0"), ("SLOPE?", "1"), ("OPT?", "0"),
        ("ARANGE?", "1"), ("FIXEDZ?", "0"), ("MATH?", "0"),
    ],
)  # fmt: skip
def test_state_after_reset(dmm, query, reply):
    assert dmm.ask(f"RESET;{query}") == reply
    assert dmm.ask("ERR?") == "0"


def test_newer_firmware_says_who_it_is_in_other_words(instrument):
    assert instrument("keysight/k3458a", "new", {"identity": "Keysight 3458A"}).ask("ID?") == "Keysight 3458A"


def test_scpi_is_a_syntax_error(dmm):
    dmm.say("*IDN?")
    assert dmm.hear(within=5) is None
    assert dmm.ask("STB?") == str(8 + 32 + 128)  # power-on, error, a reading of the free run; never ready
    assert dmm.ask("ERR?") == "8"
    assert dmm.ask("ERR?") == "0"


def test_replies_end_with_cr_lf_and_commands_with_a_semicolon_or_lf(dmm):
    dmm.connection.write(b"NPLC 20;;ID?\r\n")
    assert read(dmm) == b"HP3458A\r\n"
    assert dmm.ask("NPLC?") == "20"


@pytest.mark.parametrize(
    ("sent", "bit"),
    [
        ("NONSENSE", 8), ("OFORMAT TEXT", 32), ("NPLC 1001", 64), ("APER 2", 64), ("NDIG 10", 64), ("DCV 2000", 64),
        ("TARM MAYBE", 32), ("NRDGS 16777216", 64), ("RMEM 1,1", 128), ("ACAL NONE", 32), ("ACV 1E3,1,2,3", 0),
    ],
)  # fmt: skip
def test_errors_set_their_bit(dmm, sent, bit):
    assert dmm.ask(f"{sent};ERR?") == str(bit)


def test_errstr_gives_one_bit_after_the_other(dmm):
    dmm.say("NPLC 1001;NONSENSE;OFORMAT TEXT")
    assert [dmm.ask("ERRSTR?").split(",")[0] for _ in range(4)] == ["103", "105", "106", "0"]


def test_emask_keeps_an_error_out_of_the_status_byte(dmm):
    dmm.say("TARM HOLD;CSB;EMASK 0;NONSENSE")
    assert dmm.ask("STB?") == "0"
    dmm.say("EMASK 8")
    assert dmm.ask("STB?") == "32"


def test_service_request_with_its_own_bits(dmm):
    dmm.say("TARM HOLD;CSB;RQS 36;NONSENSE")
    assert dmm.device.serial_poll() == 32 + 64 + 16
    assert dmm.device.serial_poll() == 32 + 16
    dmm.say("ERR?")
    dmm.hear()
    dmm.say("SRQ")
    assert dmm.device.serial_poll() & (4 + 64) == 4 + 64
    dmm.say("CSB")
    assert dmm.device.serial_poll() & 4 == 0


def test_after_reset_an_addressed_read_gives_some_reading(dmm):
    dmm.say("RESET")
    dmm.wait(2.0)
    assert read(dmm) == b" 1.50000000E+00\r\n"
    assert float(read(dmm)) == 1.5


def test_a_free_running_reading_holds_what_was_there_before(dmm, source):
    dmm.say("DCV 10;NPLC 100")
    dmm.wait(1.0)  # half of the 2 s of integration
    source.put(0.0)
    assert float(read(dmm)) == pytest.approx(0.75, abs=1e-6)
    assert float(read(dmm)) == 0.0


def test_the_metrology_sequence_takes_four_seconds_and_waits_for_its_trigger(dmm):
    dmm.say(SEQUENCE)
    assert read(dmm, within=20.0) is None
    start = dmm.world.clock.monotonic()
    dmm.say("TARM SGL")
    assert read(dmm) == b" 1.50000000E+00\r\n"
    assert dmm.world.clock.monotonic() - start == pytest.approx(4.0, abs=0.01)
    assert read(dmm, within=20.0) is None
    assert dmm.ask("TARM?") == "4"


def test_preset_norm_measures_when_it_is_asked(dmm, source):
    dmm.say("PRESET NORM")
    assert dmm.ask("NPLC?;") == "1"
    assert dmm.ask("TRIG?") == "5"
    source.put(-0.25)
    assert read(dmm) == b"-2.50000000E-01\r\n"


def test_trig_sgl_fires_once(dmm):
    dmm.say("TARM AUTO;TRIG HOLD;NPLC 1")
    assert read(dmm, within=5.0) is None
    dmm.say("TRIG SGL")
    assert float(read(dmm)) == 1.5
    assert dmm.ask("TRIG?") == "4"


def test_several_readings_follow_each_other(dmm):
    dmm.say("TARM HOLD;DCV 10;NPLC 1;NRDGS 3;TARM SGL")
    assert [float(read(dmm)) for _ in range(3)] == [1.5] * 3
    assert read(dmm, within=5.0) is None


@pytest.mark.parametrize(("form", "kind"), [("SINT", ">h"), ("DINT", ">i"), ("SREAL", ">f"), ("DREAL", ">d")])
def test_binary_formats(dmm, form, kind):
    scale = float(dmm.ask(f"TARM HOLD;DCV 10;NPLC 10;OFORMAT {form};ISCALE?"))
    dmm.say("TARM SGL")
    (value,) = struct.unpack(kind, read(dmm))
    assert value * scale == pytest.approx(1.5, abs=scale if scale < 1 else 1e-6)
    assert dmm.ask("ID?") == "HP3458A"  # queries stay ASCII


@pytest.mark.parametrize(
    ("form", "overload"),
    [
        ("ASCII", b"-1.00000000E+38\r\n"), ("SINT", struct.pack(">h", -32768)),
        ("DINT", struct.pack(">i", -2147483648)), ("DREAL", struct.pack(">d", -1e38)),
    ],
)  # fmt: skip
def test_overload(dmm, source, form, overload):
    source.put(-1.3)
    dmm.say(f"TARM HOLD;DCV 1;NPLC 1;OFORMAT {form};TARM SGL")
    assert read(dmm) == overload


def test_memory_by_number_and_by_implied_read(dmm, source):
    dmm.say("TARM HOLD;DCV 10;NPLC 1;MEM FIFO")
    for volts in (1.0, 2.0, 3.0):
        source.put(volts)
        dmm.say("TARM SGL")
        dmm.wait(0.1)
    assert dmm.ask("MCOUNT?") == "3"
    assert float(read(dmm)) == 1.0  # the oldest, which goes
    dmm.say("RMEM 1,2")
    assert read(dmm) == b" 3.00000000E+00, 2.00000000E+00\r\n"
    assert dmm.ask("MEM?") == "0"
    dmm.say("MEM FIFO")
    assert dmm.ask("MCOUNT?") == "0"


def test_alpha_answers_have_headers_and_words(dmm):
    dmm.say("QFORMAT ALPHA")
    assert dmm.ask("OFORMAT?") == "OFORMAT ASCII"
    assert dmm.ask("TARM?") == "TARM AUTO"
    assert dmm.ask("NPLC?") == "NPLC 10"


def test_words_may_be_numbers(dmm):
    dmm.say("TARM 4;OFORMAT 5;QFORMAT ALPHA")
    assert dmm.ask("TARM?") == "TARM HOLD"
    assert dmm.ask("OFORMAT?") == "OFORMAT DREAL"


def test_nplc_and_aper_replace_each_other(dmm):
    dmm.say("NPLC 15")
    assert dmm.ask("NPLC?") == "20"  # steps of 10 above 10
    assert float(dmm.ask("APER?")) == 0.4
    dmm.say("APER 0.02")
    assert dmm.ask("NPLC?") == "1"


@pytest.mark.parametrize(
    ("command", "top"),
    [("DCV 1.3", 10), ("DCV 120", 100), ("ACV 0.011", 0.01), ("OHM 1E5", 1e5), ("DCI 0.5", 1)],
)
def test_ranges_hold_120_percent(dmm, command, top):
    assert float(dmm.ask(f"{command};RANGE?")) == top
    assert dmm.ask("ERR?") == "0"


def test_other_functions(dmm, source):
    output = source.bench.terminal("output")
    output.emit("voltage.ac", lambda _: Alternating(2.0, 400.0))
    output.emit("current.dc", lambda _: -0.02)
    dmm.say("TARM HOLD")
    for command, value, within in (
        ("ACV 10", 2.0, 2e-3), ("FREQ", 400.0, 0.05), ("PER", 0.0025, 1e-6), ("DCI 0.1", -0.02, 1e-5),
        ("ACDCV 10", 2.5, 2e-3),
    ):  # fmt: skip
        dmm.say(f"{command};TARM SGL")
        assert float(read(dmm)) == pytest.approx(value, abs=within), command


def test_four_wire_ohms_and_offset_compensation(world, instrument, source):
    line = instrument("keysight/k3458a", "dmm", IDEAL)
    world.connect("source.output", "dmm.input", resistance=0.5, emf=1e-5)
    source.put(0.0, 100.0)
    line.say("TARM HOLD;OHMF 100;NPLC 10;TARM SGL")
    assert float(read(line)) == pytest.approx(100.01, abs=1e-5)  # 10 uV at 1 mA
    line.say("OCOMP ON;TARM SGL")
    assert float(read(line)) == pytest.approx(100.0, abs=1e-5)
    line.say("OHM 100;TARM SGL")
    assert float(read(line)) == pytest.approx(100.5, abs=1e-5)
    world.disconnect()
    line.say("TARM SGL")
    assert read(line) == b" 1.00000000E+38\r\n"


def test_autocal_takes_its_time_and_removes_the_drift(world, instrument, source):
    line = instrument("keysight/k3458a", "dmm", IDEAL | {"tempco": 1e-5})
    world.connect("source.output", "dmm.input")
    source.put(10.0)
    world.ambient.set(temperature=28.0, temperature_span=0.0)
    line.say("PRESET NORM;DCV 10;NPLC 10")
    assert float(read(line)) == pytest.approx(10.0005, abs=1e-6)
    assert 120 <= line.timed("ACAL DCV;ID?")[1] <= 180  # 2 to 3 minutes
    assert float(read(line)) == pytest.approx(10.0, abs=1e-6)


def test_noise_and_temperature_are_those_of_a_good_meter(world, instrument):
    line = instrument("keysight/k3458a", "alone", {"on_for": 86400.0})
    assert float(line.ask("TEMP?")) == pytest.approx(31.0, abs=1.0)  # warm inside
    line.say("PRESET NORM;DCV 0.1;NPLC 10")
    assert abs(float(read(line))) < 5e-6


def test_truth_is_logged(world, dmm):
    dmm.say("PRESET NORM;DCV 10")
    read(dmm)
    assert world.truth.of("dmm", "voltage")[-1].value == 1.5
    assert world.truth.of("dmm", "voltage.error")[-1].value == 0.0
