"""Fluke 8508A reference multimeter, 8½ digits, in the dialect of the Datron 1281.

Written from protocols.md, section 3.3; `*OPT?`, `EXQ?`, `DDQ?`, `MZERO?`, the other resistance functions and the states
after `*RST` as public programs for it have them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import ClassVar, NamedTuple

from calbench.simulation.answer import Answer
from calbench.simulation.bench import Bench
from calbench.simulation.connection import Connection
from calbench.simulation.device import Device
from calbench.simulation.electrical import OPEN
from calbench.simulation.parameters import ScpiError, number
from calbench.simulation.registers import EventRegister
from calbench.simulation.scpi import CommandTree, Handler
from calbench.simulation.status import ErrorQueue, Status488
from calbench_sim.parts.multimeters.meter_unit import SETTINGS, Look, MeterUnit, Ranges, Seen, alike, readings
from calbench_sim.parts.multimeters.multimeter_series import INSTANT, Series

OVERLOAD = 2e35
_VOLTS = (0.2, 2.0, 20.0, 200.0, 1000.0)
_AMPS = (2e-4, 2e-3, 0.02, 0.2, 2.0, 20.0)
_OHMS = (2.0, 20.0, 200.0, 2e3, 2e4, 2e5, 2e6, 2e7, 2e8, 2e9)
_RANGES: Mapping[str, Ranges] = MappingProxyType(
    {
        "voltage": alike(_VOLTS, 1e-6, 1e-7, 1e-8),
        "voltage.ac": alike(_VOLTS, 3e-5, 5e-6, 5e-7),
        "current.dc": alike(_AMPS, 4e-6, 1e-6, 5e-8),
        "current.ac": alike(_AMPS, 1e-4, 3e-5, 1e-6),
        "resistance": alike(_OHMS[:7], 2.5e-6, 3e-7, 3e-8) | alike(_OHMS[7:], 5e-5, 5e-6, 1e-6),
    }
)
# by RESL: s that a reading takes, normal and fast (protocols.md: RESL8 takes 6 s to 25 s)
_SECONDS = MappingProxyType({5: (0.32, 0.08), 6: (1.6, 0.4), 7: (6.4, 1.6), 8: (25.0, 6.4)})
_AC_SECONDS = MappingProxyType({5: 1.5, 6: 3.0})
_FILTERS = MappingProxyType({"FILT1HZ": 1.0, "FILT10HZ": 10.0, "FILT40HZ": 40.0, "FILT100HZ": 100.0})
_READING_AVAILABLE = 1 << 7  # measurement event status register
_EXECUTION_ERRORS = MappingProxyType(
    {-224: 1001, -222: 1002, -230: 1003, -221: 1004}
)  # numbers of EXQ? are assumed
_INPUTS = ("FRONT", "REAR", "OFF", "DIV_REAR", "SUB_REAR", "DEVTN")
_NEED_REAR = frozenset({"REAR", "DIV_REAR", "SUB_REAR", "DEVTN"})
_ZERO_SECONDS = 10.0


class _Kind(NamedTuple):
    """One function: what it measures, its ranges, the words that it takes, and its finest resolution."""

    quantity: str
    ranges: tuple[float, ...]
    words: frozenset[str]
    finest: int


_DIRECT = frozenset({"FILT_ON", "FILT_OFF", "FAST_ON", "FAST_OFF"})
_WIRES = frozenset({"TWO_WR", "FOUR_WR"})
_ALTERNATING = frozenset({*_FILTERS, "ACCP", "DCCP"})
_RESISTIVE = _DIRECT | _WIRES | {"LOI_ON", "LOI_OFF"}
_KINDS = MappingProxyType(
    {
        "DCV": _Kind("voltage", _VOLTS, _DIRECT | _WIRES, 8),
        "ACV": _Kind(
            "voltage.ac", _VOLTS, _ALTERNATING | _WIRES | {"TFER_ON", "TFER_OFF", "SPOT_ON", "SPOT_OFF"}, 6
        ),
        "DCI": _Kind("current.dc", _AMPS, _DIRECT, 7),
        "ACI": _Kind("current.ac", _AMPS, _ALTERNATING, 6),
        "OHMS": _Kind("resistance", _OHMS, _RESISTIVE, 8),
        "TRUE_OHMS": _Kind("resistance", _OHMS[:5], _RESISTIVE, 8),
        "HIV_OHMS": _Kind("resistance", _OHMS[7:], _RESISTIVE, 8),
    }
)


class _Errors(ErrorQueue):
    """Execution errors alone have a queue, and numbers of their own; the last one comes first."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: list[int] = []

    def push(self, code: int, text: str = "", detail: str = "") -> None:  # noqa: ARG002 - it has numbers only
        """Add an error."""
        if code in _EXECUTION_ERRORS:
            self.codes.append(_EXECUTION_ERRORS[code])

    def clear(self) -> None:
        """Forget all errors."""
        self.codes.clear()


