"""dlt645 3.2.0 and python-dlt645 0.1.4, which know nothing of each other, on our simulated DL/T 645-2007 meter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

ADDRESS = "123456789012"
KWH = 3.6e6

on_dlt645 = pytest.mark.pair(
    "dlt645/v2007", "dlt645", "client", line="socket", exchanged="10 identifiers, address"
)
on_python_dlt645 = pytest.mark.pair(
    "dlt645/v2007", "python-dlt645", "client", line="socket", exchanged="3 identifiers, address"
)


@on_dlt645
def test_dlt645_reads_when_its_address_is_turned_round(peer: Any, metered: Callable[..., str]) -> None:
    # DL/T 645-2007 sends an address lowest pair first; dlt645 sends it as it is written, so is told 129078563412.
    line = metered("dlt645/v2007", unit=ADDRESS, serial="112233445566", energy=1234.56 * KWH)
    items = [
        "00010000",
        "00000000",
        "02010100",
        "02010300",
        "02020100",
        "02030000",
        "02040000",
        "02050000",
        "02800002",
        "04000402",
    ]
    read = peer("dlt645").run("dlt645_client.py", line.split(":")[-1], "129078563412", *items)
    assert read[:2] == [pytest.approx(1234.56, abs=0.02)] * 2  # the load goes on in simulated time
    assert read[2:5] == [220.5, 220.5, 5.0]
    assert read[5] == pytest.approx(1.6538, abs=1e-4)
    assert read[6] == pytest.approx(2.8644, abs=1e-4)  # tan 60 degrees
    assert read[7] == pytest.approx(3.3075, abs=1e-4)
    assert read[8:] == [50.0, "112233445566", "129078563412"]


@on_dlt645
def test_dlt645_does_not_find_the_meter_by_the_address_on_its_plate(
    peer: Any, metered: Callable[..., str]
) -> None:
    line = metered("dlt645/v2007", unit=ADDRESS)
    read = peer("dlt645").run("dlt645_client.py", line.split(":")[-1], ADDRESS, "00010000")
    assert read[0] is None


@on_python_dlt645
def test_python_dlt645_reads(peer: Any, metered: Callable[..., str]) -> None:
    line = metered("dlt645/v2007", unit=ADDRESS, energy=1234.56 * KWH)
    seen = peer("python-dlt645").run("python_dlt645_client.py", line.split(":")[-1], "02010100", "02800002")
    assert seen["address"] == ADDRESS
    assert seen["energy"] == pytest.approx(1234.56, abs=0.02)
    assert seen["items"] == {"02010100": "220502010100", "02800002": "500002800002"}
