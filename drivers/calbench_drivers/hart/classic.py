"""Hart Scientific dry-wells and baths, classic commands (manuals of 9105/9107 p. 51-53, 9103 p. 38-39, 7102 p. 38)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from calbench.errors import DeviceError, InstrumentError, OutOfRange, UnexpectedReply
from calbench.instruments.link import LineFormat, Link
from calbench.instruments.polling import poll
from calbench.instruments.reading import Applied, Identity, Number, Safe, Verified, decimal

FOREIGN_LINES = 16  # that may come before an answer: echoes, and samples that were on their way
SETTLING_TIME = 7200.0  # s; to come to a temperature and stay there
POLL_INTERVAL = 5.0  # s
SAFE_TIME, SAFE_POLL = 2.0, 0.5  # s; in which the heater must be seen off after the set-point went down
FINEST = Decimal("0.01")  # degC
HARMLESS = Decimal(25)  # degC; where `make_safe` lets the well go, or to the nearest that it has

RANGES = {  # degC, as data sheets give them
    "9100": (35, 375),
    "9100S": (35, 375),
    "9102": (-10, 122),
    "9102S": (-10, 122),
    "9103": (-25, 140),
    "9105": (-25, 140),
    "9107": (-45, 140),
    "9140": (35, 350),
    "9141": (50, 650),
    "6330": (35, 300),
    "7102": (-5, 125),
    "7103": (-30, 125),
    "7341": (-45, 150),
}

FLAGS = re.ASCII | re.IGNORECASE
VERSION = re.compile(r"ver\. *(?P<model>[^,\s]+) *, *(?P<firmware>\S+)", FLAGS)
UNITS = re.compile(r"u: *(?P<unit>[CF])", FLAGS)
SETPOINT = re.compile(r"set: *(?P<value>[+-]?\d+(?:\.\d+)?) *C", FLAGS)
TEMPERATURE = re.compile(r"t: *(?P<value>[+-]?\d+(?:\.\d+)?) *C", FLAGS)
POWER = re.compile(r"po: *(?P<value>\d+(?:\.\d+)?) *%?", FLAGS)


class HartClassic:
    """A well or bath with the classic one-letter commands, as source of temperature.

    Readings that it sends by itself are stopped first (`sa=0`), and its echo (duplex FULL) is passed over. These
    instruments do not say whether they are stable. So `apply_temperature` judges: the temperature has to stay
    within 0.1 degC of the set-point for 180 s, or what `require_stability` says.

    There is no command that switches the heater off. `standby` and `make_safe` set 25 degC, or the temperature
    nearest to it that the model has. THE BLOCK OR BATH STAYS HOT FOR A LONG TIME. `make_safe` calls it verified
    only when the set-point is read back and the heater power (`po`) reads 0.

    Assumed: the ranges of the models.

    Verified on: manual pages only.
    """

    LINE: ClassVar[LineFormat] = LineFormat(
        write_end="\r", read_end="\r", timeout=5.0, baud=2400, bits=8, parity="N"
    )
    LINKS: ClassVar[tuple[str, ...]] = ("RS-232",)
    MODELS: ClassVar[tuple[str, ...]] = tuple(RANGES)
    PROVIDES: ClassVar[tuple[str, ...]] = ("source.temperature",)
    COMMANDS: ClassVar[Mapping[str, Verified]] = {
        "*ver": "manual",
        "po": "manual",
        "s": "manual",
        "s={celsius}": "manual",
        "sa=0": "manual",
        "t": "manual",
        "u": "manual",
        "u=c": "manual",
    }

    def __init__(self, link: Link) -> None:
        self._link = link
        self._model = ""
        self._quiet = False  # whether samples by itself were stopped and the unit is known
        self._sent: set[str] = set()  # what may come back as echo
        self._within, self._seconds = Decimal("0.1"), 180.0

    def identify(self) -> Identity:
        """Stop samples, and ask `*ver`; the serial number stays unknown.

        Raises:
            UnexpectedReply: The reply is not like `ver.9103,2.00`.
        """
        self._begin()
        text, found = self._ask("*ver", VERSION)
        self._model = found["model"].upper()
        return Identity("Hart Scientific", self._model, "", found["firmware"], text)

    def require_stability(self, within: Number, seconds: Number) -> None:
        """Say when it counts as stable: within so many degC of the set-point, for so many seconds.

        Raises:
            OutOfRange: One of them is not above 0.
        """
        limit, time = decimal(within), decimal(seconds)
        if limit <= 0 or time <= 0:
            raise OutOfRange(
                f"{self._link.resource}: no stability of {limit} degC in {time} s. Both are above 0."
            )
        self._within, self._seconds = limit, float(time)

    def apply_temperature(self, value: Number) -> Applied:
        """Control to `value` degC, wait until it is stable (see the class), and give the reading of the well.

        Raises:
            OutOfRange: The model has no such temperature.
            DeviceError: It did not become stable within 2 hours.
            UnexpectedReply: It says that it is set to something else.
        """
        celsius = decimal(value)
        low, high = self._range()
        if not low <= celsius <= high or celsius % FINEST:
            raise OutOfRange(
                f"{self._link.resource}: no {celsius} degC here. A {self._model} has {low} degC to {high} degC in "
                f"steps of {FINEST} degC."
            )
        self._begin()
        self._set(celsius)
        return self._settle(celsius)

    def standby(self) -> None:
        """Let it go to 25 degC, or the nearest that it has. It stays hot, or cold, for a long time.

        Raises:
            UnexpectedReply: It says that it is set to something else.
        """
        self._begin()
        self._set(self._harmless())

    def make_safe(self) -> Safe:
        """Set 25 degC, or the nearest, and read back set-point and heater power. It stays hot for a long time."""
        known = Safe.VERIFIED
        self._quiet = False
        try:
            self._link.clear()  # or a late reply to an earlier query could pass for the answer below
        except InstrumentError:
            known = Safe.SENT_UNVERIFIED
        sent = False
        try:
            self._begin()
            target = self._harmless()
            self._write(f"s={target}")
            sent = True
            if Decimal(self._ask("s", SETPOINT)[1]["value"]) != target:
                return Safe.FAILED
            off = poll(self._heater_off, link=self._link, every=SAFE_POLL, within=SAFE_TIME)
        except InstrumentError:
            return Safe.SENT_UNVERIFIED if sent else Safe.FAILED
        return known if off else Safe.SENT_UNVERIFIED

    def _begin(self) -> None:
        """Stop samples, and see to it that it works in degC; once, and again after something unexpected."""
        if self._quiet:
            return
        self._sent.clear()
        self._link.clear()  # of what it has sent by itself since the line was opened, or since something unexpected
        self._write("sa=0")
        if self._ask("u", UNITS, passing=TEMPERATURE)[1]["unit"].upper() != "C":
            self._write("u=c")
            text, found = self._ask("u", UNITS)
            if found["unit"].upper() != "C":
                raise self._unexpected("u", text, "C, which was set")
        self._quiet = True

    def _range(self) -> tuple[int, int]:
        model = self._model or self.identify().model
        if model not in RANGES:
            raise OutOfRange(
                f"{self._link.resource}: the range of a {model} is unknown. Known: {', '.join(RANGES)}."
            )
        return RANGES[model]

    def _harmless(self) -> Decimal:
        low, high = self._range()
        return min(max(HARMLESS, Decimal(low)), Decimal(high))

    def _set(self, celsius: Decimal) -> None:
        """Set, and refuse another set-point than asked for."""
        self._write(f"s={celsius:f}")
        text, found = self._ask("s", SETPOINT)
        if Decimal(found["value"]) != celsius:
            raise self._unexpected("s", text, f"the {celsius} degC that were set")

    def _settle(self, celsius: Decimal) -> Applied:
        """Wait until the temperature has stayed near the set-point long enough."""
        clock = self._link.clock
        since: float | None = None
        text = ""

        def look() -> Applied | None:
            nonlocal since, text
            text, found = self._ask("t", TEMPERATURE)
            reading = Decimal(found["value"])
            near = abs(reading - celsius) <= self._within
            since = (clock.monotonic() if since is None else since) if near else None
            settled = since is not None and clock.monotonic() - since >= self._seconds
            return Applied(reading, "degC", text) if settled else None

        applied = poll(look, link=self._link, every=POLL_INTERVAL, within=SETTLING_TIME + self._seconds)
        if applied is None:
            raise DeviceError(
                f"{self._link.resource}: not within {self._within} degC of {celsius} degC for {self._seconds:g} s, "
                f"{SETTLING_TIME:g} s after it was set; the last reading is {text!r}. It is still controlling."
            )
        return applied

    def _heater_off(self) -> bool | None:
        return True if Decimal(self._ask("po", POWER)[1]["value"]) == 0 else None

    def _write(self, command: str) -> None:
        self._link.write(command)
        self._sent.add(command)

    def _ask(
        self, query: str, form: re.Pattern[str], passing: re.Pattern[str] | None = None
    ) -> tuple[str, re.Match[str]]:
        """Ask; pass over empty lines, echoes, and lines of the form `passing`; give the line of the form `form`."""
        self._write(query)
        for _ in range(FOREIGN_LINES):
            line = self._link.read().strip()
            if found := form.fullmatch(line):
                self._sent.clear()
                return line, found
            foreign = not line or line in self._sent or (passing is not None and passing.fullmatch(line))
            if not foreign:
                self._quiet = False  # whatever happened, begin again with stopping
                raise self._unexpected(query, line, "the form of the manual")
        self._quiet = False
        raise self._unexpected(query, line, f"an answer within {FOREIGN_LINES} lines")

    def _unexpected(self, query: str, reply: str, wanted: str) -> UnexpectedReply:
        return UnexpectedReply(f"{self._link.resource}: `{query}` gave {reply!r}, not {wanted}.")
