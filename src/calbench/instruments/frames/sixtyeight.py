"""The layouts that DL/T 645 and CJ/T 188 share: 68, address, …, a length, data, a sum, 16."""

from __future__ import annotations

from calbench.instruments.frames.checksums import total
from calbench.instruments.frames.layout import NO_FRAME

START, STOP = 0x68, 0x16


class SixtyEight:
    """Frames that begin with 68 and end with the sum of all bytes before it, and 16.

    Args:
        name: The protocol, for messages.
        length_at: Where the byte stands that counts the data.
        second_start_at: Where a second 68 stands; None if there is none.
        most_data: The most data bytes that the protocol allows.
    """

    def __init__(self, name: str, *, length_at: int, second_start_at: int | None, most_data: int) -> None:
        self.name = name
        self.longest = length_at + most_data + 3
        self._length_at = length_at
        self._second = second_start_at
        self._most = most_data

    def length(self, data: bytes, at: int) -> int | None:
        """Give the length of the frame at a place; see `Layout`."""
        if data[at] != START:
            return NO_FRAME
        if self._second is not None and at + self._second < len(data) and data[at + self._second] != START:
            return NO_FRAME
        if at + self._length_at >= len(data):
            return None
        count = data[at + self._length_at]
        return self._length_at + count + 3 if count <= self._most else NO_FRAME

    def flaw(self, frame: bytes) -> str:
        """Say what is wrong with a frame; see `Layout`."""
        if frame[-1] != STOP:
            return f"the frame ends with {frame[-1]:02X}, not with 16"
        right = total(frame[:-2])
        return (
            "" if frame[-2] == right else f"its checksum is {frame[-2]:02X}, but its bytes give {right:02X}"
        )


def close(frame: bytes) -> bytes:
    """Put sum and 16 behind a frame."""
    return frame + bytes([total(frame), STOP])
