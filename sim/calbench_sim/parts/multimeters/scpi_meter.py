"""What bench meters with a SCPI language of their own have in common: functions, trigger, readings, status."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar, NamedTuple

from calbench.simulation.answer import Answer
from calbench.simulation.bench import Bench
from calbench.simulation.connection import Connection
from calbench.simulation.device import Device
from calbench.simulation.parameters import ScpiError, boolean, number, quoted, string
from calbench.simulation.registers import EventRegister
from calbench.simulation.scpi import CommandTree, Handler
from calbench.simulation.status import ErrorQueue, Status488
from calbench_sim.parts.multimeters.meter_unit import SETTINGS, MeterUnit, Ranges, Seen, readings
from calbench_sim.parts.multimeters.multimeter_functions import short
from calbench_sim.parts.multimeters.multimeter_series import Series
from calbench_sim.parts.multimeters.multimeter_trigger import Trigger

OVERLOAD = 9.9e37
LINE = 50.0  # Hz
_OPENS = frozenset({"resistance", "temperature"})  # nothing connected is an overload there, not a zero


class Function(NamedTuple):
    """One function: name in `FUNC?`, header in the command tree, what it measures, ranges, sense leads."""

    name: str
    header: str
    quantity: str
    ranges: tuple[float, ...] = ()
    sense: bool = False

    def spellings(self) -> set[str]:
        """Give the names that `FUNCtion` accepts: short and long, with and without what may be left out."""
        bare = self.header.replace("[:DC]", "").replace("[:VOLTage]", "")
        full = self.header.replace("[", "").replace("]", "")
        return {self.name, *(form for header in (bare, full) for form in (short(header), header.upper()))}


class State:
    """What is set for one function; models give it further attributes' meaning."""

    def __init__(self, function: Function, limit: Callable[[Function, float], float]) -> None:
        self.function = function
        self._limit = limit
        self.reset(1.0)

    def reset(self, nplc: float) -> None:
        """Take the state after `*RST`: auto-range, no relative value, no filter."""
        self.range = self.function.ranges[-1] if self.function.ranges else 1.0
        self.auto_range = True
        self.nplc = nplc
        self.aperture = 0.1
        self.relative, self.relative_on = 0.0, False
        self.average, self.average_on, self.control = 10.0, False, "REP"
        self.digits = 6.0

    def follow(self, value: float) -> None:
        """Let auto-range choose the lowest range that holds a value."""
        if self.auto_range and self.function.ranges:
            ranges = self.function.ranges
            self.range = next((top for top in ranges if abs(value) <= self.limit(top)), ranges[-1])

    def choose_range(self, value: float) -> None:
        """Select the lowest range for a value (-222 if there is none)."""
        found = next((top for top in self.function.ranges if abs(value) <= self.limit(top)), None)
        if found is None:
            raise ScpiError(-222)
        self.range, self.auto_range = found, False

    def limit(self, top: float) -> float:
        """Give the largest reading of a range with that nominal value."""
        return self._limit(self.function, top)


