"""Frames out of a stream of bytes, with noise between them, as the receiver of a meter finds them."""

from __future__ import annotations

from collections.abc import Callable

from calbench.clock import Clock

Measure = Callable[[bytes], int | None]
"""Gives the length of the frame with which some bytes begin; 0 if none begins there, None if more must come."""


class FrameStream:
    """Collects what arrives and cuts frames out of it.

    Where no frame begins, one byte is skipped and the next is tried, so that a frame behind noise is found.

    Args:
        clock: the clock of the world.
        measure: finds the end of a frame.
        gap: longest time (s) between bytes of one frame; what is older is forgotten.
    """

    def __init__(self, clock: Clock, measure: Measure, gap: float) -> None:
        self._clock = clock
        self._measure = measure
        self._gap = gap
        self._held = b""
        self._last = 0.0

    def feed(self, text: str) -> list[bytes]:
        """Take what came (latin-1 text); give the frames that are complete now."""
        now = self._clock.monotonic()
        data = (self._held if now - self._last <= self._gap else b"") + text.encode("latin-1")
        self._last = now
        frames = []
        at = 0
        while at < len(data):
            length = self._measure(data[at:])
            if length is None:
                break
            if length:
                frames.append(data[at : at + length])
            at += length or 1
        self._held = data[at:]
        return frames

    def clear(self) -> None:
        """Forget what has come of a frame that is not complete."""
        self._held = b""
