"""A Prologix GPIB-ETHERNET controller: one port, and behind it a bus with instruments by address (controller mode).

The facts are those of the controller's manual, as protocols.md, section 12, has them. Each client has a controller
of its own, so that clients do not change each other's address.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Generator, Mapping

from calbench.simulation.connection import Connection
from calbench.simulation.device import Device
from calbench.simulation.servers.channel import CHUNK, Channel, Handler, RefusalError
from calbench.simulation.servers.errand import Errand, Wait, reply_wait

Address = tuple[int, int | None]
"""Primary address, 0 to 30, and secondary address, 96 to 126, if there is one."""

_LONGEST_LINE = 1 << 20
_MOST_WAITING = 1 << 20  # bytes of lines that wait for a read to be over
_ESCAPE, _PLUS = 0x1B, 0x2B
_SPECIAL = re.compile(rb"[\x1b\r\n]")
_ENDS = (b"\r\n", b"\r", b"\n", b"")
_NUMBERS = {
    "mode": range(1, 2),  # device mode is not simulated
    "auto": range(2),
    "eoi": range(2),
    "eos": range(4),
    "eot_enable": range(2),
    "eot_char": range(256),
    "read_tmo_ms": range(1, 3001),
    "savecfg": range(2),
    "status": range(256),  # counts in device mode only
}
"""Settings and what they may be."""
_POWER_ON = {"mode": 1, "eoi": 1, "read_tmo_ms": 500}  # all others are 0
_LAST_PRIMARY = 30
_SECONDARY = range(96, 127)
_VERSION = "Prologix GPIB-ETHERNET Controller version 01.06.06.00 (simulated by calbench)"
_UNKNOWN = "Unrecognized command"


class Lines:
    """Cuts what arrives into lines. ESC takes the meaning from CR, LF, ESC and + behind it."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._escaped = False
        self._plain = 0  # how many bytes at the front of the line were not escaped, as far as that matters

    def feed(self, data: bytes) -> list[tuple[bool, bytes]]:
        """Take bytes; give the lines that are complete, each with whether it is a command to the controller.

        Raises:
            RefusalError: a line is too long.
        """
        lines: list[tuple[bool, bytes]] = []
        start = 0
        while start < len(data):
            if self._escaped:
                self._line.append(data[start])
                self._escaped = False
                start += 1
                continue
            found = _SPECIAL.search(data, start)
            end = found.start() if found else len(data)
            if len(self._line) == self._plain < 2:  # noqa: PLR2004 - a command begins with two plus signs
                self._plain = min(2, self._plain + end - start)
            self._line += data[start:end]
            start = end + 1
            if found and data[end] == _ESCAPE:
                self._escaped = True
            elif found and self._line:
                lines.append((self._plain == 2 and self._line[:2] == b"++", bytes(self._line)))  # noqa: PLR2004
                self._line.clear()
                self._plain = 0
        if len(self._line) > _LONGEST_LINE:
            raise RefusalError(b"Line too long\r\n")
        return lines


class PrologixService:
    """A bus behind a port."""

    def __init__(self, bus: Mapping[Address, Device]) -> None:
        self._bus = dict(bus)

    def accept(self, channel: Channel) -> Handler:
        """Give a client a controller."""
        return PrologixHandler(channel, self._bus)

    def too_many(self) -> bytes:
        """Say that there is no place."""
        return b"Too many clients\r\n"


