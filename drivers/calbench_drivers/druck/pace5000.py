"""Druck PACE5000, PACE6000 pressure controllers (SCPI communications manual K0472 rev. A, p. 45, 115, 131)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import ClassVar, TypeVar

from calbench.errors import DeviceError, InstrumentError, OutOfRange, UnexpectedReply
from calbench.instruments import scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.polling import poll
from calbench.instruments.reading import Applied, Identity, Number, Reading, Safe, Verified, decimal

T = TypeVar("T")

CONTROL_TIME = 600.0  # s; to come within limits, beside the time of a linear ramp
VENT_TIME = 300.0  # s
POLL_INTERVAL = 0.5  # s
SAFE_DEADLINE = 2.0  # s; for the read-back of `make_safe`
FINEST = Decimal("0.0001")  # Pa; what is set in finer steps would be rounded by the controller
FASTEST = Decimal(100_000_000)  # Pa/s; faster than any of them
SLACK = Decimal("1E-6")  # of the value; a controller that keeps single precision reads back so
VENTED = 2  # reply to `VENT?`: 0 idle, 1 in progress, 2 completed

POWERS = {"PA": 0, "HPA": 2, "MBAR": 2, "KPA": 3, "BAR": 5, "MPA": 6}  # unit -> power of ten that makes it Pa
BELOW_ATMOSPHERE = Decimal(100_000)  # Pa; no gauge pressure is lower than minus this
RANGE = re.compile(
    r'"(?P<top>\d+(?:\.\d+)?) ?(?P<unit>mbar|bar|hPa|kPa|MPa|Pa)(?P<kind>[ag])"', re.IGNORECASE
)


class Pace5000:
    """A PACE5000, or module 1 of a PACE6000, as source and meter of pressure.

    Whether it is gauge or absolute follows the range that the operator selected; the driver changes neither.
    It controls in Pa, so `apply_pressure` sets the unit of the controller to PA. `read_pressure` leaves the
    unit alone and converts. A set rate of change (`set_slew`) stays until it is set again.

    The instrument answers with the short form of the header in front; a reply with another header is refused.
    `vent` is for the user to call; nothing here vents by itself, and venting is no way to stop.

    Assumed: `:SOUR:PRES:RANG?` gives the range as it is set, its full scale is the highest pressure, and
    the positive source pressure is told on the same scale (gauge, absolute) as the set-point.

    Verified on: manual pages only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=5.0, baud=9600, bits=8, parity="N")
    LINKS: ClassVar[tuple[str, ...]] = (
        "GPIB",
        "RS-232",
        "socket",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("Pace5000 User Interface", "Pace6000 User Interface")
    PROVIDES: ClassVar[tuple[str, ...]] = ("source.pressure", "measure.pressure")
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*IDN?": "manual",
        ":OUTP:STAT": "manual",
        ":OUTP:STAT?": "manual",
        ":SENS:PRES:INL?": "manual",
        ":SENS:PRES?": "manual",
        ":SOUR:PRES": "manual",
        ":SOUR:PRES:COMP1?": "assumed",
        ":SOUR:PRES:INL:TIME?": "manual",
        ":SOUR:PRES:LEV:IMM:AMPL:VENT": "assumed",
        ":SOUR:PRES:LEV:IMM:AMPL:VENT?": "assumed",
        ":SOUR:PRES:RANG?": "assumed",
        ":SOUR:PRES:SLEW": "assumed",
        ":SOUR:PRES:SLEW:MODE": "assumed",
        ":SOUR:PRES:SLEW:MODE?": "assumed",
        ":SOUR:PRES:SLEW?": "assumed",
        ":SOUR:PRES?": "manual",
        ":SYST:ERR?": "manual",
        ":UNIT:PRES": "manual",
        ":UNIT:PRES?": "manual",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._slew = Decimal(0)  # Pa/s, as `set_slew` set it; 0: not known

    def identify(self) -> Identity:
        """Ask `*IDN?`, which is answered with `*IDN` in front.

        Raises:
            UnexpectedReply: The reply has another header, or not four fields.
        """
        return self._ask("*IDN?", scpi.identity)

    def read_errors(self) -> list[str]:
        """Empty the error queue (`:SYST:ERR?`, 5 deep), oldest first.

        Raises:
            UnexpectedReply: A reply is not `number,"text"` behind its header.
            DeviceError: The queue does not empty.
        """
        entries: list[str] = []
        while len(entries) < scpi.MOST_ERRORS:
            code, words = self._ask(":SYST:ERR?", scpi.error_entry)
            if code == 0:
                return entries
            entries.append(f"{code}, {words}")
        raise DeviceError(
            f"{self._link.resource}: the error queue does not empty; last came {entries[-1]!r}."
        )

    def read_pressure(self) -> Reading:
        """Read the pressure now (`:SENS:PRES?`), in Pa.

        Raises:
            DeviceError: The unit is one that does not convert exactly (psi, columns of liquid, user units).
            Overload: It sent 9.9E37 or its like.
            UnexpectedReply: The reply has another header, or is no number.
        """
        unit = self._ask(":UNIT:PRES?", str)
        if unit not in POWERS:
            there = ", ".join(POWERS)
            raise DeviceError(f"{self._link.resource}: the unit is {unit!r}. Set one of {there}.")
        text = self._query(":SENS:PRES?")
        value = self._read(":SENS:PRES?", _body(text), scpi.number)
        return Reading(value.scaleb(POWERS[unit]), "Pa", text)

    def set_slew(self, rate: Number) -> None:
        """Let the pressure change linearly by `rate` Pa/s from now on (`:SOUR:PRES:SLEW`, mode `LIN`).

        Raises:
            OutOfRange: The rate is not above 0 Pa/s to 100 MPa/s, or finer than 0.0001 Pa/s.
            DeviceError: The controller refused it.
            UnexpectedReply: It says that it is set to something else.
        """
        asked = decimal(rate)
        if not 0 < asked <= FASTEST:
            raise OutOfRange(
                f"{self._link.resource}: no rate of {asked} Pa/s. It is above 0, to {FASTEST} Pa/s."
            )
        numeral = self._numeral(asked)
        self._use_pascals()
        self._set(":SOUR:PRES:SLEW:MODE LIN")
        if (mode := self._ask(":SOUR:PRES:SLEW:MODE?", str)) != "LIN":
            raise self._unexpected(":SOUR:PRES:SLEW:MODE?", mode, "LIN")
        self._set(f":SOUR:PRES:SLEW {numeral}")
        self._refuse_other(":SOUR:PRES:SLEW?", self._ask(":SOUR:PRES:SLEW?", scpi.number), asked)
        self._slew = asked

    def apply_pressure(self, value: Number) -> Applied:
        """Control to `value` pascals, and give the reading once it stayed within limits.

        The limits and the time are those of the instrument (`:SOUR:PRES:INL`, `:SOUR:PRES:INL:TIME`).

        Raises:
            OutOfRange: The selected range has no such pressure.
            DeviceError: The supply is too low, the controller reported an error, or it did not come within
                limits in 10 minutes and the time of the ramp.
            UnexpectedReply: It says that it is set to something else.
        """
        pascals = decimal(value)
        span = self._refuse_outside(pascals)
        numeral = self._numeral(pascals)
        self._use_pascals()
        supply = self._ask(":SOUR:PRES:COMP1?", scpi.number)
        if 0 < pascals >= supply:
            raise DeviceError(
                f"{self._link.resource}: the positive supply has {supply} Pa, too little for {pascals} Pa. "
                "Open or raise the supply."
            )
        self._set(f":SOUR:PRES {numeral}")
        self._refuse_other(
            ":SOUR:PRES?", self._ask(":SOUR:PRES?", scpi.number, ":SOUR:PRES:LEV:IMM:AMPL"), pascals
        )
        self._set(":OUTP:STAT 1")
        if not self._controlling():
            raise DeviceError(f"{self._link.resource}: `:OUTP:STAT 1` left the controller off.")
        return self._settle(pascals, CONTROL_TIME + (float(span / self._slew) if self._slew else 0.0))

    def vent(self) -> None:
        """Open the user's system to atmosphere, and wait until that is done. Never called by the driver itself.

        Raises:
            DeviceError: The controller reported an error, or did not finish within 5 minutes.
            UnexpectedReply: The state of venting is no number.
        """
        self._set(":SOUR:PRES:LEV:IMM:AMPL:VENT 1")
        if poll(self._vented, link=self._link, every=POLL_INTERVAL, within=VENT_TIME) is None:
            raise DeviceError(
                f"{self._link.resource}: not vented within {VENT_TIME:g} s. Look at the controller."
            )

    def standby(self) -> None:
        """Switch the controller off (`:OUTP:STAT 0`). The pressure stays enclosed in the user's system.

        Raises:
            DeviceError: The controller says that it still controls.
        """
        self._link.write(":OUTP:STAT 0")
        if self._controlling():
            raise DeviceError(f"{self._link.resource}: still controlling after `:OUTP:STAT 0`.")

    def make_safe(self) -> Safe:
        """Switch the controller off and read back (`:OUTP:STAT?`). Enclosed pressure remains; nothing vents."""
        known = Safe.VERIFIED
        try:
            self._link.clear()  # or a late reply to an earlier query could pass for the answer below
        except InstrumentError:
            known = Safe.SENT_UNVERIFIED
        try:
            self._link.write(":OUTP:STAT 0")
        except InstrumentError:
            return Safe.FAILED
        try:
            return Safe.FAILED if self._controlling(SAFE_DEADLINE) else known
        except InstrumentError:
            return Safe.SENT_UNVERIFIED

    def _refuse_outside(self, pascals: Decimal) -> Decimal:
        """Raise if the selected control range does not hold the pressure; give the span of the range in Pa."""
        text = self._ask(":SOUR:PRES:RANG?", str)
        found = RANGE.fullmatch(text)
        if found is None:
            raise self._unexpected(":SOUR:PRES:RANG?", text, 'a range like "7.00barg"')
        top = Decimal(found["top"]).scaleb(POWERS[found["unit"].upper()])
        bottom = -min(top, BELOW_ATMOSPHERE) if found["kind"].lower() == "g" else Decimal(0)
        if not bottom <= pascals <= top:
            raise OutOfRange(
                f"{self._link.resource}: no {pascals} Pa on the selected range {text}, which has {bottom:f} Pa "
                f"to {top:f} Pa. Select another range on the controller."
            )
        return top - bottom

    def _use_pascals(self) -> None:
        if self._ask(":UNIT:PRES?", str) != "PA":
            self._set(":UNIT:PRES PA")
            if (unit := self._ask(":UNIT:PRES?", str)) != "PA":
                raise self._unexpected(":UNIT:PRES?", unit, "PA")

    def _settle(self, pascals: Decimal, within: float) -> Applied:
        """Wait until the controller has said for its in-limits time, without a break, that it is within limits."""
        clock = self._link.clock
        dwell = self._ask(":SOUR:PRES:INL:TIME?", scpi.integer)
        since: float | None = None

        def look() -> Applied | None:
            nonlocal since
            text = self._query(":SENS:PRES:INL?")
            pressure, _, flag = _body(text).partition(",")
            value = self._read(":SENS:PRES:INL?", pressure, scpi.number)
            inside = self._read(":SENS:PRES:INL?", flag, scpi.boolean)
            since = (clock.monotonic() if since is None else since) if inside else None
            settled = since is not None and clock.monotonic() - since >= dwell
            return Applied(value, "Pa", text) if settled else None

        applied = poll(look, link=self._link, every=POLL_INTERVAL, within=within + dwell)
        if applied is None:
            raise DeviceError(
                f"{self._link.resource}: not within limits of {pascals} Pa for {dwell} s, {within:g} s after it "
                f"was set. It is still controlling; errors: {'; '.join(self.read_errors()) or 'none'}. Look for "
                "a leak, too large a volume or too little supply."
            )
        return applied

    def _controlling(self, timeout: float | None = None) -> bool:
        reply = self._query(":OUTP:STAT?", timeout=timeout)
        return self._read(":OUTP:STAT?", _body(reply), scpi.boolean)

    def _vented(self) -> bool | None:
        state = self._ask(":SOUR:PRES:LEV:IMM:AMPL:VENT?", scpi.integer)
        return True if state == VENTED else None

    def _set(self, message: str) -> None:
        """Send a setting, and raise what the controller says of it."""
        self._link.write(message)
        entries = self.read_errors()
        if entries:
            raise DeviceError(
                f"{self._link.resource}: after {message!r} the controller reported {'; '.join(entries)}."
            )

    def _ask(self, query: str, read: Callable[[str], T], header: str = "") -> T:
        return self._read(query, _body(self._query(query, header)), read)

    def _query(self, query: str, header: str = "", timeout: float | None = None) -> str:
        """Ask, and give the whole reply, which must begin with the header of the query."""
        reply = self._link.query(query, timeout=timeout).strip()
        echo = header or query.removesuffix("?")
        if not reply.startswith(f"{echo} "):
            raise self._unexpected(query, reply, f"a reply that begins with `{echo} `")
        return reply

    def _read(self, query: str, text: str, read: Callable[[str], T]) -> T:
        """Read a reply; what is wrong with it is told with instrument and query."""
        try:
            return read(text.strip())
        except InstrumentError as error:
            raise type(error)(f"{self._link.resource}: `{query}`: {error}") from None

    def _refuse_other(self, query: str, there: Decimal, asked: Decimal) -> None:
        if abs(there - asked) > abs(asked) * SLACK + FINEST:
            raise self._unexpected(query, str(there), f"{asked}, as it was set")

    def _numeral(self, value: Decimal) -> str:
        if value % FINEST:
            raise OutOfRange(f"{self._link.resource}: {value} is finer than the {FINEST} Pa that can be set.")
        plain = format(value, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain

    def _unexpected(self, query: str, reply: str, wanted: str) -> UnexpectedReply:
        return UnexpectedReply(f"{self._link.resource}: `{query}` gave {reply!r}, not {wanted}.")


def _body(reply: str) -> str:
    """Give what stands behind the header."""
    return reply.partition(" ")[2]
