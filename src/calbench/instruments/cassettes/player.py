"""Replaying: a cassette answers instead of instruments, and a driver that deviates is told."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

from calbench.clock import VirtualClock
from calbench.errors import CassetteMismatch, UsageError
from calbench.instruments.cassettes.calls import CONNECT, is_noise
from calbench.instruments.cassettes.cassette import Cassette, load_cassette
from calbench.instruments.cassettes.masking import same_resource
from calbench.instruments.cassettes.matching import MODES, Deviation, Key, Mode, key_of, matcher
from calbench.instruments.cassettes.operation import Operation, Plain, shown

if TYPE_CHECKING:
    from pyvisa.highlevel import VisaLibraryBase

    from calbench.instruments.link import Link
    from calbench.instruments.tape import Stream

_BEFORE = 5
_LISTED = 10


class Player:
    """Answers what links and programs ask from a cassette. A `Tape` for links.

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

    def __enter__(self) -> Player:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.finish()

    # --- what links and programs talk through ---

    def library(self, library: str = "", *, session: str = "") -> VisaLibraryBase:  # noqa: ARG002 - the cassette answers, whatever library is meant
        """Give a VISA library that answers from the cassette.

        Args:
            library: What the program means; not used.
            session: The session of the cassette that every resource stands for; empty: that of its name.
        """
        from calbench.instruments.cassettes.playinglibrary import playing  # noqa: PLC0415 - it knows this module

        return playing(self, session)

    def socket(self, resource: str, connect: Callable[[], Stream], *, session: str = "") -> Stream:  # noqa: ARG002 - nothing is connected
        """Give a socket that answers from the cassette; see `Tape`."""
        from calbench.instruments.cassettes.playingwires import PlayedSocket  # noqa: PLC0415 - as above

        return PlayedSocket(self, self.session_of(session or resource))

    def port(
        self,
        resource: str,
        line: str,
        opening: Callable[[], Any],  # noqa: ARG002 - nothing is opened
        *,
        session: str = "",
    ) -> Any:  # noqa: ANN401 - pyserial has no types
        """Give a serial port that answers from the cassette; see `Tape`."""
        from calbench.instruments.cassettes.playingwires import PlayedPort  # noqa: PLC0415 - as above

        return PlayedPort(self, self.session_of(session or resource), line)

    def link(self, resource: str, opening: Callable[[], Link], *, session: str = "") -> Link:  # noqa: ARG002 - nothing is opened
        """Give a link that answers from the cassette; see `Tape`."""
        from calbench.instruments.cassettes.playinglink import PlayedLink  # noqa: PLC0415 - as above

        return PlayedLink(self, self.session_of(session or resource), resource)

    def track(self, session: str) -> Track:
        """Give a `Tape` for one instrument, which goes by this name in the cassette."""
        return Track(self, session)

    # --- answering ---

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


class Track:
    """A player seen by one instrument, under its name in the cassette."""

    def __init__(self, player: Player, session: str) -> None:
        self._player = player
        self._session = session

    def library(self, library: str) -> VisaLibraryBase:
        """Give an answering VISA library."""
        return self._player.library(library, session=self._session)

    def socket(self, resource: str, connect: Callable[[], Stream]) -> Stream:
        """Give an answering socket."""
        return self._player.socket(resource, connect, session=self._session)

    def port(self, resource: str, line: str, opening: Callable[[], Any]) -> Any:  # noqa: ANN401 - as Tape has it
        """Give an answering serial port."""
        return self._player.port(resource, line, opening, session=self._session)

    def link(self, resource: str, opening: Callable[[], Link]) -> Link:
        """Give an answering link."""
        return self._player.link(resource, opening, session=self._session)
