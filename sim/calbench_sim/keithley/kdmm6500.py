"""Keithley DMM6500 multimeter, 6½ digits, in its SCPI command set.

Written from protocols.md, section 3.5, and the messages that the public clients PyMeasure 0.16 and QCoDeS 0.58 send and
the replies that PyMeasure's tests expect; ranges and accuracies of the data sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.answer import Answer
from calbench.simulation.bench import Bench
from calbench.simulation.parameters import ScpiError, choice, number, string
from calbench.simulation.scpi import Handler
from calbench.simulation.status import ErrorQueue
from calbench_sim.parts.multimeters.keithley_meter import KeithleyMeter
from calbench_sim.parts.multimeters.meter_unit import SETTINGS, Accuracy, Ranges, alike
from calbench_sim.parts.multimeters.multimeter_series import Series
from calbench_sim.parts.multimeters.scpi_meter import Function, State

_VOLTS = (0.1, 1.0, 10.0, 100.0, 1000.0)
_AMPS = (1e-5, 1e-4, 1e-3, 0.01, 0.1, 1.0, 3.0)
_AC_AMPS = (1e-4, 1e-3, 0.01, 0.1, 1.0, 3.0)
_OHMS = (1.0, 10.0, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8)
_FARADS = (1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3)
_TOPS = {1000.0: 1010.0, 750.0: 757.5, 3.0: 3.1}
_FUNCTIONS = (
    Function("VOLT:DC", "VOLTage[:DC]", "voltage", _VOLTS),
    Function("VOLT:AC", "VOLTage:AC", "voltage.ac", (0.1, 1.0, 10.0, 100.0, 750.0)),
    Function("CURR:DC", "CURRent[:DC]", "current.dc", _AMPS),
    Function("CURR:AC", "CURRent:AC", "current.ac", _AC_AMPS),
    Function("RES", "RESistance", "resistance", _OHMS[1:]),
    Function("FRES", "FRESistance", "resistance", _OHMS, sense=True),
    Function("FREQ:VOLT", "FREQuency[:VOLTage]", "frequency"),
    Function("PER:VOLT", "PERiod[:VOLTage]", "period"),
    Function("CAP", "CAPacitance", "capacitance", _FARADS),
    Function("TEMP", "TEMPerature", "temperature"),
    Function("DIOD", "DIODe", "voltage", (10.0,)),
    Function("CONT", "CONTinuity", "resistance", (1e3,)),
)
_LANGUAGES = ("SCPI", "TSP", "SCPI2000", "SCPI34401")


class _EventLog(ErrorQueue):
    """The event log: each entry has its type and when it happened behind its text."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(depth=1000, no_error=(0, "No error;0;0 0"))
        self._bench = bench

    def push(self, code: int, text: str = "", detail: str = "") -> None:
        """Add an error."""
        when = f"{self._bench.clock.utc():%Y/%m/%d %H:%M:%S.%f}"[:-3]
        super().push(code, text, f"{detail};1;{when}" if detail else f"1;{when}")


