"""HP, Agilent and Keysight 3458A multimeter, 8½ digits, with its own language.

Written from protocols.md, section 3.1 (the manual's text in the public client hp3458a 0.1.1); states after PRESET
from there too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from inspect import signature
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.bench import Bench
from calbench.simulation.connection import Connection
from calbench.simulation.device import Device
from calbench_sim.parts.multimeters.hp3458_format import encode
from calbench_sim.parts.multimeters.hp3458_functions import KINDS, RANGES, Setup
from calbench_sim.parts.multimeters.hp3458_queries import queries
from calbench_sim.parts.multimeters.hp3458_settings import Settings
from calbench_sim.parts.multimeters.hp3458_status import SRQ_COMMAND, Registers
from calbench_sim.parts.multimeters.hp3458_syntax import Command, Fault, Refused, commands, number, word
from calbench_sim.parts.multimeters.hp3458_trigger import Trigger
from calbench_sim.parts.multimeters.meter_unit import SETTINGS, MeterUnit, Seen, readings
from calbench_sim.parts.multimeters.multimeter_series import Series

_MOST_READINGS = 16_777_215
_MOST_ARMS = 2.1e9
_RESET_SECONDS, _TEST_SECONDS = 1.0, 50.0
_ACAL_SECONDS = MappingProxyType({"ALL": 720.0, "DCV": 150.0, "AC": 60.0, "OHMS": 510.0})
_TRANSFER = 1e-5  # s that a reading is on the bus
_SIMULATED = 1_000_000  # readings of one command; more are refused


class K3458A(Device):
    """A 3458A at GPIB, with its terminal `input`.

    Truth as in `MeterUnit`. A read with nothing to send starts or gives a reading where the trigger says so (SYN, and
    the free run after RESET).

    Assumed, because no source says it: a message while a reply waits discards the reply; a query answers integers
    plainly and other numbers as readings; `NPLC` takes the next larger step; LEVEL and LINE come at once and EXT never;
    the texts of `ERRSTR?`; the scale of SINT and DINT; full memory stops LIFO as it stops FIFO; a warm unit needs 1 s
    for RESET. A line of this simulation has no END without data, so `END OFF` still ends each reading.
    """

    REPLY_END = b"\r\n"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS | {"identity": "what ID? says: HP3458A (default) or Keysight 3458A"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._unit = MeterUnit(bench, RANGES, tempco=1e-7)
        self._setup = Setup(self._unit)
        self._unit.input_resistance = self._resistance
        self._registers = Registers()
        self._trigger = Trigger(self.clock.monotonic, self._begin, self._spacing)
        self._unit.watch(self._trigger.note)
        self._settings = Settings()
        self._sending: tuple[Series, int] | None = None
        self._null: float | None = None
        self._busy_until = 0.0
        self._reset()
        self._busy_until = 0.0
        self._commands = self._table()
        self._queries = queries(self._unit, self._setup, self._trigger, self._registers, self._settings) | {
            "ID": lambda: bench.words.get("identity", "HP3458A"),
            "STB": self._read_byte,
        }

    # --- the line ---

    def receive(self, line: str) -> None:
        """Act on one message: its commands, each for itself."""
        self._trigger.advance()
        self._execute(commands(line))
        self._check()

    def _execute(self, rest: list[Command]) -> None:
        while rest:
            command = rest.pop(0)
            try:
                self._do(command)
            except Refused as refused:
                self._registers.report(refused.fault)
            wait = self._busy_until - self.clock.monotonic()
            if wait > 0:
                self.hold(wait, partial(self._execute, rest))
                return

    def _do(self, command: Command) -> None:
        header, parameters = command
        if header.endswith("?"):
            query = self._queries.get(header[:-1])
            if query is None:
                self._reply_setting(header[:-1])
                return
            self._answer(header[:-1], query())
            return
        if header in KINDS:
            self._function(header, *parameters)
        elif header in self._commands:
            handler = self._commands[header]
            try:
                signature(handler).bind(*parameters)
            except TypeError:  # more parameters than the command has
                raise Refused(Fault.SYNTAX) from None
            handler(*parameters)
        else:
            self._settings.set(header, parameters)
            self._apply(header)

    def _reply_setting(self, header: str) -> None:
        self._answer(header, self._settings.get(header))

    def _answer(self, header: str, answer: str) -> None:
        self.reply(self._settings.dressed(header, answer))

    def interrupted(self, connection: Connection) -> None:
        """Act on a new message while a reply waits: the reply is lost."""
        connection.discard_output()
        self._sending = None

    def unterminated(self) -> None:
        """Act on the controller's request for data with nothing to send."""
        value = self._trigger.take()
        if value is not None:
            self.send(encode([value], self._settings.word("OFORMAT"), self._setup.range))
            return
        self._start(self._trigger.requested)

    def trigger(self) -> None:
        """Act on a group execute trigger: as TRIG SGL."""
        self._start(partial(self._trigger.set_event, "SGL"))

    def _start(self, begin: Callable[[], Series | None]) -> None:
        try:
            self._send(begin())
        except Refused as refused:
            self._registers.report(refused.fault)

    def device_clear(self) -> None:
        """Act on a device clear: what is under way ends."""
        self._sending = None
        self._busy_until = 0.0
        self._trigger.restart()
        super().device_clear()

    def taken(self) -> None:
        """Note that a reply has left: the next reading follows."""
        super().taken()
        if self._sending is not None:
            series, index = self._sending
            self._send(series, index)

    # --- status ---

    def status_byte(self) -> int:
        """Give the status byte without bit 6."""
        self._trigger.advance()
        now = self.clock.monotonic()
        data = self.message_available() or self._trigger.data()
        return self._registers.byte(data=data, ready=now >= max(self._busy_until, self._trigger.finish()))

    def _check(self) -> None:
        if self._registers.enable and self._registers.newly(self.status_byte()):
            self.request_service()

    def _read_byte(self) -> str:
        byte = self.status_byte() & ~0x10
        return str(byte | 0x40 if self.requesting_service else byte)

    # --- readings ---

    def _resistance(self, top: float) -> float:
        return 1e7 if self._settings.word("FIXEDZ") == "ON" or top > 10.0 else 1e10  # noqa: PLR2004 - V, divider

    def _spacing(self) -> float:
        least = self._setup.time() + self._settings.delay()
        return max(least, self._settings.number("TIMER")) if self._trigger.sample == "TIMER" else least

    def _begin(self, count: int, at: float) -> Series:
        if count > _SIMULATED:
            raise Refused(Fault.RANGE)
        integration, each = self._setup.integration(), self._spacing()
        look = self._unit.look(self._setup.kind.quantity, sense=self._setup.kind.sense)
        return readings(count, at, self._settings.delay(), integration, each, look, self._reading)

    def _reading(self, seen: Seen, until: float) -> float:
        value = self._setup.read(seen, until)
        math = self._settings.word("MATH")
        if math == "OFF" or abs(value) >= 1e38:  # noqa: PLR2004 - overload
            return value
        register = self._settings.registers
        if math == "NULL":
            if self._null is None:
                self._null = register["OFFSET"] = value
            return value - register["OFFSET"]
        return (value - register["OFFSET"]) / (register["SCALE"] or 1.0)

    def _send(self, series: Series | None, index: int = 0) -> None:
        """Send reading number `index` of a series; the next one follows when it has been taken."""
        more = series is not None and index < len(series.readings) + series.left
        self._sending = (series, index + 1) if series is not None and more else None
        if series is None or not more:
            return
        each, count = self._spacing(), len(series.readings) + series.left
        ready = series.finish - (count - 1 - index) * each
        form = self._settings.word("OFORMAT")

        def late() -> bytes:
            series.advance(ready)
            return encode([series.readings[index]], form, self._setup.range)

        self.send(late, after=max(_TRANSFER if index else 0.0, ready - self.clock.monotonic()))
        if self._registers.enable:
            self.clock.call_at(ready, self._check)

    # --- commands ---

    def _table(self) -> dict[str, Callable[..., None]]:
        return {
            "RESET": self._reset, "RST": self._reset, "PRESET": self._preset, "NPLC": self._set_nplc,
            "APER": self._set_aper,
            "FUNC": self._func, "RANGE": self._set_range, "R": self._set_range, "ARANGE": self._set_arange,
            "RES": self._set_resolution, "TARM": self._set_arm, "TRIG": self._set_trigger, "T": self._set_trigger,
            "NRDGS": self._set_count, "SWEEP": self._sweep, "MEM": self._set_memory, "RMEM": self._recall,
            "CSB": self._registers.clear, "RQS": self._request, "SRQ": self._service, "EMASK": self._mask,
            "ACAL": self._acal, "TEST": lambda: self._busy(_TEST_SECONDS), "RMATH": self._read_register,
            "SMATH": self._settings.store, "TONE": lambda: None, "SCRATCH": lambda: None,
        }  # fmt: skip

    def _busy(self, seconds: float) -> None:
        self._busy_until = self.clock.monotonic() + seconds

    def _reset(self, *_: str) -> None:
        self._settings.reset()
        self._setup.reset(10.0)
        self._trigger.reset()
        self._null, self._sending = None, None
        self._registers.enable, self._registers.error_mask = 0, 32767
        self._busy(_RESET_SECONDS)

    def _preset(self, text: str = "NORM") -> None:
        kind = word("PRESET", text)
        enable, mask = self._registers.enable, self._registers.error_mask
        self._reset()
        self._registers.enable, self._registers.error_mask = enable, mask
        self._busy_until = 0.0
        self._setup.reset(1.0)
        self._settings.preset(kind)
        self._trigger.event = "SYN"
        if kind == "FAST":
            self._trigger.arm, self._trigger.event = "SYN", "AUTO"
        if kind == "DIG":
            self._trigger.arm, self._trigger.event, self._trigger.sample = "HOLD", "LEVEL", "TIMER"
            self._trigger.count, self._setup.seconds = 256, 3e-6
        if kind != "NORM":
            self._setup.choose_range(10.0)
            self._apply("AZERO")
        self._trigger.form = self._settings.word("MFORMAT")
        self._trigger.restart()

    def _func(self, name: str = "DCV", *rest: str) -> None:
        code = {str(kind.code): word for word, kind in KINDS.items()}
        self._function(code.get(name, name.upper()), *rest)

    def _function(self, name: str, largest: str = "", resolution: str = "", *_: str) -> None:
        if name not in KINDS:
            raise Refused(Fault.UNDEFINED)
        most = self._largest(largest)
        before = (self._setup.name, self._setup.range, self._setup.auto_range)
        self._setup.choose(name, most)
        if most is not None and self._setup.auto_range:
            self._setup.choose(before[0], None if before[2] else before[1])
            raise Refused(Fault.RANGE)
        if resolution and self._setup.kind.integrates:
            self._setup.choose_resolution(number(resolution, 1e-8, 100.0))
        self._trigger.restart()

    @staticmethod
    def _largest(text: str) -> float | None:
        if not text or text.upper() == "AUTO":
            return None
        value = number(text, -1.0, 1e10)
        return None if value < 0 else value

    def _set_range(self, largest: str = "", resolution: str = "") -> None:
        if not self._setup.choose_range(self._largest(largest)):
            raise Refused(Fault.RANGE)
        if resolution:
            self._set_resolution(resolution)
        self._trigger.restart()

    def _set_arange(self, text: str = "ON") -> None:
        self._setup.auto_range = word("ARANGE", text) == "ON"

    def _set_resolution(self, text: str = "0.001") -> None:
        self._setup.choose_resolution(number(text, 0.0, 100.0))
        self._trigger.restart()

    def _set_nplc(self, text: str = "0") -> None:
        self._setup.choose_nplc(number(text, 0.0, 1000.0))
        self._trigger.restart()

    def _set_aper(self, text: str = "5E-7") -> None:
        self._setup.seconds = max(number(text, 0.0, 1.0), 5e-7)
        self._trigger.restart()

    def _set_arm(self, text: str = "AUTO", arms: str = "1") -> None:
        count = int(number(arms, 0, _MOST_ARMS)) if arms else 1
        series = self._trigger.set_arm(word("TARM", text), count)
        if count > 1:
            self._busy_until = self._trigger.finish()  # it holds the bus until everything is measured
        self._send(series)

    def _set_trigger(self, text: str = "SGL") -> None:
        self._send(self._trigger.set_event(word("TRIG", text)))

    def _set_count(self, count: str = "1", event: str = "AUTO") -> None:
        sample = word("NRDGS", event)
        self._trigger.count = int(number(count, 1, _MOST_READINGS)) if count else 1
        self._trigger.sample = sample
        self._trigger.restart()

    def _sweep(self, interval: str = "1E-7", count: str = "1024") -> None:
        samples = int(number(count, 1, _MOST_READINGS))
        self._settings.set("TIMER", (interval,))
        self._trigger.count, self._trigger.sample = samples, "TIMER"
        self._trigger.restart()

    def _set_memory(self, text: str = "FIFO") -> None:
        self._trigger.set_mode(word("MEM", text))

    def _recall(self, first: str = "1", count: str = "1", record: str = "1") -> None:
        numbers = [int(number(text, 1, _MOST_READINGS)) for text in (first, count, record)]
        found = self._trigger.recall(*numbers)
        if found is None:
            raise Refused(Fault.MEMORY)
        self.send(encode(found, self._settings.word("OFORMAT"), self._setup.range))

    def _request(self, text: str = "0") -> None:
        self._registers.enable = int(number(text, 0, 255))

    def _mask(self, text: str = "32767") -> None:
        self._registers.error_mask = int(number(text, 0, 32767))

    def _service(self) -> None:
        self._registers.raise_event(SRQ_COMMAND)

    def _acal(self, kind: str = "ALL", *_: str) -> None:
        name = {"0": "ALL", "1": "DCV", "2": "AC", "4": "OHMS"}.get(kind, kind.upper())
        if name not in _ACAL_SECONDS:
            raise Refused(Fault.UNDEFINED)
        self._busy(_ACAL_SECONDS[name])
        self._unit.forget_drift()
        self._trigger.restart()

    def _read_register(self, name: str = "") -> None:
        self._answer("RMATH", self._settings.recall(name))

    def _apply(self, header: str) -> None:
        """Let a setting take effect that is more than a word."""
        setup, settings = self._setup, self._settings
        setup.offset_compensated = settings.word("OCOMP") == "ON"
        self._unit.band = settings.number("ACBAND")
        self._trigger.form = settings.word("MFORMAT")
        if header == "AZERO":
            setup.auto_zero = settings.word("AZERO") == "ON"
            (self._unit.auto_zero if setup.auto_zero else self._unit.hold_zero)()
        if header == "MATH":
            self._null = None
        self._trigger.restart()
