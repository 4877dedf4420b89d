"""Matching: which recorded operation answers what a driver asks."""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Literal, Protocol

from calbench.instruments.cassettes.calls import CONNECT, POLLING, READING, SENDING, TOLERATED, is_noise
from calbench.instruments.cassettes.operation import Operation, Plain, text_of

Mode = Literal["strict", "per_session", "by_query"]
MODES: tuple[Mode, ...] = ("strict", "per_session", "by_query")

Key = tuple[str, str, bytes | None, tuple[tuple[str, Plain], ...]]
"""What is compared: session, operation, bytes sent, arguments."""


class Deviation(Exception):  # noqa: N818 - reads as a sentence where it is caught
    """Nothing recorded fits; `recorded` says what there is instead."""

    def __init__(self, recorded: str) -> None:
        self.recorded = recorded
        super().__init__(recorded)


class Matcher(Protocol):
    """Gives the operations of a cassette in an order of its own."""

    def take(self, key: Key) -> Operation:
        """Give the operation that answers.

        Raises:
            Deviation: There is none.
        """

    def following(self, session: str) -> Operation | None:
        """Give what comes next in a session, without taking it."""

    def left(self) -> list[Operation]:
        """Give what was not asked for."""


def key_of(session: str, op: str, args: Mapping[str, Plain], data: bytes | None) -> Key:
    """Give what is compared of an operation."""
    said = (
        tuple(sorted((name, value) for name, value in args.items() if name not in TOLERATED)) if args else ()
    )
    return (session, op, data if op in SENDING else None, said)


def matcher(operations: Iterable[Operation], mode: Mode, *, repeat_last: bool) -> Matcher:
    """Give a matcher for the operations of a cassette.

    Args:
        operations: In order of recording.
        mode: `strict`: the order of all; `per_session`: the order of each session; `by_query`: by message.
        repeat_last: With `by_query`, a message may be sent more often than recorded: the last reply comes again.
    """
    compared = [one for one in operations if not is_noise(one.op, one.args.get("attribute"))]
    if mode == "strict":
        return _InOrder(compared)
    return _PerSession(compared) if mode == "per_session" else _ByQuery(compared, repeat_last=repeat_last)


class _InOrder:
    """The order of recording, whole."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._operations = list(operations)
        self._keys = [key_of(one.session, one.op, one.args, one.data) for one in self._operations]
        self._next = 0

    def take(self, key: Key) -> Operation:
        at = self._next
        if at >= len(self._keys):
            raise Deviation("nothing more: the cassette is at its end")
        if self._keys[at] != key:
            raise Deviation(f"{self._operations[at]} ({self._operations[at].session})")
        self._next = at + 1
        return self._operations[at]

    def following(self, session: str) -> Operation | None:
        one = self._operations[self._next] if self._next < len(self._operations) else None
        return one if one is not None and one.session == session else None

    def left(self) -> list[Operation]:
        return self._operations[self._next :]


class _PerSession:
    """The order of recording within each session."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        sessions: dict[str, list[Operation]] = {}
        for one in operations:
            sessions.setdefault(one.session, []).append(one)
        self._sessions = {name: _InOrder(ones) for name, ones in sessions.items()}

    def take(self, key: Key) -> Operation:
        if key[0] not in self._sessions:
            raise Deviation(f"nothing of {key[0]!r}, only of {', '.join(sorted(self._sessions)) or 'nobody'}")
        return self._sessions[key[0]].take(key)

    def following(self, session: str) -> Operation | None:
        return self._sessions[session].following(session) if session in self._sessions else None

    def left(self) -> list[Operation]:
        left = [one for session in self._sessions.values() for one in session.left()]
        return sorted(left, key=lambda one: one.seq)


class _ByQuery:
    """A map from messages to what followed them: each message its replies, in order of recording."""

    def __init__(self, operations: Iterable[Operation], *, repeat_last: bool) -> None:
        self._repeat_last = repeat_last
        self._exchanges: dict[Key, deque[list[Operation]]] = {}
        self._last: dict[Key, list[Operation]] = {}
        self._reads: dict[str, deque[Operation]] = {}
        self._unread: list[Operation] = []
        current: dict[str, list[Operation]] = {}
        for one in operations:
            if one.op in READING or one.op == CONNECT:
                current.setdefault(one.session, []).append(one)
                continue
            exchange = [one]
            key = key_of(one.session, one.op, one.args, one.data)
            self._exchanges.setdefault(key, deque()).append(exchange)
            if one.op not in POLLING:
                current[one.session] = exchange

    def take(self, key: Key) -> Operation:
        session, op = key[0], key[1]
        if op in READING or op == CONNECT:
            return self._read(session)
        waiting = self._exchanges.get(key)
        if waiting:
            exchange = self._last[key] = waiting.popleft()
        elif self._repeat_last and key in self._last:
            exchange = self._last[key]
        else:
            raise Deviation(self._instead(key))
        if op not in POLLING:
            self._unread += self._reads.get(session, ())
            self._reads[session] = deque(exchange[1:])
        return exchange[0]

    def following(self, session: str) -> Operation | None:
        reads = self._reads.get(session)
        return reads[0] if reads else None

    def left(self) -> list[Operation]:
        pending = [one for reads in self._reads.values() for one in reads]
        unasked = [one for waiting in self._exchanges.values() for exchange in waiting for one in exchange]
        return sorted([*self._unread, *pending, *unasked], key=lambda one: one.seq)

    def _read(self, session: str) -> Operation:
        reads = self._reads.get(session)
        if not reads:
            raise Deviation("no more replies to the last message")
        return reads.popleft()

    def _instead(self, key: Key) -> str:
        session, op, data, _ = key
        if key in self._last:
            return (
                "the same fewer times; all its replies were given (a last reply comes again if that is said)"
            )
        sent = [
            one[2] for one in self._exchanges if one[0] == session and one[1] == op and one[2] is not None
        ]
        if data is None or not sent:
            ops = sorted({one[1] for one in self._exchanges if one[0] == session})
            return f"no such operation of {session!r}, only {', '.join(ops) or 'none at all'}"
        texts = [text_of(one) for one in sent]
        near = difflib.get_close_matches(text_of(data), texts, n=1, cutoff=0.3)
        return (
            f"no such message; the nearest is {op} {near[0]}"
            if near
            else f"no such message among {len(sent)}"
        )
