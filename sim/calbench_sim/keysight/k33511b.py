"""Keysight 33511B waveform generator, one channel: square waves and bursts of them, as a pulse input sees them.

Written from protocols.md, sections 1.3 and 4.1; what they do not say is assumed and named below.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.parameters import ScpiError, boolean, choice, nr3, number
from calbench.simulation.scpi import CommandTree, Handler
from calbench.simulation.status import ErrorQueue, Status488
from calbench_sim.parts.sources.pulse_train import Course, PulseTrain
from calbench_sim.parts.sources.two_levels import TwoLevels

_DIGITS: Final = 15  # behind the point of a reply
_INFINITY: Final = "+9.900000000000000E+37"  # what a query says of an endless burst, and of no load
_FUNCTIONS: Final = ("SINusoid", "SQUare", "TRIangle", "RAMP", "PULSe", "PRBS", "NOISe", "ARB", "DC")
_CYCLIC: Final = frozenset({"SIN", "SQU", "TRI", "RAMP", "PULS"})
_FULL_CIRCLE: Final = 360.0
_BEFORE_THE_EDGE: Final = 0.999  # of a cycle, where a pulse waits
_SWING: Final = 1.0  # V at an open circuit, below which a pulse input sees nothing
_BURST_TOP, _BURST_BOTTOM = 6e6, 2.001e-3  # Hz
_LONGEST_PERIOD: Final = 8000.0  # s
_NUMBERS: Final[Mapping[str, tuple[str, str, float, float, float]]] = MappingProxyType(
    {  # header -> name, unit, lowest, highest, after *RST
        "FREQuency": ("frequency", "HZ", 1e-6, 20e6, 1e3),
        "FUNCtion:SQUare:DCYCle": ("duty", "", 0.01, 99.99, 50.0),
        "BURSt:NCYCles": ("cycles", "", 1.0, 1e8, 1.0),
        "BURSt:PHASe": ("phase", "DEG", -360.0, 360.0, 0.0),
        "BURSt:INTernal:PERiod": ("period", "S", 1e-6, _LONGEST_PERIOD, 0.01),
    }
)


class K33511B(Device):
    """33511B. Terminal: `output`, which puts out `pulses`: the rising edges so far, at least 1 V high.

    Truth, logged when somebody looks: `pulses`, whole ones.

    Assumed: with the output off no edge comes, and the count stands; with less than 1 V of swing there is none to be
    seen. Sine, triangle and ramp count like a square of 50 %; pulses begin low; noise, PRBS, arbitrary waves and DC
    have no edges. All functions go up to 20 MHz. A number out of range is put to the limit (-222). A change of the
    wave, its burst or its trigger ends a burst that runs. Nothing comes to the trigger and gate input; TIM is like
    IMM. Of an endless burst `*OPC?` answers at once. With limits of the levels on, only the load is held.
    """

    BLOCKS = True
    IDENTITY = "Keysight Technologies,33511B,{serial},5.00-1.19-2.00-58-00"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"timebase": "(1) relative error of its frequency; else seeded, 1e-6 rms"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        drawn = bench.rng.gauss(0.0, 1e-6)
        self._timebase = bench.settings.get("timebase", drawn)
        self._terminal = bench.terminal("output")
        self._train = PulseTrain(self.clock)
        self.status = self._reports = Status488(
            self.IDENTITY.format(serial=bench.serial_number),
            errors=ErrorQueue(depth=20, sign="+"),
            reset=self._reset,
            busy=self._busy,
        )
        self._reset()
        self._terminal.emit("pulses", self._pulses)
        self._tree = CommandTree(self._commands(), self._reports)

    def receive(self, line: str) -> None:
        """Act on one program message."""
        answer = self._tree.run(line)
        if answer is not None:
            self.reply(answer.text, after=answer.after)

    def trigger(self) -> None:
        """Act on a group execute trigger."""
        try:
            self._trigger()
        except ScpiError as error:
            self._reports.error(error.code)

    def _reset(self) -> None:
        self._on = self._burst = self._limited = False
        self._function, self._mode, self._source = "SIN", "TRIG", "IMM"
        self._is = {name: default for name, _, _, _, default in _NUMBERS.values()}
        self._levels = TwoLevels(self._adjusted)
        self._wave()

    # --- commands ---

    def _commands(self) -> dict[str, Handler]:
        table: dict[str, Handler] = {"*TRG": self._trigger, "ABORt": self._abort}
        table |= _of_channel("OUTPut#[:STATe]", self._switch, lambda: str(int(self._on)))
        table |= _of_channel("OUTPut#:LOAD", self._set_load, self._load)
        table |= _of_channel("TRIGger#:SOURce", self._set_source, lambda: self._source)
        sources: dict[str, tuple[Callable[[str], None], Callable[..., str]]] = {
            header: (partial(self._set, *row[:4]), partial(self._query, *row[:4]))
            for header, row in _NUMBERS.items()
        }
        sources |= {
            "FUNCtion": (self._set_function, lambda: self._function),
            "BURSt:STATe": (self._set_burst, lambda: str(int(self._burst))),
            "BURSt:MODE": (self._set_mode, lambda: self._mode),
            "VOLTage:HIGH": (self._set_high, lambda: _written(self._levels.high)),
            "VOLTage:LOW": (self._set_low, lambda: _written(self._levels.low)),
            "VOLTage:LIMit:STATe": (self._set_limited, lambda: str(int(self._limited))),
        }
        for header, (setter, query) in sources.items():
            table[header], table[f"{header}?"] = setter, query
            table |= _of_channel(f"SOURce#:{header}", setter, query)
        return table

    def _set(self, name: str, unit: str, low: float, high: float, text: str) -> None:
        words = {"INFinity": math.inf} if name == "cycles" else {}
        wanted = number(text, unit=unit, words={**words, "MINimum": low, "MAXimum": high})
        value = wanted if words and math.isinf(wanted) else min(max(wanted, low), high)
        if value != wanted:
            self._adjusted(-222, f"value clipped to {'lower' if value > wanted else 'upper'} limit")
        self._is[name] = float(round(value)) if words and math.isfinite(value) else value
        self._wave()

    def _query(self, name: str, unit: str, low: float, high: float, text: str = "") -> str:
        words = {"MINimum": low, "MAXimum": high}
        return _written(number(text, unit=unit, words=words) if text else self._is[name])

    def _set_function(self, text: str) -> None:
        self._function = choice(text, *_FUNCTIONS)
        self._wave()

    def _set_burst(self, text: str) -> None:
        self._burst = boolean(text)
        self._wave()

    def _set_mode(self, text: str) -> None:
        self._mode = choice(text, "TRIGgered", "GATed")
        self._wave()

    def _set_source(self, text: str) -> None:
        self._source = choice(text, "IMMediate", "EXTernal", "TIMer", "BUS")
        self._wave()

    def _set_high(self, text: str) -> None:
        self._levels.set_high(self._level(text))
        self._hear()

    def _set_low(self, text: str) -> None:
        self._levels.set_low(self._level(text))
        self._hear()

    def _level(self, text: str) -> float:
        top = self._levels.top
        return number(text, unit="V", words={"MINimum": -top, "MAXimum": top})

    def _set_limited(self, text: str) -> None:
        self._limited = boolean(text)

    def _set_load(self, text: str) -> None:
        if self._limited:
            raise ScpiError(-221, " load cannot be changed while voltage limits are on")
        wanted = number(text, unit="OHM", words={"INFinity": math.inf, "MINimum": 1.0, "MAXimum": 1e4})
        load = wanted if math.isinf(wanted) else min(max(wanted, 1.0), 1e4)
        if load != wanted:
            self._adjusted(-222, f"value clipped to {'lower' if load > wanted else 'upper'} limit")
        self._levels.load = load

    def _load(self) -> str:
        return _written(self._levels.load)

    def _switch(self, text: str) -> None:
        self._on = boolean(text)
        self._hear()

    # --- the wave ---

    def _trigger(self) -> None:
        waits = self._burst and self._mode == "TRIG" and self._source == "BUS"
        if not waits or self._running():
            raise ScpiError(-211)
        self._terminal.change()
        self._train.go(self._course(self._is["cycles"], math.inf))

    def _abort(self) -> None:
        if self._burst:
            self._wave()

    def _wave(self) -> None:
        """Let the wave begin as it is set now; a burst waits for its trigger."""
        self._resolve_conflicts()
        self._terminal.change()
        cycles = self._is["cycles"]
        if not self._burst:
            course = self._course(math.inf, math.inf)
        elif self._mode == "TRIG" and self._source in ("IMM", "TIM"):
            period = math.inf if math.isinf(cycles) else max(self._is["period"], cycles / self._rate())
            course = self._course(cycles, period)
        else:
            course = self._course(math.inf, math.inf, still=True)
        self._train.go(course)
        self._hear()

    def _course(self, cycles: float, period: float, *, still: bool = False) -> Course:
        cyclic = self._function in _CYCLIC
        high = self._is["duty"] / 100 if self._function == "SQU" else 0.5 * cyclic
        if not self._burst:
            start = self._train.place()
        elif self._function == "PULS":
            start = _BEFORE_THE_EDGE
        else:
            start = math.fmod(self._is["phase"] + _FULL_CIRCLE, _FULL_CIRCLE) / _FULL_CIRCLE
        return Course(self._rate() if cyclic and not still else 0.0, start, high, cycles, period)

    def _rate(self) -> float:
        return self._is["frequency"] * (1 + self._timebase)

    def _resolve_conflicts(self) -> None:
        cycles, frequency = self._is["cycles"], self._is["frequency"]
        if not self._burst or self._mode != "TRIG" or math.isinf(cycles):
            return
        if self._function in ("SIN", "SQU") and frequency > _BURST_TOP:
            self._is["frequency"] = _BURST_TOP
            self._adjusted(-221, "frequency reduced for burst mode")
        if self._source != "IMM":
            return
        if frequency < _BURST_BOTTOM:
            self._is["frequency"] = _BURST_BOTTOM
            self._adjusted(-221, "frequency increased for burst mode")
        least = min(cycles / self._is["frequency"], _LONGEST_PERIOD)
        if self._is["period"] < least:
            self._is["period"] = least
            self._adjusted(-221, "burst period increased to fit entire burst")

    def _hear(self) -> None:
        """Have the terminals see the wave, or not, as output and levels are now."""
        self._terminal.change()
        enough = self._levels.swing >= _SWING
        self._train.hear(heard=self._on and enough, seen=enough or not self._on)

    def _running(self) -> bool:
        return self._train.left() > 0

    def _busy(self) -> float:
        left = self._train.left()
        return left if math.isfinite(left) else 0.0

    def _pulses(self, when: float) -> float | None:
        count = self._train.count(when)
        if count is not None:
            self.bench.truth("pulses", float(math.floor(count)), at=when)
        return count

    def _adjusted(self, code: int, why: str) -> None:
        """Report that something else was set than what was asked for."""
        self._reports.error(code, detail=f" {why}")


def _of_channel(header: str, setter: Callable[[str], None], query: Callable[..., str]) -> dict[str, Handler]:
    """Give command and query below a header with the number of the channel, of which there is one."""

    def put(channel: int, text: str) -> None:
        _only(channel)
        setter(text)

    def get(channel: int, text: str = "") -> str:
        _only(channel)
        return query(text) if text else query()

    def get_plain(channel: int) -> str:
        _only(channel)
        return query()

    return {header: put, f"{header}?": get if isinstance(query, partial) else get_plain}


def _only(channel: int) -> None:
    if channel != 1:
        raise ScpiError(-114)


def _written(value: float) -> str:
    return _INFINITY if math.isinf(value) else nr3(value, _DIGITS)
