"""Replies of IEEE 488.2 and SCPI instruments, read strictly (protocols.md, sections 1.1, 1.3 and 1.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TypeVar

from calbench.errors import DeviceError, Overload, UnexpectedReply
from calbench.instruments.link import Link
from calbench.instruments.reading import Identity, Reading

MOST_ERRORS = 100
"""Entries after which an error queue that does not empty is given up; real ones hold 5 to 50."""

T = TypeVar("T")

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_PRINTABLE = re.compile(r"[\x20-\x7E]+", re.ASCII)
_ENTRY = re.compile(r"([+-]?\d+)\s*,\s*(.*)", re.DOTALL | re.ASCII)
_SPECIAL = Decimal("9.9E37")


def number(text: str) -> Decimal:
    """Read a numeric reply (NR1, NR2 or NR3), digit for digit.

    Raises:
        Overload: It is one of SCPI's special values: 9.9E37, -9.9E37 (infinite) or 9.91E37 (no number).
        UnexpectedReply: It is anything else than one number.
    """
    bare = text.strip(" ")
    if not _NUMBER.fullmatch(bare):
        raise UnexpectedReply(f"Expected one number, but the instrument replied {text!r}.")
    value = Decimal(bare)
    if abs(value) >= _SPECIAL:
        raise Overload(
            f"The instrument replied {text!r}, which means overload or no valid reading. Check the "
            f"connection, or measure on a higher range."
        )
    return value


def reading(text: str, unit: str) -> Reading:
    """Read a numeric reply as a reading in `unit`; errors as `number`."""
    return Reading(number(text), unit, text)


def integer(text: str) -> int:
    """Read a whole number (NR1), like a status register.

    Raises:
        UnexpectedReply: It is no whole number.
    """
    bare = text.strip(" ")
    if not _INTEGER.fullmatch(bare):
        raise UnexpectedReply(f"Expected a whole number, but the instrument replied {text!r}.")
    return int(bare)


def boolean(text: str) -> bool:
    """Read a boolean reply, which is `0` or `1`.

    Raises:
        UnexpectedReply: It is something else.
    """
    state = {"0": False, "1": True}.get(text.strip(" "))
    if state is None:
        raise UnexpectedReply(f"Expected 0 or 1, but the instrument replied {text!r}.")
    return state


def string(text: str) -> str:
    """Read a quoted string: `"a""b"` and `'a"b'` both are a"b; a reply without quotes is taken as it is."""
    bare = text.strip(" ")
    quote = bare[:1]
    if len(bare) > 1 and quote in ('"', "'") and bare.endswith(quote):
        return bare[1:-1].replace(quote * 2, quote)
    return bare


def identity(text: str) -> Identity:
    """Read the reply to `*IDN?`: maker, model, serial number, firmware; `0` means unknown (IEEE 488.2).

    Raises:
        UnexpectedReply: It has fewer than four fields, or characters that are not printable ASCII.
    """
    fields = [field.strip() for field in text.split(",", 3)]
    if len(fields) != len(("maker", "model", "serial", "firmware")) or not _PRINTABLE.fullmatch(text):
        raise UnexpectedReply(
            f"Expected an identity (maker,model,serial,firmware), but the instrument replied {text!r}."
        )
    maker, model, serial, firmware = ("" if field == "0" else field for field in fields)
    return Identity(maker, model, serial, firmware, text)


def error_entry(text: str) -> tuple[int, str]:
    """Read one entry of an error queue, like `-113,"Undefined header"`; number 0 means that there is none.

    Raises:
        UnexpectedReply: It is no such entry.
    """
    found = _ENTRY.fullmatch(text.strip())
    if not found:
        raise UnexpectedReply(
            f'Expected an error entry (number,"text"), but the instrument replied {text!r}.'
        )
    return int(found[1]), string(found[2])


@contextmanager
def naming(link: Link, command: str) -> Iterator[None]:
    """Put the address and the command before what is wrong with a reply."""
    try:
        yield
    except (Overload, UnexpectedReply) as error:
        told = str(error)
        named = told if told.startswith(link.resource) else f"{link.resource}: after `{command}`: {told}"
        raise type(error)(named) from error


def ask(link: Link, query: str, read: Callable[[str], T], *, timeout: float | None = None) -> T:
    """Ask, and read the reply, without white space around it; what is wrong with it names address and query.

    Args:
        link: The line to the instrument.
        query: What is asked.
        read: One of the functions above, or another that raises `Overload` or `UnexpectedReply`.
        timeout: Seconds that the whole reply may take, instead of the line's own.
    """
    with naming(link, query):
        return read(link.query(query, timeout=timeout).strip())


def errors(text: str) -> list[str]:
    """Read one entry of an error queue as a list like that of `drain_errors`: empty where there is none."""
    code, words = error_entry(text)
    return [f"{code}, {words}"] if code else []


def drain_errors(link: Link, query: str) -> list[str]:
    """Take every entry out of the error queue, oldest first, each as `number, text`; empty list: none.

    Args:
        link: The line to the instrument.
        query: The query that takes one entry, like `SYST:ERR?` or `ERR?`.

    Raises:
        UnexpectedReply: A reply is no entry.
        DeviceError: The queue still is not empty after 100 entries.
    """
    entries: list[str] = []
    while len(entries) < MOST_ERRORS:
        found = ask(link, query, errors)
        if not found:
            return entries
        entries += found
    raise DeviceError(
        f"{link.resource}: the error queue is not empty after {MOST_ERRORS} entries; the last is "
        f"{entries[-1]!r}. Switch the instrument off and on."
    )


def refuse_errors(link: Link, query: str, after: str) -> None:
    """Ask the error queue after a settings command, and raise what is in it.

    Args:
        link: The line to the instrument.
        query: The query that takes one entry.
        after: The command or action it is asked about, for the message.

    Raises:
        DeviceError: There were entries; all of them are named, and the queue is empty now.
    """
    entries = drain_errors(link, query)
    if entries:
        raise DeviceError(f"{link.resource}: after {after!r} the instrument reported {'; '.join(entries)}.")
