"""Meatest M-142 multifunction calibrator: DC and AC voltage and current, resistance, capacitance.

Written from protocols.md, section 2.3 (M-142 manual, p. 87: syntax, ends of lines, `OUTPut`). From public scripts
for the M-142 and its sister M-133C: `FUNC DC|SIN`, units behind values, `*OPC?` withheld until the output has
settled, `OUTP?` answering in words, the identity, CR LF behind replies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import ClassVar, Final, NamedTuple

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.electrical import OPEN
from calbench.simulation.parameters import ScpiError, boolean, choice, number
from calbench.simulation.scpi import CommandTree, Handler
from calbench.simulation.signals import Alternating
from calbench.simulation.status import ErrorQueue, Status488
from calbench_sim.parts.behaviour.branch import branch
from calbench_sim.parts.sources import calibrator, calibrator_functions
from calbench_sim.parts.sources.calibrator import OutputStage, VoltageRange, range_of
from calbench_sim.parts.sources.calibrator_functions import (
    QUANTITIES,
    SignalRange,
    SignalStage,
    function_of,
    signal_range,
)
from calbench_sim.parts.sources.m142_ranges import (
    FREQUENCY_SPECIFICATION,
    RESISTANCE_SETTLES,
    RESISTANCES,
    SIGNALS,
    VOLTAGE,
)

_KINDS: Final = {"VOLTage": "V", "CURRent": "A", "RESistance": "OHM", "CAPacitance": "F"}
_LIMITS: Final = {"V": (-1000.0, 1000.0), "A": (-30.0, 30.0), "OHM": (0.0, 1e9), "F": (0.7e-9, 1e-4)}
_SHORT: Final = {"V": "VOLT", "A": "CURR", "OHM": "RES", "F": "CAP"}
_FREQUENCIES = (20.0, 50e3)  # Hz


class _Wanted(NamedTuple):
    """What was programmed last: unit of the function, its value, whether sinusoidal, frequency (Hz)."""

    unit: str = "V"
    value: float = 0.0
    sine: bool = False
    frequency: float = 1000.0

    @property
    def function(self) -> str:
        """DCV, ACV, DCI, ACI, RES or CAP."""
        return function_of(self.unit, self.frequency if self.sine else 0.0)


class M142(Device):
    """Meatest M-142: 1000 V, 30 A, 20 Hz to 50 kHz, 1 GOhm, 700 pF to 100 uF.

    Terminal: `output`. Truth, logged each time that another instrument looks: `voltage`, `voltage.ac` (V),
    `current.dc`, `current.ac` (A), `resistance` (Ohm), `capacitance` (F).

    Assumed: a message whose settings do not go together as a whole is refused with -221 and undone; another
    quantity switches the output off; values are answered as `2.050000e+001`; the four-wire switch, power,
    thermocouples and non-sinusoidal shapes are not simulated. A current drives into any load.
    """

    MESSAGE_ENDS = (b"\n", b"\r")
    REPLY_END = b"\r\n"
    SERIAL = "9600 8N1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {name: text for name, text in calibrator.SETTINGS.items() if name != "residual"}
        | calibrator_functions.SETTINGS
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._on = self._conflict = False
        self._wanted = self._applied = _Wanted()
        self._values = {unit: max(0.0, low) for unit, (low, _) in _LIMITS.items()}
        self._range: VoltageRange | SignalRange = VOLTAGE[0]
        self._course: Callable[[float, float], float] = lambda _, __: 0.0
        self._stage = OutputStage(bench.settings, bench.rng, VOLTAGE, RESISTANCES)
        self._signals = SignalStage(
            bench.settings, branch(bench.rng, "signals"), self._stage.value, SIGNALS, FREQUENCY_SPECIFICATION
        )
        reports = Status488(
            f"MEATEST,M-142,{bench.serial_number},5.4",
            errors=ErrorQueue(depth=20, no_error=(0, "No Error")),
            reset=self._reset,
            busy=self._busy,
        )
        self.status = reports
        self._report = reports.error
        self._commands = CommandTree(self._table(), reports)
        self._output = bench.terminal("output")
        self._output.drive(self._terminals)
        for function, quantity in QUANTITIES.items():
            self._output.emit(quantity, partial(self._signal, function, quantity))

    def receive(self, line: str) -> None:
        """Act on one message; settings that do not go together are undone at its end."""
        self._output.change()
        answer = self._commands.run(line)
        if self._conflict:
            self._conflict = False
            self._wanted = self._applied
            self._values[self._applied.unit] = self._applied.value
            self._report(-221)
        if answer is not None:
            self.reply(answer.text, after=answer.after)

    # --- commands ---

    def _table(self) -> dict[str, Handler]:
        table: dict[str, Handler] = {
            "OUTPut[:STATe]": self._switch,
            "OUTPut[:STATe]?": lambda: "ON" if self._on else "OFF",
            "[SOURce]:FUNCtion[:SHAPe]": self._shape,
            "[SOURce]:FUNCtion[:SHAPe]?": lambda: "SIN" if self._wanted.sine else "DC",
            "[SOURce]:FREQuency[:CW]": self._set_frequency,
            "[SOURce]:FREQuency[:CW]?": lambda: _text(self._wanted.frequency),
            "[SOURce]:MODE?": lambda: _SHORT[self._wanted.unit],
        }
        for name, unit in _KINDS.items():
            header = f"[SOURce]:{name}[:LEVel][:IMMediate][:AMPLitude]"
            table[header] = partial(self._set_level, unit)
            table[f"{header}?"] = partial(self._level, unit)
        return table

    def _set_level(self, unit: str, text: str) -> None:
        low, high = _LIMITS[unit]
        self._want(unit=unit, value=number(text, low=low, high=high, unit=unit))

    def _level(self, unit: str) -> str:
        return _text(self._values[unit])

    def _shape(self, text: str) -> None:
        self._want(sine=choice(text, "DC", "SINusoid") == "SIN")

    def _set_frequency(self, text: str) -> None:
        low, high = _FREQUENCIES
        self._want(frequency=number(text, low=low, high=high, unit="HZ"))

    def _switch(self, text: str) -> None:
        on = boolean(text)
        if on and self._conflict:
            raise ScpiError(-221)
        if on == self._on:
            return
        self._on = on
        self._stage.value.go(0.0, self.clock.monotonic(), 0.0)
        if on:
            self._start()

    def _reset(self) -> None:
        self._on = False
        self._values = {unit: max(0.0, low) for unit, (low, _) in _LIMITS.items()}
        self._conflict = False
        self._wanted = self._applied = _Wanted()
        self._range = VOLTAGE[0]

    # --- output ---

    def _want(
        self,
        *,
        unit: str | None = None,
        value: float | None = None,
        sine: bool | None = None,
        frequency: float | None = None,
    ) -> None:
        """Take over what is given, as far as it goes together."""
        now = self._wanted
        self._wanted = _Wanted(
            now.unit if unit is None else unit,
            now.value if value is None else value,
            now.sine if sine is None else sine,
            now.frequency if frequency is None else frequency,
        )
        wanted = self._wanted
        found = _range(wanted)
        self._conflict = found is None
        if found is None or wanted == self._applied:
            return
        value = wanted.value
        if wanted.unit != "OHM":
            value = round(value / found.resolution) * found.resolution
        if wanted.unit != self._applied.unit:
            self._on = False
        self._range = found
        self._wanted = self._applied = wanted._replace(value=value)
        self._values[wanted.unit] = value
        if isinstance(found, SignalRange):
            frequency = wanted.frequency if wanted.sine and wanted.unit in {"V", "A"} else 0.0
            self._course = self._signals.course(wanted.function, found, frequency)
        if self._on:
            self._start()

    def _start(self) -> None:
        time = RESISTANCE_SETTLES if self._applied.unit == "OHM" else self._range.settle
        self._stage.value.go(self._applied.value, self.clock.monotonic(), time)

    def _busy(self) -> float:
        return max(0.0, self._stage.value.settles_at - self.clock.monotonic()) if self._on else 0.0

    def _terminals(self, since: float, until: float) -> tuple[float, float | None]:
        function = self._applied.function
        if not self._on or function in {"DCI", "ACI", "CAP"}:
            return OPEN
        if function == "ACV":
            return 0.0, 0.0
        if function == "RES":
            said = self._stage.value.mean(since, until)
            known = self._decided("resistance", self._applied.value)
            own = self._stage.resistance(said, _step(self._applied.value), sensed=True)
            ohms = own if known is None else said + known
            self.bench.truth("resistance", ohms, at=until)
            return 0.0, ohms
        known = self._decided("voltage", self._applied.value)
        course = self._stage.voltage[self._range.name] if known is None else self._stage.exact
        volts = course(since, until) + (known or 0.0)
        self.bench.truth("voltage", volts, at=until)
        return volts, 0.0

    def _decided(self, quantity: str, value: float, frequency: float = 0.0) -> float | None:
        """Give by how much this value really deviates, where that is decided."""
        decided = self.bench.deviation
        return None if decided is None else decided(quantity, value, frequency)

    def _signal(self, function: str, quantity: str, when: float) -> float | Alternating | None:
        if not self._on or self._applied.function != function:
            return None
        value = self._course(when, when)
        self.bench.truth(quantity, value, at=when)
        if function in {"ACV", "ACI"}:
            return Alternating(value, self._signals.frequency(self._applied.frequency))
        return value


def _range(wanted: _Wanted) -> VoltageRange | SignalRange | None:
    """Give the range for what is wanted, None if there is none; resistance has ranges of another kind."""
    function = wanted.function
    if function == "RES":
        return VOLTAGE[0]
    if function == "DCV":
        return range_of(VOLTAGE, wanted.value)
    return signal_range(SIGNALS[function], wanted.value, wanted.frequency if "AC" in function else 0.0)


def _step(ohms: float) -> float:
    return next(top for top in RESISTANCES if ohms <= top)


def _text(value: float) -> str:
    """Write a value as `2.050000e+001`: the exponent has three digits."""
    mantissa, exponent = f"{value:.6e}".split("e")
    return f"{mantissa}e{int(exponent):+04d}"
