"""A serial line through telnet (RFC 2217): the client sets baud rate, bits and parity, and they count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from calbench.simulation.connection import Connection
from calbench.simulation.device import Device
from calbench.simulation.serialline import LineSetting, SerialConnection
from calbench.simulation.servers import telnet
from calbench.simulation.servers.channel import CHUNK, Channel, Handler
from calbench.simulation.servers.raw import StreamHandler

_BINARY, _SUPPRESS_GO_AHEAD, _COM_PORT = 0, 3, 44
_OPTIONS = {_BINARY, _SUPPRESS_GO_AHEAD, _COM_PORT}
_FROM_SERVER = 100  # the server's answers have the number of the client's command and this
_SIGNATURE, _BAUD, _BITS, _PARITY, _STOP, _CONTROL = range(6)
_LINE_STATE, _MODEM_STATE, _SUSPEND, _RESUME = 6, 7, 8, 9
_LINE_MASK, _MODEM_MASK, _PURGE = 10, 11, 12
_PARITIES = {1: "N", 2: "O", 3: "E", 4: "M", 5: "S"}
_STOPS = {1: 1.0, 2: 2.0, 3: 1.5}
_SIZES = range(5, 9)
_SETTLED = {0: 1, 4: 6, 7: 8, 10: 11, 13: 14}
"""What the line says when it is asked: no flow control, no break, DTR and RTS on, no inbound flow control."""
_MODEM = b"\xb0"  # clear to send, data set ready, carrier detect
_PURGE_RECEIVED = (1, 3)


class Rfc2217Handler(StreamHandler):
    """One client of the line, whose end begins as 9600 8N1, as on a serial server that nobody has set."""

    chunk = 2048  # what a wrong setting does to a character is worked out bit by bit

    def __init__(self, channel: Channel, connection: Connection) -> None:
        super().__init__(channel, connection)
        self._line = SerialConnection(connection)
        self._line.setting = LineSetting()
        self._telnet = telnet.Telnet()
        self._agreed: dict[tuple[int, int], bool] = {}
        self._suspended = False

    def received(self, data: bytes) -> None:
        """Hand characters to the instrument, and act on what is said between them."""
        for event in self._telnet.feed(data):
            if isinstance(event, bytes):
                with self.clock.hold():
                    self._line.write(event)
            elif isinstance(event, telnet.Negotiation):
                self._negotiate(event.verb, event.option)
            elif event.content[:1] == bytes([_COM_PORT]) and len(event.content) > 1:
                self._act(event.content[1], event.content[2:])

    def take(self) -> bytes:
        """Give what the client's end of the line has received."""
        return telnet.escaped(self._line.take(CHUNK))

    def pump(self) -> None:
        """Send what is ready, unless the client has suspended that."""
        if not self._suspended:
            super().pump()

    def due(self) -> float | None:
        """Give when the next reply is ready, in real time."""
        return None if self._suspended else super().due()

    def _negotiate(self, verb: int, option: int) -> None:
        """Agree to what a serial line needs; answer changes only, so that nobody answers for ever (RFC 1143)."""
        ours = verb in (telnet.DO, telnet.DONT)
        wanted = verb in (telnet.DO, telnet.WILL)
        agreed = wanted and option in _OPTIONS
        if self._agreed.get((ours, option), False) == agreed and agreed == wanted:
            return
        self._agreed[ours, option] = agreed
        yes, no = (telnet.WILL, telnet.WONT) if ours else (telnet.DO, telnet.DONT)
        self.channel.send(telnet.negotiation(yes if agreed else no, option))
        if agreed and option == _COM_PORT:  # a client does not know the modem lines before it is told
            state = bytes([_COM_PORT, _MODEM_STATE + _FROM_SERVER]) + _MODEM
            self.channel.send(telnet.subnegotiation(state))

    def _act(self, command: int, value: bytes) -> None:
        """Act on one command of the client, and say what holds now."""
        number = int.from_bytes(value)
        answers: dict[int, Callable[[], bytes]] = {
            _SIGNATURE: lambda: b"calbench",
            _BAUD: lambda: self._set_baud(number, len(value)),
            _BITS: lambda: self._set_bits(number),
            _PARITY: lambda: self._set_parity(number),
            _STOP: lambda: self._set_stop(number),
            _CONTROL: lambda: bytes([_SETTLED.get(number & 0xFF, number & 0xFF)]),
            _LINE_STATE: lambda: b"\0",
            _MODEM_STATE: lambda: _MODEM,
            _LINE_MASK: lambda: value[:1],
            _MODEM_MASK: lambda: value[:1],
            _PURGE: lambda: self._purge(value[:1]),
        }
        if command in (_SUSPEND, _RESUME):
            self._suspended = command == _SUSPEND
        elif command in answers:
            answer = bytes([_COM_PORT, command + _FROM_SERVER]) + answers[command]()
            self.channel.send(telnet.subnegotiation(answer))

    def _set_baud(self, baud: int, length: int) -> bytes:
        if baud and length == 4:  # noqa: PLR2004 - one 32-bit number; 0 asks
            self._line.setting = replace(self._line.setting, baud=baud)
        return self._line.setting.baud.to_bytes(4)

    def _set_bits(self, bits: int) -> bytes:
        if bits in _SIZES:
            self._line.setting = replace(self._line.setting, bits=bits)
        return bytes([self._line.setting.bits])

    def _set_parity(self, code: int) -> bytes:
        if code in _PARITIES:
            self._line.setting = replace(self._line.setting, parity=_PARITIES[code])
        return bytes(code for code, parity in _PARITIES.items() if parity == self._line.setting.parity)

    def _set_stop(self, code: int) -> bytes:
        if code in _STOPS:
            self._line.setting = replace(self._line.setting, stop=_STOPS[code])
        return bytes(code for code, stop in _STOPS.items() if stop == self._line.setting.stop)

    def _purge(self, which: bytes) -> bytes:
        if int.from_bytes(which) in _PURGE_RECEIVED:
            self._line.discard_input()
        return which


class Rfc2217Service:
    """The serial line of one instrument behind a port."""

    def __init__(self, device: Device) -> None:
        self._device = device

    def accept(self, channel: Channel) -> Handler:
        """Connect a client."""
        return Rfc2217Handler(channel, self._device.connect(message_based=False, serial=True))

    def too_many(self) -> bytes:
        """Say nothing: telnet has no words for it."""
        return b""
