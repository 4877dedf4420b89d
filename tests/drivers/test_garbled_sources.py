"""Whatever an instrument replies, a driver gives a value or an error of calbench, and never waits for ever."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.errors import InstrumentError, LinkTimeout
from calbench.instruments.reading import Applied, Identity, Reading, Safe
from calbench_drivers.fluke.f5522a import F5522A
from calbench_drivers.fluke.f5730a import F5730A
from calbench_drivers.fluke.f6105a import F6105A
from calbench_drivers.keysight.e36312a import E36312A
from calbench_drivers.meatest.m142 import M142
from calbench_drivers.zera.fg import FG
from calbench_drivers.zera.mt import MT

LIKELY = ["", "0", "1", "4097", "4096", "-1", "9.9E37", '0,"No Error"', "1.0E+01,V,5.00E+01", "nan", "inf"]
LIKELY += ["1.0E+01,V,0E+00,0,5.00E+01", "1.0E+01,V,0E+00,0,0.00E+00", "1E+999,V,0", "FLUKE,5500A,1,2"]
LIKELY += [
    "AMEACK",
    "AESACK",
    "AVIACK",
    "ATIACK",
    "AEPACK",
    "AEBACK",
    "24;1E+03",
    "03",
    "MT1V1",
    "AAVACK",
    "SOKFR",
]
REPLIES = st.lists(
    st.sampled_from(LIKELY) | st.text(st.characters(max_codepoint=255), max_size=30), max_size=30
)
CALLS: dict[type[Any], list[Callable[[Any], object]]] = {
    E36312A: [
        lambda one: one.apply_dc_voltage(5),
        lambda one: one.limit_current(2, "0.5"),
        lambda one: one.read_current(3),
        lambda one: one.read_errors(),
    ],
    F5522A: [
        lambda one: one.apply_ac_voltage(10, 50),
        lambda one: one.apply_resistance_2w("1E9"),
        lambda one: one.read_errors(),
    ],
    M142: [
        lambda one: one.apply_ac_voltage(10, 50),
        lambda one: one.apply_capacitance("1E-6"),
        lambda one: one.read_errors(),
    ],
    FG: [lambda one: one.apply_power(230, 5, 60, 50, 3)],
    MT: [
        lambda one: one.read_active_power(),
        lambda one: one.measure_energy_error(500, 10),
        lambda one: one.read_settings(),
        lambda one: one.fix_ranges(250, 5),
    ],
    F6105A: [
        lambda one: one.apply_power(230, 5, 60, 50, 1),
        lambda one: one.read_phase_power(1),
        lambda one: one.read_errors(),
    ],
    F5730A: [lambda one: one.apply_ac_voltage(10, 50), lambda one: one.read_errors()],
}
SOURCE: list[Callable[[Any], object]] = [lambda one: one.standby(), lambda one: one.make_safe()]


class LeapingClock:
    """A clock on which waiting takes no time."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def utc(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class GarblingLink:
    """A line on which anything comes back, and then nothing more."""

    def __init__(self, replies: list[str]) -> None:
        self.resource = "garbling"
        self.clock = LeapingClock()
        self.replies = iter(replies)

    def write(self, message: str) -> None:
        pass

    def read(self, *, timeout: float | None = None) -> str:
        reply = next(self.replies, None)
        if reply is None:
            raise LinkTimeout(f"garbling: nothing more within {timeout} s.")
        return reply

    def query(self, message: str, *, timeout: float | None = None) -> str:
        self.write(message)
        return self.read(timeout=timeout)

    def wait(self, seconds: float) -> None:
        self.clock.sleep(seconds)

    def clear(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("driver", "call"),
    [
        (driver, call)
        for driver, calls in CALLS.items()
        for call in (*calls, lambda one: one.identify(), *(SOURCE if hasattr(driver, "make_safe") else ()))
    ],
)
@settings(max_examples=40, deadline=None)
@given(replies=REPLIES)
def test_any_reply_is_a_value_or_an_error_of_calbench(driver, call, replies):
    got: object = None
    with contextlib.suppress(InstrumentError):
        got = call(driver(GarblingLink(replies)))
    assert got is None or isinstance(got, (Applied, Identity, Reading, Safe, list, dict))
