"""The port class behind `calbench://<bench id>/<device name>`."""

from __future__ import annotations

from typing import Any

from serial.serialutil import PortNotOpenError, SerialBase, SerialException, to_bytes

from calbench.clock import Clock
from calbench.errors import CalbenchError
from calbench.simulation import registry
from calbench.simulation.serialline import LineSetting, SerialConnection

_SCHEME = "calbench://"


class Serial(SerialBase):  # type: ignore[misc] # pyserial has no types
    """A serial port whose far end is a simulated instrument.

    Baud rate, data bits, parity and stop bits are compared with the instrument's own; if they differ,
    characters arrive as the receiver's sampling makes them. A read with a timeout moves simulated time.
    """

    is_open: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - handed on to pyserial
        self._line: SerialConnection | None = None
        self._bench = ""
        super().__init__(*args, **kwargs)

    def open(self) -> None:
        """Connect to the instrument that the port's URL names (`SerialException` if there is none)."""
        if self.is_open:
            raise SerialException(f"{self.port}: the port is open already.")
        bench, _, name = str(self.port).removeprefix(_SCHEME).rpartition("/")
        try:
            device = registry.acquire(bench).device(name)
        except CalbenchError as error:
            raise SerialException(f"{self.port}: {error}") from error
        self._bench = bench
        self._line = SerialConnection(device.connect(message_based=False, serial=True))
        self.is_open = True
        self._reconfigure_port()

    def close(self) -> None:
        """End the connection."""
        if self._line is not None:
            self._line.connection.close()
            self._line = None
            registry.release(self._bench)
        self.is_open = False

    @property
    def clock(self) -> Clock:
        """The clock of the simulated bench, for a program that waits on it."""
        return self._open_line().connection.device.clock

    @property
    def in_waiting(self) -> int:
        """How many characters can be read now."""
        return self._open_line().waiting()

    @property
    def out_waiting(self) -> int:
        """How many characters wait to be sent: none, sending takes no time."""
        self._open_line()
        return 0

    def read(self, size: int = 1) -> bytes:
        """Read up to `size` characters; fewer when the timeout, in simulated time, comes first."""
        line = self._open_line()
        clock = line.connection.device.clock
        deadline = None if self._timeout is None else clock.monotonic() + self._timeout
        data = bytearray(line.take(size))
        while len(data) < size and line.connection.wait_ready(deadline):
            data += line.take(size - len(data))
        if line.connection.lost and not data:
            raise SerialException(f"{self.port}: the instrument has gone; open the port again.")
        return bytes(data)

    def write(self, data: bytes) -> int:
        """Send characters; gives how many."""
        line = self._open_line()
        if line.connection.lost:
            raise SerialException(f"{self.port}: the instrument has gone; open the port again.")
        sent = bytes(to_bytes(data))
        with line.connection.device.clock.hold():
            line.write(sent)
        return len(sent)

    def flush(self) -> None:
        """Return at once: sending takes no time."""
        self._open_line()

    def reset_input_buffer(self) -> None:
        """Throw away what was received."""
        self._open_line().discard_input()

    def reset_output_buffer(self) -> None:
        """Do nothing: no output waits."""
        self._open_line()

    def cancel_read(self) -> None:
        """Do nothing: a read in simulated time never blocks."""

    @property
    def cts(self) -> bool:
        """Clear to send: always."""
        return True

    @property
    def dsr(self) -> bool:
        """Data set ready: always."""
        return True

    @property
    def ri(self) -> bool:
        """Ring indicator: never."""
        return False

    @property
    def cd(self) -> bool:
        """Carrier detect: always."""
        return True

    def _reconfigure_port(self) -> None:
        self._open_line().setting = LineSetting(
            int(self._baudrate), int(self._bytesize), str(self._parity), float(self._stopbits)
        )

    def _update_break_state(self) -> None:
        """Ignore a break: no model listens for it."""

    def _update_rts_state(self) -> None:
        """Ignore RTS: no model looks at it."""

    def _update_dtr_state(self) -> None:
        """Ignore DTR: no model looks at it."""

    def _open_line(self) -> SerialConnection:
        if self._line is None:
            raise PortNotOpenError
        return self._line
