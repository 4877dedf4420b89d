"""dlt698 1.0.1 as client on our simulated DL/T 698.45 meter, on a socket and without association, as on RS-485."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.pair(
    "dlt698/meter", "dlt698", "client", line="socket", exchanged="8 attributes, refusal"
)

ADDRESS = "123456789012"


def test_it_reads_what_flows_through_the_meter(
    peer: Callable[[str], Any], metered: Callable[..., str]
) -> None:
    line = metered("dlt698/meter", unit=ADDRESS, energy=3.6e6 * 1234.56)
    oads = (
        "40010200",
        "00100200",
        "20000200",
        "20010200",
        "20040200",
        "20050200",
        "200F0200",
        "200A0200",
        "20000300",
    )
    read = peer("dlt698").run("dlt698_client.py", line.split(":")[-1], ADDRESS, *oads)
    assert read[0] == ADDRESS
    assert [float(text) for text in read[1][:2]] == pytest.approx(
        [1234.56, 1234.56], abs=0.02
    )  # total and tariff 1
    assert read[2] == ["220.5"] * 3
    assert read[3] == ["5.000"] * 3
    assert [float(text) for text in read[4]] == pytest.approx([1653.75, *[551.25] * 3], abs=0.1)
    assert [float(text) for text in read[5]] == pytest.approx(
        [2864.38, *[954.79] * 3], abs=0.1
    )  # tan 60 degrees
    assert read[6] == ["50.00"]
    assert [float(text) for text in read[7]] == [0.5] * 4
    assert read[8] == "result 6"  # the object is there, this attribute is not