class F8508A(Device):
    """8508A at GPIB with front terminals `input` and, with option 8508A/01, rear terminals `rear`.

    Truth as in `MeterUnit`. A reading takes as long as its resolution says; `RDG?` waits for a conversion under way.

    Assumed, as no source says it: readings in engineering notation with as many digits as RESL gives; with TRG_SRCE INT
    `RDG?` starts a conversion of its own; without any reading it is an execution error; the numbers of `EXQ?`; the
    measurement events at bit 0 of the status byte; `*RST` selects DCV AUTO,FILT_OFF,RESL6,FAST_OFF,TWO_WR.
    """

    IDENTITY = "FLUKE,8508A,{serial},2.02"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS | {"options": "what *OPT? says: 8508A/01 (default) or 0, which has no rear terminals"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._unit = MeterUnit(bench, _RANGES, tempco=1e-7)
        self._unit.input_resistance = lambda top: 1e12 if top < 200.0 else 1e7  # noqa: PLR2004 - V
        self._events = EventRegister()
        self._errors = _Errors()
        self._series: Series | None = None
        self._zeros: dict[tuple[str, float], float] = {}
        self._unit.watch(self._note)
        bench.terminal("rear").watch(self._note)
        status = Status488(
            self.IDENTITY.format(serial=bench.serial_number), errors=self._errors, error_bit=None, reset=self._reset,
            busy=self._busy, registers={0: self._events},
        )  # fmt: skip
        self.status = status
        self._report = status.error
        self._reset()
        self._tree = CommandTree(self._commands(), status)

    def receive(self, line: str) -> None:
        """Act on one program message."""
        answer = self._tree.run(line)
        if answer is not None:
            self.reply(answer.text, after=answer.after, sequential=True)

    def interrupted(self, connection: Connection) -> None:
        """Act on a new message while a reply waits: the query is given up, the message is acted on now."""
        self.let_go()
        super().interrupted(connection)

    def trigger(self) -> None:
        """Act on a group execute trigger."""
        self._convert()

    def device_clear(self) -> None:
        """Act on a device clear: a conversion under way is given up."""
        self._series = None
        super().device_clear()

    def _commands(self) -> dict[str, Handler]:
        table: dict[str, Handler] = {name: partial(self._function, name) for name in _KINDS}
        return table | {
            "INPUT": self._set_input, "GUARD": self._set_guard, "TRG_SRCE": self._set_source, "DELAY": self._set_delay,
            "AVG": self._set_average, "*TRG": self._convert, "RDG?": self._recall, "X?": self._trigger_and_recall,
            "MESR?": lambda: str(self._events.read_event()), "MESE": self._enable,
            "MESE?": lambda: str(self._events.enable),
            "ZERO?": self._zero, "MZERO?": self._zero, "CAL?": self._calibrate, "*OPT?": self._options,
            "EXQ?": lambda: str(self._errors.codes.pop() if self._errors.codes else 0), "DDQ?": lambda: "0",
            "SYSTem:ERRor[:NEXT]?": self._unknown,
        }  # fmt: skip

    def _reset(self) -> None:
        self._name, self._range, self._auto = "DCV", 1000.0, True
        self._digits = dict.fromkeys(_KINDS, 6)
        self._words: dict[str, set[str]] = {name: {"TWO_WR"} for name in _KINDS}
        self._input, self._source, self._pause, self._average = "FRONT", "INT", 0.0, 1
        self._unit.band = 40.0
        self._series = None

    # --- settings ---

    def _function(self, name: str, *words: str) -> None:
        kind = _KINDS[name]
        largest: float | None = None
        automatic = name != self._name
        digits, chosen = self._digits[name], set(self._words[name])
        for given in words:
            word = given.upper()
            if word.startswith("RESL") and word[4:] in {"5", "6", "7", "8"} and int(word[4:]) <= kind.finest:
                digits = int(word[4:])
            elif word == "AUTO":
                automatic, largest = True, None
            elif word in kind.words:
                chosen -= {other for other in kind.words if _excludes(other, word)}
                chosen.add(word)
            elif word and (word[0].isdecimal() or word[0] in "+-."):
                largest, automatic = abs(number(word)), False
            else:
                raise ScpiError(-224 if word else -109)
        found = None if largest is None else next((top for top in kind.ranges if largest <= top), None)
        if largest is not None and found is None:
            raise ScpiError(-222)
        if automatic:
            self._auto = True
        if name != self._name:
            self._range = kind.ranges[-1]
        if found is not None:
            self._range, self._auto = found, False
        self._name, self._digits[name], self._words[name] = name, digits, chosen
        self._unit.band = next((hertz for word, hertz in _FILTERS.items() if word in chosen), 40.0)
        self._series = None

    def _set_input(self, word: str) -> None:
        if word.upper() not in _INPUTS:
            raise ScpiError(-224)
        if word.upper() in _NEED_REAR and self._options() == "0":
            raise ScpiError(-221)
        self._input = word.upper()
        self._series = None

    @staticmethod
    def _set_guard(word: str) -> None:
        if word.upper() not in {"INT", "EXT", "LCL", "REM"}:
            raise ScpiError(-224)

    def _set_source(self, word: str) -> None:
        if word.upper() not in {"INT", "EXT"}:
            raise ScpiError(-224)
        self._source = word.upper()

    def _set_delay(self, text: str) -> None:
        self._pause = 0.0 if text.upper() == "DFLT" else number(text, low=0.0, high=65000.0)

    def _set_average(self, text: str) -> None:
        word = text.upper()
        if word not in {"OFF", "AV4", "AV8", "AV16", "AV32", "AV64"}:
            raise ScpiError(-224)
        self._average = 1 if word == "OFF" else int(word[2:])

    def _enable(self, text: str) -> None:
        self._events.enable = int(number(text, low=0, high=255))
        self._events.on_change()

    def _options(self) -> str:
        return self.bench.words.get("options", "8508A/01")

    @staticmethod
    def _calibrate() -> str:
        return "1"  # the calibration switch is off

    @staticmethod
    def _unknown() -> None:
        raise ScpiError(-113)

    # --- readings ---

    def _busy(self) -> float:
        left = self._series.finish - self.clock.monotonic() if self._series is not None else 0.0
        return left if left > INSTANT else 0.0

    def _note(self) -> None:
        if self._series is not None and self._series.left:
            self._series.note(self.clock.monotonic())

    def _time(self) -> float:
        words, digits = self._words[self._name], self._digits[self._name]
        if _KINDS[self._name].quantity.endswith(".ac"):
            return _AC_SECONDS[digits] * 40.0 / self._unit.band
        normal, fast = _SECONDS[digits]
        return fast if "FAST_ON" in words else normal

    def _convert(self) -> None:
        kind, now = _KINDS[self._name], self.clock.monotonic()
        sense = "FOUR_WR" in self._words[self._name] and kind.quantity == "resistance"
        at = "rear" if self._input == "REAR" else "input"
        look = self._unit.look(kind.quantity, sense=sense, at=at)
        rear = self._unit.look(kind.quantity, sense=sense, at="rear")
        time = self._time() * self._average
        each, read = time + self._pause, partial(self._read, rear)
        mine = self._series = readings(1, now, self._pause, time, each, look, read)

        def done() -> None:
            if self._series is mine:
                mine.advance(self.clock.monotonic())
                self._events.set(_READING_AVAILABLE, raised=True)
                self._events.set(_READING_AVAILABLE, raised=False)

        self.after(each, done)

    def _recall(self) -> Answer:
        if self._series is None:
            if self._source == "EXT":
                raise ScpiError(-230)
            self._convert()
        elif self._source == "INT" and self._busy() <= 0:
            self._convert()
        series = self._series
        assert series is not None  # noqa: S101 - just made
        digits = self._digits[self._name]
        return Answer(lambda: self._text(series, digits), self._busy())

    def _trigger_and_recall(self) -> Answer:
        self._convert()
        return self._recall_this()

    def _recall_this(self) -> Answer:
        series, digits = self._series, self._digits[self._name]
        assert series is not None  # noqa: S101 - there is a conversion
        return Answer(lambda: self._text(series, digits), self._busy())

    @staticmethod
    def _text(series: Series, digits: int) -> str:
        series.advance(series.finish)
        return written(series.readings[0], digits)

    def _read(self, look_rear: Look, seen: Seen, until: float) -> float:
        if self._input in {"FRONT", "REAR"}:
            return self._measure(seen, until)
        if self._input == "OFF":
            return self._measure(OPEN, until)
        front = self._measure(seen, until)
        rear = self._measure(look_rear(until, until), until)
        if OVERLOAD in {abs(front), abs(rear)} or (self._input != "SUB_REAR" and rear == 0):
            return OVERLOAD
        if self._input == "DIV_REAR":
            return front / rear
        return front - rear if self._input == "SUB_REAR" else (front - rear) / rear

    def _measure(self, seen: Seen, until: float) -> float:
        kind, (voltage, resistance) = _KINDS[self._name], seen
        if kind.quantity == "resistance":
            if resistance is None:
                return OVERLOAD
            seen = (0.0 if self._name == "TRUE_OHMS" else voltage), resistance
        size = resistance or 0.0 if kind.quantity == "resistance" else voltage
        if self._auto:
            self._range = next((top for top in kind.ranges if abs(size) <= _limit(top)), kind.ranges[-1])
        step = self._range * 0.5 * 10.0 ** -self._digits[self._name]
        seconds = self._time() * self._average
        value = self._unit.read(kind.quantity, self._range, seconds, step, seen, until)
        if abs(value) > _limit(self._range):
            return math.copysign(OVERLOAD, value)
        return value - self._zeros.get((kind.quantity, self._range), 0.0)

    def _zero(self) -> Answer:
        """Measure the zero of the range: 0, or 1 if what is connected is not a short."""
        kind, now = _KINDS[self._name], self.clock.monotonic()
        self._zeros.pop((kind.quantity, self._range), None)
        seen = self._unit.look(kind.quantity, sense="FOUR_WR" in self._words[self._name])(now, now)
        value = self._measure(seen, now)
        good = abs(value) <= 0.01 * self._range
        if good:
            self._zeros[kind.quantity, self._range] = value
        return Answer(str(int(not good)), _ZERO_SECONDS)


def written(value: float, digits: int) -> str:
    """Write a reading in engineering notation with as many digits as RESL gives; overload is 200.0000E+33."""
    if abs(value) >= OVERLOAD:
        return f"{'-' if value < 0 else '+'}200.0000E+33"
    power = 0 if value == 0 else math.floor(math.log10(abs(value)) / 3) * 3
    mantissa = value / 10.0**power
    whole = 1 if value == 0 else len(str(int(abs(mantissa))))
    return f"{mantissa:+.{max(digits + 1 - whole, 0)}f}E{power:+03d}"


def _excludes(one: str, other: str) -> bool:
    """Tell whether two words are settings of the same thing."""
    groups = ({"ACCP", "DCCP"}, set(_FILTERS), set(_WIRES))
    if any({one, other} <= group for group in groups):
        return True
    return one.rsplit("_", 1)[0] == other.rsplit("_", 1)[0] and "_" in one


def _limit(top: float) -> float:
    """Give the largest reading of a range."""
    return 1050.0 if top == 1000.0 else top  # noqa: PLR2004 - V
