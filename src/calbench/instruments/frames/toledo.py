"""Frames of Toledo continuous output (protocols.md 7.2; WILDCAT manual p. 6-4, 6-5)."""

from __future__ import annotations

from dataclasses import dataclass

from calbench.instruments.frames.checksums import complement
from calbench.instruments.frames.layout import NO_FRAME, Search

STX, CR = 0x02, 0x0D
_SEVEN = 0x7F
_LONG, _SHORT = 17, 11  # with and without the tare; the checksum comes on top


@dataclass(frozen=True)
class _Layout:
    """STX, three status bytes, weight, tare unless `short`, CR, and the checksum where it is sent."""

    short: bool
    checked: bool
    name: str = "Toledo continuous"

    @property
    def longest(self) -> int:
        """Bytes of a frame."""
        return (_SHORT if self.short else _LONG) + self.checked

    def length(self, data: bytes, at: int) -> int | None:
        """Give the length of the frame at a place; see `Layout`."""
        return self.longest if data[at] & _SEVEN == STX else NO_FRAME

    def flaw(self, frame: bytes) -> str:
        """Say what is wrong with a frame; see `Layout`."""
        plain = bytes(byte & _SEVEN for byte in frame)
        end = self.longest - self.checked - 1
        if plain[end] != CR:
            return f"byte {end + 1} is {plain[end]:02X}, not 0D"
        field = plain[4:end]
        if not all(chr(byte).isdigit() or byte == ord(" ") for byte in field):
            return f"{field.decode('ascii')!r} are not digits and spaces"
        right = complement(plain[:-1])
        if self.checked and plain[-1] != right:
            return f"its checksum is {plain[-1]:02X}, but its bytes give {right:02X}"
        return ""


def form(*, short: bool = False, checked: bool = True) -> Search:
    """Give the format of frames: without the tare if `short`, with a checksum if `checked`."""
    return Search(_Layout(short, checked))


def plain(frame: bytes) -> bytes:
    """Give a frame without the parity bit that some adapters leave in."""
    return bytes(byte & _SEVEN for byte in frame)
