"""Zera FG function generator with amplifiers: a three-phase source of voltage and current.

Written from protocols.md, section 5.2, and the same public project: the order of the letters of `SUP`, `SIP` and `SUI`,
angles that count as DIN has them (clockwise: a current whose angle is larger than its voltage's lags), the limits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.signals import Load, Phase
from calbench_sim.parts.sources.power_output import PowerOutput

_PHASES = r"R(\d{3}\.\d{3})(\d{3}\.\d{2})S(\d{3}\.\d{3})(\d{3}\.\d{2})T(\d{3}\.\d{3})(\d{3}\.\d{2})"
_COMMANDS: Final = {
    "UP": re.compile(rf"[EA][EA]{_PHASES}", re.ASCII),
    "IP": re.compile(rf"[EA][AM]{_PHASES}", re.ASCII),
    "FR": re.compile(r"(\d{2}\.\d{2})", re.ASCII),
    "UI": re.compile(r"([EA]{3})([PA]{3})[EA]{3}"),
}
_LEAST_VOLTAGE, _MOST_VOLTAGE = 20.0, 500.0  # V, besides 0
_LEAST_CURRENT, _MOST_CURRENT = 0.001, 120.0  # A, besides 0
_FREQUENCIES: Final = (45.0, 65.0)  # Hz
_LINE_FREQUENCY: Final = 50.0  # Hz, of the mains that it follows if told so
_FULL_CIRCLE: Final = 360.0
_VOLTAGE_RANGE, _CURRENT_RANGE, _COUNTS = 250.0, 100.0, 20000  # V, A, counts of a full range
_Phasors = tuple[tuple[float, float], ...]  # rms value (V or A) and angle (degrees) of each phase
_ON, _CHANGE = 2.0, 1.0  # s, that switching on and a new value take


class FG(Device):
    """Zera FG: three phases, 20 V to 500 V, 1 mA to 120 A, 45 Hz to 65 Hz. Terminal: `output`, emits `power`.

    Truth: as `PowerOutput`. The FG30x dialect without the leading `S` is understood too (`UP` -> `OKUP`, `TS`,
    `MP`, `MQ`, `MS`, `AU`, `AI`, `BU`, `BI`).

    Assumed: commands that it does not know, or whose values it cannot put out, are answered with their first
    letters and NAK and change nothing; it acknowledges when the output has got there, and what comes meanwhile
    waits; at power-on all phases are off, at 0, and it follows the mains.
    """

    MESSAGE_ENDS = (b"\r",)
    REPLY_END = b"\r"
    SERIAL = "9600 8N2"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "voltage_gain": "(1) gain error of all voltages; else seeded per phase, 2e-4 rms",
            "current_gain": "(1) gain error of all currents; else seeded per phase, 3e-4 rms",
            "angle": "(rad) by which all currents lag more than programmed; else seeded per phase, 5e-4 rms",
            "frequency_gain": "(1) error of the frequency; else seeded, 2e-5 rms",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        names = {"voltage_gain": 2e-4, "current_gain": 3e-4, "angle": 5e-4}
        draws = [{name: bench.rng.gauss(0.0, rms) for name, rms in names.items()} for _ in range(3)]
        self._errors = [
            {name: bench.settings.get(name, value) for name, value in one.items()} for one in draws
        ]
        self._frequency_gain = bench.settings.get("frequency_gain", bench.rng.gauss(0.0, 2e-5))
        self._output = PowerOutput(bench)
        self._voltages: _Phasors = ((0.0, 0.0),) * 3
        self._currents: _Phasors = ((0.0, 0.0),) * 3
        self._frequency = _LINE_FREQUENCY
        self._on = ("AAA", "AAA")
        self._actions: dict[str, Callable[[re.Match[str]], bool]] = {
            "UP": self._set_voltages, "IP": self._set_currents, "FR": self._set_frequency, "UI": self._switch,
        }  # fmt: skip

        self._answers: dict[str, Callable[[], str]] = {
            "TS": lambda: "TSFG301   V299",
            "MP": lambda: self._powers("MP", math.cos),
            "MQ": lambda: self._powers("MQ", math.sin),
            "MS": lambda: self._powers("MS", lambda _: 1.0),
            "AU": lambda: self._counts("AU", [phase.voltage for phase in self._phases()], _VOLTAGE_RANGE),
            "AI": lambda: self._counts("AI", [phase.current for phase in self._phases()], _CURRENT_RANGE),
            "BU": lambda: f"BU{_VOLTAGE_RANGE:07.3f}",
            "BI": lambda: f"BI{_CURRENT_RANGE:07.3f}",
        }

    def receive(self, line: str) -> None:
        """Act on one command: `SUP…` and its like, or the same without `S`."""
        if line in self._answers:
            self.reply(self._answers[line]())
            return
        prefix = "S" if line.startswith("S") else ""
        name, rest = line[len(prefix) : len(prefix) + 2], line[len(prefix) + 2 :]
        found = _COMMANDS[name].fullmatch(rest) if name in _COMMANDS else None
        before = self._load()
        if found is None or not self._actions[name](found):
            self.reply(f"{line[:3]}NAK" if line.isascii() and line.isprintable() else "NAK")
            return
        self._put_out(before)
        self.reply(f"{prefix}OK{name}", after=self._output.busy(), sequential=True)

    # --- commands; each tells whether it was done ---

    def _set_voltages(self, found: re.Match[str]) -> bool:
        phases = _phases(found)
        done = _inside(phases, _LEAST_VOLTAGE, _MOST_VOLTAGE)
        if done:
            self._voltages = phases
        return done

    def _set_currents(self, found: re.Match[str]) -> bool:
        phases = _phases(found)
        done = _inside(phases, _LEAST_CURRENT, _MOST_CURRENT)
        if done:
            self._currents = phases
        return done

    def _set_frequency(self, found: re.Match[str]) -> bool:
        frequency = float(found[1]) or _LINE_FREQUENCY
        low, high = _FREQUENCIES
        done = low <= frequency <= high
        if done:
            self._frequency = frequency
        return done

    def _switch(self, found: re.Match[str]) -> bool:
        self._on = found[1], found[2]
        return True

    # --- readings of the FG30x dialect ---

    def _phases(self) -> tuple[Phase, ...]:
        load = self._load()
        return load.phases if load is not None else (Phase(0.0, 0.0, 0.0),) * 3

    def _powers(self, name: str, share: Callable[[float], float]) -> str:
        """Answer with a power of each phase: `MPR400.0;S235.0;T900.0;`."""
        values = [phase.voltage * phase.current * share(phase.lag) for phase in self._phases()]
        return name + "".join(f"{letter}{value:z.1f};" for letter, value in zip("RST", values, strict=True))

    def _counts(self, name: str, values: list[float], full: float) -> str:
        """Answer with a value of each phase in parts of 20000 of its range: `AUR16000S20000T24000`."""
        counts = [round(value / full * _COUNTS) for value in values]
        return name + "".join(f"{letter}{count:05d}" for letter, count in zip("RST", counts, strict=True))

    # --- output ---

    def _put_out(self, before: Load | None) -> None:
        load = self._load()
        if load is None:
            self._output.stop()
        elif load != before:
            self._output.go(load, _CHANGE if before is not None else _ON)

    def _load(self) -> Load | None:
        """Give what is to be put out, None if everything is off."""
        if self._on == ("AAA", "AAA"):
            return None
        phases = []
        for number, error in enumerate(self._errors):
            volts, volts_angle = self._voltages[number]
            amperes, amperes_angle = self._currents[number]
            volts *= (self._on[0][number] == "E") * (1 + error["voltage_gain"])
            amperes *= (self._on[1][number] == "P") * (1 + error["current_gain"])
            lag = math.remainder(amperes_angle - volts_angle, _FULL_CIRCLE)
            phases.append(Phase(volts, amperes, math.radians(lag) + error["angle"] if amperes else 0.0))
        return Load(tuple(phases), self._frequency * (1 + self._frequency_gain))


def _phases(found: re.Match[str]) -> _Phasors:
    numbers = [float(text) for text in found.groups()]
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def _inside(phases: _Phasors, low: float, high: float) -> bool:
    return all((not value or low <= value <= high) and angle <= _FULL_CIRCLE for value, angle in phases)
