"""Messages of IEC 62056-21, mode C (protocols.md 6.4): identification, data block, command."""

from __future__ import annotations

from dataclasses import dataclass

from calbench.instruments.frames.checksums import parity
from calbench.instruments.frames.layout import NO_FRAME, Search

SOH, STX, ETX, EOT, ACK, NAK = 0x01, 0x02, 0x03, 0x04, 0x06, 0x15
_MOST_IDENTIFICATION, _MOST_BLOCK = 32, 64 * 1024


class _Identification:
    """`/`, three letters, the baud rate, a text, CR LF."""

    name = "IEC 62056-21 identification"
    longest = _MOST_IDENTIFICATION

    def length(self, data: bytes, at: int) -> int | None:
        """Give the length of the message at a place; see `Layout`."""
        if data[at] != ord("/"):
            return NO_FRAME
        end = data.find(b"\r\n", at)
        if end < 0:
            return None if len(data) - at < self.longest else NO_FRAME
        return end + 2 - at if end + 2 - at <= self.longest else NO_FRAME

    def flaw(self, frame: bytes) -> str:
        """Say what is wrong with a message; see `Layout`."""
        text = frame[1:-2]
        letters = text[:3].decode("latin-1")
        if not (letters.isascii() and letters.isalpha() and len(letters) == 3):  # noqa: PLR2004 - of the maker
            return f"{letters!r} are not the three letters of a maker"
        printable = all(0x20 <= byte < 0x7F for byte in text)  # noqa: PLR2004 - ASCII
        return "" if printable and len(text) > 3 else "it holds no baud rate, or characters that are none"  # noqa: PLR2004


@dataclass(frozen=True)
class _Block:
    """From STX or SOH to ETX or EOT, and the exclusive or of all behind the first."""

    name: str
    starts: bytes
    longest: int = _MOST_BLOCK

    def length(self, data: bytes, at: int) -> int | None:
        """Give the length of the message at a place; see `Layout`."""
        if data[at] not in self.starts:
            return NO_FRAME
        ends = [found for found in (data.find(bytes([end]), at) for end in (ETX, EOT)) if found >= 0]
        if not ends:
            return None if len(data) - at < self.longest else NO_FRAME
        return min(ends) + 2 - at

    def flaw(self, frame: bytes) -> str:
        """Say what is wrong with a message; see `Layout`."""
        right = parity(frame[1:-1])
        return "" if frame[-1] == right else f"its check is {frame[-1]:02X}, but its bytes give {right:02X}"


class _Acknowledgement:
    """The single bytes ACK and NAK."""

    name = "IEC 62056-21 acknowledgement"
    longest = 1

    def length(self, data: bytes, at: int) -> int | None:
        """Give the length of the message at a place; see `Layout`."""
        return 1 if data[at] in (ACK, NAK) else NO_FRAME

    def flaw(self, frame: bytes) -> str:  # noqa: ARG002 - one byte has no flaw
        """Say what is wrong with a message; see `Layout`."""
        return ""


IDENTIFICATION = Search(_Identification())
BLOCK = Search(_Block("IEC 62056-21 data block", bytes([STX])))
COMMAND = Search(_Block("IEC 62056-21 command", bytes([SOH])))
ACKNOWLEDGED = Search(_Acknowledgement())


def content(block: bytes) -> str:
    """Give what stands between STX and ETX of a block that `BLOCK` has found (Latin-1)."""
    return block[1:-2].decode("latin-1")


def command(kind: str, data: str = "") -> bytes:
    """Give a command: SOH, a letter and a digit like `R1`, the data after STX if there is any, ETX, check.

    Args:
        kind: R1 read, P1 password, B0 break …
        data: Like `1.8.0()`; empty for none.
    """
    body = kind.encode("ascii") + (bytes([STX]) + data.encode("ascii") if data else b"") + bytes([ETX])
    return bytes([SOH]) + body + bytes([parity(body)])
