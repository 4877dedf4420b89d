"""Fluke 8588A reference multimeter, 8½ digits, SCPI.

Written from protocols.md, section 3.4 (command list of the public client fluke8588a 0.1.2; 8558A manual, p. 22); ranges
and accuracies of the data sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.answer import Answer, Text
from calbench.simulation.bench import Bench
from calbench.simulation.electrical import OPEN
from calbench.simulation.parameters import ScpiError, boolean, choice, number, quoted
from calbench.simulation.scpi import Handler
from calbench_sim.parts.multimeters.fluke8588_settings import STATISTICS, defaults, table
from calbench_sim.parts.multimeters.meter_unit import SETTINGS, Accuracy, Ranges, Seen, alike
from calbench_sim.parts.multimeters.scpi_meter import LINE, OVERLOAD, Function, ScpiMeter, State

_VOLTS = (0.1, 1.0, 10.0, 100.0, 1000.0)
_AC_VOLTS = (0.01, *_VOLTS)
_AMPS = (1e-5, 1e-4, 1e-3, 0.01, 0.1, 1.0, 10.0, 30.0)
_OHMS = (1.0, 10.0, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10)
_FARADS = (1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1)
_FUNCTIONS = (
    Function("VOLT:DC", "VOLTage[:DC]", "voltage", _VOLTS),
    Function("VOLT:AC", "VOLTage:AC", "voltage.ac", _AC_VOLTS),
    Function("CURR:DC", "CURRent[:DC]", "current.dc", _AMPS),
    Function("CURR:AC", "CURRent:AC", "current.ac", _AMPS),
    Function("RES", "RESistance", "resistance", _OHMS),
    Function("FRES", "FRESistance", "resistance", _OHMS, sense=True),
    Function("CAP", "CAPacitance", "capacitance", _FARADS),
    Function("FREQ", "FREQuency", "frequency"),
    Function("PER", "PERiod", "period"),
    Function("TEMP:TC", "TEMPerature:TC", "temperature"),
)
_TOPS = {1000.0: 1050.0, 30.0: 30.2}
# line cycles -> part of the range that is resolved
_PARTS = ((100.0, 1e-8), (10.0, 1e-7), (1.0, 1e-6), (0.1, 1e-5), (0.0, 1e-4))
_MEASURING = 1 << 4  # operation condition register
_ZERO_SECONDS, _ZERO_LIMIT = 5.0, 0.01  # s; part of range
_SOURCES = ("BUS", "EXTernal", "HOLD", "IMMediate", "INTernal", "LINE", "MANual", "SYNChronize", "TIMer")
_COMES = frozenset({"IMM", "INT", "LINE", "SYNC", "TIM"})
_MOST_COUNT = 1_000_000


class F8588A(ScpiMeter):
    """8588A with its front terminals `input`; rear and isolated terminals see nothing.

    Replies end with LF on GPIB and USB, with CR LF on a socket (port 3490), which the public client expects. Assumed:
    that, the reset integration time of 10 line cycles, overload 9.9E37, `ZERO?` 5 s for each range, refused above 1 %
    of the range. One `*TRG` starts all readings of the three layers. Packed data, digitizing, scanning and RF power
    are not simulated: -221 or -224.
    """

    IDENTITY = "FLUKE,8588A,{serial},1.15"
    FUNCTIONS = MappingProxyType({f.name: f for f in _FUNCTIONS})
    LEAST_NPLC, MOST_NPLC, RESET_NPLC = 0.01, 500.0, 10.0
    MOST_SAMPLES = _MOST_COUNT
    SETTINGS = MappingProxyType(SETTINGS)
    RANGES: ClassVar[Mapping[str, Ranges]] = MappingProxyType(
        {
            "voltage": alike(_VOLTS, 9e-7, 1e-7, 1e-8),
            "voltage.ac": alike(_AC_VOLTS, 2e-5, 5e-6, 5e-7),
            "current.dc": alike(_AMPS, 3e-6, 1e-6, 5e-8),
            "current.ac": alike(_AMPS, 6e-5, 2e-5, 1e-6),
            "resistance": alike(_OHMS[:8], 2.5e-6, 3e-7, 3e-8) | alike(_OHMS[8:], 5e-5, 5e-6, 1e-6),
            "capacitance": alike(_FARADS, 1.5e-4, 5e-5, 5e-6),
            "frequency": {1.0: Accuracy(1e-7, 0.0, 1e-8)},
            "temperature": {1.0: Accuracy(0.0, 0.05, 0.005)},
        }
    )

    def __init__(self, bench: Bench) -> None:
        self._plain = defaults()
        self._zeros: dict[tuple[str, float], float] = {}
        super().__init__(bench)
        self.unit.input_resistance = self._resistance

    def reset(self) -> None:
        """Do `*RST`: ASCII, all counts 1, front terminals; data are invalid."""
        self._plain.update(defaults())
        self._terminals, self._secondary, self._impedance = "FRON", "OFF", "AUTO"
        self._sources = dict.fromkeys(("ARM:LAY1", "ARM:LAY2", "TRIG"), "IMM")
        self._counts = dict.fromkeys(("ARM:LAY1", "ARM:LAY2", "TRIG"), 1)
        self.continuous = False
        super().reset()

    # --- commands ---

    def commands(self) -> dict[str, Handler]:
        """Give the command table."""
        made = super().commands() | table(self._plain)
        made |= {
            "FETCh?": self._fetch,
            "INITiate:CONTinuous": self._set_continuous,
            "INITiate:CONTinuous?": lambda: str(int(self.continuous)),
            "STATus:OPERation:CONDition?": lambda: str(_MEASURING if self.trigger_system.busy() else 0),
            "CONFigure?": self._configuration,
            "FORMat[:DATA]": self._set_format,
            "FORMat[:DATA]?": lambda: "ASC",
            "ROUTe:TERMinals": self._set_terminals,
            "ROUTe:TERMinals?": lambda: self._terminals,
            "[SENSe:]VOLTage[:DC]:IMPedance": self._set_impedance,
            "[SENSe:]VOLTage[:DC]:IMPedance?": lambda: self._impedance,
            "ZERO?": self._zero,
            "ZCLEar?": self._clear_zero,
            "SYSTem:VERSion?": lambda: "1999.0",
            "SYSTem:TEMPerature?": lambda: f"{self.unit.temperature():.1f}",
            "SYSTem:LFRequency?": lambda: "50",
            "SYSTem:LFRequency": lambda text: choice(text, "50", "60") and None,
            "SYSTem:MLEVel?": lambda: "0",
            "SYSTem:PRESet": lambda *_: self.reset(),
            "SYSTem:REMote": lambda: None,
            "SYSTem:LOCal": lambda: None,
            "SYSTem:DATE?": lambda: f"{self.clock.utc():%Y,%m,%d}",
            "SYSTem:TIME?": lambda: f"{self.clock.utc():%H,%M,%S}",
            "CALCulate:LIMit:FAIL?": lambda: "0",
            "*OPT?": lambda: "0",
            "FORMat:SCALe?": lambda: self.shown(1.0),
            "SYSTem:COMMunicate:LAN:IPADdress?": lambda: '"127.0.0.1"',
            "SYSTem:COMMunicate:LAN:SMASk?": lambda: '"255.0.0.0"',
            "SYSTem:COMMunicate:LAN:GATeway?": lambda: '"0.0.0.0"',
            "SYSTem:COMMunicate:LAN:MAC?": lambda: '"00:00:00:00:00:00"',
        }
        for name in STATISTICS:
            made[f"CALCulate:SSTatistics:{name}?"] = partial(self._statistic, name)
        for layer in ("ARM:LAY1", "ARM:LAY2", "TRIG"):
            made |= self._layer(layer)
        for state in self.states.values():
            made |= self._function(state)
        for kind in ("VOLTage", "CURRent"):
            made[f"[SENSe:]{kind}:AC:SECondary"] = self._set_secondary
            made[f"[SENSe:]{kind}:AC:SECondary?"] = lambda: self._secondary
            made |= self.stored(f"[SENSe:]{kind}:AC:FILTer", self.unit, "band", 0.1, 1000.0)
        return made

    def _layer(self, layer: str) -> dict[str, Handler]:
        header = layer.replace("TRIG", "TRIGger")

        def set_source(text: str) -> None:
            self._sources[layer] = choice(text, *_SOURCES)
            waits = [source for source in self._sources.values() if source not in _COMES]
            self.trigger_system.source = "IMM" if not waits else "BUS" if waits[0] == "BUS" else "EXT"

        def set_count(text: str) -> None:
            self._counts[layer] = int(
                number(text, low=1, high=_MOST_COUNT, words={"DEFault": 1, "INFinity": 1e99})
            )
            self.trigger_system.samples = self._counts["TRIG"]
            self.trigger_system.count = float(self._counts["ARM:LAY1"]) * self._counts["ARM:LAY2"]

        return {
            f"{header}:SOURce": set_source,
            f"{header}:SOURce?": lambda: self._sources[layer],
            f"{header}:COUNt": set_count,
            f"{header}:COUNt?": lambda: str(self._counts[layer]),
            f"{header}[:IMMediate]": self._pass,
            f"{header}:SIGNal": self._pass,
            f"{header}:EXTernal?": lambda: "POS,TTL",
            **self.stored(f"{header}:DELay", self.trigger_system, "delay", 0.0, 65000.0),
        }

    def _function(self, state: State) -> dict[str, Handler]:
        function, header = state.function, f"[SENSe:]{state.function.header}"
        if function.quantity in {"frequency", "period"}:
            return self.stored(f"{header}:GATE", state, "aperture", 1e-4, 10.0)
        made = self.ranged(header, state) if function.ranges else {}
        made |= {
            f"{header}:RESolution": partial(self._set_resolution, state),
            f"{header}:RESolution?": lambda *_: self.shown(state.range * self.resolution(state)),
        }
        if function.quantity in {"voltage", "resistance", "current.dc", "temperature"}:
            made |= self.stored(f"{header}:NPLCycles", state, "nplc", self.LEAST_NPLC, self.MOST_NPLC)
            made |= {
                f"{header}:APERture": partial(self._set_aperture, state),
                f"{header}:APERture?": lambda *_: self.shown(state.nplc / LINE),
            }
        return made | {
            **self.switch("CALCulate:AVERage:STATe", state, "average_on"),
            **self.stored("CALCulate:AVERage:COUNt", state, "average", 1, 1000),
            "CALCulate:AVERage:TCONtrol": lambda text: setattr(
                state, "control", choice(text, "MOVing", "REPeat")
            ),
            "CALCulate:AVERage:TCONtrol?": lambda: state.control,
        }

    # --- measuring ---

    def reply(
        self, text: Text, *, after: float = 0.0, timeless: bool = False, sequential: bool = False
    ) -> None:
        """Queue a reply; a stream gets CR LF behind it."""
        stream = self._connection is not None and not self._connection.message_based
        if stream:
            said = text
            text = f"{said}\r" if isinstance(said, str) else lambda: f"{said()}\r"
        super().reply(text, after=after, timeless=timeless, sequential=sequential)

    def limit(self, _: Function, top: float) -> float:
        """Give the largest reading of a range: twice its name."""
        return _TOPS.get(top, 2.02 * top)

    def resolution(self, state: State) -> float:
        """Give the part of the range that is resolved."""
        return next(part for least, part in _PARTS if state.nplc >= least * 0.999)

    def measured(self, state: State, seen: Seen, until: float) -> float:
        """Make a reading; the zero that was measured is taken off."""
        value = super().measured(state, seen if self._terminals == "FRON" else OPEN, until)
        zero = self._zeros.get((state.function.name, state.range), 0.0)
        return value - zero if abs(value) < OVERLOAD else value

    def _fetch(self, which: str = "1") -> Answer | str:
        number_ = int(number(which, low=1, high=5))
        if self.continuous and self.trigger_system.busy() <= 0:
            self.trigger_system.abort()
            self.trigger_system.initiate()
        answer = self.answer_fetch()
        if number_ == 1:
            return answer
        if number_ == 2 and self._secondary in {"FREQ", "PER"}:  # noqa: PLR2004 - the secondary result
            return Answer(partial(self._secondary_text, self.clock.monotonic() + answer.after), answer.after)
        raise ScpiError(-230)

    def _statistic(self, name: str, *_: str) -> str:
        self.trigger_system.advance()
        series = self.trigger_system.series
        values = series.readings if series is not None and not series.left else []
        if not values:
            raise ScpiError(-230)
        return str(len(values)) if name == "COUNt" else self.written(STATISTICS[name](values))

    def _secondary_text(self, until: float) -> str:
        quantity = "frequency" if self._secondary == "FREQ" else "period"
        series = self.trigger_system.series
        count = len(series.readings) + series.left if series is not None else 1
        seen = self.unit.look(quantity)(until, until)
        found = seen[1] is not None and self._terminals == "FRON"
        value = self.unit.read(quantity, 1.0, 0.1, 0.0, seen, until) if found else 0.0
        return ",".join([self.written(value)] * count)

    def _resistance(self, top: float) -> float:
        if self._impedance == "AUTO":
            return 1e12 if top < 100.0 else 1e7  # noqa: PLR2004 - V
        return 1e6 if self._impedance == "1M" else 1e7

    # --- settings ---

    def _pass(self) -> None:
        """Let a layer that waits go on."""
        self.trigger_system.source, before = "BUS", self.trigger_system.source
        try:
            self.trigger_system.bus()
        finally:
            self.trigger_system.source = before

    def _configuration(self) -> str:
        state = self.state
        return quoted(
            f"{state.function.name} {self.shown(state.range)},{self.shown(state.range * self.resolution(state))}"
        )

    def _set_continuous(self, text: str) -> None:
        self.continuous = boolean(text)
        self.trigger_system.abort()

    @staticmethod
    def _set_format(text: str, *_: str) -> None:
        if choice(text, "ASCii", "PACKed") != "ASC":
            raise ScpiError(-221)

    def _set_terminals(self, text: str) -> None:
        self._terminals = choice(text, "FRONt", "REAR", "SCAN", "ISOLated")
        self.trigger_system.abort()
        self.trigger_system.forget()

    def _set_impedance(self, text: str) -> None:
        self._impedance = choice(text, "AUTO", "1M", "10M")

    def _set_secondary(self, text: str) -> None:
        self._secondary = choice(text, "OFF", "FREQuency", "PERiod", "PTP", "PPEak", "NPEak", "CFACtor")

    def _set_resolution(self, state: State, text: str) -> None:
        words = {"DEFault": state.range * 1e-7, "MINimum": state.range * 1e-8, "MAXimum": state.range * 1e-4}
        wanted = number(text, words=words) / state.range
        found = [least for least, part in _PARTS if part <= wanted * (1 + 1e-9)]
        if not found:
            raise ScpiError(-222)
        state.nplc = max(min(found), self.LEAST_NPLC)

    @staticmethod
    def _set_aperture(state: State, text: str) -> None:
        state.nplc = max(number(text, low=0.0, high=10.0, unit="S", words={"DEFault": 0.2}) * LINE, 1e-3)

    def _zero(self, scope: str = "RANGe") -> Answer:
        """Measure the zero of the range, or of all of the function: 0, or 1 if what is connected is not a short."""
        state = self.state
        everything = choice(scope, "RANGe", "ALL") == "ALL"
        ranges = state.function.ranges if everything else (state.range,)
        now = self.clock.monotonic()
        seen = self.unit.look(state.function.quantity, sense=state.function.sense)(now, now)
        failed = False
        for top in ranges or (1.0,):
            kind = state.function.quantity
            if kind not in {"voltage", "current.dc", "resistance"}:
                break
            if kind == "resistance" and seen[1] is None:
                failed = True
                break
            value = self.unit.read(kind, top, _ZERO_SECONDS, 0.0, seen, now)
            if abs(value) > _ZERO_LIMIT * top:
                failed = True
            else:
                self._zeros[state.function.name, top] = value
        return Answer(str(int(failed)), _ZERO_SECONDS * len(ranges))

    def _clear_zero(self, scope: str = "RANGe") -> str:
        name, everything = self.function, choice(scope, "RANGe", "ALL") == "ALL"
        for key in [
            key for key in self._zeros if key[0] == name and (everything or key[1] == self.state.range)
        ]:
            del self._zeros[key]
        return "0"
