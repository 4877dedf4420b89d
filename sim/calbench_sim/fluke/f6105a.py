"""Fluke 6105A electrical power standard (and 6100A, 6100B): voltage and current on up to four phases.

Written from protocols.md, section 5.1, and the 6100B/6105A manual (p. 136, 140, 141, 149). From public scripts:
`RANGe <low>,<high>`, `STATe` of a channel, `OUTPut:RAMP:TIME`, `OUTPut:SENSe`, `UNIT:MHARmonics:VOLTage ABS`; and
that the angle of a current counts from its own voltage, that of a voltage from phase 1, positive where it leads.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.parameters import ScpiError, boolean, choice, number, quoted
from calbench.simulation.scpi import CommandTree, Handler
from calbench.simulation.signals import Load, Phase
from calbench.simulation.status import ErrorQueue, Status488
from calbench_sim.parts.behaviour.model_choice import chosen_model
from calbench_sim.parts.sources.power_output import PowerOutput
from calbench_sim.parts.sources.waveform import Channel, active_power, phase_of, rms_of
from calbench_sim.parts.sources.waveform_commands import ChannelCommands, scientific

_MOST_PHASES, _POWER_PHASES = 4, 3
_VOLTAGES: Final = (23.0, 45.0, 90.0, 180.0, 360.0, 650.0, 1008.0)  # V
_CURRENTS: Final = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 21.0)  # A
_FREQUENCIES: Final = (16.0, 850.0)  # Hz
_RAMP: Final = 1.0  # s, at power-on
_CHANGE: Final = 0.5  # s, for a new value while the output is on
_LONGEST_RAMP: Final = 60.0  # s


class F6105A(Device):
    """Fluke 6105A with three phases; with `phases: 4` the fourth is the neutral, which carries no power.

    Terminal: `output`, which emits `power`. Truth: as `PowerOutput`.

    Assumed: channels are on, at 0, at power-on; a channel whose range was never selected takes any value of the
    instrument; without `MHARmonics:STATe` the fundamental alone is put out; a load of several harmonics is put
    out with its rms values and the lag that makes up its active power; fluctuation, dips, flicker and
    interharmonics are not simulated; amplitudes in their own units and angles in degrees only.
    """

    BLOCKS = True
    SERIAL = "9600 8N1"
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "voltage_gain": "(1) gain error of all voltages; else seeded per phase, 2e-5 rms",
            "current_gain": "(1) gain error of all currents; else seeded per phase, 3e-5 rms",
            "angle": "(rad) by which all currents lag more than programmed; else seeded per phase, 3e-5 rms",
            "frequency_gain": "(1) error of the frequency; else seeded, 1e-5 rms",
            "phases": "(1) how many are fitted, 1 to 4; default 3",
            "model": "6105A, 6100B or 6100A; default 6105A",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._model = chosen_model(bench, "6105A", "6100B", "6100A")
        self._fitted = round(bench.settings.get("phases", 3.0))
        draws = [[bench.rng.gauss(0.0, rms) for rms in (2e-5, 3e-5, 3e-5)] for _ in range(_MOST_PHASES)]
        names = ("voltage_gain", "current_gain", "angle")
        self._errors = [
            [bench.settings.get(name, value) for name, value in zip(names, drawn, strict=True)]
            for drawn in draws
        ]
        self._frequency_gain = bench.settings.get("frequency_gain", bench.rng.gauss(0.0, 1e-5))
        self._output = PowerOutput(bench)
        self._set_up()
        reports = Status488(
            f"FLUKE,{self._model},{bench.serial_number},4.08",
            errors=ErrorQueue(depth=20, no_error=(0, "No Error")),
            reset=self._reset,
            busy=self._output.busy,
        )
        self.status = reports
        self._commands = CommandTree(self._table(), reports)

    def receive(self, line: str) -> None:
        """Act on one message."""
        answer = self._commands.run(line)
        if answer is not None:
            self.reply(answer.text, after=answer.after)

    def _set_up(self) -> None:
        self._voltages = [Channel(_VOLTAGES) for _ in range(_MOST_PHASES)]
        self._currents = [Channel(_CURRENTS) for _ in range(_MOST_PHASES)]
        self._frequency = 50.0
        self._ramp = _RAMP
        self._on = self._sense = False

    def _reset(self) -> None:
        self._output.stop()
        self._set_up()

    # --- commands ---

    def _table(self) -> dict[str, Handler]:
        table: dict[str, Handler] = {
            "OUTPut[:STATe]": self._switch,
            "OUTPut[:STATe]?": lambda: str(int(self._on)),
            "OUTPut:SENSe": self._set_sense,
            "OUTPut:SENSe?": lambda: str(int(self._sense)),
            "OUTPut:RAMP:TIME": self._set_ramp,
            "OUTPut:RAMP:TIME?": lambda: scientific(self._ramp),
            "[SOURce]:FREQuency": self._set_frequency,
            "[SOURce]:FREQuency?": lambda: scientific(self._frequency),
            "[SOURce]:PHASe#:FITTed?": lambda phase: str(int(self._number(phase) < self._fitted)),
            "[SOURce]:PHASe#:MODel?": lambda phase: self._word(phase, self._model),
            "[SOURce]:PHASe#:SERial?": lambda phase: self._word(phase, self.bench.serial_number),
            "[SOURce]:PHASe#:POWer:WATT?": lambda phase: scientific(active_power(*self._pair(phase))),
            "[SOURce]:PHASe#:POWer:VA?": self._apparent,
        }
        voltages = ChannelCommands(lambda phase: self._pair(phase)[0], "V", self._changed)
        currents = ChannelCommands(lambda phase: self._pair(phase)[1], "A", self._changed)
        for name, commands in (("VOLTage", voltages), ("CURRent", currents)):
            table |= commands.table(f"[SOURce]:PHASe#:{name}")
            table[f"UNIT:MHARmonics:{name}"] = _only_absolute
            table[f"UNIT:MHARmonics:{name}?"] = lambda: "ABS"
        return table

    @staticmethod
    def _number(phase: int) -> int:
        if not 1 <= phase <= _MOST_PHASES:
            raise ScpiError(-114)
        return phase - 1

    def _index(self, phase: int) -> int:
        index = self._number(phase)
        if index >= self._fitted:
            raise ScpiError(-241, text="Hardware missing")
        return index

    def _pair(self, phase: int) -> tuple[Channel, Channel]:
        index = self._index(phase)
        return self._voltages[index], self._currents[index]

    def _word(self, phase: int, text: str) -> str:
        self._index(phase)
        return quoted(text)

    def _apparent(self, phase: int) -> str:
        voltage, current = self._pair(phase)
        return scientific(rms_of(voltage.put_out()) * rms_of(current.put_out()))

    def _switch(self, text: str) -> None:
        on = boolean(text)
        if on and not self._on:
            self._output.go(self._load(), self._ramp)
        elif not on:
            self._output.stop()
        self._on = on

    def _set_sense(self, text: str) -> None:
        self._sense = boolean(text)

    def _set_ramp(self, text: str) -> None:
        self._ramp = number(text, low=0.0, high=_LONGEST_RAMP, unit="S")

    def _set_frequency(self, text: str) -> None:
        low, high = _FREQUENCIES
        self._frequency = number(text, low=low, high=high, unit="HZ")
        self._changed()

    def _changed(self) -> None:
        """Put out what is programmed now, if the output is on."""
        if self._on:
            self._output.go(self._load(), max(_CHANGE, self._output.busy()))

    def _load(self) -> Load:
        phases = []
        for index in range(min(self._fitted, _POWER_PHASES)):
            voltage_gain, current_gain, angle = self._errors[index]
            volts, amperes, lag = phase_of(self._voltages[index], self._currents[index])
            lag = math.remainder(lag, math.tau) + angle if amperes else 0.0
            phases.append(Phase(volts * (1 + voltage_gain), amperes * (1 + current_gain), lag))
        return Load(tuple(phases), self._frequency * (1 + self._frequency_gain))


def _only_absolute(text: str) -> None:
    """Accept amplitudes in volt and ampere; the relative units are not simulated."""
    choice(text, "ABSolute")
