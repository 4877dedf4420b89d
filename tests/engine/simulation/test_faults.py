"""Instruments that are silent, are others, overload, talk nonsense or die in the middle of a run."""

from __future__ import annotations

import pytest
from pyvisa.errors import VisaIOError

from calbench.simulation import Fault


def test_silence_from_the_third_message_on(gpib, world):
    world.fault("meter", Fault("silence", after=2))
    assert [gpib.query("*ESE?") for _ in range(2)] == ["0", "0"]
    for _ in range(2):
        with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):
            gpib.query("*ESE?")
    world.device("meter").faults.mend()
    assert gpib.query("*ESE?") == "0"


def test_one_message_is_lost(gpib, world):
    world.fault("meter", Fault("silence", count=1))
    with pytest.raises(VisaIOError, match="VI_ERROR_TMO"):
        gpib.query("*ESE?")
    assert gpib.query("*ESE?") == "0"


def test_another_identity(gpib, world):
    world.fault("meter", Fault.identity("OTHER,MAKER,0,0"))
    assert gpib.query("*IDN?") == "OTHER,MAKER,0,0"
    assert gpib.query("READ?") == "+1.00000000E+01"


def test_overload_in_the_middle_of_a_run(gpib, world):
    world.fault("meter", Fault.overload(after=1))
    assert gpib.query("READ?") == "+1.00000000E+01"
    assert gpib.query("READ?") == "+9.90000000E+37"  # reference/protocols.md, 1.4
    assert gpib.query("*IDN?") == "EXAMPLE,TOY,0,1.0"


def test_garbage_is_the_same_for_the_same_seed(gpib, world):
    gpib.encoding = "latin-1"
    world.fault("meter", Fault("garbage"))
    first = gpib.query("*IDN?")
    assert first != "EXAMPLE,TOY,0,1.0"
    assert len(first) == len("EXAMPLE,TOY,0,1.0")
