"""What an electricity meter shows: registers of energy, instantaneous values, maximum demand, time of day."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.signals import Load, Phase
from calbench_sim.parts.meters import metering, second_pulses
from calbench_sim.parts.meters.load_integral import LoadIntegral
from calbench_sim.parts.meters.second_pulses import SecondPulses

SETTINGS: Final[dict[str, str]] = (
    metering.SETTINGS
    | second_pulses.SETTINGS
    | {
        "energy": "(J) on the register of forward active energy at power-on, all of it tariff 1; default 0",
        "voltage_gain": "(1) error of the voltage that is shown; else seeded per phase, 1e-3 rms",
        "clock": "(s) how far the clock of the meter is ahead; default 0",
        "phases": "(1) 1 or 3; default 3",
        "rated_voltage": "(V) that it says it is for; default 220",
    }
)
CONSTANT: Final = 400.0  # 1/kWh
REFERENCE_CURRENT: Final = 5.0  # A
MAXIMUM_CURRENT: Final = 60.0  # A
RATED_VOLTAGE: Final = 220.0  # V
_PERIOD = 900.0  # s, of demand
_JOULE_PER_KWH = 3.6e6
_WHOLE = 1e-6  # of the last digit: what float arithmetic may miss of a whole one
_NO_PHASE = Phase(0.0, 0.0, 0.0)
_QUADRANTS = 4


class Registers(NamedTuple):
    """Energies in kWh, kvarh and kVAh; the quadrants are I to IV."""

    forward: float
    reverse: float
    reactive_forward: float
    reactive_reverse: float
    quadrants: tuple[float, ...]
    apparent: float


class Demand(NamedTuple):
    """The highest mean forward power (kW) of a whole quarter of an hour, and when that ended (clock of the meter)."""

    power: float
    at: datetime | None


class ElectricityMeter:
    """A three-phase meter 3 x 220 V, 5(60) A, 400 pulses per kWh, if the settings say no other; or one phase of it.

    Terminals and truth: as `metering.Metering` and `second_pulses.SecondPulses`; beside instantaneous values
    `voltage.1` … (V) and `power.shown` (W).
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        settings = bench.settings
        self.phases = int(settings.get("phases", 3))
        if self.phases not in {1, 3}:
            raise UsageError(f"The meter {bench.name!r} has {self.phases} phases; give 1 or 3.")
        self._metering = metering.Metering(
            bench,
            constant=CONSTANT,
            reference_current=REFERENCE_CURRENT,
            maximum_current=MAXIMUM_CURRENT,
            elements=self.phases,
        )
        self.rated_voltage = settings.get("rated_voltage", RATED_VOLTAGE)
        self.reference_current = self._metering.reference_current
        self.maximum_current = self._metering.maximum_current
        drawn = [bench.rng.gauss(0.0, 1e-3) for _ in range(3)]
        self._voltage_gains = [settings.get("voltage_gain", gain) for gain in drawn]
        self.constant = self._metering.constant
        self._start = settings.get("energy", 0.0) / _JOULE_PER_KWH
        self._clock_error = timedelta(seconds=settings.get("clock", 0.0))
        self.clock = SecondPulses(bench, bench.terminal("input"), bench.terminal("clock"))
        self._cleared = [0.0] * 9
        self._split = LoadIntegral(bench.clock, bench.terminal("input"), self._split_rates, _QUADRANTS + 2)
        self._demand = Demand(0.0, None)
        self._demand_looked = bench.clock.monotonic()
        before = bench.memory.get("meter")
        bench.memory["meter"] = self
        if isinstance(before, ElectricityMeter):
            self._remember(before)

    def _remember(self, before: ElectricityMeter) -> None:
        """Go on where the meter was when its supply failed: registers and demand are kept."""
        forward, reverse, one, two, quadrants, apparent = before.registers()
        self._start = 0.0
        self._cleared = [-energy for energy in (forward, reverse, one, two, *quadrants, apparent)]
        self._demand = before.demand()

    # --- energy ---

    def registers(self) -> Registers:
        """Give the registers now."""
        forward, reverse, one, two, *quadrants, apparent = [
            total - cleared for total, cleared in zip(self._totals(), self._cleared, strict=True)
        ]
        return Registers(self._start + forward, reverse, one, two, tuple(quadrants), apparent)

    def clear(self) -> None:
        """Set all registers, and the demand, to zero."""
        self._cleared = list(self._totals())
        self._start = 0.0
        self.clear_demand()

    def _totals(self) -> tuple[float, ...]:
        now = self._bench.clock.monotonic()
        energies = (*self._metering.energy(now), *self._split.at(now)[:-1])
        return tuple(energy / _JOULE_PER_KWH for energy in energies)

    def _split_rates(self, load: Load, at: float) -> tuple[float, ...]:  # noqa: ARG002 - the registered load counts
        taken = self._metering.load(at)
        rates = [0.0] * _QUADRANTS
        index = (0 if taken.active >= 0 else 1) if taken.reactive >= 0 else (2 if taken.active < 0 else 3)
        rates[index] = abs(taken.reactive)
        return (*rates, taken.apparent, max(taken.active, 0.0))

    # --- demand ---

    def demand(self) -> Demand:
        """Give the maximum demand since it was cleared."""
        now = self._bench.clock.monotonic()
        while self._demand_looked + _PERIOD <= now:
            begin, end = self._demand_looked, self._demand_looked + _PERIOD
            power = (self._split.at(end)[-1] - self._split.at(begin)[-1]) / _PERIOD / 1e3
            if power > self._demand.power:
                self._demand = Demand(power, self.time() - timedelta(seconds=now - end))
            self._demand_looked = end
        return self._demand

    def clear_demand(self) -> None:
        """Begin a new maximum demand."""
        self._demand = Demand(0.0, None)
        self._demand_looked = self._bench.clock.monotonic()

    # --- instantaneous values ---

    def load(self) -> tuple[Phase, ...]:
        """Give each phase as the meter shows it, with truth beside it; phases without a source are zero."""
        shown = list(self._metering.load().phases)[: self.phases]
        shown += [_NO_PHASE] * (self.phases - len(shown))
        for number, phase in enumerate(shown, 1):
            self._bench.truth(f"voltage.{number}", phase.voltage)
        self._bench.truth("power.shown", Load(tuple(shown), 0.0).active)
        return tuple(
            Phase(phase.voltage * (1 + gain), phase.current, phase.lag)
            for phase, gain in zip(shown, self._voltage_gains, strict=False)
        )

    def frequency(self) -> float:
        """Give the frequency in Hz; 0 where nothing is connected."""
        return self._metering.load().frequency

    def temperature(self) -> float:
        """Give the temperature within the meter, degC: that of the room."""
        return self._bench.ambient.temperature()

    # --- time of day ---

    def time(self) -> datetime:
        """Give the time of day that the meter has."""
        return self._bench.clock.utc() + self._clock_error

    def set_time(self, time: datetime) -> None:
        """Set its clock."""
        self._clock_error = time - self._bench.clock.utc()


def counted(energy: float, decimals: int) -> float:
    """Give a register as a counter shows it: with so many decimals, what has not come yet left off."""
    scale = 10.0**decimals
    return math.floor(energy * scale + _WHOLE) / scale


def active(phase: Phase) -> float:
    """Give the active power of one phase in W."""
    return phase.voltage * phase.current * math.cos(phase.lag)


def reactive(phase: Phase) -> float:
    """Give the reactive power of one phase in var."""
    return phase.voltage * phase.current * math.sin(phase.lag)


def power_factor(phases: tuple[Phase, ...]) -> float:
    """Give active over apparent power, 1 where there is none; negative if the power goes backwards."""
    apparent = sum(phase.voltage * phase.current for phase in phases)
    return sum(active(phase) for phase in phases) / apparent if apparent else 1.0
