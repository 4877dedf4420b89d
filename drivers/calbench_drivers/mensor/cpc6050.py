"""Mensor and WIKA CPC6050 pressure controller, Mensor command set (operating manual p. 73, 74)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import ClassVar, NamedTuple, TypeVar

from calbench.errors import DeviceError, InstrumentError, OutOfRange, UnexpectedReply
from calbench.instruments import scpi
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.polling import poll
from calbench.instruments.reading import Applied, Identity, Number, Reading, Safe, Verified, decimal

T = TypeVar("T")

CONTROL_TIME = 600.0  # s; to become stable
STEADY = 2.0  # s; for which it must call itself stable: the first `YES` may be of the set-point before
POLL_INTERVAL = 0.5  # s
SAFE_DEADLINE = 2.0  # s; for the read-back of `make_safe`
LOWEST, HIGHEST = Decimal(-100_000), Decimal(21_000_000)  # Pa; of the whole family, transducers differ
FINEST = Decimal("0.0001")  # Pa
SLACK = Decimal("1E-5")  # of the value; `+n.nnnnnE+nn` has six digits

POWERS = {"pa": 0, "hpa": 2, "mbar": 2, "kpa": 3, "bar": 5, "mpa": 6}  # unit -> power of ten that makes it Pa
ERROR = re.compile(r"[ E] *(?:E *)?(?:(?P<code>\d+) *, *(?P<words>.*)|no errors?)", re.ASCII | re.IGNORECASE)


class _State(NamedTuple):
    """What `?` tells in output format 2."""

    value: Decimal
    unit: str
    mode: str
    text: str


class CPC6050:
    """The active channel of a CPC6050 as source and meter of pressure, gauge or absolute as it is set.

    It controls in Pa, so `apply_pressure` sets unit 23; `read_pressure` leaves the unit alone and converts.
    The output format is set to 2 (pressure, unit, mode). Transducers and their ranges are unknown to the
    driver: it refuses what none has, and the controller itself refuses the rest. `vent` is for the user to
    call; nothing here vents by itself.

    Sources differ on the verbs. Chosen are `Setpt`, `Control`, `Measure` and `Vent`, of the set that the CPC6050
    has by default; `GP`, `GN` and `ZO` belong to the older SPC4000. A controller with another set flags an
    error at the first of them, and the driver stops before anything is controlled.

    Assumed: the form of `ID?` and `Error?`, unit code 23 for Pa, `Setpt?`, the names of units and modes in
    output format 2, that mode MEASURE closes the valves and controls nothing, and the line 57600 8N1.

    Verified on: manual pages only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(timeout=5.0, baud=57600, bits=8, parity="N")
    LINKS: ClassVar[tuple[str, ...]] = (
        "GPIB",
        "RS-232",
        "socket",
    )
    MODELS: ClassVar[tuple[str, ...]] = ("600", "6050", "CPC6050", "CPC6000")
    PROVIDES: ClassVar[tuple[str, ...]] = ("source.pressure", "measure.pressure")
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "?": "manual",
        "Control": "assumed",
        "Error?": "assumed",
        "ID?": "assumed",
        "Measure": "assumed",
        "Outform": "assumed",  # the formats are in the manual
        "Setpt": "assumed",
        "Setpt?": "assumed",
        "Stable?": "assumed",
        "Units": "assumed",
        "Vent": "assumed",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._formed = False  # whether output format 2 was set

    def identify(self) -> Identity:
        """Ask `ID?`: maker, model, serial number, firmware.

        Raises:
            UnexpectedReply: The reply has not four fields behind a space (or `E`, if an error is queued).
        """
        _, text = self._query("ID?")
        return self._read("ID?", text, scpi.identity)

    def read_errors(self) -> list[str]:
        """Empty the error queue (`Error?`, 10 deep), oldest first.

        Raises:
            UnexpectedReply: A reply is not like ` E 00,No errors`.
            DeviceError: The queue does not empty.
        """
        entries: list[str] = []
        while len(entries) < scpi.MOST_ERRORS:
            reply = self._link.query("Error?").rstrip("\r\n")
            found = ERROR.fullmatch(reply)
            if found is None:
                raise self._unexpected("Error?", reply, "like ' E 00,No errors'")
            if int(found["code"] or 0) == 0:
                return entries
            entries.append(f"{found['code']}, {found['words']}")
        raise DeviceError(
            f"{self._link.resource}: the error queue does not empty; last came {entries[-1]!r}."
        )

    def read_pressure(self) -> Reading:
        """Read the pressure now (`?`), in Pa; `stable` is not known.

        Raises:
            DeviceError: It has errors queued, or the unit does not convert exactly (psi, columns of liquid).
            Overload: It sent 9.9E37 or its like.
            UnexpectedReply: The reply is not pressure, unit, mode.
        """
        state = self._state()
        if state.unit not in POWERS:
            there = "Pa, hPa, mbar, kPa, bar, MPa"
            raise DeviceError(f"{self._link.resource}: the unit is {state.unit!r}. Set one of {there}.")
        return Reading(state.value.scaleb(POWERS[state.unit]), "Pa", state.text)

    def apply_pressure(self, value: Number) -> Applied:
        """Control to `value` pascals, wait until the controller calls it stable for 2 s, and give its reading.

        Raises:
            OutOfRange: No transducer has such a pressure (-100 kPa to 21 MPa).
            DeviceError: The controller reported an error, or was not stable within 10 minutes.
            UnexpectedReply: It says that it is set to something else.
        """
        pascals = decimal(value)
        if not LOWEST <= pascals <= HIGHEST:
            raise OutOfRange(
                f"{self._link.resource}: no {pascals} Pa here. Pressure is {LOWEST} Pa to {HIGHEST} Pa."
            )
        numeral = self._numeral(pascals)
        self._use_pascals()
        self._link.write(f"Setpt {numeral}")
        there = self._ask("Setpt?", scpi.number)
        if abs(there - pascals) > abs(pascals) * SLACK + FINEST:
            raise self._unexpected("Setpt?", str(there), f"the {numeral} that was set")
        self._link.write("Control")
        if not (state := self._state()).mode.startswith("CONT"):
            raise DeviceError(f"{self._link.resource}: `Control` left it in mode {state.mode!r}.")
        self._settle(pascals)
        state = self._state()
        return Applied(state.value, "Pa", state.text)

    def vent(self) -> None:
        """Open the system to atmosphere (`Vent`). Never called by the driver itself.

        It returns when the controller says that it is in this mode; how far the pressure has come down,
        `read_pressure` tells.

        Raises:
            DeviceError: The controller reported an error, or is in another mode.
        """
        self._link.write("Vent")
        if (mode := self._state().mode) != "VENT":
            raise DeviceError(f"{self._link.resource}: `Vent` left it in mode {mode!r}.")

    def standby(self) -> None:
        """Stop controlling (`Measure`). The pressure stays enclosed in the system.

        Raises:
            DeviceError: The controller reported an error, or is in another mode.
        """
        self._link.write("Measure")
        if not (mode := self._state().mode).startswith("MEAS"):
            raise DeviceError(f"{self._link.resource}: in mode {mode!r} after `Measure`.")

    def make_safe(self) -> Safe:
        """Stop controlling, and read the mode back (`?`). Enclosed pressure remains; nothing vents."""
        known = Safe.VERIFIED
        self._formed = False  # whatever happened to it, the read-back needs format 2
        try:
            self._link.clear()  # or a late reply to an earlier query could pass for the answer below
        except InstrumentError:
            known = Safe.SENT_UNVERIFIED
        try:
            self._link.write("Measure")
        except InstrumentError:
            return Safe.FAILED
        try:
            mode = self._state(SAFE_DEADLINE, errors=False).mode
        except InstrumentError:
            return Safe.SENT_UNVERIFIED
        return {"MEAS": known, "CONT": Safe.FAILED}.get(mode[:4], Safe.SENT_UNVERIFIED)

    def _use_pascals(self) -> None:
        if self._state().unit != "pa":
            self._link.write("Units 23")
            if (unit := self._state().unit) != "pa":
                raise self._unexpected("?", unit, "the unit Pa that was set")

    def _settle(self, pascals: Decimal) -> None:
        """Wait until the controller has called itself stable for some time without a break."""
        clock = self._link.clock
        since: float | None = None

        def look() -> bool | None:
            nonlocal since
            since = (clock.monotonic() if since is None else since) if self._ask("Stable?", _yes) else None
            return True if since is not None and clock.monotonic() - since >= STEADY else None

        if poll(look, link=self._link, every=POLL_INTERVAL, within=CONTROL_TIME) is None:
            raise DeviceError(
                f"{self._link.resource}: not stable {CONTROL_TIME:g} s after {pascals} Pa was set. It is still "
                f"controlling; errors: {'; '.join(self.read_errors()) or 'none'}. Look for a leak, too large a "
                "volume or too little supply."
            )

    def _state(self, timeout: float | None = None, *, errors: bool = True) -> _State:
        """Read pressure, unit and mode of the active channel (`?` in output format 2)."""
        if not self._formed:
            self._link.write("Outform 2")
        flagged, text = self._query("?", timeout)
        if flagged and errors:
            raise self._errors("?")
        fields = [field.strip() for field in text.split(",")]
        if len(fields) != len(("pressure", "unit", "mode")):
            raise self._unexpected("?", text, "pressure, unit and mode (output format 2)")
        self._formed = True
        return _State(self._read("?", fields[0], scpi.number), fields[1].lower(), fields[2].upper(), text)

    def _ask(self, query: str, read: Callable[[str], T]) -> T:
        """Ask; raise the errors that the reply says are queued, or what is wrong with the reply."""
        flagged, text = self._query(query)
        if flagged:
            raise self._errors(query)
        return self._read(query, text, read)

    def _query(self, query: str, timeout: float | None = None) -> tuple[bool, str]:
        """Ask; give whether the reply begins with `E` (an error is queued) and what follows `E` or the space."""
        reply = self._link.query(query, timeout=timeout).rstrip("\r\n")
        if reply[:1] not in {" ", "E"}:
            raise self._unexpected(query, reply, "a reply that begins with a space or `E`")
        return reply[0] == "E", reply[1:].strip()

    def _read(self, query: str, text: str, read: Callable[[str], T]) -> T:
        """Read a reply; what is wrong with it is told with instrument and query."""
        try:
            return read(text)
        except InstrumentError as error:
            raise type(error)(f"{self._link.resource}: `{query}`: {error}") from None

    def _errors(self, query: str) -> DeviceError:
        queued = "; ".join(self.read_errors()) or "none any more"
        return DeviceError(
            f"{self._link.resource}: the reply to `{query}` says that errors are queued: {queued}."
        )

    def _numeral(self, value: Decimal) -> str:
        if value % FINEST:
            raise OutOfRange(f"{self._link.resource}: {value} is finer than the {FINEST} Pa that can be set.")
        plain = format(value, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain

    def _unexpected(self, query: str, reply: str, wanted: str) -> UnexpectedReply:
        return UnexpectedReply(f"{self._link.resource}: `{query}` gave {reply!r}, not {wanted}.")


def _yes(text: str) -> bool:
    """Read a boolean of the command set (p. 73)."""
    state = {"YES": True, "NO": False}.get(text.upper())
    if state is None:
        raise UnexpectedReply(f"Expected YES or NO, but the instrument replied {text!r}.")
    return state
