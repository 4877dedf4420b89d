"""Keysight 53230A universal counter: frequency, period and totalize.

Written from protocols.md, sections 4 and 16; what it does not say is assumed and named below.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.answer import Answer
from calbench.simulation.bench import Bench
from calbench.simulation.connection import Connection
from calbench.simulation.device import Device
from calbench.simulation.parameters import ScpiError, boolean, choice, definite_block, number, quoted, string
from calbench.simulation.registers import EventRegister
from calbench.simulation.scpi import CommandTree, Handler
from calbench.simulation.status import ErrorQueue, Status488
from calbench_sim.parts.multimeters.counter_math import NO_SIGNAL, CounterMath
from calbench_sim.parts.multimeters.counting import SETTINGS, Channel, Counter
from calbench_sim.parts.multimeters.meter_unit import Seen, readings
from calbench_sim.parts.multimeters.multimeter_series import Series
from calbench_sim.parts.multimeters.multimeter_trigger import Trigger

_CHANNELS = re.compile(r"\(@\s*([12])\s*\)")
_ENDLESS = 9.9e37
_MOST = 1_000_000
_GAP = 0.002  # s between two readings
_LONGEST_TOTAL = 1e6  # s that a continuous totalize lasts at most here
_FUNCTIONS = MappingProxyType({"FREQUENCY": "FREQ", "FREQ": "FREQ", "PERIOD": "PER", "PER": "PER", "TOTALIZE": "TOT",
                               "TOT": "TOT"})  # fmt: skip
_SWITCH_TIME = {"TIME": "TIME", "EXTernal": "EXT"}


class K53230A(Device):
    """53230A with its inputs `input1` and `input2`: frequency of `voltage.ac` or of `pulses`, and their count; M x - B.

    No signal is 9.91E37, and a count of 0. Truth as in `Counter`.

    Assumed: identity; the state after `*RST` (AC, 1 MOhm, gate 0.1 s, level found by itself); one reading each gate and
    2 ms; pulses of 0 V and 5 V; sensitivity 20 mV; `FUNC?` as `"FREQ 1"`; a continuous totalize is read by
    `TOTalize:DATA?` and ended by `ABORt`.
    """

    BLOCKS = True
    IDENTITY = "Keysight Technologies,53230A,{serial},03.06-1519.666-1.19-4.15-127-155-35"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(SETTINGS)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._counter = Counter(bench)
        self._math = CounterMath(written)
        self._channels = {n: Channel(bench, f"input{n}") for n in (1, 2)}
        self._trigger = Trigger(self.clock.monotonic, self._begin)
        for channel in self._channels.values():
            channel.terminal.watch(self._trigger.note)
        self._questionable = EventRegister()
        self.status = self._reports = Status488(
            self.IDENTITY.format(serial=bench.serial_number), errors=ErrorQueue(depth=20, sign="+"),
            reset=self._reset, busy=self._trigger.busy, registers={3: self._questionable},
        )  # fmt: skip
        self._reset()
        self._tree = CommandTree(self._commands(), self._reports)

    def receive(self, line: str) -> None:
        """Act on one program message; a query is finished before the next message is begun."""
        self._trigger.advance()
        answer = self._tree.run(line)
        if answer is not None:
            self.reply(answer.text, after=answer.after, timeless=True, sequential=True)

    def interrupted(self, connection: Connection) -> None:
        """Act on a new message while a reply waits: the query is given up, the message is acted on now."""
        self.let_go()
        super().interrupted(connection)

    def trigger(self) -> None:
        """Act on a group execute trigger."""
        try:
            self._trigger.bus()
        except ScpiError as error:
            self._reports.error(error.code)

    def device_clear(self) -> None:
        """Act on a device clear: also ends the acquisition."""
        self._trigger.abort()
        super().device_clear()

    def _reset(self) -> None:
        self._function, self._input = "FREQ", 1
        self._gates = {"FREQ": 0.1, "TOT": 0.1}
        self._sources = {"FREQ": "TIME", "TOT": "TIME"}
        self._continuous = False
        self._expected, self._mode = 1e7, "AUTO"
        for channel in self._channels.values():
            channel.reset()
        self._trigger.reset()
        self._math.reset()

    # --- commands ---

    def _commands(self) -> dict[str, Handler]:
        trigger = self._trigger
        table: dict[str, Handler] = {
            "INITiate[:IMMediate]": trigger.initiate, "ABORt": self._abort, "*TRG": trigger.bus,
            "READ?": self._read, "FETCh?": self._fetch, "R?": self._block,
            "DATA:POINts?": lambda: f"{trigger.points():+d}", "DATA:REMove?": self._remove,
            "CONFigure?": self._configuration,
            "CONFigure[:FREQuency]": partial(self._configure, "FREQ"),
            "CONFigure:PERiod": partial(self._configure, "PER"),
            "CONFigure:TOTalize[:TIMed]": self._configure_timed,
            "CONFigure:TOTalize:CONTinuous": self._configure_continuous,
            "MEASure[:FREQuency]?": partial(self._measure, "FREQ"), "MEASure:PERiod?": partial(self._measure, "PER"),
            "MEASure:TOTalize[:TIMed]?": self._measure_timed,
            "[SENSe:]FUNCtion[:ON]": self._set_function,
            "[SENSe:]FUNCtion[:ON]?": lambda: quoted(f"{self._function} {self._input}"),
            "[SENSe:]FREQuency:MODE": self._set_mode, "[SENSe:]FREQuency:MODE?": lambda: self._mode,
            "[SENSe:]TOTalize:DATA?": self._total,
            "SAMPle:COUNt": self._set_samples, "SAMPle:COUNt?": lambda: f"{trigger.samples:+d}",
            "TRIGger:COUNt": self._set_count, "TRIGger:COUNt?": lambda: f"{int(trigger.count):+d}",
            "TRIGger:SOURce": self._set_source, "TRIGger:SOURce?": lambda: trigger.source,
            "TRIGger:DELay": self._set_delay, "TRIGger:DELay?": lambda: written(trigger.delay),
            "FORMat[:DATA]": self._set_format, "FORMat[:DATA]?": lambda: "ASC,+15",
            "SYSTem:VERSion?": lambda: "1999.0", "*OPT?": lambda: "0", "SYSTem:BEEPer[:IMMediate]": lambda: None,
            "STATus:QUEStionable[:EVENt]?": lambda: f"{self._questionable.read_event():+d}",
            "STATus:PRESet": lambda: None,
        }  # fmt: skip
        for name in ("FREQuency", "PERiod", "TOTalize"):
            table |= self._gate_commands(name)
        return table | self._input_commands() | self._math.commands()

    def _gate_commands(self, name: str) -> dict[str, Handler]:
        key = "TOT" if name == "TOTalize" else "FREQ"  # frequency and period share their gate

        def set_time(text: str) -> None:
            self._gates[key] = number(text, low=1e-6, high=1000.0, unit="S", words={"DEFault": 0.1})

        def set_source(text: str) -> None:
            self._sources[key] = choice(text, *_SWITCH_TIME)

        header = f"[SENSe:]{name}:GATE"
        return {
            f"{header}:TIME": set_time,
            f"{header}:TIME?": lambda: written(self._gates[key]),
            f"{header}:SOURce": set_source,
            f"{header}:SOURce?": lambda: self._sources[key],
        }

    def _input_commands(self) -> dict[str, Handler]:
        def setting(name: str, read: Handler, write: Handler) -> dict[str, Handler]:
            return {
                f"INPut#:{name}": lambda n, text: write(self._channel(n), text),
                f"INPut#:{name}?": lambda n: read(self._channel(n)),
            }

        def set_range(channel: Channel, text: str) -> None:
            channel.range = float(choice(text, "5", "50", "5.0", "50.0"))

        def set_impedance(channel: Channel, text: str) -> None:
            ohms = number(text, unit="OHM", words={"MINimum": 50.0, "MAXimum": 1e6, "DEFault": 1e6})
            if ohms not in {50.0, 1e6}:
                raise ScpiError(-222)
            channel.impedance = ohms

        def set_level(channel: Channel, text: str) -> None:
            channel.level = number(
                text, low=-channel.range, high=channel.range, unit="V", words={"DEFault": 0.0}
            )
            channel.automatic = False

        return {
            **setting(
                "COUPling", lambda c: c.coupling, lambda c, t: setattr(c, "coupling", choice(t, "AC", "DC"))
            ),
            **setting("IMPedance", lambda c: written(c.impedance), set_impedance),
            **setting("RANGe", lambda c: written(c.range), set_range),
            **setting("LEVel[:ABSolute]", lambda c: written(c.level), set_level),
            **setting(
                "LEVel:AUTO",
                lambda c: str(int(c.automatic)),
                lambda c, t: setattr(c, "automatic", boolean(t)),
            ),
            **setting(
                "SLOPe",
                lambda c: c.slope,
                lambda c, t: setattr(c, "slope", choice(t, "POSitive", "NEGative")),
            ),
            **setting(
                "FILTer[:LPASs][:STATe]",
                lambda c: str(int(c.filter)),
                lambda c, t: setattr(c, "filter", boolean(t)),
            ),
        }

    def _channel(self, n: int) -> Channel:
        if n not in self._channels:
            raise ScpiError(-114)
        return self._channels[n]

    # --- measuring ---

    def _configure(self, function: str, *parameters: str) -> None:
        values, channel = self._split(parameters, 2)
        expected = [
            number(text, low=1e-9, high=1e9, unit="HZ", words={"DEFault": 1e7, "AUTO": 1e7})
            for text in values[:1]
        ]
        for text in values[1:]:
            number(text, low=1e-15, high=1e9, words={"DEFault": 1.0})
        self._preset(function, channel)
        self._expected = expected[0] if expected else 1e7

    def _configure_timed(self, *parameters: str) -> None:
        values, channel = self._split(parameters, 1)
        gate = [number(text, low=1e-6, high=1000.0, unit="S", words={"DEFault": 0.1}) for text in values]
        self._preset("TOT", channel)
        self._gates["TOT"] = gate[0] if gate else 0.1

    def _configure_continuous(self, *parameters: str) -> None:
        _, channel = self._split(parameters, 0)
        self._preset("TOT", channel)
        self._continuous = True

    def _measure(self, function: str, *parameters: str) -> Answer:
        self._configure(function, *parameters)
        return self._read()

    def _measure_timed(self, *parameters: str) -> Answer:
        self._configure_timed(*parameters)
        return self._read()

    def _preset(self, function: str, channel: int) -> None:
        self._function, self._input, self._continuous = function, channel, False
        self._gates, self._sources = {"FREQ": 0.1, "TOT": 0.1}, {"FREQ": "TIME", "TOT": "TIME"}
        self._trigger.preset()

    @staticmethod
    def _split(parameters: tuple[str, ...], most: int) -> tuple[list[str], int]:
        """Take the channel list off; the other parameters, of which there may be so many."""
        values, channel = [text.strip() for text in parameters], 1
        if values and values[-1].startswith("("):
            found = _CHANNELS.fullmatch(values.pop())
            if found is None:
                raise ScpiError(-224)
            channel = int(found[1])
        if len(values) > most:
            raise ScpiError(-108)
        return values, channel

    def _gate(self) -> float:
        if self._continuous:
            return _LONGEST_TOTAL
        return self._gates["TOT" if self._function == "TOT" else "FREQ"]

    def _begin(self, samples: int, now: float) -> Series:
        gate, delay = self._gate(), self._trigger.delay
        each = gate + delay + (_GAP if samples > 1 else 0.0)
        look = self._channels[self._input].look(whole=self._function == "TOT")
        read = partial(self._reading, self._function, gate)
        return readings(samples, now, delay, gate, each, look, read)

    def _reading(self, function: str, gate: float, seen: Seen, until: float) -> float:
        return self._math.of(self._measured(function, gate, seen, until))

    def _measured(self, function: str, gate: float, seen: Seen, until: float) -> float:
        rate, resistance = seen
        signal = resistance is not None
        if function == "TOT":
            return self._counter.total(rate, gate, until) if signal else 0.0
        if not signal or rate * gate < 1 / _MOST:
            self._questionable.set(1 << 5, raised=True)
            self._questionable.set(1 << 5, raised=False)
            return NO_SIGNAL
        frequency = self._counter.frequency(rate, gate, until)
        return 1 / frequency if function == "PER" else frequency

    def _read(self) -> Answer:
        return self._late(self._trigger.read())

    def _fetch(self) -> Answer:
        return self._late(self._trigger.fetch())

    def _late(self, answer: Answer) -> Answer:
        series = self._trigger.series
        assert series is not None  # noqa: S101 - the trigger has just answered with it
        return Answer(partial(self._text, series), answer.after)

    @staticmethod
    def _text(series: Series) -> str:
        series.advance(series.finish)
        return ",".join(written(value) for value in series.readings)

    def _total(self) -> str:
        """Give the count up to now."""
        series = self._trigger.series
        if self._function != "TOT" or series is None:
            raise ScpiError(-230)
        if not series.left:
            return written(series.readings[-1])
        now = self.clock.monotonic()
        rate, span = series.so_far(now)
        return written(float(round(rate * span)))

    def _abort(self) -> None:
        series, now = self._trigger.series, self.clock.monotonic()
        if self._continuous and series is not None and series.left:
            rate, span = series.so_far(now)
            series.readings.append(self._counter.total(rate, span, now))
        self._trigger.abort()

    def _taken(self, text: str) -> list[float]:
        return self._trigger.take(int(number(text, low=1, high=_MOST)))

    def _remove(self, text: str, *_: str) -> str:
        return ",".join(written(value) for value in self._taken(text)) or written(NO_SIGNAL)

    def _block(self, text: str = "MAX") -> str:
        return definite_block(",".join(written(value) for value in self._taken(text)).encode())

    # --- settings ---

    def _configuration(self) -> str:
        value = self._gates["TOT"] if self._function == "TOT" else self._expected
        return quoted(f"{self._function} {written(value)},(@{self._input})")

    def _set_function(self, text: str) -> None:
        name, _, channel = string(text).upper().partition(" ")
        if name not in _FUNCTIONS or channel.strip() not in {"", "1", "2"}:
            raise ScpiError(-224)
        self._function, self._input = _FUNCTIONS[name], int(channel or 1)
        self._continuous = False
        self._trigger.abort()
        self._trigger.forget()

    def _set_mode(self, text: str) -> None:
        self._mode = choice(text, "AUTO", "RCONtinuous", "CONTinuous", "ARM")

    def _set_samples(self, text: str) -> None:
        self._trigger.samples = int(number(text, low=1, high=_MOST, words={"DEFault": 1}))

    def _set_count(self, text: str) -> None:
        self._trigger.count = number(text, low=1, high=_MOST, words={"DEFault": 1.0, "INFinity": _ENDLESS})

    def _set_source(self, text: str) -> None:
        self._trigger.source = choice(text, "IMMediate", "EXTernal", "BUS")

    def _set_delay(self, text: str) -> None:
        self._trigger.delay = number(text, low=0.0, high=3600.0, unit="S", words={"DEFault": 0.0})

    @staticmethod
    def _set_format(text: str, digits: str = "15") -> None:
        if choice(text, "ASCii", "REAL") != "ASC":
            raise ScpiError(-221)  # binary readings are not simulated
        number(digits, low=4, high=15)


def written(value: float) -> str:
    """Write a number with 15 digits and an exponent of three."""
    mantissa, exponent = f"{value:+.14E}".split("E") if math.isfinite(value) else ("+9.91000000000000", "+37")
    return f"{mantissa}E{int(exponent):+04d}"
