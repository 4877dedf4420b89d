"""Clou CL3115 three-phase standard meter, written from protocols.md, section 5.3, and public sources of its users."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.simulation.bench import Bench
from calbench_sim.parts.frames import clou_frame
from calbench_sim.parts.frames.clou_frame import ClouDevice, Field, Place, scaled, whole
from calbench_sim.parts.meters import reference_meter
from calbench_sim.parts.meters.energy_comparison import EnergyComparison, told
from calbench_sim.parts.meters.load_integral import load_at
from calbench_sim.parts.meters.reference_meter import OVERLOAD, Measured, ReferenceMeter

_VOLTAGES: Final = (480.0, 240.0, 120.0, 60.0)  # V, by number
_CURRENTS: Final = (100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02)  # A, by number
_LINE_MODES: Final = {
    0x08,
    0x48,
    0x44,
    0x42,
    0x41,
}  # four-wire, three-wire, and three with artificial reactive power
_MANUAL = 0x80
_ACTIVE, _REACTIVE, _APPARENT = 0x00, 0x40, 0x80
_STOP, _ERROR, _REGISTER = 0, 1, 2
_WINDOW = 0.2  # s, over which it takes means
_ANGLES: Final = (0.0, 240.0, 120.0)  # degrees, of the voltages A, B, C; counter-clockwise
_ORDER: Final = (2, 1, 0)  # C, B, A
_VOLT_EXPONENT, _AMPERE_EXPONENT, _WATT_EXPONENT = -5, -6, -4
_FULL_CIRCLE, _JOULE_PER_KWH = 360.0, 3.6e6
_CONSTANT = 2_000_000  # 1/kWh
_ANGLE_OF_POWER: Final = (2, 1, 7)
_MEASURED: Final = {(2, group) for group in (0, 2, 3, 4, 5)}


class CL3115(ClouDevice):
    """A CL3115 at address 30.

    Terminals: `input` receives `power`, `pulse_input` the `pulses` of a meter under test; `pulse` puts out its own.
    Truth: as `ReferenceMeter`; `error` and `energy.error` (%) as `told` logs them.

    Page 2: group 0 voltages, currents, frequency, overload; 1 ranges, constant, angle of power; 2 angles; 3 angles
    between voltage and current, power factors; 4 powers; 5 apparent powers, energy (bit 4); 6 error in 1e-4 % (bit 2),
    pulses of the standard (bit 7). Page 0: group 0 line mode (bit 5); 2 constant (bit 0), number of pulses (bit 3),
    number of the error (bit 5); 3 kind of energy (bit 0), switch (bit 4); 4 constant of the meter under test (bit 0),
    screen (bit 7).

    Assumed: energy is in kWh, and like the pulses counts from the last start until the stop; the error is that of the
    last comparison, 0 before the first; comparisons follow each other; voltages are symmetric (the terminals carry no
    angles between phases), a current stands at the angle of its voltage less its lag; angles are from 0 to 360 degrees;
    the numbers of ranges, that the top bit of the line mode takes them by hand, and that the range of one phase is that
    of all; the constant that is set holds for all ranges; bits 0 to 5 of the overload byte are the phases in order;
    energies count three elements in each mode.
    """

    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(reference_meter.SETTINGS | clou_frame.SETTINGS)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench, "CL3115", 0x30)
        self._meter = ReferenceMeter(bench, _VOLTAGES, _CURRENTS)
        self._comparison = EnergyComparison(self.clock, bench.terminal("pulse_input"), self._energy)
        self._constant, self._kind, self._line_mode = _CONSTANT, _ACTIVE, 0x08
        bench.terminal("pulse").emit("pulses", lambda at: self._energy(at) / _JOULE_PER_KWH * self._constant)
        self._pulses = self._tested = 0
        self._switch = _STOP
        self._started_at: float | None = None
        self._counted = 0.0
        self._ranges = (0, 0)
        self._phases: tuple[Measured, ...] = ()
        self._frequency = 0.0
        self.fields = self._values() | self._parameters()

    def written(self) -> bool:
        """Accept what was written: each field acts by itself."""
        return True

    def reads_after(self, places: list[Place]) -> float:
        """Give how long (s) it takes: measured values are means from now on."""
        if not any(place[:2] in _MEASURED or place == _ANGLE_OF_POWER for place in places):
            return super().reads_after(places)
        since = self.clock.monotonic()
        self.after(_WINDOW, lambda: self._measure(since, since + _WINDOW))
        return _WINDOW

    def _measure(self, since: float, until: float) -> None:
        self._phases, self._frequency = self._meter.mean(since, until)

    # --- what can be read ---

    def _values(self) -> dict[Place, Field]:
        fields: dict[Place, Field] = {}
        for at, phase in enumerate(_ORDER):
            each: dict[tuple[int, int], Callable[[Measured], bytes]] = {
                (0, at): lambda one: scaled(one.voltage, _VOLT_EXPONENT),
                (0, 3 + at): lambda one: scaled(one.current, _AMPERE_EXPONENT),
                (3, at): lambda one: whole(1e4 * (math.degrees(one.lag) % _FULL_CIRCLE)),
                (3, 3 + at): lambda one: whole(1e4 * _ratio(one.active, one.apparent)),
                (4, at): lambda one: scaled(one.active, _WATT_EXPONENT),
                (4, 4 + at): lambda one: scaled(one.reactive, _WATT_EXPONENT),
                (5, at): lambda one: scaled(one.apparent, _WATT_EXPONENT),
            }
            for (group, bit), value in each.items():
                fields[2, group, bit] = Field(5, self._of_phase(value, phase))
            fields[2, 2, at] = Field(4, self._angle(phase, lag=False))
            fields[2, 2, 3 + at] = Field(4, self._angle(phase, lag=True))
            fields[2, 1, at] = Field(1, lambda: self._shown_ranges()[:1], self._take_voltage_range)
            fields[2, 1, 3 + at] = Field(1, lambda: self._shown_ranges()[1:], self._take_current_range)
        return fields | {
            (2, 0, 6): Field(4, lambda: whole(1e5 * self._frequency)),
            (2, 0, 7): Field(1, self._overload),
            (2, 1, 6): Field(4, lambda: whole(self._constant)),
            _ANGLE_OF_POWER: Field(
                4, lambda: whole(1e4 * (math.degrees(math.atan2(self._q(), self._p())) % _FULL_CIRCLE))
            ),
            (2, 3, 6): Field(4, lambda: whole(1e4 * _ratio(self._p(), self._s()))),
            (2, 3, 7): Field(4, lambda: whole(1e4 * _ratio(self._q(), self._s()))),
            (2, 4, 3): Field(5, lambda: scaled(self._p(), _WATT_EXPONENT)),
            (2, 4, 7): Field(5, lambda: scaled(self._q(), _WATT_EXPONENT)),
            (2, 5, 3): Field(5, lambda: scaled(self._s(), _WATT_EXPONENT)),
            (2, 5, 4): Field(8, lambda: whole(1e4 * self._count(), 8)),
            (2, 6, 2): Field(4, self._error),
            (2, 6, 7): Field(8, lambda: whole(math.floor(self._count() * self._constant), 8)),
        }

    def _of_phase(self, value: Callable[[Measured], bytes], phase: int) -> Callable[[], bytes]:
        return lambda: value(self._phases[phase])

    def _angle(self, phase: int, *, lag: bool) -> Callable[[], bytes]:
        def angle() -> bytes:
            less = math.degrees(self._phases[phase].lag) if lag else 0.0
            return whole(1e4 * ((_ANGLES[phase] - less) % _FULL_CIRCLE))

        return angle

    def _p(self) -> float:
        return sum(phase.active for phase in self._phases)

    def _q(self) -> float:
        return sum(phase.reactive for phase in self._phases)

    def _s(self) -> float:
        return sum(phase.apparent for phase in self._phases)

    def _shown_ranges(self) -> bytes:
        volts, amperes = self._meter.ranges_for(load_at(self.bench.terminal("input")))
        return bytes([_VOLTAGES.index(volts), _CURRENTS.index(amperes)])

    def _overload(self) -> bytes:
        load = load_at(self.bench.terminal("input"))
        volts, amperes = self._meter.ranges_for(load)
        byte = 0
        for at, phase in enumerate(_ORDER):
            if phase < len(load.phases):
                byte |= (load.phases[phase].voltage > OVERLOAD * volts) << at
                byte |= (load.phases[phase].current > OVERLOAD * amperes) << 3 + at
        return bytes([byte])

    # --- energy and error ---

    def _energy(self, when: float) -> float:
        energies = self._meter.energies(when)
        return {_ACTIVE: energies.active, _REACTIVE: energies.reactive, _APPARENT: energies.apparent}[
            self._kind
        ]

    def _count(self) -> float:
        """Give the energy (kWh) from the start until now, or the stop."""
        if self._started_at is None:
            return self._counted
        return (self._energy(self.clock.monotonic()) - self._energy(self._started_at)) / _JOULE_PER_KWH

    def _error(self) -> bytes:
        if not self._comparison.running:
            return whole(0)
        error = self._comparison.progress().error
        if error is None or not math.isfinite(error):
            return whole(0)
        return whole(1e4 * 100 * told(self.bench, error, self.bench.name))

    def _done(self) -> bytes:
        return bytes([self._comparison.done() & 0xFF if self._comparison.running else 0])

    # --- what can be written ---

    def _parameters(self) -> dict[Place, Field]:
        return {
            (0, 0, 5): Field(1, lambda: bytes([self._line_mode]), self._take_line_mode),
            (0, 2, 0): Field(4, lambda: whole(self._constant), self._take_constant),
            (0, 2, 3): Field(4, lambda: whole(self._pulses), self._take_pulses),
            (0, 2, 5): Field(1, self._done),
            (0, 3, 0): Field(2, lambda: bytes([self._kind, 0]), self._take_kind),
            (0, 3, 4): Field(1, lambda: bytes([self._switch]), self._take_switch),
            (0, 4, 0): Field(8, lambda: whole(self._tested, 8), self._take_tested),
            (0, 4, 7): Field(1, None, lambda _: True),
        }

    def _take_line_mode(self, data: bytes) -> bool:
        if data[0] & ~_MANUAL not in _LINE_MODES:
            return False
        self._line_mode = data[0]
        self._apply()
        return True

    def _take_voltage_range(self, data: bytes) -> bool:
        if data[0] >= len(_VOLTAGES):
            return False
        self._ranges = (data[0], self._ranges[1])
        self._apply()
        return True

    def _take_current_range(self, data: bytes) -> bool:
        if data[0] >= len(_CURRENTS):
            return False
        self._ranges = (self._ranges[0], data[0])
        self._apply()
        return True

    def _apply(self) -> None:
        manual = bool(self._line_mode & _MANUAL)
        volts, amperes = _VOLTAGES[self._ranges[0]], _CURRENTS[self._ranges[1]]
        self._meter.change(voltage=volts if manual else None, current=amperes if manual else None)

    def _take_constant(self, data: bytes) -> bool:
        value = int.from_bytes(data, "little", signed=True)
        self._constant = value if value > 0 else self._constant
        return value > 0

    def _take_pulses(self, data: bytes) -> bool:
        value = int.from_bytes(data, "little", signed=True)
        self._pulses = value if value > 0 else self._pulses
        return value > 0

    def _take_tested(self, data: bytes) -> bool:
        value = int.from_bytes(data, "little", signed=True)
        self._tested = value if value > 0 else self._tested
        return value > 0

    def _take_kind(self, data: bytes) -> bool:
        if data[0] not in {_ACTIVE, _REACTIVE, _APPARENT} or data[1]:
            return False
        self._stop()  # what was counted so far was another energy
        self._kind = data[0]
        return True

    def _take_switch(self, data: bytes) -> bool:
        if data[0] > _REGISTER or (data[0] == _ERROR and not (self._pulses > 0 and self._tested > 0)):
            return False
        self._stop()
        self._switch = data[0]
        if self._switch != _STOP:
            self._started_at = self.clock.monotonic()
        if self._switch == _ERROR:
            self._comparison.start(self._tested, self._pulses, repeats=True)
        return True

    def _stop(self) -> None:
        self._counted, self._started_at = self._count(), None
        self._switch = _STOP
        self._comparison.stop()


def _ratio(value: float, apparent: float) -> float:
    return value / apparent if apparent else 0.0
