"""The interface half of a simulated instrument: messages in, replies out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar

from calbench.simulation.answer import Answer, Text
from calbench.simulation.bench import Bench
from calbench.simulation.connection import Connection, Late
from calbench.simulation.faults import Faults
from calbench.simulation.status import Status488

_SERVICE = 0x40
_MAV = 0x10


class Device:
    """One simulated instrument: subclass it once per model and override `receive`.

    A model with IEEE 488.2 status sets `self.status = Status488(...)` in its constructor; status byte,
    service requests and the errors −410, −420 and −363 then work by themselves.
    """

    MESSAGE_ENDS: ClassVar[tuple[bytes, ...]] = (b"\n",)
    """Any of them ends a message, and END (EOI) always does; empty messages are ignored. An empty tuple hands
    bytes to `receive` as they come, for protocols with frames of their own."""
    REPLY_END: ClassVar[bytes] = b"\n"
    """Put behind every `reply`."""
    SERIAL: ClassVar[str] = "9600 8N1"
    """Real setting of the serial line at power-on; other settings garble."""
    BLOCKS: ClassVar[bool] = False
    """Whether message ends within `#15…` blocks do not count; set it for SCPI devices."""
    CONTROLS: ClassVar[bytes] = b""
    """Characters that act at once on serial lines and sockets (`control`), wherever they stand."""
    MAX_MESSAGE: ClassVar[int] = 65536
    """Longest message in bytes; a longer one is thrown away and `overrun` is called."""
    SETTINGS: ClassVar[Mapping[str, str]] = {}
    """Settings that the model knows, with meaning and unit; if given, other names are refused."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.clock = bench.clock
        self.faults = Faults()
        self.serial_setting = self.SERIAL
        """Setting of the serial line now, for protocols that change it."""
        self.connections: list[Connection] = []
        self._connection: Connection | None = None
        self._free_at = 0.0
        self._heard = 0  # messages and new connections: while it stands, nobody has set anything
        self._held: deque[tuple[Connection | None, Callable[[], None]]] = deque()
        self._status: Status488 | None = None
        self._reasons = 0
        self._requesting = False
        self._service_listeners: list[Callable[[], None]] = []

    # --- to override ---

    def receive(self, line: str) -> None:
        """Act on one message, its end removed (latin-1 text). Every model overrides this."""
        raise NotImplementedError(f"{type(self).__name__} must override receive(); it got {line!r}.")

    def trigger(self) -> None:
        """Act on a group execute trigger; the default ignores it."""

    def device_clear(self) -> None:
        """Act on a device clear: the default drops input and output of all connections, and ends a hold."""
        self._held.clear()
        self._free_at = 0.0
        self.faults.forget()
        for connection in self.connections:
            connection.clear()

    def status_byte(self) -> int:
        """Give the status byte now, without bit 6; the default is that of `status`."""
        mav = self.message_available()
        if self._status is not None:
            return self._status.byte(mav=mav)
        return _MAV if mav else 0

    def control(self, code: int) -> None:
        """Act on one character of `CONTROLS`; the default ignores it."""

    def overrun(self) -> None:
        """Act on a message longer than `MAX_MESSAGE`; the default reports −363 if there is a `status`."""
        if self._status is not None:
            self._status.error(-363)

    def deadlocked(self, connection: Connection) -> None:
        """Act on a client with over a thousand replies waiting: they are lost; with a `status`, report −430."""
        connection.discard_output()
        if self._status is not None:
            self._status.error(-430)

    def interrupted(self, connection: Connection) -> None:
        """Act on a new message while a reply waits: with a `status`, discard the reply and report −410."""
        if self._status is not None:
            connection.discard_output()
            self._status.error(-410)

    def unterminated(self) -> None:
        """Act on a read when nothing was asked: with a `status`, report −420."""
        if self._status is not None:
            self._status.error(-420)

    # --- for models to call ---

    @property
    def status(self) -> Status488 | None:
        """The IEEE 488.2 status of this device, None for devices that have none."""
        return self._status

    @status.setter
    def status(self, status: Status488) -> None:
        self._status = status
        status.bind(self.message_available, self.check_service, self.after, self.hold)

    def reply(
        self, text: Text, *, after: float = 0.0, timeless: bool = False, sequential: bool = False
    ) -> None:
        """Queue a reply (latin-1 text), ready `after` simulated seconds from now, behind earlier ones.

        Args:
            text: the text, or what gives it: asked once, at the time when the reply is ready.
            after: simulated seconds from now.
            timeless: `text` gives the same whenever it is asked; it is asked when the reply leaves, which
                saves an event.
            sequential: later messages wait until the reply is ready, as those of the same one do.
        """
        if isinstance(text, str):
            late: Late = self._encoded(text)
        else:
            late = self.encoded(text)
            if not timeless:
                late = once = _Once(late)
                self.after(after, once.ask)
        ready = self.clock.monotonic() + after
        if sequential:
            self._free_at = ready
        self._queue(late, ready)

    def encoded(self, text: Callable[[], str]) -> Callable[[], bytes]:
        """Give what gives the bytes of a reply, of the text when it leaves."""
        return lambda: self._encoded(text())

    def repeat(self, message: str, begin: Callable[[float], float], data: Callable[[], bytes]) -> None:
        """Let the query that is acted on now be done again at once if the same bytes are written next.

        Only when its reply was taken, no other message came, nothing is wrong with the device, and no service
        request is enabled.

        Args:
            message: the query.
            begin: begins it again at a time (s) and gives when the reply is ready.
            data: gives the bytes of the reply when it leaves.
        """
        connection, faults, heard, clock = self._connection, self.faults, self._heard, self.clock
        if connection is None or (self._status is not None and self._status.service_enable):
            return

        def again() -> bool:
            if self._heard != heard or faults.present:
                return False
            self._free_at = connection.queue(data, begin(clock.monotonic()))
            return True

        connection.repeat(message, again)

    def send(self, data: Late, *, after: float = 0.0) -> None:
        """Queue bytes as they are; they go to the client that wrote last. Nobody connected: they are lost."""
        if self.faults.present:
            data = partial(self._spoilt, data)
        self._queue(data, self.clock.monotonic() + after)

    def after(self, seconds: float, event: Callable[[], None]) -> None:
        """Run `event` that many simulated seconds from now."""
        self.clock.call_at(self.clock.monotonic() + seconds, event)

    def message_available(self) -> bool:
        """Tell whether a reply is ready for the client that wrote last."""
        connection = self._connection
        if connection is None or connection.unread:
            return connection is not None
        ready = connection.ready_at()
        return ready is not None and ready <= self.clock.monotonic()

    def request_service(self) -> None:
        """Assert SRQ; for models whose status is not IEEE 488.2. A serial poll takes it back."""
        self._requesting = True
        for listener in tuple(self._service_listeners):
            listener()

    def hold(self, seconds: float, rest: Callable[[], Answer | None] | None = None) -> None:
        """Let later messages wait for so many seconds, as after `*WAI`, or while a command is carried out.

        Args:
            seconds: simulated seconds from now.
            rest: what is left of the present message: acted on first when the time is over; its answer is sent.
        """
        self._free_at = self.clock.monotonic() + seconds
        if rest is not None:
            self._held.appendleft((self._connection, partial(self._finish, rest)))
            self.clock.call_at(self._free_at, self._release)

    def let_go(self) -> None:
        """End a hold: what waits is acted on now."""
        self._free_at = 0.0
        self._release()

    def restart(self, bench: Bench) -> None:
        """Begin anew, as after power-on: what was said and set is gone, sockets end, other lines stay open."""
        connections, faults, listeners = list(self.connections), self.faults, self._service_listeners
        type(self).__init__(self, bench)
        self.faults, self._service_listeners = faults, listeners
        for connection in connections:
            if connection.message_based or connection.serial:
                connection.clear()
                self.connections.append(connection)
            else:
                connection.drop()

    # --- for skins ---

    def holds(self, connection: Connection) -> bool:
        """Tell whether messages of this connection wait for the end of a hold."""
        return any(held is connection for held, _ in self._held)

    def connect(self, *, message_based: bool, serial: bool = False) -> Connection:
        """Open a connection; the caller closes it."""
        connection = Connection(self, message_based=message_based, serial=serial)
        self.connections.append(connection)
        self._heard += 1
        self._connection = connection
        return connection

    def disconnected(self, connection: Connection) -> None:
        """Forget a connection that its client has closed."""
        if connection in self.connections:
            self.connections.remove(connection)
        if self._connection is connection:
            self._connection = self.connections[-1] if self.connections else None

    def deliver(self, message: str, connection: Connection) -> None:
        """Hand one complete message to the model; replies go back to this connection."""
        self._connection = connection
        self._heard += 1
        if self.faults.present and not self._admits(connection):
            return
        if self._held or (self._free_at and self._free_at > self.clock.monotonic()):
            self._held.append((connection, partial(self._act, message)))
            self.clock.call_at(self._free_at, self._release)
            return
        self.receive(message)
        status = self._status
        if status is not None and status.service_enable:
            self.check_service()

    def taken(self) -> None:
        """Note that a reply has left: MAV may have fallen."""
        if self.faults.present:
            for seconds in self.faults.locks():
                self.bench.lock(seconds)
        status = self._status
        if status is not None and status.service_enable:
            self.check_service()

    def serial_poll(self) -> int:
        """Give the status byte with RQS in bit 6, and take the service request back."""
        byte = self.status_byte() & ~_SERVICE
        requesting, self._requesting = self._requesting, False
        return byte | _SERVICE if requesting else byte

    def on_service_request(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` at each service request; give what takes the listener away again."""
        self._service_listeners.append(listener)
        return lambda: self._service_listeners.remove(listener)

    @property
    def requesting_service(self) -> bool:
        """Whether SRQ is asserted."""
        return self._requesting

    def check_service(self) -> None:
        """Assert SRQ if an enabled summary bit has newly risen (IEEE 488.2, 11.3.3)."""
        if self._status is None:
            return
        reasons = self.status_byte() & self._status.service_enable & ~_SERVICE
        new = reasons & ~self._reasons
        self._reasons = reasons
        if new:
            self.request_service()
        elif not reasons:
            self._requesting = False

    # --- inside ---

    def _act(self, message: str) -> None:
        self.receive(message)
        if self._status is not None and self._status.service_enable:
            self.check_service()

    def _finish(self, rest: Callable[[], Answer | None]) -> None:
        answer = rest()
        if answer is not None:
            self.reply(answer.text, after=answer.after)

    def _release(self) -> None:
        """Act on what waits, in order, until there is nothing more or the next hold."""
        while self._held:
            if self._free_at > self.clock.monotonic():
                self.clock.call_at(self._free_at, self._release)
                return
            connection, action = self._held.popleft()
            self._connection = connection if connection in self.connections else None
            self._heard += 1
            action()

    def _admits(self, connection: Connection) -> bool:
        """Tell whether a message is heard; what goes wrong instead of it, or before it, is done."""
        admitted = self.faults.admit()
        if admitted == "lost":
            connection.drop()
        elif admitted == "cycled":
            self.bench.power_cycle()
        elif self._status is not None:
            for code in self.faults.errors():
                self._status.error(code)
        return admitted == "heard"

    def _queue(self, data: Late, ready: float) -> None:
        """Put a reply on its way to the client that wrote last."""
        connection = self._connection
        if self.faults.present:
            left = self.faults.exchanged(data)
            if left is None:
                return
            data, ready = left, ready + self.faults.delay()
        if connection is not None:
            ready = connection.queue(data, ready)
            status = self._status
            if status is not None and status.service_enable & _MAV:
                self.clock.call_at(ready, self.check_service)

    def _encoded(self, text: str) -> bytes:
        data = text.encode("latin-1") + self.REPLY_END
        return self.faults.spoil(data, self.REPLY_END, self.bench.rng) if self.faults.present else data

    def _spoilt(self, data: Late) -> bytes:
        made = data if isinstance(data, bytes) else data()
        return self.faults.spoil(made, self.REPLY_END, self.bench.rng) if self.faults.present else made


class _Once:
    """Asks once, and gives the same ever after."""

    __slots__ = ("_data", "_source")

    def __init__(self, source: Callable[[], bytes]) -> None:
        self._source = source
        self._data: bytes | None = None

    def ask(self) -> None:
        """Ask now, if nobody has done it."""
        if self._data is None:
            self._data = self._source()

    def __call__(self) -> bytes:
        self.ask()
        return self._data or b""
