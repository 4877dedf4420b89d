"""Fluke 6270A pressure controller: SCPI commands as in protocol table 9.2; its manual was not at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import ClassVar, TypeVar

from calbench.errors import DeviceError, InstrumentError, OutOfRange, UnexpectedReply
from calbench.instruments import scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.polling import poll
from calbench.instruments.reading import Applied, Identity, Number, Reading, Safe, Verified, decimal

T = TypeVar("T")

READY = 16  # `STAT:OPER:COND?`; any other value is not ready
CONTROL_TIME = 600.0  # s; to become ready, beside the time of a ramp
POLL_INTERVAL = 0.5  # s
SAFE_DEADLINE = 2.0  # s; for the read-back of `make_safe`
LOWEST, HIGHEST = Decimal(-100_000), Decimal(20_000_000)  # Pa; of the whole family, modules differ
FASTEST = Decimal(100_000_000)  # Pa/s; faster than any of them
FINEST = Decimal("0.0001")  # Pa
SLACK = Decimal("1E-6")  # of the value; what single precision loses

POWERS = {"PA": 0, "HPA": 2, "MBAR": 2, "KPA": 3, "BAR": 5, "MPA": 6}  # unit -> power of ten that makes it Pa
SHORT = {"CONTROL": "CONT", "MEASURE": "MEAS"}  # a mode may be told in its long form


class F6270A:
    """A 6270A as source and meter of pressure, gauge or absolute as it is set; the driver changes neither.

    It controls in kPa, so `apply_pressure` sets that unit; `read_pressure` leaves the unit alone and converts.
    The pressure modules and their ranges are unknown to the driver: it refuses what no module has, and the
    controller itself refuses the rest, which is told as `DeviceError` before anything is controlled.
    `vent` is for the user to call; nothing here vents by itself.

    Assumed: every command, most of all that settings are read back by the same header with `?`, that errors
    are in `SYST:ERR?`, and that mode `MEAS` closes the valves and controls nothing.

    Verified on: nothing; commands are from public programs of users.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=5.0, baud=9600, bits=8, parity="N")
    LINKS: ClassVar[tuple[str, ...]] = (
        "GPIB",
        "RS-232",
        "LAN",
        "socket",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("6270A",)
    PROVIDES: ClassVar[tuple[str, ...]] = ("source.pressure", "measure.pressure")
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*IDN?": "assumed",
        "MEAS:PRES?": "assumed",
        "OUTP:PRES:MODE": "assumed",
        "OUTP:PRES:MODE?": "assumed",
        "SOUR:PRES:LEV:IMM:AMPL": "assumed",
        "SOUR:PRES:LEV:IMM:AMPL?": "assumed",
        "SOUR:PRES:SLEW": "assumed",
        "SOUR:PRES:SLEW?": "assumed",
        "STAT:OPER:COND?": "assumed",
        "SYST:ERR?": "assumed",
        "UNIT:PRES": "assumed",
        "UNIT:PRES?": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._slew = Decimal(0)  # Pa/s, as `set_slew` set it; 0: not known

    def identify(self) -> Identity:
        """Ask `*IDN?`.

        Raises:
            UnexpectedReply: The reply has not four fields.
        """
        return self._ask("*IDN?", scpi.identity)

    def read_errors(self) -> list[str]:
        """Empty the error queue (`SYST:ERR?`), oldest first.

        Raises:
            UnexpectedReply: A reply is not `number,"text"`.
        """
        return scpi.drain_errors(self._link, "SYST:ERR?")

    def read_pressure(self) -> Reading:
        """Read the pressure now (`MEAS:PRES?`), in Pa.

        Raises:
            DeviceError: The unit is one that does not convert exactly (psi, columns of liquid).
            Overload: It sent 9.9E37 or its like.
            UnexpectedReply: The reply is no number.
        """
        unit = self._unit()
        if unit not in POWERS:
            there = ", ".join(POWERS)
            raise DeviceError(f"{self._link.resource}: the unit is {unit!r}. Set one of {there}.")
        return self._read(POWERS[unit])

    def set_slew(self, rate: Number) -> None:
        """Let the pressure change by `rate` Pa/s from now on (`SOUR:PRES:SLEW`, in kPa/s).

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
        numeral = self._kilo(asked)
        self._use_kilopascals()
        self._set(f"SOUR:PRES:SLEW {numeral}")
        self._refuse_other("SOUR:PRES:SLEW?", self._ask("SOUR:PRES:SLEW?", scpi.number), asked)
        self._slew = asked

    def apply_pressure(self, value: Number) -> Applied:
        """Control to `value` pascals, wait until the controller is ready, and give its reading.

        Raises:
            OutOfRange: No module has such a pressure (-100 kPa to 20 MPa).
            DeviceError: The controller reported an error, or was not ready in 10 minutes and the time of the ramp.
            UnexpectedReply: It says that it is set to something else.
        """
        pascals = decimal(value)
        if not LOWEST <= pascals <= HIGHEST:
            raise OutOfRange(
                f"{self._link.resource}: no {pascals} Pa here. Pressure is {LOWEST} Pa to {HIGHEST} Pa."
            )
        numeral = self._kilo(pascals)
        self._use_kilopascals()
        ramp = abs(pascals - self._read(POWERS["KPA"]).value) / self._slew if self._slew else Decimal(0)
        self._set(f"SOUR:PRES:LEV:IMM:AMPL {numeral}")
        there = self._ask("SOUR:PRES:LEV:IMM:AMPL?", scpi.number)
        self._refuse_other("SOUR:PRES:LEV:IMM:AMPL?", there, pascals)
        self._set("OUTP:PRES:MODE CONT")
        if (mode := self._mode()) != "CONT":
            raise DeviceError(f"{self._link.resource}: `OUTP:PRES:MODE CONT` left it in mode {mode!r}.")
        self._settle(pascals, CONTROL_TIME + float(ramp))
        reading = self._read(POWERS["KPA"])
        return Applied(reading.value, reading.unit, reading.text)

    def vent(self) -> None:
        """Open the system to atmosphere (`OUTP:PRES:MODE VENT`). Never called by the driver itself.

        It returns when the controller says that it is in this mode; how far the pressure has come down,
        `read_pressure` tells.

        Raises:
            DeviceError: The controller reported an error, or is in another mode.
        """
        self._set("OUTP:PRES:MODE VENT")
        if (mode := self._mode()) != "VENT":
            raise DeviceError(f"{self._link.resource}: `OUTP:PRES:MODE VENT` left it in mode {mode!r}.")

    def standby(self) -> None:
        """Stop controlling (`OUTP:PRES:MODE MEAS`). The pressure stays enclosed in the system.

        Raises:
            DeviceError: The controller says that it is in another mode.
        """
        self._link.write("OUTP:PRES:MODE MEAS")
        if (mode := self._mode()) != "MEAS":
            raise DeviceError(f"{self._link.resource}: in mode {mode!r} after `OUTP:PRES:MODE MEAS`.")

    def make_safe(self) -> Safe:
        """Stop controlling, and read back (`OUTP:PRES:MODE?`). Enclosed pressure remains; nothing vents."""
        known = Safe.VERIFIED
        try:
            self._link.clear()  # or a late reply to an earlier query could pass for the answer below
        except InstrumentError:
            known = Safe.SENT_UNVERIFIED
        try:
            self._link.write("OUTP:PRES:MODE MEAS")
        except InstrumentError:
            return Safe.FAILED
        try:
            mode = self._mode(SAFE_DEADLINE)
        except InstrumentError:
            return Safe.SENT_UNVERIFIED
        return {"MEAS": known, "CONT": Safe.FAILED}.get(mode, Safe.SENT_UNVERIFIED)

    def _use_kilopascals(self) -> None:
        if self._unit() != "KPA":
            self._set("UNIT:PRES KPA")
            if (unit := self._unit()) != "KPA":
                raise self._unexpected("UNIT:PRES?", unit, "KPA")

    def _settle(self, pascals: Decimal, within: float) -> None:
        """Wait until the controller says that it is ready."""
        state = 0

        def look() -> bool | None:
            nonlocal state
            state = self._ask("STAT:OPER:COND?", scpi.integer)
            return True if state == READY else None

        if poll(look, link=self._link, every=POLL_INTERVAL, within=within) is None:
            raise DeviceError(
                f"{self._link.resource}: not ready {within:g} s after {pascals} Pa was set (STAT:OPER:COND {state}, "
                f"wanted {READY}). It is still controlling; errors: {'; '.join(self.read_errors()) or 'none'}."
            )

    def _read(self, power: int) -> Reading:
        text = self._link.query("MEAS:PRES?").strip()
        return Reading(self._parse("MEAS:PRES?", text, scpi.number).scaleb(power), "Pa", text)

    def _unit(self) -> str:
        return self._ask("UNIT:PRES?", scpi.string).upper()

    def _mode(self, timeout: float | None = None) -> str:
        mode = self._link.query("OUTP:PRES:MODE?", timeout=timeout).strip().upper()
        return SHORT.get(mode, mode)

    def _set(self, message: str) -> None:
        """Send a setting, and raise what the controller says of it."""
        self._link.write(message)
        scpi.refuse_errors(self._link, "SYST:ERR?", message)

    def _ask(self, query: str, read: Callable[[str], T]) -> T:
        return self._parse(query, self._link.query(query).strip(), read)

    def _parse(self, query: str, text: str, read: Callable[[str], T]) -> T:
        """Read a reply; what is wrong with it is told with instrument and query."""
        try:
            return read(text)
        except InstrumentError as error:
            raise type(error)(f"{self._link.resource}: `{query}`: {error}") from None

    def _refuse_other(self, query: str, there: Decimal, asked: Decimal) -> None:
        """Raise if the controller has another value, in kPa, than was asked for, in Pa."""
        if abs(there.scaleb(POWERS["KPA"]) - asked) > abs(asked) * SLACK + FINEST:
            raise self._unexpected(query, str(there), f"the {self._kilo(asked)} that was set")

    def _kilo(self, value: Decimal) -> str:
        """Write pascals as kilopascals, exactly and without exponent."""
        if value % FINEST:
            raise OutOfRange(f"{self._link.resource}: {value} is finer than the {FINEST} Pa that can be set.")
        plain = format(value.scaleb(-POWERS["KPA"]), "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain

    def _unexpected(self, query: str, reply: str, wanted: str) -> UnexpectedReply:
        return UnexpectedReply(f"{self._link.resource}: `{query}` gave {reply!r}, not {wanted}.")
