"""Zera MT reference meter: actual values, and the error of a meter from its pulses.

Written from protocols.md, section 5.2, and the same public project: `AEP` gives the meter constant times 1e5 and the
number of pulses, each as mantissa and power of ten; `AEB1` measures again and again; `AME` takes indices; the third
line of `AES1` is progress (%) and energy (W h); angles count as DIN has them (clockwise).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.meters.energy_comparison import EnergyComparison, told
from calbench_sim.parts.meters.load_integral import load_at
from calbench_sim.parts.meters.reference_meter import OVERLOAD, SETTINGS, ReferenceMeter

_VOLTAGES: Final = {"420": 420.0, "250": 250.0, "125": 125.0, "60": 60.0, "5": 5.0, "0.25": 0.25}
_CURRENTS: Final = {
    "100": 100.0, "50": 50.0, "20": 20.0, "10": 10.0, "5": 5.0, "2": 2.0, "1": 1.0, "0.5": 0.5, "0.2": 0.2,
    "0.1": 0.1, "0.05": 0.05, "0.02": 0.02,
}  # fmt: skip
_MODES: Final = (
    "4WA;4LW", "4WR;4LBE", "4WRC;4LBK", "4WAP;4LS", "4WAb;4LWb", "4WRb;4LBb", "4WAPb;4LSb", "3WA;3LW", "3WR;3LBE",
    "3WRCA;3LBKA", "3WRCB;3LBKB", "3WAP;3LS", "2WA;2LW", "2WR;2LB", "2WAP;2LS", "MQRef;MQRef", "MQBase;MQBase",
)  # fmt: skip
_PARAMETERS = re.compile(r"(\d{1,6});(0\d|10);(\d{1,6});([0-5])", re.ASCII)
_CONSTANT_SCALE = 1e-5
_INDEX = re.compile(r"\d{1,2}(?:;\d{1,2})*", re.ASCII)
_INTEGRATION = re.compile(r"0[1-9]|[1-9]\d", re.ASCII)
_WH = 3600.0  # J
_ANGLES = (0.0, 120.0, 240.0)  # degrees, of the voltages
_FULL_CIRCLE = 360.0


class MT(Device):
    """Zera MT793. Terminals: `input` receives `power`, `pulse_input` receives `pulses` of the meter under test.

    Truth: as `ReferenceMeter`; `error` and `energy.error` (%) as `told` logs them.

    Assumed: voltages are symmetric (the terminals carry no angles between phases), the phase order is 123; without
    a first pulse a measurement counts as running; energy is active, reactive or apparent, of one phase or of all,
    as the mode says; two-element modes take all phases; 120 % of a range is the end, told in `UEB`; what it does
    not know is answered with its first three letters and NAK; power-on state 4WA, automatic ranges, 1 s.
    """

    MESSAGE_ENDS = (b"\r",)
    REPLY_END = b"\r"
    SERIAL = "9600 8N2"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(SETTINGS)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._meter = ReferenceMeter(bench, tuple(_VOLTAGES.values()), tuple(_CURRENTS.values()))
        self._comparison = EnergyComparison(self.clock, bench.terminal("pulse_input"), self._energy)
        self._mode = "4WA"
        self._integration = 1
        self._voltage_range: str | None = None
        self._current_range: str | None = None
        self._parameters: tuple[float, int] | None = None
        self._queries: dict[str, Callable[[], list[str]]] = {
            "AAV": lambda: ["MT793V05.52"],
            "AST": self._state,
            "AML": lambda: [f"{number:02d};{mode}" for number, mode in enumerate(_MODES, 1)],
            "AVI": lambda: list(_VOLTAGES),
            "ACI": lambda: list(_CURRENTS),
            "AES1": self._error_state,
        }
        self._commands: dict[str, Callable[[str], bool]] = {
            "ATI": self._set_integration,
            "AMT": self._set_mode,
            "AVR": self._set_voltage_range,
            "ACR": self._set_current_range,
            "AAM": self._set_automatic,
            "AEP": self._set_parameters,
            "AEB": self._begin,
            "AEE": self._abort,
        }

    def receive(self, line: str) -> None:
        """Act on one command: three letters and what belongs to them."""
        name, rest = line[:3], line[3:]
        if line in self._queries:
            self._acknowledge(name, self._queries[line]())
        elif name == "AME" and (not rest or _INDEX.fullmatch(rest)):
            self._measure([int(index) for index in rest.split(";")] if rest else None)
        elif name in self._commands and self._commands[name](rest):
            self._acknowledge(name, [])
        else:
            self.reply(f"{name}NAK" if name.isascii() and name.isprintable() else "NAK")

    def _acknowledge(self, name: str, lines: list[str]) -> None:
        self.reply("\r".join([*lines, f"{name}ACK"]))

    # --- actual values ---

    def _measure(self, indices: list[int] | None) -> None:
        since = self.clock.monotonic()
        until = since + self._integration

        def lines() -> str:
            values = self._values(since, until)
            chosen = values if indices is None else [index for index in indices if index in values]
            return "\r".join([*(f"{index};{values[index]}" for index in chosen), "AMEACK"])

        self.reply(lines, after=self._integration, sequential=True)

    def _values(self, since: float, until: float) -> dict[int, str]:
        phases, frequency = self._meter.mean(since, until)
        values: dict[int, str] = {}
        for number, phase in enumerate(phases):
            apparent = phase.apparent
            current_angle = (_ANGLES[number] + math.degrees(phase.lag)) % _FULL_CIRCLE
            column = (
                phase.voltage, phase.current, _ANGLES[number], current_angle,
                phase.active / apparent if apparent else 0.0, phase.active, phase.reactive, apparent,
            )  # fmt: skip
            values |= {3 * row + number: f"{value:.7E}" for row, value in enumerate(column)}
        counted = phases[: self._elements()]
        sums = (
            sum(phase.active for phase in counted),
            sum(phase.reactive for phase in counted),
            sum(phase.apparent for phase in counted),
        )
        values |= {index: f"{value:.7E}" for index, value in enumerate(sums, 24)}
        return dict(sorted(values.items())) | {27: "123", 28: f"{frequency:.2f}"}

    # --- settings ---

    def _state(self) -> list[str]:
        load = load_at(self.bench.terminal("input"))
        volts, amperes = self._meter.ranges_for(load)
        over = "U" if any(phase.voltage > OVERLOAD * volts for phase in load.phases) else "-"
        over += "I" if any(phase.current > OVERLOAD * amperes for phase in load.phases) else "-"
        return [
            f"UB={volts:g}", f"IB={amperes:g}", f"M={self._mode}", "PLL=U1", f"UEB={over}", "NIB=0", "RDY=11-",
        ]  # fmt: skip

    def _elements(self) -> int:
        return 1 if self._mode.startswith("2") else 3

    def _apply(self) -> None:
        self._meter.change(
            voltage=_VOLTAGES[self._voltage_range] if self._voltage_range else None,
            current=_CURRENTS[self._current_range] if self._current_range else None,
            elements=self._elements(),
        )

    def _set_integration(self, text: str) -> bool:
        if _INTEGRATION.fullmatch(text) is None:
            return False
        self._integration = int(text)
        return True

    def _set_mode(self, text: str) -> bool:
        if text not in {mode.partition(";")[0] for mode in _MODES}:
            return False
        self._mode = text
        self._comparison.stop()  # what was measured so far was another energy
        self._apply()
        return True

    def _set_voltage_range(self, text: str) -> bool:
        if text not in _VOLTAGES:
            return False
        self._voltage_range = text
        self._apply()
        return True

    def _set_current_range(self, text: str) -> bool:
        if text not in _CURRENTS:
            return False
        self._current_range = text
        self._apply()
        return True

    def _set_automatic(self, text: str) -> bool:
        """Set voltage range, current range and synchronisation to automatic (A) or manual (M), which keeps them."""
        if re.fullmatch("[AM]{3}", text) is None:
            return False
        volts, amperes = self._meter.ranges_for(load_at(self.bench.terminal("input")))
        self._voltage_range = None if text[0] == "A" else self._voltage_range or f"{volts:g}"
        self._current_range = None if text[1] == "A" else self._current_range or f"{amperes:g}"
        self._apply()
        return True

    # --- error measurement ---

    def _energy(self, when: float) -> float:
        energies = self._meter.energies(when)
        if "AP" in self._mode:
            return energies.apparent
        return energies.reactive if "WR" in self._mode else energies.active

    def _set_parameters(self, text: str) -> bool:
        found = _PARAMETERS.fullmatch(text)
        if found is None or not int(found[1]) or not int(found[3]):
            return False
        constant = int(found[1]) * 10.0 ** int(found[2]) * _CONSTANT_SCALE
        self._parameters = constant, int(found[3]) * 10 ** int(found[4])
        return True

    def _begin(self, text: str) -> bool:
        if text not in {"0", "1"} or self._parameters is None:
            return False
        self._comparison.start(*self._parameters, repeats=text == "1")
        return True

    def _abort(self, text: str) -> bool:
        if text:
            return False
        self._comparison.stop()
        return True

    def _error_state(self) -> list[str]:
        if not self._comparison.running:
            return ["00", "oo.oo", "0.000000;0.000000"]
        share, energy, error = self._comparison.progress()
        first = "1" if self._comparison.repeats else "0"
        progress = f"{100 * share:.6f};{energy / _WH:.6f}"
        if error is None or not math.isfinite(error):
            return [f"{first}2", "--.--", progress]
        return [f"{first}3", f"{100 * told(self.bench, error, self.bench.name):.4f}", progress]
