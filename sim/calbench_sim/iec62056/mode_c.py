"""Electricity meter that speaks IEC 62056-21 in mode C, written from protocols.md, section 6.4."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from calbench.errors import UsageError
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench_sim.parts.frames.check_codes import xor8
from calbench_sim.parts.frames.frame_stream import FrameStream
from calbench_sim.parts.meters import electricity_meter
from calbench_sim.parts.meters.electricity_meter import ElectricityMeter, active, counted, power_factor

_SOH, _STX, _ETX, _ACK, _NAK = 0x01, 0x02, 0x03, b"\x06", b"\x15"
_GAP = 1.5  # s, longest between characters
_INACTIVE = 120.0  # s, until it forgets that it was signed on
_REACTIONS: Final = (0.02, 1.5)  # s
_SIGN_ON = re.compile(rb"/\?([0-9A-Za-z ]{0,32})!\r\n")
_SIGN_ON_BEGIN = re.compile(rb"/(\?([0-9A-Za-z ]{0,32}(!(\r\n?)?)?)?)?\Z")
_ACKNOWLEDGE = re.compile(rb"\x06([0-9])([0-9])([0-9])\r\n")
_ACKNOWLEDGE_BEGIN = re.compile(rb"\x06([0-9]{0,3}|[0-9]{3}\r)\Z")
_COMMAND = re.compile(rb"\x01([A-Z])([0-9])(?:\x02([^\x03]*))?\x03.", re.DOTALL)
_OBJECT = re.compile(r"([^()]*)\((.*)\)")
_LONGEST = 200
_BAUDS: Final = {"0": 300, "1": 600, "2": 1200, "3": 2400, "4": 4800, "5": 9600, "6": 19200}
_START = "300 7E1"


class ModeC(Device):
    """A three-phase meter with sign-on, data read-out and programming mode.

    Terminals and truth: as `ElectricityMeter`. Read-out and `R1` give: 0.0.0 (device address), 1.8.0, 2.8.0 (kWh),
    3.8.0 and 4.8.0 (kvarh), 1.6.0 (kW), 32.7.0, 52.7.0, 72.7.0 (V), 31.7.0, 51.7.0, 71.7.0 (A), 16.7.0 (kW), 13.7.0,
    14.7.0 (Hz), 0.9.1 and 0.9.2 (time and date).

    The line is 300 7E1 after power-on; the acknowledgement changes the baud rate up to the one of the identification.
    It goes back to 300 after the read-out, a break, or two minutes without a message.

    Assumed: an acknowledgement with the baud character 0, or that of another rate than was identified, keeps 300 bd;
    unknown objects are answered `(ER01)`, a wrong password with a break and the end of the session; `P1` compares the
    password, `P2` is refused with `(ER02)`; writing (`W1`) is refused with `(ER03)`; programming needs no password to
    read; `NAK` has the last message sent again.
    """

    MESSAGE_ENDS = ()
    REPLY_END = b""
    SERIAL = _START
    SETTINGS: ClassVar[Mapping[str, str]] = MappingProxyType(
        electricity_meter.SETTINGS
        | {
            "unit": "device address, up to 32 letters and digits; default 00000001",
            "delay": "(s) reaction time, 0.02 to 1.5; default 0.2",
            "baud": "(1) highest rate that the identification offers; default 9600",
            "maker": "three letters of the identification; default CLB",
            "password": "of the command P1; default 00000000",
        }
    )

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._meter = ElectricityMeter(bench)
        self._unit = bench.words.get("unit", "00000001")
        self._delay = bench.settings.get("delay", 0.2)
        self._password = bench.words.get("password", "00000000")
        self._maker = bench.words.get("maker", "CLB")
        baud = int(bench.settings.get("baud", 9600))
        characters = {rate: character for character, rate in _BAUDS.items()}
        if baud not in characters or not _REACTIONS[0] <= self._delay <= _REACTIONS[1]:
            raise UsageError(
                f"The meter {bench.name!r} offers {baud} Bd after {self._delay} s; "
                f"give one of {', '.join(map(str, characters))} and 0.02 s to 1.5 s."
            )
        self._baud_character = characters[baud]
        self._state = "idle"
        self._last = b""
        self._back = False
        self._spoken_to = self.clock.monotonic()
        self._stream = FrameStream(self.clock, _measure, _GAP)

    def receive(self, line: str) -> None:
        """Take characters as they come and act on each whole message."""
        now = self.clock.monotonic()
        if now - self._spoken_to > _INACTIVE:
            self._end()
        self._spoken_to = now
        for message in self._stream.feed(line):
            self._hear(message)

    def taken(self) -> None:
        """Go back to 300 Bd once the read-out has left."""
        super().taken()
        if self._back:
            self._end()

    def _end(self) -> None:
        self._state, self._back, self.serial_setting = "idle", False, _START

    def _say(self, data: bytes) -> None:
        self._last = data
        self.reply(data.decode("latin-1"), after=self._delay)

    # --- messages ---

    def _hear(self, message: bytes) -> None:
        sign_on = _SIGN_ON.fullmatch(message)
        acknowledge = _ACKNOWLEDGE.fullmatch(message)
        if sign_on is not None:
            self._identify(sign_on[1].decode("ascii").strip())
        elif self._state == "identified" and acknowledge is not None:
            self._acknowledged(*(part.decode("ascii") for part in acknowledge.groups()))
        elif message == _NAK and self._state != "idle" and self._last:
            self._say(self._last)
        elif message[0] == _SOH and self._state == "programming":
            self._command(message)

    def _identify(self, address: str) -> None:
        self._end()
        if address and address.lstrip("0") != self._unit.lstrip("0"):
            return
        self._state = "identified"
        self._say(
            f"/{self._maker}{self._baud_character}SIM{self.bench.serial_number[:12]}\r\n".encode("latin-1")
        )

    def _acknowledged(self, protocol: str, baud: str, mode: str) -> None:
        if protocol != "0":
            return
        if baud == self._baud_character:
            self.serial_setting = f"{_BAUDS[baud]} 7E1"
        if mode == "0":
            lines = "".join(f"{name}({value})\r\n" for name, value in self._values().items())
            self._say(_block(_STX, f"{lines}!\r\n".encode("ascii")))
            self._state, self._back = "read", True
        elif mode == "1":
            self._state = "programming"
            self._say(_block(_SOH, b"P0\x02" + f"({self.bench.serial_number})".encode("latin-1")))
        else:
            self._end()

    def _command(self, message: bytes) -> None:
        found = _COMMAND.fullmatch(message)
        if found is None or xor8(message[1:-1]) != message[-1]:
            self._say(_NAK)
            return
        name = (found[1] + found[2]).decode("ascii")
        data = _OBJECT.fullmatch((found[3] or b"").decode("latin-1"))
        if name == "B0":
            self._end()
        elif name == "P1" and data is not None:
            self._log_on(data[2])
        elif name == "R1" and data is not None:
            value = self._values().get(data[1])
            text = f"{data[1]}({value})" if value is not None else "(ER01)"
            self._say(_block(_STX, text.encode("latin-1")))
        else:
            self._say(_block(_STX, {"P2": b"(ER02)", "W1": b"(ER03)"}.get(name, b"(ER04)")))

    def _log_on(self, password: str) -> None:
        if password == self._password:
            self._say(_ACK)
        else:
            self._say(_block(_SOH, b"B0"))
            self._back = True

    # --- values ---

    def _values(self) -> dict[str, str]:
        meter = self._meter
        registers, phases, time = meter.registers(), meter.load(), meter.time()
        values = {
            "0.0.0": self._unit,
            "1.8.0": f"{counted(registers.forward, 3) % 1e6:010.3f}*kWh",
            "2.8.0": f"{counted(registers.reverse, 3) % 1e6:010.3f}*kWh",
            "3.8.0": f"{counted(registers.reactive_forward, 3) % 1e6:010.3f}*kvarh",
            "4.8.0": f"{counted(registers.reactive_reverse, 3) % 1e6:010.3f}*kvarh",
            "1.6.0": f"{meter.demand().power:06.3f}*kW",
            "16.7.0": f"{sum(map(active, phases)) / 1e3:06.3f}*kW",
            "13.7.0": f"{power_factor(phases):05.3f}",
            "14.7.0": f"{meter.frequency():05.2f}*Hz",
            "0.9.1": f"{time:%H%M%S}",
            "0.9.2": f"{time:%y%m%d}",
        }
        for number, phase in enumerate(phases):
            values[f"{32 + 20 * number}.7.0"] = f"{phase.voltage:05.1f}*V"
            values[f"{31 + 20 * number}.7.0"] = f"{phase.current:07.3f}*A"
        return values


def _block(start: int, body: bytes) -> bytes:
    """Put a message together: start, body, end, and the exclusive or of all behind the start."""
    checked = body + bytes([_ETX])
    return bytes([start]) + checked + bytes([xor8(checked)])


def _measure(data: bytes) -> int | None:
    """Give the length of the message with which `data` begins, as `frame_stream` asks it."""
    first = data[0]
    if data[:1] == _NAK:
        return 1
    if first == _SOH:
        end = data.find(_ETX)
        if end < 0:
            return None if len(data) < _LONGEST else 0
        return end + 2 if len(data) > end + 1 else None
    for whole, begin in ((_SIGN_ON, _SIGN_ON_BEGIN), (_ACKNOWLEDGE, _ACKNOWLEDGE_BEGIN)):
        found = whole.match(data)
        if found is not None:
            return found.end()
        if begin.match(data) is not None:
            return None
    return 0
