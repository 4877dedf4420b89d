"""Recording: the traffic of a session with instruments, written as a cassette."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from pyvisa.highlevel import VisaLibraryBase, open_visa_library

from calbench import __version__
from calbench.clock import Clock, RealClock
from calbench.errors import UsageError
from calbench.instruments.cassettes.calls import NOTE, READING, SENDING
from calbench.instruments.cassettes.cassette import Header
from calbench.instruments.cassettes.masking import Masking
from calbench.instruments.cassettes.operation import Operation, to_line

if TYPE_CHECKING:
    from calbench.instruments.link import Link
    from calbench.instruments.tape import Stream

PROGRAMS = ("pyvisa", "pyvisa-py", "pyserial")


class Recorder:
    """Writes a cassette; each operation is in the file when it has ended. A `Tape` for links.

    Args:
        path: The file; must not exist.
        clock: What time stamps are taken from; None for the machine's.
        mask_serials: Replace serial numbers; see `Masking`.
        masks: Regular expressions whose matches are replaced; see `Masking`.
        backend: What carries the traffic, for the header.
        about: What is recorded, for the header.

    Raises:
        UsageError: The file is there already or cannot be made, or a mask is no regular expression.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        clock: Clock | None = None,
        mask_serials: bool = False,
        masks: Sequence[str] = (),
        backend: str = "",
        about: str = "",
    ) -> None:
        self.path = Path(path)
        self.masking = Masking(serials=mask_serials, patterns=masks)
        self.count = 0
        self._clock = clock or RealClock()
        self._start = self._clock.monotonic()
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self._held: dict[str, list[Operation]] = {}
        self._lost: OSError | None = None
        header = Header(backend, self._clock.utc(), _versions(), self.masking.stated, about)
        try:
            self._file = self.path.open("xb", buffering=0)
            self._file.write(header.line().encode("ascii") + b"\n")
        except OSError as error:
            raise UsageError(
                f"The cassette {path} cannot be made: {error.strerror}. Give a new file in a folder that is there."
            ) from error

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- what links and programs talk through ---

    def library(self, library: str | VisaLibraryBase = "", *, session: str = "") -> VisaLibraryBase:
        """Give a VISA library that forwards every call, and records it.

        Args:
            library: As pyvisa names them (`@py`, empty for the default), or one that is open.
            session: A name that stands in the cassette instead of the resource.
        """
        from calbench.instruments.cassettes.recordinglibrary import recording  # noqa: PLC0415 - it knows this module

        inner = open_visa_library(library) if isinstance(library, str) else library
        name = library if isinstance(library, str) else type(inner).__name__
        return recording(inner, self, session, "@" + name.rpartition("@")[2])

    def socket(self, resource: str, connect: Callable[[], Stream], *, session: str = "") -> Stream:
        """Connect a socket whose traffic is recorded; see `Tape`."""
        from calbench.instruments.cassettes.recordingwires import RecordedSocket  # noqa: PLC0415 - as above

        return RecordedSocket(self, session or self.masking.resource(resource), resource, connect)

    def port(
        self,
        resource: str,
        line: str,
        opening: Callable[[], Any],
        *,
        session: str = "",
    ) -> Any:  # noqa: ANN401 - pyserial has no types
        """Open a serial port whose traffic is recorded; see `Tape`."""
        from calbench.instruments.cassettes.recordingwires import RecordedPort  # noqa: PLC0415 - as above

        return RecordedPort(self, session or self.masking.resource(resource), resource, line, opening)

    def link(self, resource: str, opening: Callable[[], Link], *, session: str = "") -> Link:
        """Open a link whose messages are recorded; see `Tape`."""
        from calbench.instruments.cassettes.recordinglink import RecordedLink  # noqa: PLC0415 - as above

        return RecordedLink(self, session or self.masking.resource(resource), resource, opening)

    def track(self, session: str) -> Track:
        """Give a `Tape` for one instrument, which goes by this name in the cassette."""
        return Track(self, session)

    # --- writing ---

    def begin(self) -> int:
        """Give the number of an operation that begins."""
        return next(self._numbers)

    def add(self, seq: int, session: str, op: str, **fields: Any) -> None:  # noqa: ANN401 - the fields of an operation
        """Write an operation that has ended.

        With masks, what is read is held until the reply is over: a serial number may come in two parts.
        """
        with self._lock:
            one = Operation(seq, self._clock.monotonic() - self._start, session, op, **fields)
            if not self.masking.active:
                self._write(one)
            elif op in READING and one.data:
                self._held.setdefault(session, []).append(one)
            else:
                self._release(session)
                self._write(self._masked(one))

    def note(self, kind: str, **said: str | int) -> None:
        """Write what a run says of itself beside its traffic."""
        self.add(self.begin(), "", NOTE, args={"kind": kind, **said})

    def close(self) -> None:
        """End the recording.

        Raises:
            UsageError: The disk did not take all of it; the traffic itself was not disturbed.
        """
        with self._lock:
            for session in list(self._held):
                self._release(session)
            self._file.close()
        if self._lost is not None:
            raise UsageError(
                f"The cassette {self.path} is incomplete after {self.count} operations: {self._lost.strerror}. "
                f"Record it anew where there is room."
            )

    def _write(self, one: Operation) -> None:
        if self._lost is not None or self._file.closed:
            return  # what comes after the end is no part of the recording
        try:
            self._file.write(to_line(one).encode("ascii") + b"\n")
            self.count += 1
        except OSError as error:  # a recording must not disturb the bench
            self._lost = error

    def _release(self, session: str) -> None:
        """Write what was held of a reply: as it came, or in one piece if something in it is masked."""
        held = self._held.pop(session, [])
        reply = b"".join(one.data or b"" for one in held)
        masked = self.masking.received(session, reply) if held else b""
        if masked == reply:
            for one in held:
                self._write(one)
        else:
            self._write(replace(held[-1], seq=held[0].seq, data=masked))

    def _masked(self, one: Operation) -> Operation:
        data = one.data
        if data is not None and one.op in SENDING:
            data = self.masking.sent(one.session, data)
        args = {name: self._plain(value) for name, value in one.args.items()}
        return replace(one, args=args, data=data, result=self._plain(one.result))

    def _plain(self, value: Any) -> Any:  # noqa: ANN401 - what an argument may be
        return self.masking.text(value) if isinstance(value, str) else value


class Track:
    """A recorder seen by one instrument, under a name of its own."""

    def __init__(self, recorder: Recorder, session: str) -> None:
        self._recorder = recorder
        self._session = session

    def library(self, library: str) -> VisaLibraryBase:
        """Give a recording VISA library."""
        return self._recorder.library(library, session=self._session)

    def socket(self, resource: str, connect: Callable[[], Stream]) -> Stream:
        """Connect a recorded socket."""
        return self._recorder.socket(resource, connect, session=self._session)

    def port(self, resource: str, line: str, opening: Callable[[], Any]) -> Any:  # noqa: ANN401 - as Tape has it
        """Open a recorded serial port."""
        return self._recorder.port(resource, line, opening, session=self._session)

    def link(self, resource: str, opening: Callable[[], Link]) -> Link:
        """Give a recorded link."""
        return self._recorder.link(resource, opening, session=self._session)


def _versions() -> dict[str, str]:
    found = {"calbench": __version__}
    for name in PROGRAMS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
