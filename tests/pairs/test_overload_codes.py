"""What instruments send instead of a value is Overload, and never a reading: every code of the protocol tables.

The simulated instrument says it instead of what it would say, so the driver asks as it does for a reading.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from tests.pairs.sweeping import PAIRS, Script, lines_of

from calbench.errors import Overload
from calbench.instruments import catalog
from calbench.instruments.capabilities import CAPABILITIES
from calbench.simulation.faults import Fault
from calbench.simulation.world import World

NUMBER = r"\s*[+-]?\d+(\.\d+)?E[+-]?\d+\s*"


@dataclass(frozen=True)
class Codes:
    """What a driver may hear instead of a reading.

    Attributes:
        where: In which protocol table it stands.
        replies: Regular expression for the replies in whose place it comes.
        codes: The codes.
        settings: Of the simulated instrument.
        only: The capabilities that the code is for; empty: all.
    """

    where: str
    replies: str
    codes: tuple[str, ...]
    settings: tuple[tuple[str, str], ...] = ()
    only: tuple[str, ...] = ()


def toledo(second: int) -> str:
    """Give a frame of Toledo continuous output (table 7.2) of 0 kg with this status byte B; its sum is 0 (mod 128)."""
    body = bytes([2, 0x2B, second, 0x20]) + b"     0     0\r"
    return (body + bytes([-sum(body) % 128])).decode("latin-1")


SCPI = ("+9.90000000E+37", "-9.90000000E+37", "+9.91000000E+37")
DOCUMENTED = {
    "agilent/a34401a": Codes("3.2", NUMBER, SCPI),
    "keysight/k34461a": Codes("3.2", NUMBER, SCPI),
    "keysight/k34465a": Codes("3.2", NUMBER, SCPI),
    "keysight/k34470a": Codes("3.2", NUMBER, SCPI),
    "keysight/k3458a": Codes("3.1", NUMBER, ("1.000000000E+38", "-1.000000000E+38", "1.0E+38", "-1.0E+38")),
    "keysight/k53230a": Codes("4", NUMBER, ("+9.91000000000000E+037", "9.91E37")),
    "keithley/k2000": Codes("3.5", NUMBER, ("+9.9E37", "-9.9E37", "+9.91E37")),
    "keithley/kdmm6500": Codes("1.4", NUMBER, ("9.9E+37", "-9.9E+37", "9.91E+37")),
    "fluke/f8588a": Codes("1.4", NUMBER, SCPI),
    "fluke/f8508a": Codes("3.3", NUMBER, ("+200.0000E+33", "-200.0000E+33")),
    "zera/mt": Codes(
        "5.2", r"(?s)0;.*AMEACK", ("24;--.--\rAMEACK", "24;oo.oo\rAMEACK"), only=("measure.power.active",)
    ),
    "mettler/mtsics": Codes("7.1", r"S [SD] .*", ("S +", "S -")),
    "mettler/continuous": Codes("7.2", r"(?s).*", (toledo(0x34), toledo(0x36))),
    "yaohua/xk3190": Codes("7.3", r"(?s).*", ("OL,GS,+0012.45kg\r\n",), (("format", "st"),)),
    "sartorius/sbi": Codes("7.4", r"N .*", ("Stat        High    ", "Stat        Low     ")),
    "aandd/fx": Codes("7.5", r"[SU][TS],.*", ("OL,+9999999E+19", "OL,-9999999E+19")),
    "vaisala/hmt330": Codes("10", r"RH=.*", ("RH= **** %RH T= **** 'C", "RH= *** %RH T= *** 'C")),
}
SILENT = {  # the tables have no code for these
    "clou/cl3115": "5.3",
    "ohaus/ranger": "7.6",
    "druck/pace5000": "9.1",
    "fluke/f6270a": "9.2",
    "mensor/cpc6050": "9.3",
    "fluke/f9142": "10",
    "fluke/f1524": "10",
    "fluke/f1620a": "10",
    "vaisala/modbus_trh": "5.6",
}
METERS = [
    name
    for name in PAIRS
    if any(CAPABILITIES[one].kind != "source" for one in catalog.find(name).PROVIDES)
    and not set(catalog.find(name).PROVIDES)
    & {"measure.energy.active", "measure.energy.heat", "measure.volume"}
]  # registers of meters count on; their frames have no such code
CASES = [(name, code) for name, codes in DOCUMENTED.items() for code in codes.codes]


@pytest.mark.parametrize(("name", "code"), CASES, ids=[f"{name} {code!r}" for name, code in CASES])
def test_a_documented_code_is_overload(name, code):
    told = DOCUMENTED[name]
    script = Script(name, lines_of(name)[0], settings=dict(told.settings))
    script.run()  # finds the ranges
    world = World(seed=7)
    with script.opened(world) as (_, _, instrument):
        world.fault("unit", Fault("reword", after=-1, pattern=told.replies, text=code))
        for provided in told.only or instrument.PROVIDES:
            with pytest.raises(Overload, match=r"unit|GPIB0::5"):
                script.measure(instrument, CAPABILITIES[provided])


def test_every_meter_stands_in_the_table():
    assert sorted({*DOCUMENTED, *SILENT}) == sorted(METERS)
