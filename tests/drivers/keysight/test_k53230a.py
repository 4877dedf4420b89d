"""Exchanges of the 53230A: protocol tables 4, 16, user's guide 53220-90001 p. 108 (gates), 175 (levels), 204 (math)."""

from decimal import Decimal

import pytest
from tests.drivers.confirming import in_one_message

from calbench.errors import DeviceError, LinkTimeout, OutOfRange, Overload, UnexpectedReply
from calbench.instruments.reading import Reading
from calbench_drivers.keysight.k53230a import K53230A

NO_ERROR = ("> SYST:ERR?", '< +0,"No error"')
exchange = in_one_message("SYST:ERR?", ";:")
FREQUENCY = (
    "> CONF:FREQ (@1)", "> INP1:COUP AC", "> INP1:IMP 1E6", "> INP1:LEV:AUTO ON", "> FREQ:GATE:SOUR TIME",
    "> FREQ:GATE:TIME 1", "> CALC:STAT OFF", *NO_ERROR,
)  # fmt: skip
CLOCK = (
    "> CONF:FREQ 1,(@2)", "> INP2:COUP DC", "> INP2:IMP 1E6", "> INP2:LEV:AUTO OFF", "> INP2:LEV 1.5",
    "> INP2:SLOP POS", "> FREQ:GATE:SOUR TIME", "> FREQ:GATE:TIME 60", "> CALC:SCAL:FUNC SCAL",
    "> CALC:SCAL:GAIN 86400", "> CALC:SCAL:OFFS 86400", "> CALC:SCAL:INV OFF", "> CALC:SCAL:STAT ON",
    "> CALC:SMO OFF", "> CALC:STAT ON", *NO_ERROR,
)  # fmt: skip


def counting(gate: str) -> tuple[str, ...]:
    return (
        f"> CONF:TOT:TIM {gate},(@1)", "> INP1:COUP DC", "> INP1:IMP 1E6", "> INP1:LEV:AUTO OFF",
        "> INP1:LEV 1.5", "> INP1:SLOP POS", "> CALC:STAT OFF", *NO_ERROR,
    )  # fmt: skip


def test_identity():
    with exchange("> *IDN?", "< Agilent Technologies,53230A,MY50001234,02.05-1519.666-1.19-4.15") as link:
        assert K53230A(link).identify().model in K53230A.MODELS


def test_a_frequency_in_the_form_of_the_table():
    with exchange(
        *FREQUENCY, "> READ?", "< +1.00000000012345E+007", "> READ?", "< +1.00000000012346E+007"
    ) as link:
        counter = K53230A(link)
        assert counter.measure_frequency() == Reading(
            Decimal("10000000.0012345"), "Hz", "+1.00000000012345E+007"
        )
        assert str(counter.measure_frequency()) == "10000000.0012346 Hz"


@pytest.mark.parametrize("reply", ["+9.91000000000000E+037", "9.91E37"])
def test_no_signal_of_the_table_is_no_reading(reply):
    with (
        exchange(*FREQUENCY, "> READ?", f"< {reply}") as link,
        pytest.raises(Overload, match="exchange: after `READ\\?`"),
    ):
        K53230A(link).measure_frequency()


@pytest.mark.parametrize(
    ("seconds", "gate"), [(10, "10"), ("0.5", "0.5"), (1e-6, "0.000001"), (Decimal("1E3"), "1000")]
)
def test_pulses_are_counted_for_a_gate(seconds, gate):
    with exchange(*counting(gate), "> READ?", "< +1.25000000000000E+004") as link:
        counted = K53230A(link).count_pulses(seconds)
    assert (counted.value, counted.unit, counted.text) == (Decimal(12500), "1", "+1.25000000000000E+004")


def test_the_same_gate_again_is_only_read_and_no_pulse_is_a_count():
    with exchange(*counting("10"), "> READ?", "< +0.00000000000000E+000", "> READ?", "< +3") as link:
        counter = K53230A(link)
        assert [counter.count_pulses(10).value for _ in range(2)] == [0, 3]


