"""Fluke 9142, 9143 and 9144 field metrology wells (the 917X, 9190A and 4180 speak alike).

Written from protocols.md, section 10 (9190A manual, p. 63; two public sources), and a public list of its commands.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.answer import Answer
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.parameters import ScpiError, boolean, number
from calbench.simulation.scpi import CommandTree, Handler
from calbench.simulation.status import ErrorQueue, Status488
from calbench_sim.parts.process.thermometer import SETTINGS as PROBE_SETTINGS
from calbench_sim.parts.process.thermometer import Thermometer, celsius_of, celsius_to
from calbench_sim.parts.process.well import SETTINGS, Well

_RANGES = {"9142": (-25.0, 150.0), "9143": (33.0, 350.0), "9144": (50.0, 660.0)}  # degC
_SPEEDS = {"9142": (10.0, 9.0), "9143": (70.0, 20.0), "9144": (50.0, 17.0)}  # K/min, heating and cooling
_STABLE_FOR = 60.0  # s within the limit
_LOWEST_LIMIT, _HIGHEST_LIMIT = 0.01, 9.99  # K
_LOWEST_RATE, _HIGHEST_RATE = 0.1, 500.0  # K/min
_PROBE_TIME = 1.0  # s that a reading of the reference probe takes


class F9142(Device):
    """A 9142 with the reference thermometer option (-P). Terminals: `well`, and `probe1` of the reference.

    Truth, logged at each reading: `temperature` (degC) in the well; for the reference probe, at the probe.

    Assumed where the sources are silent: `;` is a syntax error (-102); the queue is 10 deep, as that of the DewK;
    the well is stable after 60 s within the limit, 0.05 K by default, and only if twice its wander fits into it;
    control is off at power-on, and the set-point 25 degC; readings have 3 digits behind the point, set-points 2;
    the echo is off.
    """

    MESSAGE_ENDS = (b"\r", b"\n")
    REPLY_END = b"\r\n"
    SERIAL = "9600 8N1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS | PROBE_SETTINGS | {"model": f"one of {', '.join(_RANGES)}; default 9142"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        given = bench.settings.get("model")
        self._model = bench.words.get("model", "9142") if given is None else f"{given:.0f}"
        if self._model not in _RANGES:
            raise UsageError(
                f"Simulated well {bench.name!r}: there is no model {self._model!r}. "
                f"There are: {', '.join(_RANGES)}."
            )
        self._well = Well(bench, *_SPEEDS[self._model])
        self._probe = Thermometer(bench, 1)
        self._defaults()
        self._reports = Status488(
            f"HART,{self._model},{bench.serial_number},1.02", errors=ErrorQueue(depth=10), reset=self._reset
        )
        self.status = self._reports
        self._commands = CommandTree(self._table(), self._reports)

    def receive(self, line: str) -> None:
        """Act on one command; a reply that nobody has read is lost."""
        for connection in self.connections:
            connection.discard_output()
        if ";" in line:
            self._reports.error(-102)
            return
        answer = self._commands.run(line)
        if answer is not None:
            self.reply(answer.text, after=answer.after)

    def _table(self) -> dict[str, Handler]:
        return {
            "SOURce:SPOint": self._set_point,
            "SOURce:SPOint?": lambda: f"{self._to(self._set):.2f}",
            "SOURce:SENSe:DATA?": self._well_temperature,
            "SOURce:RATE": self._set_rate,
            "SOURce:RATE?": lambda: f"{self._rate:.2f}",
            "SOURce:STABle:LIMit": self._set_limit,
            "SOURce:STABle:LIMit?": lambda: f"{self._limit:.2f}",
            "SOURce:STABle:TEST?": lambda: str(int(self._stable())),
            "OUTPut:STATe": self._switch,
            "OUTPut:STATe?": lambda: str(int(self._well.controlling)),
            "OUTPut:DATA?": lambda: f"{self._well.power():.1f}",
            "READ?": self._read_probe,
            "UNIT:TEMPerature": self._set_unit,
            "UNIT:TEMPerature?": lambda: self._unit,
            "SYSTem:CONFigure:MODel?": lambda: "1",
            "SYSTem:CODE:VERSion?": lambda: "1.02",
            "SYSTem:BEEP:IMMediate": lambda: None,
        }

    def _defaults(self) -> None:
        self._unit = "C"
        self._set = max(25.0, _RANGES[self._model][0])
        self._rate, self._limit = 100.0, 0.05

    def _reset(self) -> None:
        self._defaults()
        self._well.stop()

    # --- readings ---

    def _to(self, celsius: float) -> float:
        return celsius_to(self._unit, celsius)

    def _well_temperature(self, what: str = "TEMP") -> str:
        if what.upper() not in ("TEMP", "TEMPERATURE"):
            raise ScpiError(-224)
        return f"{self._to(self._well.reading()):.3f}"

    def _read_probe(self) -> Answer:
        if self._probe.open:
            raise ScpiError(-230)
        return Answer(f"{self._to(self._probe.reading()):.3f}", after=_PROBE_TIME)

    def _stable(self) -> bool:
        return self.clock.monotonic() >= self._well.stable_from(self._limit) + _STABLE_FOR

    # --- settings ---

    def _set_point(self, text: str) -> None:
        low, high = (self._to(end) for end in _RANGES[self._model])
        self._set = celsius_of(self._unit, number(text, low=low, high=high))
        self._again()

    def _set_rate(self, text: str) -> None:
        self._rate = number(text, low=_LOWEST_RATE, high=_HIGHEST_RATE)
        self._again()

    def _set_limit(self, text: str) -> None:
        self._limit = number(text, low=_LOWEST_LIMIT, high=_HIGHEST_LIMIT)

    def _set_unit(self, text: str) -> None:
        word = {"CEL": "C", "FAR": "F"}.get(text.upper(), text.upper())
        if word not in ("C", "F"):
            raise ScpiError(-224)
        self._unit = word

    def _switch(self, text: str) -> None:
        if boolean(text):
            self._well.control(self._set, self._kelvin_rate())
        else:
            self._well.stop()

    def _again(self) -> None:
        if self._well.controlling:
            self._well.control(self._set, self._kelvin_rate())

    def _kelvin_rate(self) -> float:
        return self._rate / 1.8 if self._unit == "F" else self._rate
