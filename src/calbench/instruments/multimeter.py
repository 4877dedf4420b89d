"""What drivers of multimeters and counters share: fixed ranges, integration times, settings sent once, readings.

Nothing here knows a command; a driver hands in what it sends.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from calbench.errors import DeviceError, InstrumentError, LinkTimeout, OutOfRange, Overload, UnexpectedReply
from calbench.instruments import scpi
from calbench.instruments.link import Link
from calbench.instruments.reading import Identity, Number, Reading, decimal

SLOWEST_MAINS = 50  # Hz; at 60 Hz readings only come sooner
_UNANSWERED = re.compile(
    r"-4\d\d, |query error"
)  # what a query without reply leaves: protocols.md 1.2 and 1.3
_PREFIXES = {9: "G", 6: "M", 3: "k", 0: "", -3: "m", -6: "u", -9: "n"}


class Ranges:
    """The ranges of one function of a meter.

    Args:
        unit: The coherent unit of the function.
        *texts: The ranges in that unit, each as the driver sends it.
    """

    def __init__(self, unit: str, *texts: str) -> None:
        self._unit = unit
        self._texts = {Decimal(text): text for text in texts}

    def choose(self, on_range: Number, resource: str) -> str:
        """Give a range as it is sent.

        Args:
            on_range: The range, by its exact value.
            resource: The address of the meter, for the message.

        Raises:
            OutOfRange: The meter has no such range.
        """
        asked = decimal(on_range)
        if asked not in self._texts:
            raise OutOfRange(f"{resource}: no range of {asked} {self._unit} here. There are {self}.")
        return self._texts[asked]

    def __str__(self) -> str:
        """Give all ranges for people, like `100 mV, 1 V`."""
        return ", ".join(_engineering(value, self._unit) for value in self._texts)


@dataclass(frozen=True)
class Integration:
    """The integration times that a meter has, and those that its digits need.

    Attributes:
        times: In power line cycles, each as it is sent; empty: every time from `least` to `most`.
        digits: Resolution in digits, like 6.5, and the least integration time that gives it.
        least: Shortest time in power line cycles, where `times` is empty.
        most: Longest time.
    """

    digits: dict[str, str]
    times: tuple[str, ...] = ()
    least: str = "0"
    most: str = "0"

    def check(self, cycles: Number, digits: Number | None, resource: str) -> str:
        """Give an integration time as it is sent.

        Args:
            cycles: The time in power line cycles.
            digits: The resolution that is needed; None: any.
            resource: The address of the meter, for the message.

        Raises:
            OutOfRange: The meter has no such time, no such digits, or the time is too short for the digits.
        """
        asked = decimal(cycles)
        sent = {Decimal(time): time for time in self.times}.get(asked)
        if not self.times and Decimal(self.least) <= asked <= Decimal(self.most):
            sent = plain(asked)
        if sent is None:
            there = f"There are {', '.join(self.times)}." if self.times else f"{self.least} to {self.most}."
            raise OutOfRange(f"{resource}: no {asked} PLC here. {there}")
        if digits is not None:
            self._check_digits(asked, digits, resource)
        return sent

    def _check_digits(self, cycles: Decimal, digits: Number, resource: str) -> None:
        least = {Decimal(one): time for one, time in self.digits.items()}.get(decimal(digits))
        if least is None:
            *others, last = self.digits
            raise OutOfRange(
                f"{resource}: no {digits} digits here. There are {', '.join(others)} and {last}."
            )
        if cycles < Decimal(least):
            raise OutOfRange(f"{resource}: {digits} digits need {least} PLC or more, not {plain(cycles)}.")


@dataclass
class Setup:
    """What a meter is set to, as far as its driver knows; so every setting is sent once."""

    _now: tuple[str, ...] = field(default=())

    def send(
        self,
        link: Link,
        commands: Sequence[str],
        errors: Callable[[], list[str]],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """Send settings from the first that differs from what the meter has; then ask for its errors.

        Args:
            link: The line to the meter.
            commands: All settings in their order; empty ones are left out.
            errors: Empties the error queue of the meter.
            check: Raises if the meter says that it is set to something else: what it did not hear is no error to it.

        Raises:
            DeviceError: The meter reports errors. What it is set to is unknown then.
        """
        wanted = tuple(command for command in commands if command)
        if new := self._news(wanted):
            for command in new:
                link.write(command)
            _refuse(link, new, errors())
            check()
            self._now = wanted

    def send_as_one(
        self,
        link: Link,
        commands: Sequence[str],
        query: str,
        read: Callable[[str], list[str]],
        errors: Callable[[], list[str]],
        separator: str = ";",
    ) -> None:
        """Send settings as `send`, but in one message with what asks for errors: it is heard whole, or has no reply.

        For meters that cannot be asked what they are set to.

        Args:
            link: The line to the meter.
            commands: All settings in their order; empty ones are left out.
            query: What asks for errors.
            read: Reads its reply: errors.
            errors: Empties the error queue of the meter.
            separator: What stands between two commands.

        Raises:
            DeviceError: The meter reports errors. What it is set to is unknown then.
            LinkTimeout: It did not answer, and then has no errors to tell.
        """
        wanted = tuple(command for command in commands if command)
        if new := self._news(wanted):
            try:
                found = scpi.ask(link, separator.join((*new, query)), read)
            except LinkTimeout:  # an error may have ended the message before its query
                _refuse(link, new, [one for one in errors() if not _UNANSWERED.match(one)])
                raise
            _refuse(link, new, found and found + errors())
            self._now = wanted

    def _news(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Give the settings that must be sent; until they were, what the meter is set to is unknown."""
        if wanted == self._now:
            return ()
        new = wanted[_common(wanted, self._now) :] or wanted
        self._now = ()
        return new

    def read(self, link: Link, query: str, unit: str, timeout: float) -> Reading:
        """Take one reading.

        Raises:
            Overload: The meter sent one of the special values of SCPI. Its settings stay.
            UnexpectedReply: It sent no number. As after a failure of the line, all settings are sent again.
        """
        try:
            return scpi.ask(link, query, lambda text: scpi.reading(text, unit), timeout=timeout)
        except Overload:
            raise
        except InstrumentError:
            self._now = ()  # it may have been switched off and on
            raise


