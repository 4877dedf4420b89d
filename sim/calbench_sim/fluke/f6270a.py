"""Fluke 6270A pressure controller / calibrator.

Written from protocols.md, section 9.2 (one public driver) and a second public list of its commands.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.parameters import ScpiError, boolean, choice, nr3, number, quoted, string
from calbench.simulation.registers import EventRegister
from calbench.simulation.scpi import CommandTree, Handler
from calbench.simulation.status import ErrorQueue, Status488
from calbench_sim.parts.process.pressure import SETTINGS, PressureController, notice
from calbench_sim.parts.process.pressure_units import PASCALS

_READY = 1 << 4
_OPERATION = 7  # bit of the status byte
_HOLD = 2.0  # s within the tolerance that makes it ready
_MODULE = "PM600-BG"
_LONG = {"CONT": "CONTROL", "MEAS": "MEASURE", "VENT": "VENT"}
_MODES = {"CONT": "control", "MEAS": "measure", "VENT": "vent"}


class F6270A(Device):
    """A 6270A with one gauge module, range 700 kPa. Terminal: `port`.

    Truth, logged at each reading: `pressure`, the true gauge pressure in Pa.

    Assumed, as no manual was at hand: the identity; readings in NR3; the modes in full words; `OUTPut:STATe` is on
    exactly while it controls, and switching it off measures; the tolerance is in the unit of pressure, at first
    0.005 % of the range; it is ready (16) when it has controlled within the tolerance for 2 s, when it measures and
    the pressure changes by less than the tolerance in a second, and when it is vented.
    """

    BLOCKS = True
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS | {"range": "(Pa) full scale of the module; default 700e3"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._physics = PressureController(bench, bench.settings.get("range", 7e5))
        self._operation = EventRegister()
        self._defaults()
        self._reports = Status488(
            f"FLUKE,6270A,{bench.serial_number},1.0.3",
            errors=ErrorQueue(depth=16),
            reset=self._reset,
            busy=lambda: 0.0,
            registers={_OPERATION: self._operation},
        )
        self.status = self._reports
        self._commands = CommandTree(self._table(), self._reports)

    def receive(self, line: str) -> None:
        """Act on one message."""
        self._look()
        answer = self._commands.run(line)
        self._look()
        if answer is not None:
            self.reply(answer.text, after=answer.after)

    def _table(self) -> dict[str, Handler]:
        level, slew = "SOURce:PRESsure[:LEVel][:IMMediate][:AMPLitude]", "SOURce:PRESsure:SLEW"
        tolerance, static = "SOURce:PRESsure:TOLerance", "SOURce:PRESsure:STATic"
        return {
            "*OPT?": lambda: "0",
            "UNIT:PRESsure": self._set_unit,
            "UNIT:PRESsure?": lambda: self._unit,
            "SENSe:PRESsure:MODule": self._set_module,
            "SENSe:PRESsure:MODule?": lambda: quoted(self._module),
            level: self._set_level,
            f"{level}?": lambda: self._show(self._physics.set_point),
            slew: self._set_slew,
            f"{slew}?": lambda: self._show(self._physics.rate),
            tolerance: self._set_tolerance,
            f"{tolerance}?": lambda: self._show(self._tolerance),
            static: self._set_static,
            f"{static}?": lambda: str(int(self._static)),
            "OUTPut:STATe": lambda text: self._set_mode("CONT" if boolean(text) else "MEAS"),
            "OUTPut:STATe?": lambda: str(int(self._physics.mode == "control")),
            "OUTPut:PRESsure:MODE": self._set_mode,
            "OUTPut:PRESsure:MODE?": self._mode,
            "MEASure[:PRESsure]?": lambda: self._show(self._physics.reading()),
            "STATus:OPERation:CONDition?": lambda: str(self._operation.condition),
            "STATus:OPERation[:EVENt]?": lambda: str(self._operation.read_event()),
            "STATus:OPERation:ENABle": self._enable,
            "STATus:OPERation:ENABle?": lambda: str(self._operation.enable),
            "SYSTem:VERSion?": lambda: "1999.0",
        }

    # --- state ---

    def _defaults(self) -> None:
        self._unit = "KPA"
        self._module = "AUTO"
        self._tolerance = 5e-5 * self._physics.span
        self._static = False
        self._physics.set_point = 0.0
        self._physics.rate = 0.1 * self._physics.span

    def _reset(self) -> None:
        self._defaults()
        self._physics.measure()

    def _ready_from(self) -> float:
        physics = self._physics
        if physics.mode == "control":
            return physics.inside_from(self._tolerance) + _HOLD
        if physics.mode == "vent":
            return physics.vented_at()
        return -math.inf if abs(physics.slope()) < self._tolerance else math.inf

    def _look(self) -> None:
        ready = self.clock.monotonic() >= self._ready_from()
        self._operation.set(_READY, raised=ready)

    def _follow(self) -> None:
        """Take note when it becomes ready, so that the event and a service request come by themselves."""
        self._look()
        notice(self.bench, self._ready_from(), self._look)

    # --- commands ---

    def _show(self, pascal: float) -> str:
        return nr3(pascal / PASCALS[self._unit], 7)

    def _pascals(self, text: str, low: float, high: float) -> float:
        one = PASCALS[self._unit]
        return number(text, low=low / one, high=high / one, unit=self._unit) * one

    def _set_unit(self, text: str) -> None:
        if text.upper() not in PASCALS:
            raise ScpiError(-224)
        self._unit = text.upper()

    def _set_module(self, text: str) -> None:
        name = (string(text) if text[:1] in ("'", '"') else text).upper()
        if name not in ("AUTO", _MODULE):
            raise ScpiError(-224)
        self._module = name

    def _set_level(self, text: str) -> None:
        self._physics.set_point = self._pascals(text, self._physics.bottom, self._physics.span)
        self._again()

    def _set_slew(self, text: str) -> None:
        self._physics.rate = self._pascals(text, 1e-6 * self._physics.span, self._physics.span)
        self._again()

    def _set_tolerance(self, text: str) -> None:
        self._tolerance = self._pascals(text, 1e-6 * self._physics.span, self._physics.span)
        self._follow()

    def _set_static(self, text: str) -> None:
        self._static = boolean(text)

    def _again(self) -> None:
        if self._physics.mode == "control":
            self._physics.control()
            self._follow()

    def _set_mode(self, text: str) -> None:
        mode = choice(text, "CONTrol", "MEASure", "VENT")
        {"CONT": self._physics.control, "MEAS": self._physics.measure, "VENT": self._physics.vent}[mode]()
        self._follow()

    def _mode(self) -> str:
        return next(_LONG[word] for word, mode in _MODES.items() if mode == self._physics.mode)

    def _enable(self, text: str) -> None:
        self._operation.enable = int(number(text, low=0, high=0x7FFF))
        self._operation.on_change()
