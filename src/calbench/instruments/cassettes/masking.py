"""Masking: what must not be published is replaced before it is written, the same by the same each time."""

from __future__ import annotations

import re
from collections.abc import Sequence

from calbench.errors import UsageError

NO_SERIAL = "0"
"""What stands for a serial number: IEEE 488.2 has it for an instrument that does not tell its own."""

_IDENTITY = {
    "*IDN?": re.compile(r"[^,]*,[^,]*,\s*([^,\r\n]*)"),  # IEEE 488.2, 10.14: maker, model, serial, firmware
    "I4": re.compile(r'I4 A "([^"]*)"'),  # MT-SICS level 0, I4: serial number
}
_WORD = 6
_USB_FIELDS, _USB_SERIAL = 4, 3


class Masking:
    """What is replaced in a recording.

    Args:
        serials: Replace serial numbers in identity replies, in USB resource names, and from then on wherever one
            of at least six characters stands as a word of its own.
        patterns: Regular expressions over the bytes as Latin-1 text. What one matches (its first group, if it
            has one) becomes `MASKED-1`, `MASKED-2`, …: the same text the same mask.

    Raises:
        UsageError: A pattern is no regular expression, or matches the empty text.
    """

    def __init__(self, *, serials: bool = False, patterns: Sequence[str] = ()) -> None:
        self._serials = serials
        self._patterns = [_compiled(pattern) for pattern in patterns]
        self._asked: dict[str, re.Pattern[str]] = {}
        self._learned: dict[str, re.Pattern[str]] = {}
        self._masks: dict[str, str] = {}
        self.active = serials or bool(patterns)

    @property
    def stated(self) -> tuple[str, ...]:
        """What is replaced, in words, for the header."""
        serials = (f"serial numbers, by {NO_SERIAL}",) if self._serials else ()
        return (*serials, *(f"matches of {one.pattern}, by MASKED-n" for one in self._patterns))

    def sent(self, session: str, data: bytes) -> bytes:
        """Mask what is sent; an identity query is remembered until its reply."""
        if self._serials:
            message = data.decode("latin-1").strip().upper().rpartition(";")[2]
            found = _IDENTITY.get(message)
            if found is not None:
                self._asked[session] = found
            else:
                self._asked.pop(session, None)
        return self.text(data.decode("latin-1")).encode("latin-1")

    def received(self, session: str, data: bytes) -> bytes:
        """Mask a whole reply."""
        text = data.decode("latin-1")
        identity = self._asked.get(session)
        found = identity.search(text) if identity is not None else None
        if found is not None:
            del self._asked[session]
        if found is not None and found[1].strip() not in ("", NO_SERIAL):
            self._learn(found[1].strip())
            text = text[: found.start(1)] + NO_SERIAL + text[found.end(1) :]
        return self.text(text).encode("latin-1")

    def resource(self, name: str) -> str:
        """Mask the name of a resource: USB resources hold the serial number."""
        fields = name.split("::")
        if self._serials and name.upper().startswith("USB") and len(fields) >= _USB_FIELDS:
            self._learn(fields[_USB_SERIAL])
            fields[_USB_SERIAL] = NO_SERIAL
        return self.text("::".join(fields))

    def text(self, text: str) -> str:
        """Mask any text."""
        for pattern in self._learned.values():
            text = pattern.sub(NO_SERIAL, text)
        for pattern in self._patterns:
            text = pattern.sub(self._replaced, text)
        return text

    def _learn(self, serial: str) -> None:
        if len(serial) >= _WORD:
            self._learned.setdefault(serial, re.compile(rf"(?<!\w)(?<!\d\.){re.escape(serial)}(?!\w|\.\d)"))

    def _replaced(self, found: re.Match[str]) -> str:
        group = 1 if found.re.groups else 0
        secret = found[group]
        if not secret:
            return found[0]
        mask = self._masks.setdefault(secret, f"MASKED-{len(self._masks) + 1}")
        start, end = found.start(group) - found.start(), found.end(group) - found.start()
        return found[0][:start] + mask + found[0][end:]


def same_resource(recorded: str, asked: str) -> bool:
    """Tell whether a resource name is the recorded one, whose USB serial number may be masked."""
    ours, theirs = recorded.upper().split("::"), asked.upper().split("::")
    if len(ours) != len(theirs) or not recorded.upper().startswith("USB"):
        return ours == theirs
    usb = len(ours) >= _USB_FIELDS and ours[_USB_SERIAL] == NO_SERIAL
    return all(one == two or (usb and at == _USB_SERIAL) for at, (one, two) in enumerate(zip(ours, theirs)))  # noqa: B905 - same length


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise UsageError(f"The mask {pattern!r} is no regular expression: {error}.") from error
    if compiled.search(""):
        raise UsageError(f"The mask {pattern!r} matches the empty text. Let it match what must not be shown.")
    return compiled
