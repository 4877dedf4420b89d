"""Our driver of DL/T 698.45 meters on the server of dlt698 1.0.1 (C++ with Python on top), on a socket.

The meter is read without association, as on RS-485. What numbers mean (their decimals) is compared with the package's
own catalogue of the standard.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from calbench.errors import DeviceError, LinkTimeout
from calbench_drivers.dlt698.meter import Meter

pytestmark = pytest.mark.pair(
    "dlt698/meter", "dlt698", "server", line="socket", exchanged="6 attributes, refusals, address"
)

ADDRESS = "123456789012"
ATTRIBUTES = (
    f"40010200=octet_string:{ADDRESS}", "00100200=uint32:123456,1,2,3,4", "20000200=uint16:2305,2299,2311",
    "20010200=int32:5250,-5125,1", "20040200=int32:-12345,1,2,3", "200F0200=uint16:5002",
)  # fmt: skip


@pytest.fixture
def server(start: Callable[..., Any]) -> Any:
    return start("dlt698", "dlt698_server.py", ADDRESS, *ATTRIBUTES)


@pytest.fixture
def meter(server: Any, drive: Callable[..., Any]) -> Meter:
    driver: Meter = drive(Meter, f"127.0.0.1:{server.port}", ADDRESS)
    return driver


def test_it_says_who_it_is(meter: Meter) -> None:
    assert meter.identify().serial == ADDRESS


def test_numbers_are_scaled_as_its_catalogue_of_the_standard_says(server: Any, meter: Meter) -> None:
    def listed(oad: str) -> list[Decimal]:
        return [Decimal(text) for text in server.tell(oad)]

    assert (
        meter.read_active_energy().value
        == listed("00100200")[0] * 3_600_000
        == Decimal("1234.56") * 3_600_000
    )
    assert meter.read_active_power().value == listed("20040200")[0] == Decimal("-1234.5")
    assert meter.measure_frequency().value == listed("200F0200")[0] == Decimal("50.02")
    assert [meter.read_voltage(phase).value for phase in (1, 2, 3)] == listed("20000200")
    assert [meter.read_current(phase).value for phase in (1, 2, 3)] == listed("20010200")
    assert listed("20010200")[1] == Decimal("-5.125")


def test_an_attribute_that_it_does_not_hold_is_refused(start: Any, drive: Any) -> None:
    server = start("dlt698", "dlt698_server.py", ADDRESS, ATTRIBUTES[0])
    meter = drive(Meter, f"127.0.0.1:{server.port}", ADDRESS)
    with pytest.raises(DeviceError, match="data access result"):
        meter.read_active_power()


@pytest.mark.parametrize("unit", ["000000000009", ""])
def test_it_answers_its_own_address_only(server: Any, drive: Any, unit: str) -> None:
    # Without a unit all AA is asked, the address of any meter (protocols.md 6.3); this server does not answer it.
    meter = drive(Meter, f"127.0.0.1:{server.port}", unit, timeout=0.3)
    with pytest.raises(LinkTimeout):
        meter.identify()
