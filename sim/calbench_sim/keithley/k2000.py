"""Keithley 2000 multimeter, 6½ digits, in its SCPI language.

Written from protocols.md, section 3.5, and the messages that the public clients PyMeasure 0.16 and QCoDeS 0.58 send;
ranges and accuracies of the data sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.answer import Answer
from calbench.simulation.parameters import ScpiError, boolean, choice, nr3, number, quoted
from calbench.simulation.registers import EventRegister
from calbench.simulation.scpi import Handler
from calbench.simulation.status import ErrorQueue
from calbench_sim.parts.multimeters.keithley_meter import KeithleyMeter
from calbench_sim.parts.multimeters.meter_unit import Accuracy, Ranges, alike
from calbench_sim.parts.multimeters.multimeter_series import INSTANT
from calbench_sim.parts.multimeters.scpi_meter import Function

_VOLTS = (0.1, 1.0, 10.0, 100.0, 1000.0)
_OHMS = (1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8)
_TOPS = {1000.0: 1010.0, 750.0: 757.5, 3.0: 3.1}
_FUNCTIONS = (
    Function("VOLT:DC", "VOLTage[:DC]", "voltage", _VOLTS),
    Function("VOLT:AC", "VOLTage:AC", "voltage.ac", (0.1, 1.0, 10.0, 100.0, 750.0)),
    Function("CURR:DC", "CURRent[:DC]", "current.dc", (0.01, 0.1, 1.0, 3.0)),
    Function("CURR:AC", "CURRent:AC", "current.ac", (1.0, 3.0)),
    Function("RES", "RESistance", "resistance", _OHMS),
    Function("FRES", "FRESistance", "resistance", _OHMS, sense=True),
    Function("FREQ", "FREQuency", "frequency"),
    Function("PER", "PERiod", "period"),
    Function("TEMP", "TEMPerature", "temperature"),
    Function("DIOD", "DIODe", "voltage", (10.0,)),
    Function("CONT", "CONTinuity", "resistance", (1e3,)),
)
_UNITS = {"voltage": "VDC", "voltage.ac": "VAC", "current.dc": "ADC", "current.ac": "AAC", "resistance": "OHM",
          "frequency": "HZ", "period": "SEC", "temperature": "C"}  # fmt: skip
_BUFFER_FULL = 512  # measurement event register
_ENDLESS = 1e9


class K2000(KeithleyMeter):
    """Keithley 2000, GPIB address 16, with its terminal `input`.

    At power-on and after `SYSTem:PRESet` it measures continuously (`INIT:CONT 1`); `READ?` is refused then (-213),
    as `INITiate`; `CONFigure` and `*RST` end it. Assumed: that refusal, how settings are written (`10.000000`), and
    what FORM:ELEM puts behind a reading.
    """

    IDENTITY = "KEITHLEY INSTRUMENTS INC.,MODEL 2000,{serial},A19  /A02"
    FUNCTIONS = MappingProxyType({f.name: f for f in _FUNCTIONS})
    RANGES: ClassVar[Mapping[str, Ranges]] = MappingProxyType(
        {
            "voltage": alike(_VOLTS, 7e-6, 2e-6, 2e-7),
            "voltage.ac": alike((0.1, 1.0, 10.0, 100.0, 750.0), 1.5e-4, 7e-5, 5e-6),
            "current.dc": alike((0.01, 0.1, 1.0, 3.0), 1.2e-4, 1e-5, 5e-7),
            "current.ac": alike((1.0, 3.0), 2.5e-4, 1e-4, 1e-5),
            "resistance": alike(_OHMS, 2e-5, 3e-6, 3e-7),
            "frequency": {1.0: Accuracy(2.5e-5, 0.0, 3e-7)},
            "temperature": {1.0: Accuracy(0.0, 0.1, 0.01)},
        }
    )

    def reset(self) -> None:
        """Do `*RST`."""
        self.continuous = False
        self.elements = ["READ"]
        self.display = self.beeper = True
        self.timer = 0.1
        self.fresh_from = 0.0
        self.feed = "NEV"
        self.keeping = False
        super().reset()

    def error_queue(self) -> ErrorQueue:
        """Give the error queue: ten entries."""
        return ErrorQueue(depth=10)

    def commands(self) -> dict[str, Handler]:
        """Give the command table."""
        self.measurement = EventRegister()
        self.reports.registers[0] = self.measurement
        self.measurement.on_change = self.reports.changed
        self.continuous = True  # at power-on
        trigger = self.trigger_system
        table = super().commands() | {
            "INITiate[:IMMediate]": self._initiate,
            "INITiate:CONTinuous": self._set_continuous,
            "INITiate:CONTinuous?": lambda: str(int(self.continuous)),
            "[SENSe:]DATA[:LATest]?": self._latest,
            "[SENSe:]DATA:FRESh?": self._fresh,
            "CONFigure?": lambda: quoted(self.function),
            "FORMat[:DATA]": lambda text, *_: self._ascii(text),
            "FORMat[:DATA]?": lambda: "ASC",
            "FORMat:ELEMents": self._set_elements,
            "FORMat:ELEMents?": lambda: ",".join(self.elements),
            "STATus:MEASurement[:EVENt]?": lambda: str(self.measurement.read_event()),
            "STATus:MEASurement:CONDition?": lambda: str(self.measurement.condition),
            "STATus:QUEue[:NEXT]?": self.reports.errors.pop_reply,
            "STATus:QUEue:CLEar": self.reports.errors.clear,
            "SYSTem:CLEar": self.reports.errors.clear,
            "SYSTem:PRESet": self._preset,
            "SYSTem:VERSion?": lambda: "1991.0",
            "SYSTem:FRSWitch?": lambda: "1",
            "SYSTem:AZERo:STATe": self.set_zero,
            "SYSTem:AZERo:STATe?": lambda: str(int(self.zeroing)),
            "SYSTem:KEY": lambda _: None,
            "SYSTem:LOCal": lambda: None,
            "SYSTem:REMote": lambda: None,
            "SYSTem:RWLock": lambda: None,
            "TRACe:FEED": lambda _: None,
            "TRACe:FEED?": lambda: "SENS1",
            "TRACe:FEED:CONTrol": self._set_feed,
            "TRACe:FEED:CONTrol?": lambda: self.feed,
            "TRACe:FREE?": lambda: f"{16 * (self.MOST_POINTS - len(self.kept))},{16 * len(self.kept)}",
            "TRIGger[:SEQuence][:LAYer]:SOURce": self._set_source,
            "TRIGger[:SEQuence][:LAYer]:SOURce?": lambda: trigger.source,
            "TRIGger[:SEQuence][:LAYer]:COUNt?": self._get_count,
            **self.stored("STATus:MEASurement:ENABle", self.measurement, "enable", 0, 65535),
            **self.stored("SAMPle:COUNt", trigger, "samples", 1, self.MOST_SAMPLES),
            **self.stored("TRIGger[:SEQuence][:LAYer]:DELay", trigger, "delay", 0.0, 999999.999),
            **self.stored("TRIGger[:SEQuence][:LAYer]:TIMer", self, "timer", 0.001, 999999.999),
            **self.switch("DISPlay:ENABle", self, "display"),
            **self.switch("SYSTem:BEEPer:STATe", self, "beeper"),
            "TRIGger[:SEQuence][:LAYer]:COUNt": self._set_count,
        }  # fmt: skip
        for state in self.states.values():
            header = state.function.header
            table |= self.digits(f"[SENSe:]{header}:DIGits", state)
            table[f"CONFigure:{header}"] = partial(self._configure, state.function.name)
            table[f"MEASure:{header}?"] = partial(self._measure, state.function.name)
        for header in ("FREQuency", "PERiod"):
            state = self.states["VOLT:AC"]
            table |= self.ranged(f"[SENSe:]{header}:THReshold:VOLTage", state)
        return table

    def limit(self, _: Function, top: float) -> float:
        """Give the largest reading of a range."""
        return _TOPS.get(top, 1.2 * top)

    def shown(self, value: float) -> str:
        """Write the value of a setting."""
        return f"{value:.6f}" if 1e-3 <= abs(value) < _ENDLESS or value == 0 else nr3(value)  # noqa: PLR2004

    def written(self, value: float) -> str:
        """Write one reading with the elements that are asked for."""
        unit = _UNITS[self.state.function.quantity] if "UNIT" in self.elements else ""
        parts = [f"{value:+.8E}{unit}"] if "READ" in self.elements else []
        return ",".join(parts + (["0INTCHAN"] if "CHAN" in self.elements else []))

    def buffer_full(self) -> None:
        """Act on a buffer that is full."""
        self.keeping, self.feed = False, "NEV"
        self.measurement.set(_BUFFER_FULL, raised=True)

    def answer_read(self) -> Answer:
        """Answer `READ?`."""
        if self.continuous:
            raise ScpiError(-213)
        return super().answer_read()

    def answer_fetch(self) -> Answer:
        """Answer `FETCh?`; in continuous operation with the reading that is finished next."""
        return self._next() if self.continuous else super().answer_fetch()

    def _next(self) -> Answer:
        series = self.trigger_system.series
        now = self.clock.monotonic()
        if series is None or series.finish < now - INSTANT:
            self.trigger_system.abort()
            self.trigger_system.initiate()
        return super().answer_fetch()

    def _initiate(self) -> None:
        if self.continuous:
            raise ScpiError(-213)
        self.trigger_system.initiate()

    def _set_continuous(self, text: str) -> None:
        self.continuous = boolean(text)
        self.trigger_system.abort()

    def _latest(self) -> Answer:
        return self.answer_fetch()

    def _fresh(self) -> Answer:
        """Answer with a reading that has not been given before (-230 if none is coming)."""
        if self.continuous:
            self.trigger_system.abort()
            self.trigger_system.forget()
            return self._next()
        series = self.trigger_system.series
        if series is None or series.finish <= self.fresh_from:
            raise ScpiError(-230)
        self.fresh_from = series.finish
        return super().answer_fetch()

    def _configure(self, name: str, *_: str) -> None:
        self.states[name].reset(self.RESET_NPLC)
        self.continuous = False
        self.trigger_system.preset()
        self.choose_function(name)

    def _measure(self, name: str, *_: str) -> Answer:
        self._configure(name)
        return self.answer_read()

    def _preset(self) -> None:
        self.reset()
        self.continuous = True

    def _set_source(self, text: str) -> None:
        self.trigger_system.source = choice(text, "IMMediate", "TIMer", "MANual", "BUS", "EXTernal")
        if self.trigger_system.source == "TIM":
            self.trigger_system.source = "IMM"  # a timer starts the first reading at once

    def _set_count(self, text: str) -> None:
        words = {"INFinity": 9.9e37, "DEFault": 1.0}
        self.trigger_system.count = number(text, low=1.0, high=9999.0, words=words)

    def _get_count(self) -> str:
        count = self.trigger_system.count
        return str(int(count)) if count < _ENDLESS else nr3(count)

    def _set_elements(self, *words: str) -> None:
        self.elements = [choice(word, "READing", "CHANnel", "UNITs") for word in words] or ["READ"]

    def _set_feed(self, text: str) -> None:
        self.feed = choice(text, "NEXT", "NEVer")
        self.keeping = self.feed == "NEXT"
        self.measurement.set(_BUFFER_FULL, raised=False)
        if self.keeping:
            self.kept.clear()

    @staticmethod
    def _ascii(text: str) -> None:
        if choice(text, "ASCii", "SREal", "DREal", "REAL") != "ASC":
            raise ScpiError(-221)  # binary readings are not simulated
