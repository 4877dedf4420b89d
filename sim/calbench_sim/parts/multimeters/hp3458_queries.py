"""Queries of the 3458A that are more than a setting (protocols.md, section 3.1)."""

from __future__ import annotations

from collections.abc import Callable

from calbench_sim.parts.multimeters.hp3458_format import scale
from calbench_sim.parts.multimeters.hp3458_functions import LINE, Setup
from calbench_sim.parts.multimeters.hp3458_settings import Settings
from calbench_sim.parts.multimeters.hp3458_status import Registers
from calbench_sim.parts.multimeters.hp3458_trigger import MEMORY, Trigger
from calbench_sim.parts.multimeters.meter_unit import MeterUnit

Query = Callable[[], str]


def queries(
    unit: MeterUnit, setup: Setup, trigger: Trigger, registers: Registers, settings: Settings
) -> dict[str, Query]:
    """Give what answers each query, by header without `?`."""
    shown, coded = settings.shown, settings.coded

    def function() -> str:
        return f"{settings.name(setup.name, setup.kind.code)},{shown(setup.range)}"

    def stored() -> str:
        trigger.advance()
        return str(len(trigger.memory))

    return {
        "REV": lambda: "9,2", "OPT": lambda: "0", "CALNUM": lambda: "27", "CALSTR": lambda: '"CALBENCH"',
        "TEMP": lambda: f"{unit.temperature():.1f}", "LINE": lambda: shown(LINE),
        "ERR": registers.read_errors, "AUXERR": registers.read_auxiliary, "ERRSTR": registers.read_string,
        "RQS": lambda: str(registers.enable), "EMASK": lambda: str(registers.error_mask), "FUNC": function,
        "RANGE": lambda: shown(setup.range), "R": lambda: shown(setup.range),
        "ARANGE": lambda: coded("ARANGE", "ON" if setup.auto_range else "OFF"),
        "NPLC": lambda: shown(setup.seconds * LINE), "APER": lambda: shown(setup.seconds),
        "RES": lambda: shown(setup.resolution()),
        "ISCALE": lambda: shown(scale(settings.word("OFORMAT"), setup.range)),
        "TARM": lambda: coded("TARM", trigger.arm), "TRIG": lambda: coded("TRIG", trigger.event),
        "NRDGS": lambda: f"{trigger.count},{coded('NRDGS', trigger.sample)}",
        "SWEEP": lambda: f"{shown(settings.number('TIMER'))},{trigger.count}",
        "MEM": lambda: coded("MEM", trigger.mode), "MCOUNT": stored, "MSIZE": lambda: f"{MEMORY},14332",
        "SSPARM": lambda: "0,0,0", "DEFKEY": lambda: '""',
    }  # fmt: skip
