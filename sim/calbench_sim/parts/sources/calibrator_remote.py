"""Output state of a simulated Fluke calibrator: operate and standby, settling, what is at the terminals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from calbench.simulation.answer import Result
from calbench.simulation.bench import Bench
from calbench.simulation.electrical import OPEN
from calbench.simulation.signals import Alternating
from calbench_sim.parts.behaviour.branch import branch
from calbench_sim.parts.sources.calibrator import OutputStage, VoltageRange, range_of
from calbench_sim.parts.sources.calibrator_functions import (
    QUANTITIES,
    SignalRange,
    SignalStage,
    function_of,
    signal_range,
)
from calbench_sim.parts.sources.fluke_remote import OPER, REMOTE, SETTLED, Remote
from calbench_sim.parts.sources.fluke_syntax import Refused, parse_quantity

_RESISTANCE_SETTLES = 2.0  # s
_DIRECT = {"DCV", "DCI"}


@dataclass(frozen=True)
class Characteristics:
    """What makes a model: units, ranges and specifications."""

    units: Mapping[str, tuple[str, Decimal]]  # spelling -> base unit and multiplier
    voltage: Sequence[VoltageRange]
    resistances: Mapping[float, float]  # cardinal value or range (Ohm) -> specification (1)
    signals: Mapping[str, Sequence[SignalRange]]  # function -> ranges
    frequency: float  # specification of the frequency (1)
    high: float  # V, from which on a rising output drops to standby


class Calibrator(Remote):
    """A Fluke calibrator: the model adds its characteristics and its own commands.

    Terminal: `output`. Truth, logged each time that another instrument looks: `voltage` (V), `resistance` (Ohm),
    `voltage.ac` (V), `current.dc`, `current.ac` (A) or `capacitance` (F), what really is at the terminals.

    Assumed: an amplitude without a frequency keeps the frequency while the unit stays, and is direct in
    another unit; power, dual outputs and thermocouples are refused.
    """

    def __init__(self, bench: Bench, model: str, characteristics: Characteristics) -> None:
        self._model = characteristics
        self.operating = False
        self.unit = "V"
        self.nominal = self.frequency = 0.0
        self.range: VoltageRange | SignalRange = self._model.voltage[0]
        self.range_locked = False
        self.external_guard = False
        self.sensed = False  # four-wire sensing or compensation is on
        self.stage = OutputStage(bench.settings, bench.rng, self._model.voltage, self._model.resistances)
        self.signals = SignalStage(
            bench.settings,
            branch(bench.rng, "signals"),
            self.stage.value,
            self._model.signals,
            self._model.frequency,
        )
        self._course: Callable[[float, float], float] = lambda _, __: 0.0
        self._log, self._name = bench.log.add, bench.name
        super().__init__(bench, model)
        self.commands |= {
            "OUT": self._out,
            "OUT?": self.none(self.output_reply),
            "OPER": self.none(self.operate),
            "OPER?": self.none(lambda: str(int(self.operating))),
            "STBY": self.none(self.stand_by),
            "EXTGUARD": self.choice(self._guard, "ON", "OFF"),
            "RANGELCK": self.choice(self._lock_range, "ON", "OFF"),
        }
        self._output = self.bench.terminal("output")
        self._output.drive(self._terminals)
        for function, quantity in QUANTITIES.items():
            self._output.emit(quantity, partial(self._signal, function, quantity))

    @property
    def function(self) -> str:
        """DCV, ACV, DCI, ACI, RES or CAP."""
        return function_of(self.unit, self.frequency)

    # --- for the model ---

    def resistance_step(self, ohms: float) -> float:
        """Give the cardinal value or range (Ohm) of a resistance, or refuse it; models override this."""
        raise NotImplementedError

    def characterised(self, ohms: float) -> float:
        """Give what the instrument says about its resistance of nominally `ohms`; here the nominal itself."""
        return ohms

    def output_reply(self) -> Result:
        """Answer `OUT?`. Every model overrides this."""
        raise NotImplementedError

    def output_changed(self) -> None:
        """Act on a new value or unit, for settings that fall back; here nothing."""

    def about_to_act(self) -> None:
        """Let who integrates the output take note of it up to now."""
        self._output.change()

    # --- 488.2 ---

    def instrument_status(self) -> int:
        """Give OPER, REMOTE and SETTLED; in standby nothing is under way, so the output counts as settled."""
        settled = not self.operating or self.stage.value.settled(self.clock.monotonic())
        return REMOTE | (OPER if self.operating else 0) | (SETTLED if settled else 0)

    def busy(self) -> float:
        """Give the seconds until the output has settled."""
        return max(0.0, self.stage.value.settles_at - self.clock.monotonic()) if self.operating else 0.0

    def reset(self) -> None:
        """Do `*RST`: 0 V DC on the lowest range, standby."""
        self.stand_by()
        self.range_locked = self.external_guard = self.sensed = False
        self.unit, self.nominal, self.frequency, self.range = "V", 0.0, 0.0, self._model.voltage[0]

    # --- output ---

    def operate(self) -> None:
        """Connect the output; it rises from zero."""
        if self.operating:
            return
        self.operating = True
        self.stage.value.go(0.0, self.clock.monotonic(), 0.0)
        self._start()

    def stand_by(self) -> None:
        """Disconnect the output."""
        self.operating = False
        self.stage.value.go(0.0, self.clock.monotonic(), 0.0)
        self.note_changes()

    def _out(self, parameters: list[str]) -> None:
        if not parameters or len(parameters) > 2:  # noqa: PLR2004 - amplitude and frequency
            raise Refused(1302)
        unit, value, frequency = self.unit, None, None
        for text in parameters:
            quantity = parse_quantity(text, self._model.units)
            if quantity.unit == "HZ":
                frequency = float(quantity.value)
            elif value is not None:
                raise Refused(506)  # two amplitudes: power and dual output are not simulated
            else:
                unit, value = quantity.unit or self.unit, float(quantity.value)
        if frequency is None:
            frequency = self.frequency if unit == self.unit else 0.0
        self._choose(unit, self.nominal if value is None else value, frequency)

    def _choose(self, unit: str, value: float, frequency: float) -> None:
        if unit == "OHM" and not frequency:
            self._set_resistance(value)
        elif unit == "V" and not frequency:
            self._set_voltage(value)
        elif unit in {"V", "A"} or (unit == "F" and not frequency):
            self._set_signal(unit, value, frequency)
        else:
            raise Refused(506)

    def _set_voltage(self, volts: float) -> None:
        direct = self.function == "DCV"
        if direct and self.range_locked and abs(volts) > self.range.top:
            raise Refused(518)
        found = range_of(self._model.voltage, volts)
        if found is None:
            raise Refused(507)
        self._leave("V", volts)
        if not direct or not self.range_locked:
            self.range_locked = False
            self.range = found
        self._set("V", volts, 0.0)

    def _set_signal(self, unit: str, value: float, frequency: float) -> None:
        function = function_of(unit, frequency)
        if function not in self._model.signals:
            raise Refused(506)
        found = signal_range(self._model.signals[function], value, frequency)
        if found is None:
            raise Refused(507)
        locked = self.range_locked and function == self.function
        if locked and abs(value) > self.range.top:
            raise Refused(518)
        self._leave(unit, value)
        if not locked or not isinstance(self.range, SignalRange):
            self.range_locked = False
            self.range = found
        known = self._decided(QUANTITIES[function], value, frequency)
        self._course = self.signals.course(function, self.range, frequency, known)
        self._set(unit, value, frequency)

    def _leave(self, unit: str, value: float) -> None:
        """Drop to standby where the unit changes, or a voltage becomes high."""
        high = self._model.high
        if unit != self.unit or (unit == "V" and abs(value) >= high > abs(self.nominal)):
            self.stand_by()

    def _set_resistance(self, ohms: float) -> None:
        self.resistance_step(ohms)
        self._leave("OHM", ohms)
        self.range_locked = False
        self._change("OHM", ohms, 0.0)

    def _set(self, unit: str, value: float, frequency: float) -> None:
        self._change(unit, round(value / self.range.resolution) * self.range.resolution, frequency)

    def _change(self, unit: str, value: float, frequency: float) -> None:
        changed = (unit, value, frequency) != (self.unit, self.nominal, self.frequency)
        self.unit, self.nominal, self.frequency = unit, value, frequency
        if changed:
            self.output_changed()
            if self.operating:
                self._start()

    def _start(self) -> None:
        ohms = self.unit == "OHM"
        said = self.characterised(self.nominal) if ohms else self.nominal
        time = _RESISTANCE_SETTLES if ohms else self.range.settle
        self.stage.value.go(said, self.clock.monotonic(), time)
        self.after(time, self.note_changes)

    def _terminals(self, since: float, until: float) -> tuple[float, float | None]:
        if not self.operating:
            return OPEN
        if self.unit == "V":
            if self.frequency:
                return 0.0, 0.0
            known = self._decided("voltage", self.nominal)
            if known is None:
                volts = self.stage.voltage[self.range.name](since, until)
            else:
                volts = self.stage.exact(since, until) + known
            self._log((until, self._name, "voltage", volts))
            return volts, 0.0
        if self.unit != "OHM":
            return OPEN
        said = self.stage.value.mean(since, until)
        known = self._decided("resistance", self.nominal)
        if known is not None and self.sensed:
            ohms = said + known
        else:
            ohms = self.stage.resistance(said, self.resistance_step(self.nominal), sensed=self.sensed)
        self.bench.truth("resistance", ohms, at=until)
        return 0.0, ohms

    def _decided(self, quantity: str, value: float, frequency: float = 0.0) -> float | None:
        """Give by how much this value really deviates, where that is decided."""
        decided = self.bench.deviation
        return None if decided is None else decided(quantity, value, frequency)

    def _signal(self, function: str, quantity: str, when: float) -> float | Alternating | None:
        """Give what is put out of a quantity, None while another function is chosen or in standby."""
        if not self.operating or self.function != function:
            return None
        value = self._course(when, when)
        self.bench.truth(quantity, value, at=when)
        if not self.frequency:
            return value
        return Alternating(value, self.signals.frequency(self.frequency))

    def _guard(self, word: str) -> None:
        self.external_guard = word == "ON"

    def _lock_range(self, word: str) -> None:
        if self.function not in _DIRECT:
            raise Refused(523)
        self.range_locked = word == "ON"
