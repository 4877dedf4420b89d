"""Output state of a simulated Fluke calibrator: operate and standby, settling, what is at the terminals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

from calbench.simulation.answer import Result
from calbench.simulation.bench import Bench
from calbench.simulation.electrical import OPEN
from calbench_sim.calibrator import OutputStage, VoltageRange, range_of
from calbench_sim.fluke_remote import OPER, REMOTE, SETTLED, Remote
from calbench_sim.fluke_syntax import Refused, parse_quantity


class Calibrator(Remote):
    """A Fluke calibrator with DC voltage and resistance; the model adds ranges, units and its own commands.

    Terminal: `output`. Truth: `voltage` (V) or `resistance` (Ohm), what really is at the terminals, logged
    each time that another instrument looks at them.
    """

    RANGES: ClassVar[Sequence[VoltageRange]]
    RESISTANCES: ClassVar[Mapping[float, float]]  # cardinal value or range (Ohm) -> specification (1)
    UNITS: ClassVar[Mapping[str, tuple[str, Decimal]]]
    HIGH_VOLTAGE: ClassVar[float]  # V, from which on a rising output drops to standby
    RESISTANCE_SETTLES: ClassVar[float] = 2.0  # s

    def __init__(self, bench: Bench) -> None:
        self.operating = False
        self.unit = "V"
        self.nominal = 0.0
        self.range = self.RANGES[0]
        self.range_locked = False
        self.external_guard = False
        self.sensed = False  # four-wire sensing or compensation is on
        self.stage = OutputStage(bench.settings, bench.rng, self.RANGES, self.RESISTANCES)
        self._log, self._name = bench.log.add, bench.name
        super().__init__(bench)
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
        """Do `*RST`: 0 V on the lowest range, standby."""
        self.stand_by()
        self.range_locked = self.external_guard = self.sensed = False
        self.unit, self.nominal, self.range = "V", 0.0, self.RANGES[0]

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
        unit, value = "", None
        for text in parameters:
            quantity = parse_quantity(text, self.UNITS)
            if quantity.unit == "HZ":
                if quantity.value != 0:
                    raise Refused(506)  # a simulated terminal carries DC only
            elif value is not None:
                raise Refused(506)  # two amplitudes: power and dual output are not simulated
            else:
                unit, value = quantity.unit or self.unit, float(quantity.value)
        if value is None:
            return
        if unit == "V":
            self._set_voltage(value)
        elif unit == "OHM":
            self._set_resistance(value)
        else:
            raise Refused(506)

    def _set_voltage(self, volts: float) -> None:
        top = self.range.top
        if self.unit == "V" and self.range_locked and abs(volts) > top:
            raise Refused(518)
        found = range_of(self.RANGES, volts)
        if found is None:
            raise Refused(507)
        rises = abs(volts) >= self.HIGH_VOLTAGE > abs(self.nominal)
        if self.unit != "V" or rises:
            self.stand_by()
        if self.unit != "V" or not self.range_locked:
            self.range = found
        self._set("V", round(volts / self.range.resolution) * self.range.resolution)

    def _set_resistance(self, ohms: float) -> None:
        self.resistance_step(ohms)
        if self.unit != "OHM":
            self.stand_by()
        self.range_locked = False
        self._set("OHM", ohms)

    def _set(self, unit: str, value: float) -> None:
        changed = (unit, value) != (self.unit, self.nominal)
        self.unit, self.nominal = unit, value
        if changed:
            self.output_changed()
            if self.operating:
                self._start()

    def _start(self) -> None:
        said = self.nominal if self.unit == "V" else self.characterised(self.nominal)
        time = self.range.settle if self.unit == "V" else self.RESISTANCE_SETTLES
        self.stage.value.go(said, self.clock.monotonic(), time)
        self.after(time, self.note_changes)

    def _terminals(self, since: float, until: float) -> tuple[float, float | None]:
        if not self.operating:
            return OPEN
        if self.unit == "V":
            volts = self.stage.voltage[self.range.name](since, until)
            self._log((until, self._name, "voltage", volts))
            return volts, 0.0
        said = self.stage.value.mean(since, until)
        ohms = self.stage.resistance(said, self.resistance_step(self.nominal), sensed=self.sensed)
        self.bench.truth("resistance", ohms, at=until)
        return 0.0, ohms

    def _guard(self, word: str) -> None:
        self.external_guard = word == "ON"

    def _lock_range(self, word: str) -> None:
        if self.unit != "V":
            raise Refused(523)
        self.range_locked = word == "ON"
