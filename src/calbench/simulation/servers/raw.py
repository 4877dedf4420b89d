"""The raw socket: the bytes of the instrument as they are, which also carries binary frames and Modbus TCP."""

from __future__ import annotations

from calbench.simulation.connection import Connection, wait_on
from calbench.simulation.device import Device
from calbench.simulation.servers.channel import CHUNK, Channel, Handler

_MOST_UNREAD = 1 << 24  # bytes that an instrument may send by itself to a client that does not read


class StreamHandler(Handler):
    """A client on a mere stream of bytes: what is ready is sent at once."""

    def __init__(self, channel: Channel, connection: Connection) -> None:
        super().__init__(channel)
        self.connection = connection
        connection.on_output = lambda: self.loop.mark(self)

    def received(self, data: bytes) -> None:
        """Hand the bytes to the instrument."""
        with self.clock.hold():
            self.connection.write(data)

    def take(self) -> bytes:
        """Give what is ready to be sent, in the form in which it goes out; none if nothing is."""
        return self.connection.take(CHUNK)[0]

    def pump(self) -> None:
        """Send what is ready; in virtual time, make ready what was asked for."""
        connection, virtual = self.connection, self.loop.virtual
        if virtual and connection.device.holds(connection):
            wait_on(self.clock, lambda: not connection.device.holds(connection), None)
        start = self.clock.monotonic()
        while not self.channel.full:
            data = self.take()
            if data:
                self.channel.send(data)
            elif not virtual or connection.ready_at() is None or self.give_way(start):
                break
            else:
                connection.wait_ready(None)
        else:
            if connection.waiting() > _MOST_UNREAD:
                self.neglected()
        if connection.lost:
            self.channel.finish()

    def neglected(self) -> None:
        """Act on a client that does not read while the instrument goes on sending."""
        self.channel.close()

    def due(self) -> float | None:
        """Give when the next reply is ready, in real time."""
        return None if self.loop.virtual or self.channel.full else self.connection.ready_at()

    def closed(self) -> None:
        """End the connection."""
        self.connection.close()


class RawService:
    """One instrument on a raw socket; each client has a connection of its own.

    Args:
        device: the instrument.
        serial: whether the socket stands for its serial line, on which some instruments start in local.
    """

    def __init__(self, device: Device, *, serial: bool = False) -> None:
        self._device = device
        self._serial = serial

    def accept(self, channel: Channel) -> Handler:
        """Connect a client."""
        return StreamHandler(channel, self._device.connect(message_based=False, serial=self._serial))

    def too_many(self) -> bytes:
        """Say nothing: a raw socket has no words for it."""
        return b""
