"""The search for a frame in bytes: by where it can begin, how long it is, and whether its checksum holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from calbench.instruments.link import Span

NO_FRAME = 0
"""What `Layout.length` gives where no frame can begin."""


class Layout(Protocol):
    """How the frames of one protocol are built."""

    @property
    def name(self) -> str:
        """The name of the protocol, for messages."""

    @property
    def longest(self) -> int:
        """Bytes of the longest frame."""

    def length(self, data: bytes, at: int) -> int | None:
        """Give the bytes of the frame that would begin at `data[at]`.

        Returns:
            `NO_FRAME` if none can begin there; None if more bytes are needed to tell.
        """

    def flaw(self, frame: bytes) -> str:
        """Say what is wrong with a frame of the right length, as part of a sentence; empty if it is sound."""


@dataclass(frozen=True)
class Search:
    """A `FrameFormat` over a layout."""

    layout: Layout

    @property
    def name(self) -> str:
        """The name of the protocol, for messages."""
        return self.layout.name

    @property
    def longest(self) -> int:
        """Bytes of the longest frame."""
        return self.layout.longest

    def find(self, data: bytes) -> Span | None:
        """Give the first whole frame without a flaw; what only looks like the beginning of one is stepped over."""
        for at in range(len(data)):
            length = self.layout.length(data, at)
            whole = length and at + length <= len(data)
            if length and whole and not self.layout.flaw(data[at : at + length]):
                return Span(at, at + length)
        return None

    def complaint(self, data: bytes) -> str:
        """Say why there is no frame: the flaw of a whole one, how much an unfinished one lacks, or that none begins."""
        unfinished = ""
        for at in range(len(data)):
            length = self.layout.length(data, at)
            if length == NO_FRAME:
                continue
            if length is not None and at + length <= len(data):
                return self.layout.flaw(data[at : at + length])
            if not unfinished:
                lacking = "its end" if length is None else f"{at + length - len(data)} of its {length} bytes"
                unfinished = f"the frame that begins at byte {at + 1} lacks {lacking}"
        return unfinished or "no frame begins in them"
