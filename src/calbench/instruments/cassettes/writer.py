"""Operations are written to a cassette as they end."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from calbench import __version__
from calbench.clock import Clock, RealClock
from calbench.errors import UsageError
from calbench.instruments.cassettes.calls import NOTE, READING, SENDING
from calbench.instruments.cassettes.cassette import Header
from calbench.instruments.cassettes.masking import Masking
from calbench.instruments.cassettes.operation import Operation, to_line

PROGRAMS = ("pyvisa", "pyvisa-py", "pyserial")


class Writer:
    """Writes a cassette; each operation is in the file when it has ended.

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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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


def _versions() -> dict[str, str]:
    found = {"calbench": __version__}
    for name in PROGRAMS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
