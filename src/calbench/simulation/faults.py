"""Faults at the boundary of a simulated instrument: what goes wrong, and from which message on."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["silence", "reword", "garbage", "drop"]
Admission = Literal["heard", "unheard", "lost"]


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        kind: "silence": messages are not heard; "reword": replies that match `pattern` become `text` (another
            identity, an overload value, a stuck reading); "garbage": replies become random bytes;
            "drop": the connection ends.
        after: how many messages are still handled properly.
        count: how many messages are affected; None means all that follow.
        pattern: regular expression, for "reword".
        text: replacement, for "reword".
    """

    kind: Kind
    after: int = 0
    count: int | None = None
    pattern: str = r"(?s).*"
    text: str = ""

    @classmethod
    def identity(cls, text: str, pattern: str = r"(?s).*,.*,.*,.*") -> Fault:
        """Answer with another identity: replies of four fields (or that match `pattern`) become `text`."""
        return cls("reword", pattern=pattern, text=text)

    @classmethod
    def overload(cls, *, after: int = 0, text: str = "+9.90000000E+37") -> Fault:
        """Answer every reading (a reply that is a number with an exponent) with the overload value."""
        return cls("reword", after=after, pattern=r"[+-]?\d+\.\d+E[+-]?\d+", text=text)

    def active(self, messages: int) -> bool:
        """Tell whether this fault affects message number `messages`, counted from 1."""
        return messages > self.after and (self.count is None or messages <= self.after + self.count)


class Faults:
    """The faults of one device, none on a healthy one. Messages are counted while any is set."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._messages = 0
        self.present = False
        """Whether there is any; looked at for every message, so it is a plain attribute."""

    def add(self, fault: Fault) -> None:
        """Let this go wrong too; counting of messages begins with the first fault that is added."""
        self._faults.append(fault)
        self.present = True

    def mend(self) -> None:
        """Make the device healthy again."""
        self._faults.clear()
        self._messages = 0
        self.present = False

    def admit(self) -> Admission:
        """Count one message that arrives; tell whether the device hears it, or the connection ends."""
        self._messages += 1
        kinds = {fault.kind for fault in self._faults if fault.active(self._messages)}
        if "drop" in kinds:
            return "lost"
        return "unheard" if "silence" in kinds else "heard"

    def reword(self, text: str, rng: random.Random) -> str:
        """Give what leaves the device instead of `text`."""
        for fault in self._faults:
            if not fault.active(self._messages):
                continue
            if fault.kind == "garbage":
                text = "".join(chr(rng.randrange(0x21, 0x100)) for _ in range(max(len(text), 8)))
            elif fault.kind == "reword" and re.fullmatch(fault.pattern, text):
                text = fault.text
        return text
