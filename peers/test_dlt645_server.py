"""Our driver of DL/T 645-2007 meters on the server of dlt645 3.2.0, on a socket.

Its meter has the address 123456789012. DL/T 645-2007 sends an address lowest pair of digits first (protocols.md 6.1,
from public captures of real meters); this server has it highest pair first. So its meter is 129078563412 to us.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from calbench.errors import DeviceError, UnexpectedReply
from calbench_drivers.dlt645.v2007 import V2007

pytestmark = pytest.mark.pair(
    "dlt645/v2007", "dlt645", "server", line="socket", exchanged="14 identifiers, address, refusals"
)

ADDRESS, AS_IT_SENDS_IT = "123456789012", "129078563412"
ITEMS = (
    "00000000=-12.5", "00010000=1234.56", "02010100=230.5", "02010200=229.9", "02010300=231.1", "02020100=-5.25",
    "02020200=5.125", "02020300=0.001", "02030000=-1.2345", "02040000=0.25", "02050000=1.3", "02800002=50.02",
    "04000402=112233445566", "04000409=001600",
)  # fmt: skip


@pytest.fixture
def meter(start: Callable[..., Any], drive: Callable[..., Any]) -> Callable[[str], V2007]:
    server = start("dlt645", "dlt645_server.py", ADDRESS, *ITEMS)
    return lambda unit: drive(V2007, f"127.0.0.1:{server.port}", unit)


def test_all_that_the_driver_reads(meter: Callable[[str], V2007]) -> None:
    driver = meter(AS_IT_SENDS_IT)
    assert driver.identify().serial == "112233445566"
    assert driver.read_active_energy().value == Decimal("1234.56") * 3_600_000
    assert driver.read_combined_energy().value == Decimal("-12.5") * 3_600_000
    assert [driver.read_voltage(phase).value for phase in (1, 2, 3)] == [
        Decimal("230.5"),
        Decimal("229.9"),
        Decimal("231.1"),
    ]
    assert [driver.read_current(phase).value for phase in (1, 2, 3)] == [
        Decimal("-5.25"),
        Decimal("5.125"),
        Decimal("0.001"),
    ]
    assert driver.read_active_power().value == Decimal("-1234.5")
    assert driver.read_reactive_power().value == Decimal(250)
    assert driver.read_apparent_power().value == Decimal(1300)
    assert driver.measure_frequency().value == Decimal("50.02")
    assert driver.read_constant().value == Decimal(1600)


def test_it_tells_its_address_highest_pair_first(meter: Callable[[str], V2007]) -> None:
    assert meter("").read_address() == AS_IT_SENDS_IT


def test_by_the_address_as_the_text_sends_it_there_is_no_such_meter(meter: Callable[[str], V2007]) -> None:
    # By the text it would not answer at all; it answers with error 01.
    with pytest.raises(DeviceError, match="another error"):
        meter(ADDRESS).read_active_energy()


def test_the_address_that_any_meter_answers_is_none_of_a_reply(meter: Callable[[str], V2007]) -> None:
    # The text: all AA asks any single meter, and the reply carries its own address. This server repeats the AA.
    with pytest.raises(UnexpectedReply, match="no digits"):
        meter("").read_active_energy()
