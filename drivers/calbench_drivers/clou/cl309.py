"""CLOU CL309 three-phase power source (CLT1.1 as public software of benches speaks it; protocols.md 5.3)."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import InstrumentError, LinkTimeout, OutOfRange, UnexpectedReply
from calbench.instruments.frames.clou import Master
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Applied, Identity, Number, Safe, Verified, decimal
from calbench_drivers.sourcing import SYSTEMS, band, carrying, fits, refusal

SOURCE, OWN = 0x01, 0x07
REQUESTS = {"set-output": "A3 05 46"}  # page 5, groups 1 (angles), 2 (amplitudes), 6 (what of it to update)
ANGLES, AMPLITUDES, UPDATES = "3F", "FF", "07 07 7F 3F 00"  # the first 07: of the frequency
VOLTS = (band("5", "480", "45", "65"),)
AMPERES = (band("0", "0"), band("0.001", "120"))
MOST_ANGLE = 180  # degrees
LEADS = {"c": 120, "b": 240, "a": 0}  # degrees by which a voltage leads phase a, in the order of the frame
VOLT_POWER, AMPERE_POWER, ANGLE_POWER, HERTZ_POWER = -4, -6, -4, -4  # of ten
SETTLING_TIME = 5.0  # s
REST_HERTZ = Decimal(50)


class CL309:
    """A source at address 01; we answer to 07.

    It acknowledges a setting, but no query is known for what it puts out: `apply_power` waits 5 s and gives the power
    of the settings that were acknowledged, calculated (cosine to twelve decimals); measure it (driver clou/cl3115).
    For the same reason `make_safe` and `standby` set all amplitudes to zero, and know no more than that the
    source took it.

    Assumed: everything, from two public programs, which differ in the bytes that say what is to be updated (the one of
    the majority is sent): 38400 8N1; the sense of angles (a current that lags has the smaller angle); the limits of
    480 V and 120 A; the settling time.

    Verified on: nothing but the text of those programs; no manual at hand.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=3.0, baud=38400, bits=8, parity="N")
    MODELS: ClassVar[tuple[str, ...]] = ("CL309",)
    LINKS: ClassVar[tuple[str, ...]] = ("RS-232",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("source.power.active",)
    COMMANDS: ClassVar[Mapping[str, Verified]] = {"read-version": "assumed", "set-output": "assumed"}

    def __init__(self, link: Link) -> None:
        self._link = link
        self._master = Master(link, SOURCE, OWN)

    def identify(self) -> Identity:
        """Ask for model, version and serial number (C9).

        Raises:
            DeviceError: The source refused.
            UnexpectedReply: The reply has another form, or another instrument sent it.
        """
        return self._master.identify("read-version")

    def apply_power(
        self,
        voltage: Number,
        current: Number,
        angle: Number,
        frequency: Number,
        phases: int,
        loaded: str = "abc",
    ) -> Applied:
        """Put out balanced voltages on 1 or 3 phases, and current in those that are loaded.

        Gives the active power of all together in W, calculated as the class says.

        Args:
            voltage: Of each phase against neutral: 5 V to 480 V (rms), in steps of 0.1 mV.
            current: Of each phase that is loaded: 0, or 1 mA to 120 A (rms), in steps of 1 uA.
            angle: By which current lags voltage, -180 to 180 degrees, in steps of 0.0001 degrees.
            frequency: 45 Hz to 65 Hz, in steps of 0.0001 Hz.
            phases: 1 or 3.
            loaded: `abc`: all of them; `a`, `b` or `c`: this phase alone, the others get an amplitude of 0 A.

        Raises:
            OutOfRange: There is no such value, step or phase; nothing was sent.
            DeviceError: The source refused.
            UnexpectedReply: Another answer came.
        """
        volts, amperes, lag, hertz = map(decimal, (voltage, current, angle, frequency))
        fed = carrying(self._link.resource, phases, loaded)
        self._refuse_load(volts, amperes, lag, hertz)
        text = self._set(volts, amperes, lag, hertz, SYSTEMS[phases], fed)
        self._link.wait(SETTLING_TIME)
        cosine = Decimal(f"{math.cos(math.radians(float(lag))):.12f}")
        return Applied(len(fed) * volts * amperes * cosine, "W", f"acknowledged {text}")  # no number came

    def standby(self) -> None:
        """Set all voltages and currents to zero; acknowledged, but not read back.

        Raises:
            DeviceError: The source refused.
            UnexpectedReply: Another answer came.
        """
        self._set(Decimal(0), Decimal(0), Decimal(0), REST_HERTZ, "", "")

    def make_safe(self) -> Safe:
        """Set all voltages and currents to zero; at best `ACKNOWLEDGED`, because no query of the output is known."""
        with contextlib.suppress(InstrumentError):
            self._link.clear()  # or a late reply to an earlier request could pass for the answer
        try:
            self.standby()
        except (LinkTimeout, UnexpectedReply):
            return Safe.SENT_UNVERIFIED
        except InstrumentError:
            return Safe.FAILED
        return Safe.ACKNOWLEDGED

    def _refuse_load(self, volts: Decimal, amperes: Decimal, lag: Decimal, hertz: Decimal) -> None:
        where = self._link.resource
        if not fits(VOLTS, volts, hertz):
            raise refusal(where, VOLTS, volts, hertz, "V")
        if not fits(AMPERES, amperes, Decimal(0)):
            raise refusal(where, AMPERES, amperes, Decimal(0), "A")
        if abs(lag) > MOST_ANGLE:
            raise OutOfRange(f"{where}: no angle of {lag} degrees here. There are -180 to 180 degrees.")

    def _set(
        self, volts: Decimal, amperes: Decimal, lag: Decimal, hertz: Decimal, used: str, fed: str
    ) -> str:
        """Set everything at once, phase c first; phases that are not used get nothing, and no current if not fed."""
        angles = [Decimal(lead if name in used else 0) for name, lead in LEADS.items()]
        lags = [(lead - lag) % 360 if name in used else Decimal(0) for name, lead in LEADS.items()]
        values = bytes.fromhex(ANGLES)
        values += b"".join(self._number(one, ANGLE_POWER) for one in angles)
        values += b"".join(self._number((one + 360) % 360, ANGLE_POWER) for one in lags)
        values += bytes.fromhex(AMPLITUDES)
        for amplitude, power, on in ((volts, VOLT_POWER, used), (amperes, AMPERE_POWER, fed)):
            for name in LEADS:
                value = amplitude if name in on else Decimal(0)
                values += self._number(value, power) + power.to_bytes(1, "little", signed=True)
        values += self._number(hertz, HERTZ_POWER) + bytes.fromhex(UPDATES)
        return self._master.write(bytes.fromhex(REQUESTS["set-output"]) + values, "set-output")

    def _number(self, value: Decimal, power: int) -> bytes:
        """Write a number as four bytes that count powers of ten, low byte first, exactly."""
        counted = value.scaleb(-power)
        if counted != counted.to_integral_value():
            raise OutOfRange(f"{self._link.resource}: no {value:f} here. There are steps of 1E{power}.")
        return int(counted).to_bytes(4, "little", signed=True)
