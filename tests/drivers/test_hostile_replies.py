"""Whatever a multimeter or counter replies: a reading, or an error that names its address; never anything else."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.clock import Clock
from calbench.errors import InstrumentError, OutOfRange
from calbench.instruments import catalog
from calbench.instruments.capabilities import CAPABILITIES
from calbench.instruments.link import FrameFormat

ADDRESS = "10.0.0.7:5025"
NO_READING = Decimal("9.9E37")  # protocol table 1.4; codes of single meters are tested with them
SOME_RANGES = ("1", "100", "2", "1E-6")  # every function of every meter has one of these
METERS = [
    name
    for name in catalog.names()
    if "measure.voltage.dc" in catalog.find(name).PROVIDES or name == "keysight/k53230a"
]
WELL_BEHAVED = ('0,"No error"', '+0,"No error"', "0", "SCPI", "REAR", "MAKER,MODEL 1,2,3")
TEXTS = st.one_of(
    st.sampled_from(
        (*WELL_BEHAVED, "9.9E37", "-9.91E+37", "1.0E+38", "200.0000E+33", "1E999", "-1", "0.5", "")
    ),
    st.floats(allow_nan=True, allow_infinity=True).map(repr),
    st.integers().map(str),
    st.text(st.characters(max_codepoint=255), max_size=12),
    st.builds('{},"{}"'.format, st.integers(-999, 999), st.text("ab;,\"'", max_size=4)),
)
PREAMBLES = (['0,"No error"'], ["0"], ["SCPI", '0,"No error"'])  # until a reading is asked for
REPLIES = st.one_of(
    st.lists(TEXTS, min_size=1, max_size=5),
    st.builds(lambda first, text: [*first, text], st.sampled_from(PREAMBLES), TEXTS),
)
EXAMPLES = settings(max_examples=40, deadline=None, database=None)


class Babbler:
    """A line on which something answers whatever it likes."""

    resource = ADDRESS
    unit = framing = ""

    def __init__(self, replies: list[str]) -> None:
        self.replies = itertools.cycle(replies)
        self.clock: Clock = self
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def utc(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    wait = sleep

    def write(self, message: str) -> None:
        self.now += 0.001 * len(message)

    def read(self, *, timeout: float | None = None) -> str:
        self.now += min(timeout or 0.001, 0.001)
        return next(self.replies)

    def query(self, message: str, *, timeout: float | None = None) -> str:
        self.write(message)
        return self.read(timeout=timeout)

    def send(self, data: bytes) -> None:
        raise AssertionError(f"a meter of text sends {data!r}")

    def receive(self, form: FrameFormat, *, timeout: float | None = None) -> bytes:
        raise AssertionError(f"a meter of text waits {timeout} s for a {form.name} frame")

    def discard(self) -> None:
        """Nothing is kept."""

    def clear(self) -> None:
        pass

    def close(self) -> None:
        pass


def refusal(act: Callable[[], Any]) -> str:
    """Give what an error says; empty if there is none."""
    try:
        act()
    except InstrumentError as error:
        return str(error)
    return ""


def measured(meter: Any, method: str, arguments: tuple[str, ...]) -> Any:
    """Take a reading, on a range that the meter has."""
    if "on_range" not in arguments:
        return getattr(meter, method)(*("10" for _ in arguments))  # a time to count for
    for on_range in SOME_RANGES:
        with suppress(OutOfRange):
            return getattr(meter, method)(on_range)
    raise AssertionError(f"{method} has none of the ranges {SOME_RANGES}")


@pytest.mark.parametrize("name", METERS)
@EXAMPLES
@given(replies=REPLIES, which=st.integers(0, 99))
def test_a_reading_or_an_error_with_the_address(name, replies, which):
    driver: Any = catalog.find(name)
    capability = CAPABILITIES[driver.PROVIDES[which % len(driver.PROVIDES)]]
    readings: list[Any] = []
    meter = driver(Babbler(replies))
    said = refusal(lambda: readings.append(measured(meter, capability.method, capability.arguments)))
    assert bool(readings) != (ADDRESS in said)
    for reading in readings:
        assert abs(reading.value) < NO_READING
        assert reading.unit == capability.unit
        assert reading.text in {reply.strip() for reply in replies}


@pytest.mark.parametrize("name", METERS)
@EXAMPLES
@given(replies=REPLIES)
def test_identity_and_errors_are_texts_or_an_error_with_the_address(name, replies):
    meter: Any = catalog.find(name)(Babbler(replies))
    errors = getattr(meter, "read_errors", None)  # not every meter has an error queue
    for ask in filter(None, (meter.identify, errors)):
        said = refusal(ask)
        assert not said or ADDRESS in said


@EXAMPLES
@given(replies=REPLIES)
def test_a_count_is_a_whole_number_of_pulses(replies):
    counter: Any = catalog.find("keysight/k53230a")(Babbler(replies))
    counts: list[Any] = []
    said = refusal(lambda: counts.append(counter.count_pulses(10)))
    assert bool(counts) != (ADDRESS in said)
    assert all(count.value == count.value.to_integral_value() and count.value >= 0 for count in counts)