class ScpiMeter(Device):
    """A meter with one input; the model adds identity, functions, accuracies and its command table.

    Terminal: `input`. Truth as in `MeterUnit`.
    """

    BLOCKS = True
    IDENTITY: ClassVar[str]
    FUNCTIONS: ClassVar[Mapping[str, Function]]
    RANGES: ClassVar[Mapping[str, Ranges]]
    LEAST_NPLC: ClassVar[float] = 0.01
    MOST_NPLC: ClassVar[float] = 10.0
    RESET_NPLC: ClassVar[float] = 1.0
    MOST_SAMPLES: ClassVar[int] = 1024
    SETTINGS: ClassVar[Mapping[str, str]] = SETTINGS

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.unit = MeterUnit(bench, self.RANGES)
        self.questionable, self.operation = EventRegister(), EventRegister()
        self.trigger_system = Trigger(self.clock.monotonic, self._begin)
        self.unit.watch(self.trigger_system.note)
        self.reports = Status488(
            self.IDENTITY.format(serial=bench.serial_number),
            errors=self.error_queue(),
            reset=self.reset,
            busy=self.trigger_system.busy,
            registers={3: self.questionable, 7: self.operation},
        )
        self.status = self.reports
        self.states = {name: State(function, self.limit) for name, function in self.FUNCTIONS.items()}
        self.reset()
        self.tree = CommandTree(self.commands(), self.reports)

    # --- for the model ---

    def error_queue(self) -> ErrorQueue:
        """Give the error queue."""
        return ErrorQueue()

    def commands(self) -> dict[str, Handler]:
        """Give the command table; the model adds its own."""
        trigger = self.trigger_system
        return {
            "INITiate[:IMMediate]": trigger.initiate,
            "ABORt": trigger.abort,
            "*TRG": trigger.bus,
            "READ?": lambda *_: self.answer_read(),
            "FETCh?": lambda *_: self.answer_fetch(),
            "STATus:QUEStionable[:EVENt]?": lambda: str(self.questionable.read_event()),
            "STATus:QUEStionable:CONDition?": lambda: str(self.questionable.condition),
            "STATus:OPERation[:EVENt]?": lambda: str(self.operation.read_event()),
            "STATus:OPERation:CONDition?": lambda: str(self.operation.condition),
            "STATus:PRESet": self._preset_status,
            **self.stored("STATus:QUEStionable:ENABle", self.questionable, "enable", 0, 65535),
            **self.stored("STATus:OPERation:ENABle", self.operation, "enable", 0, 65535),
            "[SENSe:]FUNCtion[:ON]": self.set_function,
            "[SENSe:]FUNCtion[:ON]?": lambda: quoted(self.function),
        }

    def limit(self, _: Function, top: float) -> float:
        """Give the largest reading of a range of a function: here 120 %."""
        return 1.2 * top

    def integration(self, state: State) -> float:
        """Give how long (s) the input counts for one reading: here line cycles, or a gate for frequencies."""
        if state.function.quantity in {"frequency", "period"}:
            return state.aperture
        return state.nplc / LINE

    def time(self, state: State) -> float:
        """Give how long (s) one reading takes: here the zero is measured too, and a repeating filter counts."""
        time = self.integration(state)
        time *= (
            2 if self.zeroing and state.function.quantity in {"voltage", "resistance", "current.dc"} else 1
        )
        return time * (state.average if state.average_on and state.control == "REP" else 1)

    def resolution(self, state: State) -> float:
        """Give the part of the range that is resolved: here by the integration time."""
        return 1e-6 if state.nplc < 1 else 1e-7

    def written(self, value: float) -> str:
        """Write one reading."""
        return f"{value:+.8E}"

    def shown(self, value: float) -> str:
        """Write the value of a setting."""
        return f"{value:.6E}"

    def reset(self) -> None:
        """Do `*RST`."""
        for state in self.states.values():
            state.reset(self.RESET_NPLC)
        self.function = next(iter(self.FUNCTIONS))
        self.zeroing = True
        self.unit.band = 20.0
        self.unit.auto_zero()
        self.trigger_system.reset()

    # --- the line ---

    def receive(self, line: str) -> None:
        """Act on one program message; a query is finished before the next message is begun."""
        self.trigger_system.advance()
        answer = self.tree.run(line)
        if answer is not None:
            self.reply(answer.text, after=answer.after, timeless=True, sequential=True)

    def interrupted(self, connection: Connection) -> None:
        """Act on a new message while a reply waits: the query is given up, the message is acted on now."""
        self.let_go()
        super().interrupted(connection)

    def trigger(self) -> None:
        """Act on a group execute trigger."""
        try:
            self.trigger_system.bus()
        except ScpiError as error:
            self.reports.error(error.code)

    def device_clear(self) -> None:
        """Act on a device clear: also ends the acquisition."""
        self.trigger_system.abort()
        super().device_clear()

    # --- readings ---

    @property
    def state(self) -> State:
        """What is set for the present function."""
        return self.states[self.function]

    def answer_read(self) -> Answer:
        """Answer `READ?`."""
        return self._late(self.trigger_system.read())

    def answer_fetch(self) -> Answer:
        """Answer `FETCh?`."""
        return self._late(self.trigger_system.fetch())

    def set_function(self, text: str) -> None:
        """Do `FUNCtion`."""
        name = string(text).upper()
        found = next((f.name for f in self.FUNCTIONS.values() if name in f.spellings()), None)
        if found is None:
            raise ScpiError(-224)
        self.choose_function(found)

    def choose_function(self, name: str) -> None:
        """Select a function; readings of another one are gone."""
        self.function = name
        self.trigger_system.abort()
        self.trigger_system.forget()

    def _late(self, answer: Answer) -> Answer:
        series = self.trigger_system.series
        assert series is not None  # noqa: S101 - the trigger has just answered with it
        return Answer(partial(self.text, series), answer.after)

    def text(self, series: Series) -> str:
        """Write the readings of a series that is finished."""
        series.advance(series.finish)
        return ",".join(self.written(value) for value in series.readings)

    def _begin(self, samples: int, now: float) -> Series:
        state, trigger = self.state, self.trigger_system
        each = self.time(state) + trigger.delay
        look = self.unit.look(state.function.quantity, sense=state.function.sense)
        return readings(
            samples, now, trigger.delay, self.integration(state), each, look, partial(self._reading, state)
        )

    def _reading(self, state: State, seen: Seen, until: float) -> float:
        value = self.measured(state, seen, until)
        overload = abs(value) >= OVERLOAD
        if overload or self.questionable.condition:
            self.questionable.set(1, raised=overload)
        return value - state.relative if state.relative_on and not overload else value

    def measured(self, state: State, seen: Seen, until: float) -> float:
        """Make a reading of what was seen until a time (s): ±9.9E37 on overload."""
        quantity, (value, resistance) = state.function.quantity, seen
        if resistance is None and quantity in _OPENS:
            state.follow(OVERLOAD)
            return OVERLOAD
        if quantity in {"frequency", "period"}:
            if resistance is None:
                return 0.0
            return self.unit.read(quantity, 1.0, state.aperture, 0.0, seen, until)
        state.follow(resistance or 0.0 if quantity == "resistance" else value)
        seconds = self.integration(state) * (state.average if state.average_on else 1)
        step = state.range * self.resolution(state) if state.function.ranges else 0.0
        value = self.unit.read(quantity, state.range, seconds, step, seen, until)
        if state.function.ranges and abs(value) > state.limit(state.range):
            return math.copysign(OVERLOAD, value)
        return value

    # --- commands that several models have under names of their own ---

    def stored(self, header: str, owner: object, name: str, low: float, high: float) -> dict[str, Handler]:
        """Give command and query of a number that is kept in an attribute; integers stay integers."""
        kind = type(getattr(owner, name))

        def set_it(text: str) -> None:
            setattr(
                owner, name, kind(number(text, low=low, high=high, words={"DEFault": getattr(owner, name)}))
            )

        def get_it(text: str = "") -> str:
            value = number(text, low=low, high=high) if text else getattr(owner, name)
            return str(int(value)) if kind is int else self.shown(value)

        return {header: set_it, f"{header}?": get_it}

    @staticmethod
    def switch(header: str, owner: object, name: str) -> dict[str, Handler]:
        """Give command and query of an ON/OFF setting that is kept in an attribute."""
        return {
            header: lambda text: setattr(owner, name, boolean(text)),
            f"{header}?": lambda: str(int(getattr(owner, name))),
        }

    def ranged(self, header: str, state: State) -> dict[str, Handler]:
        """Give the commands of the range of a function."""
        ranges = state.function.ranges
        words = {"MINimum": ranges[0], "MAXimum": ranges[-1], "DEFault": ranges[-1]}

        def get_range(text: str = "") -> str:
            return self.shown(number(text, words=words) if text else state.range)

        return {
            f"{header}:RANGe[:UPPer]": lambda text: state.choose_range(number(text, words=words)),
            f"{header}:RANGe[:UPPer]?": get_range,
            **self.switch(f"{header}:RANGe:AUTO", state, "auto_range"),
        }

    def set_zero(self, text: str) -> None:
        """Do auto-zero ON or OFF; ONCE measures the zero now."""
        self.zeroing = text.strip().upper() != "ONCE" and boolean(text)
        (self.unit.auto_zero if self.zeroing else self.unit.hold_zero)()

    def _preset_status(self) -> None:
        self.questionable.enable = self.operation.enable = 0
