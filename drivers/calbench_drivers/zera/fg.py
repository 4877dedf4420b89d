"""ZERA power sources of moving test systems, and FG30x (protocol as public software of the maker speaks it, 2025)."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, InstrumentError, LinkTimeout, OutOfRange, UnexpectedReply
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.reading import Applied, Identity, Number, Safe, Verified, decimal
from calbench_drivers.sourcing import SYSTEMS, band, carrying, fits, refusal

VOLTS = (band("1", "500", "45", "65"),)
AMPERES = (band("0", "0"), band("0.001", "120"))
MOST_ANGLE = 180  # degrees
VOLTAGE_ANGLES = {"a": ("R", 0), "b": ("S", 120), "c": ("T", 240)}  # names here; degrees by which they lag R
VOLTAGE_FLAGS, CURRENT_FLAGS = "AE", "AA"  # as public software sends them; what they switch is not known
OTHERS_OFF = "AAA"
ALL_OFF = "AAAAAA" + OTHERS_OFF  # three voltages, three currents, three others
RMS_STEP = Decimal("0.001")
ANGLE_STEP = Decimal("0.01")  # also of the frequency

IDENTITY_TIME = 2.0  # s
SWITCHING_TIME = 10.0  # s; the answer to `SUI` comes after some 5 s
SETTLING_TIME = 10.0  # s; until an FG30x measures the power that is set
POLL_INTERVAL = 1.0  # s
REGULATION = Decimal("0.02")  # of the apparent power of a phase: what an FG30x may measure beside what is set

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

    Angles count clockwise: what lags has the larger angle, and the sequence R S T has 0, 120 and 240 degrees (the
    maker's program turns angles round before it sends them, and its recorded values of a sequence 123 are such).

    Assumed: everything, from one public program of the maker, which speaks to both; that the answer to `SUI` comes
    when the output is settled; the limits of 500 V and 120 A.

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
        self,
        voltage: Number,
        current: Number,
        angle: Number,
        frequency: Number,
        phases: int,
        loaded: str = "abc",
    ) -> Applied:
        """Put out balanced voltages on 1 or 3 phases, and current in those that are loaded.

        Gives the active power of all together in W, as the class says.

        Args:
            voltage: Of each phase against neutral: 1 V to 500 V (rms), in steps of 1 mV.
            current: Of each phase that is loaded: 0, or 1 mA to 120 A (rms), in steps of 1 mA.
            angle: By which current lags voltage, -180 to 180 degrees, in steps of 0.01 degrees.
            frequency: 45 Hz to 65 Hz, in steps of 0.01 Hz.
            phases: 1 or 3.
            loaded: `abc`: all of them; `a`, `b` or `c` (R, S or T): this phase alone, and no current is switched
                on in the others.

        Raises:
            OutOfRange: There is no such value, step or phase.
            DeviceError: The source refused, or an FG30x does not measure the power within 10 s.
            UnexpectedReply: A reply has another form.
        """
        volts, amperes, lag, hertz = map(decimal, (voltage, current, angle, frequency))
        fed = carrying(self._link.resource, phases, loaded)
        self._refuse_load(volts, amperes, lag, hertz)
        of_voltage = VOLTAGE_FLAGS + self._blocks(volts, Decimal(0), SYSTEMS[phases])
        of_current = CURRENT_FLAGS + self._blocks(amperes, lag, fed)
        at = self._field(hertz, ANGLE_STEP, 5)
        on = self._switches("E", SYSTEMS[phases]) + self._switches("P", fed if amperes else "") + OTHERS_OFF
        if self._prefix is None:
            self.identify()
        replies = [
            self._set(f"{self._prefix}FR{at}", "FR"),
            self._set(f"{self._prefix}UP{of_voltage}", "UP"),
            self._set(f"{self._prefix}IP{of_current}", "IP"),
            self._set(f"{self._prefix}UI{on}", "UI"),
        ]
        apparent = volts * amperes
        power = apparent * Decimal(f"{math.cos(math.radians(float(lag))):.12f}")
        if self._prefix:
            return Applied(len(fed) * power, "W", "; ".join(replies))
        return self._measured([power if name in fed else Decimal(0) for name in VOLTAGE_ANGLES], apparent)

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

    def _refuse_load(self, volts: Decimal, amperes: Decimal, lag: Decimal, hertz: Decimal) -> None:
        where = self._link.resource
        if not fits(VOLTS, volts, hertz):
            raise refusal(where, VOLTS, volts, hertz, "V")
        if not fits(AMPERES, amperes, Decimal(0)):
            raise refusal(where, AMPERES, amperes, Decimal(0), "A")
        if abs(lag) > MOST_ANGLE:
            raise OutOfRange(f"{where}: no angle of {lag} degrees here. There are -180 to 180 degrees.")

    def _blocks(self, rms: Decimal, lag: Decimal, on: str) -> str:
        """Write amplitude and angle of the three phases, like `R230.000000.00S…T…`."""
        text = ""
        for name, (letter, behind) in VOLTAGE_ANGLES.items():
            used = name in on and rms
            angle = (behind + lag + 360) % 360 if used else Decimal(0)
            text += f"{letter}{self._field(rms if used else Decimal(0), RMS_STEP, 7)}"
            text += self._field(angle, ANGLE_STEP, 6)
        return text

    def _switches(self, sign: str, on: str) -> str:
        """Write the switches of the three phases, like `EAA`."""
        return "".join(sign if name in on else "A" for name in VOLTAGE_ANGLES)

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

    def _measured(self, powers: Sequence[Decimal], apparent: Decimal) -> Applied:
        """Wait until an FG30x measures in each phase what it is set to, and give the sum of what it measures."""
        slack = apparent * REGULATION + 1
        deadline = self._link.clock.monotonic() + SETTLING_TIME
        while True:
            text = self._link.query("MP").strip()
            found = POWERS.fullmatch(text)
            if found is None:
                raise self._unexpected("MP", text, "`MPR400.0;S235.0;T900.0;`")
            measured = [Decimal(one) for one in found.groups()]
            if all(abs(one - power) <= slack for one, power in zip(measured, powers, strict=True)):
                return Applied(sum(measured, Decimal(0)), "W", text)
            if self._link.clock.monotonic() >= deadline:
                wanted = " + ".join(f"{float(power):g}" for power in powers)
                raise DeviceError(
                    f"{self._link.resource}: it measures {text!r} where {wanted} W is set, after "
                    f"{SETTLING_TIME:g} s. The output is ON. Check the load."
                )
            self._link.wait(POLL_INTERVAL)

    def _unexpected(self, command: str, reply: str, form: str) -> UnexpectedReply:
        return UnexpectedReply(
            f"{self._link.resource}: {reply!r} came in answer to `{command}`, where {form} was expected."
        )