class PrologixHandler(Handler):
    """A controller, and its client."""

    def __init__(self, channel: Channel, bus: Mapping[Address, Device]) -> None:
        super().__init__(channel)
        self._bus = bus
        self._settings = dict.fromkeys(_NUMBERS, 0) | _POWER_ON
        self._address: Address = min(bus, key=lambda one: (one[0], one[1] or 0))
        self._connections: dict[Address, Connection] = {}
        self._parser = Lines()
        self._lines: deque[tuple[bool, bytes]] = deque()
        self._waiting = 0
        self._errand: Errand | None = None

    def received(self, data: bytes) -> None:
        """Keep the lines for `pump`."""
        for line in self._parser.feed(data):
            self._lines.append(line)
            self._waiting += len(line[1])

    def pump(self) -> None:
        """Act on one line after the other."""
        while self.channel.open and not self.channel.full:
            if self._errand is None:
                if not self._lines:
                    break
                is_command, line = self._lines.popleft()
                self._waiting -= len(line)
                steps = self._command(line[2:]) if is_command else self._message(line)
                self._errand = Errand(steps, self.clock, virtual=self.loop.virtual)
            if not self._errand.go():
                break
            self._errand = None
        self.channel.pause(self._waiting > _MOST_WAITING)

    def due(self) -> float | None:
        """Give when the read that is under way goes on."""
        return None if self._errand is None or self.channel.full else self._errand.due()

    def closed(self) -> None:
        """Leave the bus."""
        if self._errand is not None:
            self._errand.cancel()
        for connection in self._connections.values():
            connection.close()

    # --- lines ---

    def _message(self, line: bytes) -> Generator[Wait, None, None]:
        connection = self._connection()
        if connection is not None:
            with self.clock.hold():
                connection.write(line + _ENDS[self._settings["eos"]], end=bool(self._settings["eoi"]))
        if self._settings["auto"]:
            yield from self._read(["eoi"])

    def _command(self, line: bytes) -> Generator[Wait, None, None]:
        name, *words = line.decode("latin-1").lower().split() or [""]
        acts: dict[str, Callable[[list[str]], Generator[Wait, None, None]]] = {
            "addr": self._set_address,
            "clr": self._clear,
            "ifc": self._nothing,  # models have no interface that could hang
            "llo": self._nothing,  # models have no front panel
            "loc": self._nothing,
            "read": self._read,
            "rst": self._reset,
            "spoll": self._poll,
            "srq": self._service_request,
            "trg": self._trigger,
            "ver": self._version,
        }
        if name in _NUMBERS:
            self._set_number(name, words)
        else:
            yield from acts.get(name, self._unknown)(words)

    def _set_number(self, name: str, words: list[str]) -> None:
        if not words:
            self._say(self._settings[name])
        elif len(words) == 1 and words[0].isdecimal() and int(words[0]) in _NUMBERS[name]:
            self._settings[name] = int(words[0])
        else:
            self._say(_UNKNOWN)

    def _set_address(self, words: list[str]) -> Generator[Wait, None, None]:
        if not words:
            self._say(" ".join(str(part) for part in self._address if part is not None))
        elif len(found := _addresses(words)) == 1:
            self._address = found[0]
        else:
            self._say(_UNKNOWN)
        yield from ()

    def _read(self, words: list[str]) -> Generator[Wait, None, None]:
        """Read until END, a character or the timeout; the timeout counts from the last bytes that came."""
        last = words[0] if words else ""
        if len(words) > 1 or not (last in {"", "eoi"} or (last.isdecimal() and int(last) in range(256))):
            self._say(_UNKNOWN)
            return
        character = int(last) if last.isdecimal() else None
        connection = self._connection()
        if connection is not None and connection.ready_at() is None:
            device = connection.device
            if not device.holds(connection):
                device.unterminated()
        while True:
            deadline = self.clock.monotonic() + self._settings["read_tmo_ms"] / 1000.0
            if connection is None:
                yield Wait(lambda: False, deadline)
                return
            yield reply_wait(connection, self.clock, deadline)
            data, end = connection.take(CHUNK, character)
            if end and self._settings["eot_enable"]:
                self.channel.send(data + bytes([self._settings["eot_char"]]))
            else:
                self.channel.send(data)
            if not data or (end and last == "eoi") or (character is not None and data[-1] == character):
                return

    def _clear(self, _words: list[str]) -> Generator[Wait, None, None]:
        device = self._bus.get(self._address)
        if device is not None:
            with self.clock.hold():
                device.device_clear()
        yield from ()

    def _trigger(self, words: list[str]) -> Generator[Wait, None, None]:
        for address in _addresses(words) if words else [self._address]:
            if address in self._bus:
                with self.clock.hold():
                    self._bus[address].trigger()
        yield from ()

    def _poll(self, words: list[str]) -> Generator[Wait, None, None]:
        found = _addresses(words) if words else [self._address]
        if len(found) != 1:
            self._say(_UNKNOWN)
            return
        self.clock.run_due()
        device = self._bus.get(found[0])
        self._say(0 if device is None else device.serial_poll())
        yield from ()

    def _service_request(self, _words: list[str]) -> Generator[Wait, None, None]:
        self.clock.run_due()
        self._say(int(any(device.requesting_service for device in self._bus.values())))
        yield from ()

    def _reset(self, _words: list[str]) -> Generator[Wait, None, None]:
        self.channel.finish()  # a controller that starts anew has lost its connections
        yield from ()

    def _version(self, _words: list[str]) -> Generator[Wait, None, None]:
        self._say(_VERSION)
        yield from ()

    def _nothing(self, _words: list[str]) -> Generator[Wait, None, None]:
        yield from ()

    def _unknown(self, _words: list[str]) -> Generator[Wait, None, None]:
        self._say(_UNKNOWN)
        yield from ()

    # --- inside ---

    def _say(self, what: object) -> None:
        self.channel.send(f"{what}\r\n".encode("latin-1"))

    def _connection(self) -> Connection | None:
        """Give the connection to the instrument that is addressed; None if there is no instrument."""
        found = self._connections.get(self._address)
        if found is not None and not found.lost:
            return found
        device = self._bus.get(self._address)
        if device is None:
            return None
        if found is not None:
            found.close()
        made = self._connections[self._address] = device.connect(message_based=True)
        made.on_output = lambda: self.loop.mark(self)
        return made


def _addresses(words: list[str]) -> list[Address]:
    """Read addresses, each a primary with or without a secondary one; empty if they make no sense."""
    found: list[Address] = []
    for word in words:
        number = int(word) if word.isdecimal() else -1
        if 0 <= number <= _LAST_PRIMARY:
            found.append((number, None))
        elif number in _SECONDARY and found and found[-1][1] is None:
            found[-1] = (found[-1][0], number)
        else:
            return []
    return found
