"""gurux-dlms 1.0.203 as client on our simulated DLMS/COSEM meters, on sockets: HDLC and the wrapper of TCP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

NAMES = (
    "0.0.42.0.0.255",
    "1.0.1.8.0.255",
    "1.0.1.7.0.255",
    "1.0.14.7.0.255",
    "1.0.32.7.0.255",
    "1.0.31.7.0.255",
)
NOT_THERE = "1.0.99.99.0.255"


@pytest.mark.pair(
    "dlms/hdlc", "gurux-dlms", "client", line="socket", exchanged="SNRM, AARQ, GET of 7 objects, DISC"
)
def test_it_reads_a_meter_over_hdlc(peer: Callable[[str], Any], metered: Callable[..., str]) -> None:
    _check(peer, metered("dlms/hdlc", energy=3.6e6 * 1234.5), "HDLC")


@pytest.mark.pair("dlms/wrapper", "gurux-dlms", "client", line="socket", exchanged="AARQ, GET of 7 objects")
def test_it_reads_a_meter_over_tcp(peer: Callable[[str], Any], metered: Callable[..., str]) -> None:
    _check(peer, metered("dlms/wrapper", energy=3.6e6 * 1234.5), "WRAPPER")


def _check(peer: Callable[[str], Any], line: str, interface: str) -> None:
    read = peer("gurux-dlms").run(
        "gurux_client.py", interface, line.rsplit(":", maxsplit=1)[-1], *NAMES, NOT_THERE
    )
    assert read["0.0.42.0.0.255"] == ["CLB0000001234567"]
    # Scalers are applied by the package; units are those of IEC 62056-6-2: 30, 27, 44, 35, 33.
    assert read["1.0.1.8.0.255"] == [pytest.approx(1234500, abs=20), 1, "ACTIVE_ENERGY"]  # the load goes on
    assert read["1.0.1.7.0.255"] == [pytest.approx(1653.75, abs=0.1), 0.1, "ACTIVE_POWER"]
    assert read["1.0.14.7.0.255"] == [50.0, 0.01, "FREQUENCY"]
    assert read["1.0.32.7.0.255"] == [220.5, 0.1, "VOLTAGE"]
    assert read["1.0.31.7.0.255"] == [5.0, 0.001, "CURRENT"]
    assert read[NOT_THERE] == ["Access Error : Device reports a undefined object."]  # data access result 4
