"""What is asked is compared with a cassette and answered from it; who deviates is told."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from calbench.clock import VirtualClock
from calbench.errors import CassetteMismatch, UsageError
from calbench.instruments.cassettes.calls import CONNECT, is_noise
from calbench.instruments.cassettes.cassette import Cassette, load_cassette
from calbench.instruments.cassettes.masking import same_resource
from calbench.instruments.cassettes.matching import MODES, Deviation, Key, Mode, key_of, matcher
from calbench.instruments.cassettes.operation import Operation, Plain, shown

_BEFORE = 5
_LISTED = 10


class Replay:
    """Answers operations from a cassette.

    After the first deviation nothing is answered any more: every further call raises the same. Timeouts come at
    once. The clock follows the time stamps of the cassette, never back, and waiting on it takes no time.

    Args:
        source: The file, or a cassette that was read.
        mode: `strict`: in the order of recording; `per_session`: in the order of each session; `by_query`: each
            message gets its replies in order of recording.
        repeat_last: With `by_query`, the last reply to a message may come again.

    Raises:
        CassetteInvalid: The file is no cassette.
        UsageError: There is no such mode.
    """

    def __init__(
        self, source: Path | str | Cassette, *, mode: Mode = "strict", repeat_last: bool = False
    ) -> None:
        if mode not in MODES:
            raise UsageError(f"There is no mode {mode!r} of replaying; modes are {', '.join(MODES)}.")
        if repeat_last and mode != "by_query":
            raise UsageError(f"Replies are repeated in mode 'by_query' only, not in {mode!r}.")
        self.cassette = source if isinstance(source, Cassette) else load_cassette(source)
        self.clock = VirtualClock(self.cassette.header.started)
        self.mode = mode
        self.count = 0
        self.mismatch: str = ""
        """The first deviation; empty so far."""
        self.housekeeping: dict[tuple[str, str, Plain], list[Operation]] = {}
        """Operations that are answered but not compared, by session, operation and attribute."""
        for one in self.cassette.operations:
            if is_noise(one.op, one.args.get("attribute")):
                key = (one.session, one.op, one.args.get("attribute"))
                self.housekeeping.setdefault(key, []).append(one)
        self._matcher = matcher(self.cassette.operations, mode, repeat_last=repeat_last)
        self._events = any(one.op == "event" for one in self.cassette.operations)
        self._before: deque[Operation] = deque(maxlen=_BEFORE)
        self._rest: dict[str, tuple[bytes, Operation]] = {}
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.finish()

    def session_of(self, name: str) -> str:
        """Give the session that a name stands for: USB serial numbers may be masked."""
        sessions = self.cassette.sessions
        return name if name in sessions else next((one for one in sessions if same_resource(one, name)), name)

    def take(
        self, session: str, op: str, args: Mapping[str, Plain] | None = None, data: bytes | None = None
    ) -> Operation:
        """Give the recorded operation that answers this one.

        Raises:
            CassetteMismatch: There is none, or there was none for an earlier one.
        """
        with self._lock:
            if session in self._rest:
                self.refuse(
                    f"{self._rest[session][1]}, of which {len(self._rest[session][0])} bytes were not read",
                    session,
                    shown(op, args or {}, data),
                )
            return self._take(key_of(session, op, args or {}, data))

    def read(self, session: str, count: int, op: str = "read") -> tuple[bytes, Operation, bool]:
        """Give the next bytes of a session, at most `count`, and whether there are more of the same read.

        Raises:
            CassetteMismatch: No read was recorded here.
        """
        with self._lock:
            if session in self._rest:
                data, one = self._rest.pop(session)
            else:
                one = self._take((session, op, None, ()))
                data = one.data or b""
            if len(data) <= count:
                return data, one, False
            self._rest[session] = (data[count:], one)
            return data[:count], one, True

    def waiting(self, session: str) -> int:
        """Give how many bytes the next read of a session brings; 0 if no read comes next."""
        with self._lock:
            if session in self._rest:
                return len(self._rest[session][0])
            one = self._matcher.following(session)
            return len(one.data or b"") if one is not None and one.op == "read" else 0

    def unconnected(self, session: str) -> bool:
        """Tell whether a session was not connected when it had been opened here."""
        with self._lock:
            one = self._matcher.following(session)
            return one is not None and one.op == CONNECT

    def fired(self, session: str) -> Operation | None:
        """Take the event that comes next in a session, if one does."""
        if not self._events:
            return None
        with self._lock:
            one = self._matcher.following(session)
            if one is None or one.op != "event" or self.mismatch:
                return None
            return self._take(key_of(session, "event", one.args, None))

    def left(self) -> list[Operation]:
        """Give the recorded operations that nobody asked for."""
        return self._matcher.left()

    def finish(self) -> None:
        """End the replay.

        Raises:
            CassetteMismatch: It deviated, or recorded operations were left over.
        """
        if self.mismatch:
            raise CassetteMismatch(self.mismatch)
        left = self.left()
        if left:
            listed = "\n".join(f"  {one} ({one.session})" for one in left[:_LISTED])
            more = f"\n  and {len(left) - _LISTED} more" if len(left) > _LISTED else ""
            self.mismatch = (
                f"{self.cassette.name}: {len(left)} recorded operations were not asked for ({self.mode}):\n"
                f"{listed}{more}\nLet the driver do them; if the change is meant, record the cassette anew."
            )
            raise CassetteMismatch(self.mismatch)

    def _take(self, key: Key) -> Operation:
        if self.mismatch:
            raise CassetteMismatch(self.mismatch)
        try:
            one = self._matcher.take(key)
        except Deviation as deviation:
            self.refuse(deviation.recorded, key[0], shown(key[1], dict(key[3]), key[2]))
        self._before.append(one)
        self.count += 1
        ahead = one.time - self.clock.monotonic()
        if ahead > 0:
            self.clock.sleep(ahead)
        return one

    def refuse(self, recorded: str, session: str, asked: str) -> NoReturn:
        """Say that what was asked is not what was recorded.

        Raises:
            CassetteMismatch: Always.
        """
        self.tell(recorded, session, asked)
        raise CassetteMismatch(self.mismatch)

    def tell(self, recorded: str, session: str, asked: str) -> None:
        """Note a deviation without raising; every further call then raises the first one."""
        before = "\n            ".join(f"{one} ({one.session})" for one in self._before)
        self.mismatch = self.mismatch or (
            f"{self.cassette.name}, after {self.count} operations, {session}: the driver does not do what was "
            f"recorded ({self.mode}).\n  recorded: {recorded}\n  asked:    {asked}\n"
            f"  before:   {before or 'nothing'}\n"
            f"Correct the driver; if the change is meant, record the cassette anew."
        )
