"""The error calculator of a position of a meter bench, with a display; it computes as protocols.md, 5.5, says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.electrical import Terminal
from calbench_sim.parts.meters.energy_comparison import EnergyComparison, told
from calbench_sim.parts.meters.second_pulses import SECONDS_PER_DAY, found
from calbench_sim.parts.multimeters.meter_unit import stream

_JOULE_PER_KWH = 3.6e6
_LOOK_BACK = 1e-3  # s, over which the rate of the pulses is seen
_MARGIN = 0.5  # s, until the display shows what is done
_PATIENCE = 60.0  # s, after which somebody looks who sees that no pulses come


class ErrorCounter(Device):
    """Terminals: `pulse_input` and `clock_input` receive `pulses` of the meter under test, of energy and of seconds.

    `reference_input` receives the pulses of the reference.

    A person sets the constant of the meter and the number of its pulses; the error is (m0 - m) / m, with the pulses m
    of the reference that came meanwhile, and m0 = C0 N / C. It counts pulses for a time, too, and shows what a clock
    gains in a day from the rate of its second pulses in a time.

    Truth, logged when a display is read: `error` (%), as it is shown but for rounding; `energy.error` (%), the true one
    of the meter; `pulses`; `clock.error` (s/day), the true one of its clock.

    Assumed: the parts of a pulse of the reference count, so that nothing is lost at either end.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "reference_constant": "(1/kWh) pulses per kilowatt-hour of the reference; default 2e6",
            "step": "(%) what the display of the error resolves; default 0.001",
            "timebase": "(1) relative error of its time base; else seeded, 1e-7 rms",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._pulses = bench.terminal("pulse_input")
        self._reference = bench.terminal("reference_input")
        self._constant = bench.settings.get("reference_constant", 2e6)
        self._step = bench.settings.get("step", 1e-3)
        self._comparison = EnergyComparison(self.clock, self._pulses, self._energy)
        self._clock = bench.terminal("clock_input")
        self._timebase = bench.settings.get("timebase", stream(bench.rng, "timebase").gauss(0.0, 1e-7))
        self._from, self._until = 0.0, -1.0

    def receive(self, line: str) -> None:
        """Nothing can be sent to it."""

    def set_by_hand(self, quantity: str, told: Mapping[str, float]) -> float:
        """Start an error (`constant` in 1/kWh, `pulses`), a count or a clock (`seconds`); give how long it takes (s).

        Raises:
            UsageError: It shows another quantity, or is not told what it needs.
        """
        now = self.clock.monotonic()
        try:
            if quantity == "energy.error":
                pulses = int(told["pulses"])
                self._comparison.start(told["constant"], pulses, repeats=False)
                before = _received(self._pulses, max(0.0, now - _LOOK_BACK))
                rate = (_received(self._pulses, now) - before) / _LOOK_BACK
                return (pulses + 1) / rate + _MARGIN if rate > 0 else _PATIENCE
            if quantity in ("pulses", "clock.error"):
                self._from, self._until = now, now + told["seconds"]
                return told["seconds"]
        except KeyError as missing:
            raise UsageError(
                f"The simulated error counter {self.bench.name!r} must be told {missing} to show {quantity}."
            ) from None
        raise self._other(quantity)

    def shown(self, quantity: str) -> str:
        """Read the display; empty while nothing is done.

        Raises:
            UsageError: It is asked for something else.
        """
        if quantity == "energy.error":
            return self._error()
        if quantity not in ("pulses", "clock.error"):
            raise self._other(quantity)
        if not 0 <= self._until <= self.clock.monotonic():
            return ""
        return self._counted() if quantity == "pulses" else self._daily()

    def _counted(self) -> str:
        last, first = (_received(self._pulses, when) for when in (self._until, self._from))
        count = math.floor(last) - math.floor(first)
        self.bench.truth("pulses", float(count))
        return f"{count}"

    def _daily(self) -> str:
        """Give the daily error of the clock; nothing is shown where no second pulses come."""
        last, first = (_received(self._clock, when) for when in (self._until, self._from))
        rate = (last - first) / (self._until - self._from)
        if not rate:
            return ""
        gain = found(self.bench, rate, self._timebase, self._until)
        return f"{SECONDS_PER_DAY * gain:+.3f} s/d"

    def _error(self) -> str:
        if not self._comparison.running:
            return ""
        error = self._comparison.progress().error
        if error is None or not math.isfinite(error):
            return ""
        leads = self._reference.leads
        ends = [(lead.second if lead.first is self._reference else lead.first).name for lead in leads]
        error = told(self.bench, error, ends[0].partition(".")[0] if ends else "")
        decimals = max(0, -math.floor(math.log10(self._step) + 1e-9))
        return f"{round(100 * error / self._step) * self._step:+.{decimals}f} %"

    def _energy(self, when: float) -> float:
        """Give the energy (J) that the pulses of the reference stand for."""
        return _received(self._reference, when) / self._constant * _JOULE_PER_KWH

    def _other(self, quantity: str) -> UsageError:
        return UsageError(
            f"The simulated error counter {self.bench.name!r} shows energy.error, pulses and clock.error, "
            f"not {quantity}."
        )


def _received(terminal: Terminal, when: float) -> float:
    pulses = terminal.received("pulses", when)
    return pulses if isinstance(pulses, float) else 0.0
