"""A whole run as one ZIP, made while it is sent: nothing is held but a block of a file."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime

from calbench.errors import UsageError
from calbench.server.releasing.files import Handed

MOST = 4 * 1024**3
"""Bytes of the files of a run that are sent as one ZIP; a journal of 100,000 events has some 50 MB."""
BLOCK = 256 * 1024
AT_ONCE = 2
"""ZIPs that are made at once; who asks for a third is told to wait."""


class TooLarge(UsageError):  # noqa: N818 - reads as a sentence where it is caught
    """The files of the run are too large for one ZIP."""


class Busy(UsageError):  # noqa: N818 - as above
    """Too many are made at once."""


class Zipping:
    """Makes ZIPs, a few at once."""

    def __init__(self) -> None:
        self._now = 0

    def begin(self, files: Iterable[Handed]) -> AsyncIterator[bytes]:
        """Give the ZIP of these files, block by block.

        Raises:
            TooLarge: They have too many bytes.
            Busy: Too many are made now.
        """
        chosen = list(files)
        if sum(one.size for one in chosen) > MOST:
            raise TooLarge(f"The files of this run have more than {MOST} bytes: take them one by one.")
        if self._now >= AT_ONCE:
            raise Busy("Other ZIPs are being made: try again in a moment.")
        return self._blocks(chosen)

    async def _blocks(self, files: list[Handed]) -> AsyncIterator[bytes]:
        self._now += 1
        try:
            blocks = zipped(files)
            while True:
                block = await asyncio.to_thread(next, blocks, None)
                if block is None:
                    return
                yield block
        finally:
            self._now -= 1


def zipped(files: Iterable[Handed]) -> Iterator[bytes]:
    """Give the bytes of a ZIP; a file that grows meanwhile is in it as far as it was listed."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for one in files:
            info = zipfile.ZipInfo(one.key, _time(one))
            info.compress_type = zipfile.ZIP_DEFLATED
            with one.path.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
                left = one.size
                while left and (block := source.read(min(BLOCK, left))):
                    left -= len(block)
                    target.write(block)
                    yield from sink.taken()
            yield from sink.taken()
    yield from sink.taken()


def _time(one: Handed) -> tuple[int, int, int, int, int, int]:
    at = datetime.fromtimestamp(one.path.stat().st_mtime, UTC)
    return (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)


class _Sink(io.RawIOBase):
    """Takes what is written, and gives it away; it cannot be sought in, so sizes stand behind each file."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override] # zipfile writes bytes alone
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> Iterator[bytes]:
        """Give what was written since."""
        parts, self._parts = self._parts, []
        if parts:
            yield b"".join(parts)
