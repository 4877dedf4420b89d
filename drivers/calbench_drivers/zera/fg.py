"""ZERA power sources of moving test systems, and FG30x (protocol as public software of the maker speaks it, 2025)."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, InstrumentError, LinkTimeout, OutOfRange, UnexpectedReply
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Applied, Identity, Number, Safe, Verified, decimal
from calbench_drivers.sourcing import band, fits, refusal

VOLTS = (band("1", "500", "45", "65"),)
AMPERES = (band("0", "0"), band("0.001", "120"))
MOST_ANGLE = 180  # degrees
VOLTAGE_ANGLES = {"R": 0, "S": 240, "T": 120}  # degrees by which they lead R
PHASES = {1: "R", 3: "RST"}
VOLTAGE_FLAGS, CURRENT_FLAGS = "AE", "AA"  # as public software sends them; what they switch is not known
ALL_OFF = "A" * 9  # three voltages, three currents, three others
RMS_STEP = Decimal("0.001")
ANGLE_STEP = Decimal("0.01")  # also of the frequency

IDENTITY_TIME = 2.0  # s
SWITCHING_TIME = 10.0  # s; the answer to `SUI` comes after some 5 s
SETTLING_TIME = 10.0  # s; until an FG30x measures the power that is set
POLL_INTERVAL = 1.0  # s
REGULATION = Decimal("0.02")  # of the apparent power: what an FG30x may measure beside what is set

OF_MT = re.compile(r"([A-Z]+\d\w*?)V(\d[\d.]*)")
OF_FG = re.compile(r"TS(FG\w+)\s+V(\d\S*)")
POWERS = re.compile(r"MPR(-?\d+\.?\d*);S(-?\d+\.?\d*);T(-?\d+\.?\d*);?")


class FG:
    """The source of a ZERA moving test system (commands `SUP` …), or an FG30x (`UP` …), as source of power.

    An FG30x measures what it puts out (`MP`), and that is what counts. The source of a moving test system has
    no query: what it puts out is calculated (cosine to twelve decimals) of settings that it has acknowledged
    one by one; measure it (driver zera/mt). No query of the switches is known for either: after `make_safe` and
    `standby` the output is not known to be off, only told so.

    `AAV` and `TS` give type names that differ for every system: so `MODELS` is `("*",)`.

    Assumed: everything, from one public program of the maker, which speaks to both; that an angle is positive
    when it leads; that the answer to `SUI` comes when the output is settled; the limits of 500 V and 120 A.

    Verified on: nothing but that program's text; no manual at hand.
    """

    LINE: ClassVar[LineFormat] = LineFormat(
        write_end="\r", read_end="\r", timeout=30.0, baud=9600, bits=8, parity="N", stop=2
    )
    LINKS: ClassVar[tuple[str, ...]] = ("RS-232",)
    SAFE_WITHIN: ClassVar[float] = 25.0  # s; the answer to the switching command alone takes up to 10
    MODELS: ClassVar[tuple[str, ...]] = ("*",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("source.power.active",)
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "AAV": "assumed",
        "FR": "assumed",
        "IP": "assumed",
        "MP": "assumed",
        "SFR": "assumed",
        "SIP": "assumed",
        "SUI": "assumed",
        "SUP": "assumed",
        "TS": "assumed",
        "UI": "assumed",
        "UP": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._prefix: str | None = None  # of every command: "S" for a moving test system, "" for an FG30x

    def identify(self) -> Identity:
        """Ask `AAV` (moving test system), and if nothing answers `TS` (FG30x); there is no serial number.

        Raises:
            UnexpectedReply: The reply has another form than `MT793V05.52` or `TSFG301   V299`.
            LinkTimeout: Neither is answered.
        """
        self._prefix = None
        found = self._ask_mt()
        if found is None:
            text = self._link.query("TS", timeout=IDENTITY_TIME).strip()
            found = OF_FG.fullmatch(text)
            if found is None:
                raise self._unexpected("TS", text, "`TSFG301   V299`")
        self._prefix = "" if found[1].startswith("FG") else "S"
        return Identity("ZERA", found[1], "", found[2], found[0])

    def apply_power(
        self, voltage: Number, current: Number, angle: Number, frequency: Number, phases: int
    ) -> Applied:
        """Put out a balanced system on 1 or 3 phases; give its active power in W, as the class says.

        Args:
            voltage: Of each phase against neutral: 1 V to 500 V (rms), in steps of 1 mV.
            current: Of each phase: 0, or 1 mA to 120 A (rms), in steps of 1 mA.
            angle: By which current lags voltage, -180 to 180 degrees, in steps of 0.01 degrees.
            frequency: 45 Hz to 65 Hz, in steps of 0.01 Hz.
            phases: 1 or 3.

        Raises:
            OutOfRange: There is no such value or step.
            DeviceError: The source refused, or an FG30x does not measure the power within 10 s.
            UnexpectedReply: A reply has another form.
        """
        volts, amperes, lag, hertz = map(decimal, (voltage, current, angle, frequency))
        self._refuse_load(volts, amperes, lag, hertz, phases)
        of_voltage = VOLTAGE_FLAGS + self._blocks(volts, Decimal(0), phases)
        of_current = CURRENT_FLAGS + self._blocks(amperes, lag, phases)
        at = self._field(hertz, ANGLE_STEP, 5)
        on = ("E" * phases).ljust(3, "A") + ("P" * phases if amperes else "").ljust(6, "A")
        if self._prefix is None:
            self.identify()
        replies = [
            self._set(f"{self._prefix}FR{at}", "FR"),
            self._set(f"{self._prefix}UP{of_voltage}", "UP"),
            self._set(f"{self._prefix}IP{of_current}", "IP"),
            self._set(f"{self._prefix}UI{on}", "UI"),
        ]
        apparent = phases * volts * amperes
        power = apparent * Decimal(f"{math.cos(math.radians(float(lag))):.12f}")
        if self._prefix:
            return Applied(power, "W", "; ".join(replies))
        return self._measured(power, apparent)

    def standby(self) -> None:
        """Switch all phases off (`SUIAAAAAAAAA` or `UIAAAAAAAAA`); acknowledged, but not read back.

        Raises:
            DeviceError: The source refused.
            UnexpectedReply: Another answer came.
        """
        if self._prefix is None:
            self.identify()
        self._set(f"{self._prefix}UI{ALL_OFF}", "UI")

    def make_safe(self) -> Safe:
        """Switch all phases off; at best `ACKNOWLEDGED`, because no query of the switches is known."""
        with contextlib.suppress(InstrumentError):
            self._link.clear()
        try:
            for prefix in ("S", "") if self._prefix is None else (self._prefix,):
                self._link.write(f"{prefix}UI{ALL_OFF}")  # whom it is not for, it does not know it
        except InstrumentError:
            return Safe.FAILED
        try:  # or the answer would be taken for that of a later command
            reply = self._link.read(timeout=SWITCHING_TIME).strip()
        except InstrumentError:
            return Safe.SENT_UNVERIFIED
        taken = (f"{one}OKUI" for one in (("S", "") if self._prefix is None else (self._prefix,)))
        return Safe.ACKNOWLEDGED if reply in taken else Safe.SENT_UNVERIFIED

    def _ask_mt(self) -> re.Match[str] | None:
        """Ask `AAV`; None: nobody knows it here."""
        try:
            text = self._link.query("AAV", timeout=IDENTITY_TIME).strip()
            if text == "AAVNAK":
                return None
            end = self._link.read(timeout=IDENTITY_TIME).strip()
        except LinkTimeout:
            return None
        found = OF_MT.fullmatch(text)
        if found is None or end != "AAVACK":
            raise self._unexpected("AAV", f"{text}; {end}", "`MT793V05.52; AAVACK`")
        return found

    def _refuse_load(
        self, volts: Decimal, amperes: Decimal, lag: Decimal, hertz: Decimal, phases: int
    ) -> None:
        where = self._link.resource
        if phases not in PHASES:
            raise OutOfRange(f"{where}: no system of {phases!r} phases here. There are 1 and 3.")
        if not fits(VOLTS, volts, hertz):
            raise refusal(where, VOLTS, volts, hertz, "V")
        if not fits(AMPERES, amperes, Decimal(0)):
            raise refusal(where, AMPERES, amperes, Decimal(0), "A")
        if abs(lag) > MOST_ANGLE:
            raise OutOfRange(f"{where}: no angle of {lag} degrees here. There are -180 to 180 degrees.")

    def _blocks(self, rms: Decimal, lag: Decimal, phases: int) -> str:
        """Write amplitude and angle of the three phases, like `R230.000000.00S…T…`."""
        text = ""
        for name, lead in VOLTAGE_ANGLES.items():
            used = name in PHASES[phases] and rms
            angle = (lead - lag + 360) % 360 if used else Decimal(0)
            text += f"{name}{self._field(rms if used else Decimal(0), RMS_STEP, 7)}"
            text += self._field(angle, ANGLE_STEP, 6)
        return text

    def _field(self, value: Decimal, step: Decimal, width: int) -> str:
        """Write a number in so many characters, exactly."""
        if value % step:
            raise OutOfRange(f"{self._link.resource}: no {value:f} here. There are steps of {step}.")
        return f"{value:0{width}.{-int(step.as_tuple().exponent)}f}"

    def _set(self, message: str, name: str) -> str:
        """Send a setting and give its acknowledgement, like `SOKUP` or `OKUP`."""
        reply = self._link.query(message).strip()
        if reply != f"{self._prefix}OK{name}":
            if "NAK" in reply:
                raise DeviceError(f"{self._link.resource}: {reply!r} came in answer to `{message}`: refused.")
            raise self._unexpected(message, reply, f"`{self._prefix}OK{name}`")
        return reply

    def _measured(self, power: Decimal, apparent: Decimal) -> Applied:
        """Wait until an FG30x measures what it is set to, and give what it measures."""
        deadline = self._link.clock.monotonic() + SETTLING_TIME
        while True:
            text = self._link.query("MP").strip()
            found = POWERS.fullmatch(text)
            if found is None:
                raise self._unexpected("MP", text, "`MPR400.0;S235.0;T900.0;`")
            measured = sum(map(Decimal, found.groups()), Decimal(0))
            if abs(measured - power) <= apparent * REGULATION + 1:
                return Applied(measured, "W", text)
            if self._link.clock.monotonic() >= deadline:
                raise DeviceError(
                    f"{self._link.resource}: it measures {text!r} where {float(power):g} W is set, after "
                    f"{SETTLING_TIME:g} s. The output is ON. Check the load."
                )
            self._link.wait(POLL_INTERVAL)

    def _unexpected(self, command: str, reply: str, form: str) -> UnexpectedReply:
        return UnexpectedReply(
            f"{self._link.resource}: {reply!r} came in answer to `{command}`, where {form} was expected."
        )
