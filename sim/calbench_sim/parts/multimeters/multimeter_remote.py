"""SCPI language of the 34401A family: what the 34401A and its successors have in common."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from calbench.simulation.answer import Answer
from calbench.simulation.bench import Bench
from calbench.simulation.connection import Connection
from calbench.simulation.device import Device
from calbench.simulation.electrical import Mean
from calbench.simulation.parameters import ScpiError, boolean, choice, nr3, number, quoted, string
from calbench.simulation.registers import EventRegister
from calbench.simulation.scpi import CommandTree, Handler
from calbench.simulation.status import ErrorQueue, Status488
from calbench_sim.parts.multimeters.multimeter import LINE_FREQUENCY, SETTINGS, USUAL, Converter, Quality
from calbench_sim.parts.multimeters.multimeter_function_commands import FunctionCommands
from calbench_sim.parts.multimeters.multimeter_functions import Function, Settings
from calbench_sim.parts.multimeters.multimeter_input import OVERLOAD, Input
from calbench_sim.parts.multimeters.multimeter_series import Read, Seen, Series
from calbench_sim.parts.multimeters.multimeter_trigger import Trigger

_QUESTIONABLE = {"V": 1 << 0, "A": 1 << 1, "OHM": 1 << 9}
_SECONDS_BY_BAND = {3.0: 7.0, 20.0: 1.0, 200.0: 0.6}  # one AC reading, by lowest frequency (Hz)
_ENDLESS = 9.9e37


class Multimeter(Device):
    """A multimeter of the family; the model adds its identity, limits and further commands."""

    BLOCKS = True
    IDENTITY: ClassVar[str]
    FUNCTIONS: ClassVar[Mapping[str, Function]]
    SCPI_VERSION: ClassVar[str]
    MOST_SAMPLES: ClassVar[int]
    QUALITY: ClassVar[Quality] = USUAL
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        SETTINGS | {"terminals": "FRON or REAR, the switch; default FRON"}
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.converter = Converter(bench.settings, bench.rng, self.clock.monotonic(), self.QUALITY)
        self.input = Input(bench, self.converter)
        self.questionable = EventRegister()
        self.trigger_system = Trigger(self.clock.monotonic, self._begin)
        self.input.watch(self.trigger_system.note)
        self.reports = Status488(
            self.IDENTITY.format(serial=bench.serial_number),
            errors=ErrorQueue(depth=20, sign="+"),
            reset=self.reset,
            busy=self.trigger_system.busy,
            registers={3: self.questionable},
        )
        self.status = self.reports
        self.functions = {name: FunctionCommands(Settings(f)) for name, f in self.FUNCTIONS.items()}
        self._measuring: dict[str, tuple[Settings, Mean, Read]] = {}
        for name, function in self.FUNCTIONS.items():
            its = self.functions[name].settings
            read = self._reader(its, self.input.reader(its))
            self._measuring[name] = its, self.input.look(function), read
        self.display_text = ""
        self.reset()
        self.tree = CommandTree(self.commands(), self.reports)

    def adjust_by_hand(self) -> None:
        """Adjust DC voltage, as a person does at the front panel."""
        self.converter.adjust()

    def reset(self) -> None:
        """Do `*RST`."""
        for commands in self.functions.values():
            commands.settings.reset()
        self.function = "VOLT"
        self.input.signals.band = 20.0
        self.zeroing = self.display = self.beeper = True
        self.input.auto_impedance = False
        self.converter.auto_zero()
        self.math, self.math_on, self.null = "NULL", False, 0.0
        self.trigger_system.reset()

    def receive(self, line: str) -> None:
        """Act on one program message; a query is finished before the next message is begun."""
        series = self.trigger_system.series
        if series is not None and series.left:
            series.advance(self.clock.monotonic())
        answer = self.tree.run(line)
        if answer is not None:
            self.reply(answer[0], after=answer[1], timeless=True, sequential=True)
            if line.upper() == "READ?":
                self._repeat_reading(line)

    def _repeat_reading(self, line: str) -> None:
        """Let the next `READ?` of one reading be done like this one."""
        series = self.trigger_system.series
        if series is None or not series.left == 1 == self.trigger_system.samples or self.questionable.enable:
            return
        single, in_words, faults = series.single, self.encoded(series.text), self.faults
        form = b"%+.8E" + self.REPLY_END
        self.repeat(line, series.again, lambda: in_words() if faults.present else form % single())

    def interrupted(self, connection: Connection) -> None:
        """Act on a new message while a reply waits: the query is given up, the message is acted on now."""
        self.let_go()
        super().interrupted(connection)

    def status_byte(self) -> int:
        """Give the status byte; readings that are finished count."""
        self.trigger_system.advance()
        return super().status_byte()

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

    # --- commands ---

    def commands(self) -> dict[str, Handler]:
        """Give the command table; a model adds to it."""
        trigger = self.trigger_system
        table: dict[str, Handler] = {
            "ABORt": trigger.abort,
            "INITiate[:IMMediate]": trigger.initiate,
            "READ?": trigger.read,
            "FETCh?": trigger.fetch,
            "*TRG": trigger.bus,
            "DATA:POINts?": lambda: f"{trigger.points():+d}",
            "CONFigure?": self._configuration,
            "[SENSe:]FUNCtion": self._set_function,
            "[SENSe:]FUNCtion?": lambda: quoted(self.function),
            "ROUTe:TERMinals?": lambda: self.bench.words.get("terminals", "FRON"),
            "CALCulate:FUNCtion": self._set_math,
            "CALCulate:FUNCtion?": lambda: self.math,
            "CALCulate:NULL:OFFSet": self._set_null,
            "CALCulate:NULL:OFFSet?": lambda: nr3(self.null),
            "DISPlay:TEXT[:DATA]": self._set_text,
            "DISPlay:TEXT[:DATA]?": lambda: quoted(self.display_text),
            "DISPlay:TEXT:CLEar": lambda: self._set_text('""'),
            "SYSTem:BEEPer[:IMMediate]": lambda: None,
            "SYSTem:VERSion?": lambda: self.SCPI_VERSION,
            "STATus:QUEStionable[:EVENt]?": lambda: f"{self.questionable.read_event():+d}",
            "STATus:QUEStionable:ENABle": self._enable_questionable,
            "STATus:QUEStionable:ENABle?": lambda: f"{self.questionable.enable:+d}",
            "STATus:PRESet": lambda: self._enable_questionable("0"),
        }
        for header, name in (
            ("CALCulate:STATe", "math_on"),
            ("DISPlay[:WINDow][:STATe]", "display"),
            ("SYSTem:BEEPer:STATe", "beeper"),
        ):
            table |= self.switch(header, self, name)
        table |= self.switch("INPut:IMPedance:AUTO", self.input, "auto_impedance")
        table |= self._trigger_commands()
        table |= {
            "[SENSe:]DETector:BANDwidth": self._set_band,
            "[SENSe:]DETector:BANDwidth?": lambda: nr3(self.input.signals.band),
        }
        table |= {"[SENSe:]ZERO:AUTO": self.set_zero, "[SENSe:]ZERO:AUTO?": lambda: str(int(self.zeroing))}
        for name, function in self.FUNCTIONS.items():
            table |= self.functions[name].table()
            table[f"CONFigure:{function.header}"] = partial(self._configure, name)
            table[f"MEASure:{function.header}?"] = partial(self._measure_once, name)
        return table

    @staticmethod
    def switch(header: str, owner: object, name: str) -> dict[str, Handler]:
        """Give command and query of an ON/OFF setting kept in an attribute."""
        return {
            header: lambda text: setattr(owner, name, boolean(text)),
            f"{header}?": lambda: str(int(getattr(owner, name))),
        }

    def _trigger_commands(self) -> dict[str, Handler]:
        trigger = self.trigger_system

        def set_source(text: str) -> None:
            trigger.source = choice(text, "IMMediate", "EXTernal", "BUS")

        def set_samples(text: str) -> None:
            trigger.samples = int(number(text, low=1, high=self.MOST_SAMPLES, words={"DEFault": 1}))

        def set_count(text: str) -> None:
            words = {"DEFault": 1.0, "INFinity": _ENDLESS}
            trigger.count = number(text, low=1, high=self.MOST_SAMPLES, words=words)

        def set_delay(text: str) -> None:
            trigger.delay = number(text, low=0, high=3600, unit="S", words={"DEFault": 0.0})
            trigger.auto_delay = False

        return {
            "TRIGger:SOURce": set_source,
            "TRIGger:SOURce?": lambda: trigger.source,
            "TRIGger:COUNt": set_count,
            "TRIGger:COUNt?": lambda: nr3(trigger.count),
            "TRIGger:DELay": set_delay,
            "TRIGger:DELay?": lambda: nr3(trigger.delay),
            "SAMPle:COUNt": set_samples,
            "SAMPle:COUNt?": lambda: f"{trigger.samples:+d}",
            **self.switch("TRIGger:DELay:AUTO", trigger, "auto_delay"),
        }

    def _configure(self, name: str, wanted_range: str = "DEF", resolution: str = "DEF") -> None:
        self.functions[name].configure(wanted_range, resolution)
        self.function = name
        self.trigger_system.preset()
        self.math_on, self.zeroing = False, True
        self.converter.auto_zero()

    def _measure_once(self, name: str, wanted_range: str = "DEF", resolution: str = "DEF") -> Answer:
        self._configure(name, wanted_range, resolution)
        return self.trigger_system.read()

    def _configuration(self) -> str:
        settings = self.functions[self.function].settings
        return quoted(f"{self.function} {nr3(settings.range)},{nr3(settings.resolution())}")

    def _set_function(self, text: str) -> None:
        name = string(text).upper()
        names = {form: f.name for f in self.FUNCTIONS.values() for form in f.spellings()}
        if name not in names:
            raise ScpiError(-224)
        self.function = names[name]
        self.trigger_system.forget()

    def set_zero(self, text: str) -> None:
        """Do `ZERO:AUTO`: OFF and ONCE keep the zero that is measured now."""
        self.zeroing = text.strip().upper() != "ONCE" and boolean(text)
        if self.zeroing:
            self.converter.auto_zero()
        else:
            self.converter.hold_zero(self.clock.monotonic(), self.bench.ambient.temperature())

    def _set_band(self, text: str) -> None:
        wanted = number(text, low=3, high=200, unit="HZ", words={"DEFault": 20.0})
        self.input.signals.band = max(band for band in _SECONDS_BY_BAND if band <= wanted)

    def _set_math(self, text: str) -> None:
        self.math = choice(text, "NULL", "AVERage", "LIMit")
        self.math_on = self.math_on and self.math == "NULL"

    def _set_null(self, text: str) -> None:
        self.null = number(text, low=-1e15, high=1e15)

    def _set_text(self, text: str) -> None:
        self.display_text = string(text)

    def _enable_questionable(self, text: str) -> None:
        self.questionable.enable = int(number(text, low=0, high=65535))

    # --- measuring ---

    def spacing(self, least: float) -> float:
        """Give the time (s) from one sample to the next, where the settings need `least` (s)."""
        return least

    def _begin(self, samples: int, now: float) -> Series:
        settings, look, read = self._measuring[self.function]
        delay = self.trigger_system.delay
        if settings.function.timing == "nplc":
            integration = settings.nplc / LINE_FREQUENCY
            each = delay + (2 * integration if self.zeroing else integration)
        else:
            integration = self._integration_time(settings)
            each = delay + integration
        each = self.spacing(each)
        series = Series(samples, now, delay, integration, each, look, read)
        if self.questionable.enable:  # somebody waits for an overload: it must be seen when it happens
            for number in range(samples):
                self.after(each * number + delay + integration, self.trigger_system.advance)
        return series

    def _reader(self, settings: Settings, reader: Read) -> Read:
        """Give what makes one reading: overload raises a questionable bit, null is subtracted."""
        questionable, bit = self.questionable, _QUESTIONABLE.get(settings.function.unit, 0)

        def read(seen: Seen, until: float) -> float:
            value = reader(seen, until)
            overload = not -OVERLOAD < value < OVERLOAD
            if overload or questionable.condition:
                questionable.set(bit, raised=overload)
            return value - self.null if self.math_on and self.math == "NULL" and not overload else value

        return read

    def _integration_time(self, settings: Settings) -> float:
        if settings.function.timing == "aperture":
            return settings.aperture
        return _SECONDS_BY_BAND[self.input.signals.band] if "AC" in settings.function.name else 0.04