def _refuse(link: Link, commands: Sequence[str], found: list[str]) -> None:
    """Raise what the meter reports after settings."""
    if found:
        after = "; ".join(commands)
        raise DeviceError(f"{link.resource}: after {after!r} the meter reported {'; '.join(found)}.")


def require_function(link: Link, query: str, wanted: str) -> None:
    """Ask the meter what it measures, and raise if it is something else than was set.

    A setting that is lost on the way, or by a meter that was switched off and on meanwhile, is no error to the meter.

    Args:
        link: The line to the meter.
        query: What asks for the function; the reply may be in quotes.
        wanted: The function, as the meter names it.

    Raises:
        UnexpectedReply: It measures something else.
    """
    found = scpi.ask(link, query, scpi.string)
    if found.upper() != wanted:
        raise UnexpectedReply(
            f"{link.resource}: `{query}` gave {found!r} where {wanted} was set. The meter did not hear a setting, or "
            f"was switched off and on. Check line and power, and measure again."
        )


def identity(link: Link, query: str) -> Identity:
    """Ask who the meter is, by `*IDN?`.

    Raises:
        UnexpectedReply: The reply has not four fields.
    """
    return scpi.ask(link, query, scpi.identity)


def errors(link: Link, query: str) -> list[str]:
    """Empty the error queue, oldest first; see `scpi.drain_errors`."""
    return scpi.drain_errors(link, query)


def reading_time(cycles: Number) -> float:
    """Give how long to wait for a reading: 3 x (2 NPLC / f) + 2 s; the 2 is autozero, the 3 is margin."""
    return 3 * (2 * float(decimal(cycles)) / SLOWEST_MAINS) + 2


def plain(value: Decimal) -> str:
    """Write a value exactly, without exponent and without zeros that say nothing."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Give how many settings are the same at the beginning."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _engineering(value: Decimal, unit: str) -> str:
    most = 9 if unit == "Ohm" else 0  # 1000 V is not called 1 kV
    power = max(power for power in _PREFIXES if power <= most and value >= Decimal(1).scaleb(power))
    return f"{plain(value.scaleb(-power))} {_PREFIXES[power]}{unit}"
