"""A pseudo-terminal for an instrument with an 8N1 serial line: a port with a name, as a real one has (POSIX only)."""

from __future__ import annotations

import os

from calbench.errors import UsageError
from calbench.simulation.device import Device
from calbench.simulation.serialline import LineSetting
from calbench.simulation.servers.channel import Channel, Handler
from calbench.simulation.servers.raw import StreamHandler

try:
    import tty
except ImportError:  # Windows
    tty = None  # type: ignore[assignment] # as above

_EIGHT_BITS = 8


def can_carry(device: Device) -> bool:
    """Tell whether this system has pseudo-terminals, and one can be the line of this instrument."""
    return tty is not None and _is_plain(device)


def _is_plain(device: Device) -> bool:
    setting = LineSetting.parse(device.SERIAL)
    return setting.bits == _EIGHT_BITS and setting.parity == "N"


class PseudoTerminal:
    """Both ends of a pseudo-terminal; ours stays open when a client closes its own, as a line does.

    Attributes:
        path: what a client opens.

    Raises:
        UsageError: the system has none, or the line of the instrument is one that it cannot carry.
    """

    def __init__(self, name: str, device: Device) -> None:
        if not _is_plain(device):
            raise UsageError(
                f"{name}: its serial line is {device.SERIAL}, and a pseudo-terminal carries neither parity nor "
                f"other than 8 bits. Serve it by rfc2217, or open calbench://station/{name} with pyserial."
            )
        if tty is None:
            raise UsageError(
                f"{name}: this system has no pseudo-terminals. Use socket://host:port of its socket, or "
                f"calbench://station/{name} with pyserial."
            )
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        os.set_blocking(self._ours, False)
        self.path = os.ttyname(self._theirs)

    def fileno(self) -> int:
        """Give the descriptor of our end."""
        return self._ours

    def recv(self, count: int) -> bytes:
        """Take what was written to the other end."""
        return os.read(self._ours, count)

    def send(self, data: bytes | bytearray) -> int:
        """Write to the other end what it has room for."""
        return os.write(self._ours, data)

    def close(self) -> None:
        """Close both ends."""
        os.close(self._ours)
        os.close(self._theirs)


class _TerminalHandler(StreamHandler):
    """Whoever has the terminal open."""

    def neglected(self) -> None:
        """Lose what nobody reads, as a line does."""
        while self.take():
            pass


class TerminalService:
    """The instrument behind a pseudo-terminal."""

    def __init__(self, device: Device) -> None:
        self._device = device

    def accept(self, channel: Channel) -> Handler:
        """Connect the line."""
        return _TerminalHandler(channel, self._device.connect(message_based=False, serial=True))

    def too_many(self) -> bytes:
        """Say nothing: a line has one end."""
        return b""