class KDMM6500(KeithleyMeter):
    """DMM6500 with its terminal `input`, at TCP port 5025, USB or GPIB.

    `READ?` makes `SENSe:COUNt` readings, which go into the buffer, and gives the last one. `*LANG` takes effect at the
    next power-on, which the simulation does not have: until then SCPI is spoken. Assumed: how settings and readings are
    written (`10`, `1.23456789E+00`). `FUNC?` has no quotes, as both clients expect.
    """

    IDENTITY = "KEITHLEY INSTRUMENTS,MODEL DMM6500,{serial},1.7.12b"
    RELATIVE = "RELative"
    LEAST_NPLC, MOST_NPLC = 0.0005, 12.0
    MOST_SAMPLES, MOST_POINTS = 1_000_000, 7_000_000
    FEWEST_DIGITS, MOST_DIGITS = 3.0, 6.0
    FUNCTIONS = MappingProxyType({f.name: f for f in _FUNCTIONS})
    SETTINGS = MappingProxyType(SETTINGS | {"terminals": "FRON or REAR, the switch; default FRON"})
    RANGES: ClassVar[Mapping[str, Ranges]] = MappingProxyType(
        {
            "voltage": alike(_VOLTS, 6e-6, 1.5e-6, 1e-7),
            "voltage.ac": alike((0.1, 1.0, 10.0, 100.0, 750.0), 1.5e-4, 7e-5, 5e-6),
            "current.dc": alike(_AMPS, 1.2e-4, 1e-5, 3e-7),
            "current.ac": alike(_AC_AMPS, 2.5e-4, 1e-4, 1e-5),
            "resistance": alike(_OHMS, 2e-5, 2e-6, 2e-7),
            "frequency": {1.0: Accuracy(2e-5, 0.0, 3e-7)},
            "capacitance": alike(_FARADS, 1e-3, 3e-4, 2e-5),
            "temperature": {1.0: Accuracy(0.0, 0.1, 0.01)},
        }
    )

    def reset(self) -> None:
        """Do `*RST`."""
        self.points, self.keeping = 100_000, True
        self.kept.clear()
        self.light, self.interval, self.scans = "ON100", 0.0, 1
        self.delays = dict.fromkeys(range(1, 5), 1e-5)
        self.stimuli = dict.fromkeys(range(1, 5), "NONE")
        self.precision = 0
        super().reset()

    def error_queue(self) -> ErrorQueue:
        """Give the event log."""
        return _EventLog(self.bench)

    def commands(self) -> dict[str, Handler]:
        """Give the command table."""
        self._language = "SCPI"
        trigger = self.trigger_system
        count = self.stored("[SENSe:]COUNt", trigger, "samples", 1, self.MOST_SAMPLES)
        table = super().commands() | count | self.stored("ROUTe:SCAN:INTerval", self, "interval", 0.0, 1e5)
        table |= self.stored("ROUTe:SCAN:COUNt:SCAN", self, "scans", 0, 100_000_000)
        table |= self.stored("FORMat:ASCii:PRECision", self, "precision", 0, 16)
        table |= {
            "*LANG": self._set_language,
            "*LANG?": lambda: self._language,
            "[SENSe:]FUNCtion[:ON]": lambda text, *_: self.set_function(text),
            "[SENSe:]FUNCtion[:ON]?": lambda *_: self.function,
            "[SENSe:]AZERo:ONCE": self.unit.hold_zero,
            "ROUTe:TERMinals?": lambda: self.bench.words.get("terminals", "FRON"),
            "FORMat[:DATA]": self._set_format,
            "FORMat[:DATA]?": lambda: "ASC",
            "DISPlay:CLEar": lambda: None,
            "DISPlay:SCReen": lambda _: None,
            "DISPlay:USER#:TEXT[:DATA]": lambda _, text: self._check_text(text),
            "DISPlay:LIGHt:STATe": lambda text: setattr(self, "light", text.upper()),
            "DISPlay:LIGHt:STATe?": lambda: self.light,
            "SYSTem:TIME": lambda *_: None,
            "SYSTem:TIME?": self._time,
            "SYSTem:VERSion?": lambda: "1999.0",
            "SYSTem:CLEar": self.reports.errors.clear,
            "SYSTem:CARD#:IDN?": lambda _: "Empty Slot",
            "TRACe:ACTual?": lambda *_: str(self._actual()),
            "TRACe:ACTual:STARt?": lambda *_: str(min(1, self._actual())),
            "TRACe:ACTual:END?": lambda *_: str(self._actual()),
            "TRACe:CLEar": lambda *_: self.kept.clear(),
            "TRACe:DATA?": self._part,
            "TRACe:POINts": self._set_points,
            "TRACe:POINts?": lambda *_: str(self.points),
            "TRIGger:TIMer#:DELay": self._set_delay,
            "TRIGger:TIMer#:DELay?": lambda n: self.shown(self.delays[self._timer(n)]),
            "TRIGger:TIMer#:STARt:STIMulus": lambda n, text: self.stimuli.update(
                {self._timer(n): text.upper()}
            ),
            "TRIGger:TIMer#:STARt:STIMulus?": lambda n: self.stimuli[self._timer(n)],
        }
        for state in self.states.values():
            table |= self._more(state)
        return table

    def limit(self, _: Function, top: float) -> float:
        """Give the largest reading of a range."""
        return _TOPS.get(top, 1.2 * top)

    def shown(self, value: float) -> str:
        """Write the value of a setting."""
        return f"{value:.7G}"

    def written(self, value: float) -> str:
        """Write one reading: with the digits that are set, or eight behind the point."""
        return f"{value:.{self.precision - 1}E}" if self.precision else f"{value:.8E}"

    def text(self, series: Series) -> str:
        """Write the last reading of a series that is finished."""
        series.advance(series.finish)
        return self.written(series.readings[-1])

    def _more(self, state: State) -> dict[str, Handler]:
        """Give the commands of a function that this model has beyond the others."""
        function = state.function
        header, shown = f"[SENSe:]{function.header}", f"DISPlay:{function.header}:DIGits"
        table = self.digits(shown, state) | {
            f"MEASure:{function.header}?": lambda *_: self._measure(function.name)
        }
        if function.quantity in {"voltage", "resistance", "current.dc"}:
            table |= {f"{header}:AZERo[:STATe]": self.set_zero, f"{header}:AZERo[:STATe]?": self._get_zero}
            table |= {
                f"{header}:APERture": lambda text: self._set_aperture(state, text),
                f"{header}:APERture?": lambda: self.shown(self.integration(state)),
            }
        if function.quantity in {"frequency", "period"}:
            table |= self.ranged(f"{header}:THReshold", self.states["VOLT:AC"])
        return table

    def _get_zero(self) -> str:
        return str(int(self.zeroing))

    def _set_aperture(self, state: State, text: str) -> None:
        state.nplc = 50.0 * number(text, low=1e-5, high=0.24, unit="S", words={"DEFault": 0.02})

    def _measure(self, name: str) -> Answer:
        self.choose_function(name)
        self.states[name].auto_range = True
        return self.answer_read()

    def _set_language(self, text: str) -> None:
        self._language = choice(text, *_LANGUAGES)

    @staticmethod
    def _set_format(text: str) -> None:
        if choice(text, "ASCii", "REAL", "SREal") != "ASC":
            raise ScpiError(-221)  # binary readings are not simulated

    @staticmethod
    def _check_text(text: str) -> None:
        string(text)

    def _time(self, form: str = "") -> str:
        now = self.clock.utc()
        return str(int(now.timestamp())) if not form else f"{now:%a %b %d %H:%M:%S %Y}"

    def _actual(self) -> int:
        self.trigger_system.advance()
        return len(self.kept)

    def _set_points(self, text: str, *_: str) -> None:
        self.points = int(number(text, low=10, high=self.MOST_POINTS))
        self.kept.clear()

    def _part(self, first: str = "1", last: str = "0", *_: str) -> str:
        start, end = int(number(first, low=1, high=1e9)), int(number(last, low=0, high=1e9))
        if not 1 <= start <= (end or start) <= self._actual():
            raise ScpiError(-222)
        return ",".join(self.written(value) for value in self.kept[start - 1 : end or None])

    def _set_delay(self, timer: int, text: str) -> None:
        self.delays[self._timer(timer)] = number(text, low=8e-6, high=1e5, unit="S")

    @staticmethod
    def _timer(n: int) -> int:
        if not 1 <= n <= 4:  # noqa: PLR2004 - four timers
            raise ScpiError(-114)
        return n