def test_counting_and_frequency_do_not_leave_settings_for_each_other():
    with exchange(
        *FREQUENCY, "> READ?", "< 50", *counting("1"), "> READ?", "< 50", *FREQUENCY, "> READ?", "< 50"
    ) as link:
        counter = K53230A(link)
        counter.measure_frequency()
        counter.count_pulses(1)
        counter.measure_frequency()


def test_the_gate_is_waited_for():
    asked: list[float | None] = []
    with exchange(*counting("600"), "> READ?", "! timeout", *counting("600"), "> READ?", "< 1") as link:
        scripted = link.query

        def query(message: str, *, timeout: float | None = None) -> str:
            asked.extend([timeout] if message == "READ?" else [])
            return scripted(message, timeout=timeout)

        link.query = query  # type: ignore[method-assign] # to see the timeout
        counter = K53230A(link)
        with pytest.raises(LinkTimeout):
            counter.count_pulses(600)
        counter.count_pulses(600)
    assert asked == [610.0, 610.0]


@pytest.mark.parametrize("seconds", [0, "5e-7", 1001, "0.0000015", -1])
def test_gates_of_p_108(seconds):
    with exchange() as link, pytest.raises(OutOfRange, match="1 us to 1000 s in steps of 1 us"):
        K53230A(link).count_pulses(seconds)


@pytest.mark.parametrize("reply", ["1.5", "-1", "", "12,13"])
def test_what_is_no_count(reply):
    with exchange(*counting("1"), "> READ?", f"< {reply}") as link, pytest.raises(UnexpectedReply) as caught:
        K53230A(link).count_pulses(1)
    assert "exchange: after `READ?`" in str(caught.value)
    assert repr(reply) in str(caught.value)


def test_an_error_after_settings_is_named_and_nothing_is_measured():
    queue = ("> SYST:ERR?", '< -222,"Data out of range"', *NO_ERROR)
    with (
        exchange(*FREQUENCY[:-2], *queue) as link,
        pytest.raises(DeviceError, match=r"exchange: after .*CONF:FREQ \(@1\).*-222, Data out of range"),
    ):
        K53230A(link).measure_frequency()


@pytest.mark.parametrize(
    ("entry", "error", "said"),
    [
        ('+0,"No error"', LinkTimeout, "no reply"),
        (
            '-420,"Query UNTERMINATED"',
            LinkTimeout,
            "no reply",
        ),  # table 1.3: it was asked, and had nothing to say
        ('-113,"Undefined header"', DeviceError, "-113, Undefined header"),
    ],
)
def test_settings_without_an_answer_are_a_timeout_unless_the_counter_says_why(entry, error, said):
    rest = () if entry.startswith("+0") else NO_ERROR
    with (
        exchange(*FREQUENCY[:-1], "! timeout", "> SYST:ERR?", f"< {entry}", *rest) as link,
        pytest.raises(error, match=said),
    ):
        K53230A(link).measure_frequency()


def test_a_clock_is_told_as_the_counter_scales_it():
    """M x - B of p. 209 with M = B = 86400 s/day: what is sent is the daily error itself."""
    with exchange(
        *CLOCK, "> READ?", "< +1.29600000000000E-001", "> READ?", "< -5.00000000000000E-001"
    ) as link:
        counter = K53230A(link)
        assert counter.measure_clock_error(60) == Reading(
            Decimal("0.1296"), "s/day", "+1.29600000000000E-001"
        )
        assert counter.measure_clock_error("60").value == Decimal("-0.5")


def test_a_count_after_a_clock_is_not_scaled():
    with exchange(*CLOCK, "> READ?", "< 0", *counting("1"), "> READ?", "< 7") as link:
        counter = K53230A(link)
        counter.measure_clock_error(60)
        assert counter.count_pulses(1).value == 7


def test_a_clock_that_is_not_there_has_no_error():
    with exchange(*CLOCK, "> READ?", "< +9.91000000000000E+037") as link, pytest.raises(Overload):
        K53230A(link).measure_clock_error(60)


@pytest.mark.parametrize("seconds", [0, "0.9", 1001])
def test_a_clock_is_measured_over_a_second_at_least(seconds):
    with exchange() as link, pytest.raises(OutOfRange, match="1 s to 1000 s in steps of 1 us"):
        K53230A(link).measure_clock_error(seconds)
