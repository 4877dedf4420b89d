"""Our driver of the Keithley 2000 on an instrument that pyvisa-sim 0.7.1 plays.

What it says comes from the manual, by way of a file; how messages, queues and errors go through VISA is pyvisa-sim's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.pair(
    "keithley/k2000", "pyvisa-sim", "server", line="GPIB in process",
    exchanged="identity, settings, DC voltage, frequency, error queue",
)  # fmt: skip
def test_readings_and_a_refusal(peer: Callable[[str], Any]) -> None:
    library = "peers/stations/k2000.pyvisa-sim.yaml@sim"
    seen = peer("pyvisa-sim").run("pyvisa_sim_k2000.py", library, "GPIB0::16::INSTR")
    assert seen["identity"] == ["KEITHLEY INSTRUMENTS INC.", "MODEL 2000", "0712345", "A19  /A02"]
    text = "+9.99987654E+00"
    assert seen["readings"] == [["9.99987654", unit, text] for unit in ("V", "V", "Hz")]
    assert "-113, Undefined header" in seen["refused"]  # a range that this instrument was not given
    assert seen["errors"] == []
