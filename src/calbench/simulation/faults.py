"""Faults at the boundary of a simulated instrument: what goes wrong, and from which message on."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Literal

from calbench.simulation.connection import Late

Kind = Literal[
    "silence", "drop", "garbage", "reword", "late", "stale", "partial", "garble", "stuck", "error",
    "power_cycle", "locked",
]  # fmt: skip
Admission = Literal["heard", "unheard", "lost", "cycled"]
NUMBER = r"\s*[+-]?\d+(\.\d+)?([eE][+-]?\d+)?.{0,6}"
"""A reading: a number, perhaps with an exponent and a unit."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    | kind | what happens |
    |---|---|
    | `silence` | messages are not heard |
    | `drop` | the connection ends |
    | `garbage` | replies become random bytes |
    | `reword` | replies that match `pattern` become `text` (another identity, an overload value) |
    | `late` | replies come `seconds` later than they should |
    | `stale` | the first reply is kept back; each further query gets the reply to the one before |
    | `partial` | replies break off in the middle (on lines with END, that still comes) |
    | `garble` | one bit of each reply is wrong |
    | `stuck` | readings (replies that match `pattern`) stay the first one |
    | `error` | each message puts error `code` into the queue |
    | `power_cycle` | at the first message the instrument loses its power: settings, replies and sockets are gone |
    | `locked` | another client takes an exclusive VISA lock, and keeps it for `seconds` |

    Attributes:
        kind: One of these.
        after: how many messages are still handled properly.
        count: how many messages are affected; None means all that follow.
        pattern: regular expression, for `reword` and `stuck`.
        text: replacement, for `reword`.
        seconds: delay, for `late`; how long, for `locked`.
        code: number of the error, for `error`.
    """

    kind: Kind
    after: int = 0
    count: int | None = None
    pattern: str = r"(?s).*"
    text: str = ""
    seconds: float = 60.0
    code: int = -310

    @classmethod
    def identity(cls, text: str, pattern: str = r"(?s).*,.*,.*,.*") -> Fault:
        """Answer with another identity: replies of four fields (or that match `pattern`) become `text`."""
        return cls("reword", pattern=pattern, text=text)

    @classmethod
    def stuck(cls, *, after: int = 0) -> Fault:
        """Answer every reading with the first one."""
        return cls("stuck", after=after, pattern=NUMBER)

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
        self._kept: Late | None = None
        self._stuck: str | None = None
        self.present = False
        """Whether there is any; looked at for every message, so it is a plain attribute."""

    @property
    def messages(self) -> int:
        """How many messages have come since the first fault was set."""
        return self._messages

    def add(self, fault: Fault) -> None:
        """Let this go wrong too; counting of messages begins with the first fault that is added."""
        self._faults.append(fault)
        self.present = True

    def mend(self) -> None:
        """Make the device healthy again."""
        self._faults.clear()
        self._messages = 0
        self._kept = self._stuck = None
        self.present = False

    def forget(self) -> None:
        """Drop the reply that is kept back: the device was cleared."""
        self._kept = None

    def admit(self) -> Admission:
        """Count one message that arrives; tell whether the device hears it, and if not, why."""
        self._messages += 1
        active = self._active()
        kinds = {fault.kind for fault in active}
        if "drop" in kinds:
            return "lost"
        if any(fault.kind == "power_cycle" and self._messages == fault.after + 1 for fault in active):
            return "cycled"
        return "unheard" if "silence" in kinds else "heard"

    def errors(self) -> list[int]:
        """Give the codes that the present message puts into the error queue."""
        return [fault.code for fault in self._active() if fault.kind == "error"]

    def locks(self) -> list[float]:
        """Give for how many seconds another client takes a lock once the present message is dealt with."""
        return [one.seconds for one in self._faults if one.kind == "locked" and one.after == self._messages]

    def delay(self) -> float:
        """Give by how many seconds replies are late now."""
        return sum(fault.seconds for fault in self._active() if fault.kind == "late")

    def exchanged(self, data: Late) -> Late | None:
        """Give the reply that leaves in place of this one; None: none."""
        if not any(fault.kind == "stale" for fault in self._active()):
            return data
        given, self._kept = self._kept, data
        return given

    def spoil(self, data: bytes, end: bytes, rng: random.Random) -> bytes:
        """Give what leaves the device instead of the bytes of a reply, which end with `end`."""
        body = data.removesuffix(end) if end else data
        tail = data[len(body) :]
        for fault in self._active():
            if fault.kind == "garbage":
                body = bytes(rng.randrange(0x21, 0x100) for _ in range(max(len(body), 8)))
            elif fault.kind == "garble" and body:
                at = rng.randrange(len(body))
                body = body[:at] + bytes([body[at] ^ 1 << rng.randrange(7)]) + body[at + 1 :]
            elif fault.kind == "partial":
                body, tail = body[: len(body) // 2], b""
            elif fault.kind in ("reword", "stuck"):
                body = self._reworded(fault, body)
        return body + tail

    def _reworded(self, fault: Fault, body: bytes) -> bytes:
        text = body.decode("latin-1")
        if not re.fullmatch(fault.pattern, text):
            return body
        if fault.kind == "reword":
            return fault.text.encode("latin-1")
        self._stuck = self._stuck if self._stuck is not None else text
        return self._stuck.encode("latin-1")

    def _active(self) -> list[Fault]:
        return [fault for fault in self._faults if fault.active(self._messages)]
