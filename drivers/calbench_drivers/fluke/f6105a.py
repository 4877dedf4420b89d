"""Fluke 6100A, 6100B, 6105A electrical power standards (6100B/6105A users manual p. 136-150)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, NamedTuple

from calbench.errors import DeviceError, OutOfRange, UnexpectedReply
from calbench.instruments import scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Applied, Identity, Number, Reading, Safe, Verified, decimal
from calbench_drivers.sourcing import SYSTEMS, band, carrying, fits, numeral, refusal, switch_off

VOLTS = (band("1", "1008", "16", "850"),)
AMPERES = (band("0", "0"), band("0.05", "21"))  # limits of the ranges: p. 147
MOST_ANGLE = 180  # degrees
VOLTAGE_ANGLES = {1: 0, 2: -120, 3: 120}  # degrees; positive: it leads phase 1
NUMBERS = {"a": 1, "b": 2, "c": 3}  # of the phases here

PART = Decimal("0.001")  # of a set value: more is a wrong setting
ANGLE_SLACK = Decimal("0.01")  # degrees
POWER_PART = Decimal("0.005")  # of the apparent power; `WATT?` may come with three digits (p. 136)
SWITCHING_TIME = 30.0  # s; the output ramps up
SETTLING_TIME = 5.0  # s; after the output says that it is on
POLL_INTERVAL = 0.5  # s
SAFE_DEADLINE = 2.0  # s; for the read-back of `make_safe`

NUMBER = r"[+-]?\d+(?:\.\d*)?(?:E[+-]?\d{1,2})?"
PAIR = re.compile(rf"\s*({NUMBER})\s*,\s*({NUMBER})\s*", re.IGNORECASE)


class _Phases(NamedTuple):
    """Numbers of the phases that have voltage, and of those of them that carry current."""

    on: tuple[int, ...]
    fed: tuple[int, ...]


class F6105A:
    """A 6100A, 6100B or 6105A with one to three phases as source of sinusoidal power.

    The first setting resets the instrument (`*RST`): it has no harmonics, dips and flicker then. What it puts
    out is the sum of its own `POW:WATT?` of all phases, and has to agree with voltage, current and angle.
    A phase without current has its current channel off.

    Assumed: the angle of a current is relative to the voltage of its own phase, and positive when it leads (as
    in public scripts; if not, the power does not agree and is refused); `RANG` takes the limits that the range
    must cover, as p. 147 says it of `CURR:RANG:VOLT`; `STAT` of a channel, `FREQ`, `OUTP:STAT` and `UNIT:…`
    from public scripts. There is no sign of being settled: 5 s pass after the output is on.

    Verified on: manual pages only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=10.0)
    LINKS: ClassVar[tuple[str, ...]] = ("GPIB",)
    MODELS: ClassVar[tuple[str, ...]] = ("6100A", "6100B", "6105A")
    PROVIDES: ClassVar[tuple[str, ...]] = ("source.power.active",)
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*IDN?": "assumed",
        "*OPC?": "assumed",
        "*RST": "assumed",
        "FREQ": "assumed",
        "FREQ?": "assumed",
        "OUTP:STAT": "assumed",
        "OUTP:STAT?": "assumed",
        "PHAS<x>:CURR:MHAR:HARM1": "manual",
        "PHAS<x>:CURR:MHAR:HARM1?": "manual",
        "PHAS<x>:CURR:MHAR:STAT": "manual",
        "PHAS<x>:CURR:RANG": "assumed",
        "PHAS<x>:CURR:RANG?": "manual",
        "PHAS<x>:CURR:STAT": "assumed",
        "PHAS<x>:FITT?": "manual",
        "PHAS<x>:POW:WATT?": "manual",
        "PHAS<x>:VOLT:MHAR:HARM1": "manual",
        "PHAS<x>:VOLT:MHAR:HARM1?": "manual",
        "PHAS<x>:VOLT:MHAR:STAT": "manual",
        "PHAS<x>:VOLT:RANG": "assumed",
        "PHAS<x>:VOLT:RANG?": "assumed",
        "PHAS<x>:VOLT:STAT": "assumed",
        "SYST:ERR?": "assumed",
        "UNIT:MHAR:CURR": "assumed",
        "UNIT:MHAR:VOLT": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._fitted: tuple[int, ...] = ()  # phases; empty: not reset by this driver yet
        self._load: _Phases | None = None  # None: unknown

    def identify(self) -> Identity:
        """Ask `*IDN?`.

        Raises:
            UnexpectedReply: The reply has not four fields.
        """
        return scpi.ask(self._link, "*IDN?", scpi.identity)

    def read_errors(self) -> list[str]:
        """Empty the error queue (`SYST:ERR?`), oldest first.

        Raises:
            UnexpectedReply: A reply is not `number,"text"`.
        """
        return scpi.drain_errors(self._link, "SYST:ERR?")

    def apply_power(
        self,
        voltage: Number,
        current: Number,
        angle: Number,
        frequency: Number,
        phases: int,
        loaded: str = "abc",
    ) -> Applied:
        """Put out balanced voltages on 1 or 3 phases, and current in those that are loaded, settled.

        Gives the sum of the phases' `POW:WATT?` in W. The output goes off in between where phases or ranges change.

        Args:
            voltage: Of each phase against neutral: 1 V to 1008 V (rms).
            current: Of each phase that is loaded: 0, or 0.05 A to 21 A (rms; a 6100A may have less, and says so).
            angle: By which current lags voltage, -180 to 180 degrees.
            frequency: 16 Hz to 850 Hz.
            phases: 1 or 3; as many have to be fitted.
            loaded: `abc`: all of them; `a`, `b` or `c` (1, 2 or 3): this phase alone, and the current channels of the
                others are off.

        Raises:
            OutOfRange: The instrument has no such value, or not so many phases.
            DeviceError: It reported an error, or its output does not come on within 30 s.
            UnexpectedReply: It says that it is set to something else, or that another power is put out.
        """
        volts, amperes, lag, hertz = map(decimal, (voltage, current, angle, frequency))
        fed = carrying(self._link.resource, phases, loaded)
        self._refuse_load(volts, amperes, lag, hertz)
        load = _Phases(
            *(tuple(map(NUMBERS.__getitem__, one)) for one in (SYSTEMS[phases], fed if amperes else ""))
        )
        setting = [f"FREQ {self._numeral(hertz)}"]
        for phase in load.on:
            lead = VOLTAGE_ANGLES[phase]
            setting.append(f"PHAS{phase}:VOLT:MHAR:HARM1 {self._numeral(volts)},{lead}")
            if phase in load.fed:
                setting.append(f"PHAS{phase}:CURR:MHAR:HARM1 {self._numeral(amperes)},{self._numeral(-lag)}")
        self._prepare(volts, amperes, load)
        self._send(setting)
        self._operate()
        applied = self._read_back(volts, amperes, lag, hertz, load)
        self._load = load
        return applied

    def read_phase_power(self, phase: int) -> Reading:
        """Give the active power of one phase, as the instrument has it (`POW:WATT?`), in W.

        Raises:
            OutOfRange: There is no such phase.
            Overload: It replied 9.9E37 or 9.91E37.
            UnexpectedReply: It sent no number.
        """
        if phase not in VOLTAGE_ANGLES:
            raise OutOfRange(f"{self._link.resource}: no phase {phase!r} here. There are 1, 2 and 3.")
        return scpi.ask(self._link, f"PHAS{phase}:POW:WATT?", lambda text: scpi.reading(text, "W"))

    def standby(self) -> None:
        """Switch the output off (`OUTP:STAT OFF`).

        Raises:
            DeviceError: The instrument says that it still is on.
        """
        self._link.write("OUTP:STAT OFF")
        if self._is_on():
            raise DeviceError(f"{self._link.resource}: the output is still on. Switch it off on the panel.")

    def output_is_on(self) -> bool:
        """Ask whether anything is on its terminals; nothing is changed."""
        return self._is_on(SAFE_DEADLINE)

    def make_safe(self) -> Safe:
        """Send `OUTP:STAT OFF` and read back; the output is hazardous unless this is `VERIFIED`."""
        return switch_off(self._link, "OUTP:STAT OFF", self.output_is_on)

    def _refuse_load(self, volts: Decimal, amperes: Decimal, lag: Decimal, hertz: Decimal) -> None:
        where = self._link.resource
        if not fits(VOLTS, volts, hertz):
            raise refusal(where, VOLTS, volts, hertz, "V")
        if not fits(AMPERES, amperes, Decimal(0)):
            raise refusal(where, AMPERES, amperes, Decimal(0), "A")
        if abs(lag) > MOST_ANGLE:
            raise OutOfRange(f"{where}: no angle of {lag} degrees here. There are -180 to 180 degrees.")

    def _prepare(self, volts: Decimal, amperes: Decimal, load: _Phases) -> None:
        """Have the right phases and ranges on, the output off where they change."""
        before, self._load = self._load, None  # unknown until all has gone well
        if not self._fitted:
            self._reset()
        missing = [str(phase) for phase in load.on if phase not in self._fitted]
        if missing:
            raise OutOfRange(f"{self._link.resource}: phase {', '.join(missing)} is not fitted.")
        if before == load and self._ranges_hold(volts, amperes, load):
            return
        self.standby()
        setting: list[str] = []
        for phase in self._fitted:
            setting.append(f"PHAS{phase}:VOLT:STAT {'ON' if phase in load.on else 'OFF'}")
            setting.append(f"PHAS{phase}:CURR:STAT {'ON' if phase in load.fed else 'OFF'}")
        for phase in load.on:  # a range is asked for by the amplitudes that it must cover
            setting.append(f"PHAS{phase}:VOLT:RANG {self._numeral(volts)},{self._numeral(volts)}")
            setting.append(f"PHAS{phase}:VOLT:MHAR:STAT ON")
            if phase in load.fed:
                setting.append(f"PHAS{phase}:CURR:RANG {self._numeral(amperes)},{self._numeral(amperes)}")
                setting.append(f"PHAS{phase}:CURR:MHAR:STAT ON")
        self._send(setting)

    def _reset(self) -> None:
        """Bring everything to a known state, and see which phases there are."""
        self.standby()
        self._link.write("*RST")
        if not scpi.ask(self._link, "*OPC?", scpi.boolean, timeout=SWITCHING_TIME):
            raise DeviceError(f"{self._link.resource}: it does not complete `*RST`. Switch it off and on.")
        self._send(["UNIT:MHAR:VOLT ABS", "UNIT:MHAR:CURR ABS"])
        self._fitted = tuple(
            phase for phase in VOLTAGE_ANGLES if scpi.ask(self._link, f"PHAS{phase}:FITT?", scpi.boolean)
        )

    def _ranges_hold(self, volts: Decimal, amperes: Decimal, load: _Phases) -> bool:
        """Tell whether the present ranges have these amplitudes, so that the output may stay on."""
        for phase in load.on:
            least, most = self._pair(f"PHAS{phase}:VOLT:RANG?")
            if not least <= volts <= most:
                return False
            if phase in load.fed:
                least, most = self._pair(f"PHAS{phase}:CURR:RANG?")
                if not least <= amperes <= most:
                    return False
        return True

    def _send(self, commands: list[str]) -> None:
        for command in commands:
            self._link.write(command)
        scpi.refuse_errors(self._link, "SYST:ERR?", "; ".join(commands))

    def _operate(self) -> None:
        """Switch on unless it is, and wait until the output says that it is on; then let it settle."""
        if not self._is_on():
            self._link.write("OUTP:STAT ON")
            scpi.refuse_errors(self._link, "SYST:ERR?", "OUTP:STAT ON")
        deadline = self._link.clock.monotonic() + SWITCHING_TIME
        while not self._is_on():
            if self._link.clock.monotonic() >= deadline:
                raise DeviceError(
                    f"{self._link.resource}: the output is not on {SWITCHING_TIME:g} s after `OUTP:STAT ON`; "
                    f"errors: {'; '.join(self.read_errors()) or 'none'}. Check the connections."
                )
            self._link.wait(POLL_INTERVAL)
        self._link.wait(SETTLING_TIME)

    def _read_back(
        self, volts: Decimal, amperes: Decimal, lag: Decimal, hertz: Decimal, load: _Phases
    ) -> Applied:
        """Compare every setting and power with what was asked for."""
        there = scpi.ask(self._link, "FREQ?", scpi.number)
        if abs(there - hertz) > hertz * PART:
            raise self._unlike("FREQ?", str(there), f"{hertz} Hz")
        powers: list[Reading] = []
        cosine = Decimal(str(math.cos(math.radians(float(lag)))))
        for phase in load.on:
            carried = amperes if phase in load.fed else Decimal(0)
            expected = volts * carried * cosine
            self._check(f"PHAS{phase}:VOLT:MHAR:HARM1?", volts, Decimal(VOLTAGE_ANGLES[phase]))
            if carried:
                self._check(f"PHAS{phase}:CURR:MHAR:HARM1?", carried, -lag)
            powers.append(self.read_phase_power(phase))
            if abs(powers[-1].value - expected) > (volts * carried + 1) * POWER_PART:
                wanted = f"{volts} V, {carried} A, {lag} degrees, so {expected:.6g} W"
                raise self._unlike(f"PHAS{phase}:POW:WATT?", powers[-1].text, wanted)
        total = sum((one.value for one in powers), Decimal(0))
        return Applied(total, "W", "; ".join(one.text for one in powers))

    def _check(self, query: str, amplitude: Decimal, angle: Decimal) -> None:
        found, phase = self._pair(query)
        turned = abs(phase - angle) % 360
        if abs(found - amplitude) > amplitude * PART or ANGLE_SLACK < turned < 360 - ANGLE_SLACK:
            raise self._unlike(query, f"{found},{phase}", f"{amplitude},{angle}")

    def _pair(self, query: str) -> tuple[Decimal, Decimal]:
        text = self._link.query(query)
        found = PAIR.fullmatch(scpi.string(text.strip()))  # the manual shows such replies in quotes
        if found is None:
            raise UnexpectedReply(f"{self._link.resource}: `{query}` gave {text!r} instead of two numbers.")
        return Decimal(found[1]), Decimal(found[2])

    def _unlike(self, query: str, text: str, wanted: str) -> UnexpectedReply:
        return UnexpectedReply(f"{self._link.resource}: `{query}` gave {text!r} where {wanted} was set.")

    def _is_on(self, timeout: float | None = None) -> bool:
        return scpi.ask(self._link, "OUTP:STAT?", scpi.boolean, timeout=timeout)

    def _numeral(self, value: Decimal) -> str:
        return numeral(self._link.resource, value)
