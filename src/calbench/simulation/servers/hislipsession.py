"""A HiSLIP server for one instrument (IVI-6.1), in synchronized mode: two connections are one session."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator

from calbench.simulation.connection import wait_on
from calbench.simulation.device import Device
from calbench.simulation.locks import locks_of
from calbench.simulation.servers import hislip
from calbench.simulation.servers.channel import HIGH, Channel, Handler
from calbench.simulation.servers.errand import Errand, Wait
from calbench.simulation.servers.hislip import Error, Fatal, Message, Type

_RMT_DELIVERED = 1  # control code: the client has read the end of the last reply
_RQS = 0x40
_LAST_REMOTE_CODE = 6
_SUB_ADDRESS = b"hislip0"
_SESSIONS = 1 << 16
_LOCK_FAILED, _LOCK_DONE, _SHARED_RELEASED, _LOCK_ERROR = range(4)


class HislipService:
    """One instrument behind a HiSLIP port."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.sessions: dict[int, Session] = {}
        self._numbers = itertools.count(1)

    def accept(self, channel: Channel) -> Handler:
        """Take a connection; its first message says what it is."""
        return _HislipHandler(channel, self)

    def too_many(self) -> bytes:
        """Say that there is no place."""
        return hislip.fatal(Fatal.CLIENTS, "The server has as many clients as it takes.").farewell

    def free_number(self) -> int:
        """Give a session number that is not in use."""
        return next(
            number for one in self._numbers if (number := one % _SESSIONS) and number not in self.sessions
        )


class _HislipHandler(Handler):
    """One of the two connections of a session; until its first message it is neither."""

    def __init__(self, channel: Channel, service: HislipService) -> None:
        super().__init__(channel)
        self.parser = hislip.Parser()
        self._service = service
        self._session: Session | None = None
        self._act: Callable[[Message], None] = self._initialize
        self._ready: Callable[[], bool] = lambda: True
        self._after: Callable[[], None] = lambda: None

    def received(self, data: bytes) -> None:
        """Keep the bytes for `pump`, which acts in the order in which things came on both connections."""
        self.parser.feed(data)

    def pump(self) -> None:
        """Act on what has come, then on what the instrument has to say."""
        self._after()
        while self.channel.open and self._ready():
            message = self.parser.next()
            if message is None:
                break
            if message.too_large:
                self.channel.send(
                    hislip.error(Error.TOO_LARGE, f"A message has {hislip.LARGEST} bytes at most.")
                )
            else:
                self._act(message)
            self._after()
        self.channel.pause(len(self.parser) > hislip.LARGEST + HIGH)

    def due(self) -> float | None:
        """Give when the session has something to do."""
        return None if self._session is None else self._session.due(self)

    def closed(self) -> None:
        """End the whole session: one connection is of no use without the other."""
        if self._session is not None:
            self._session.end()

    def _initialize(self, message: Message) -> None:
        if message.type == Type.INITIALIZE:
            if message.payload.lower() not in (_SUB_ADDRESS, b""):
                raise hislip.fatal(Fatal.UNIDENTIFIED, "The sub-address here is hislip0.")
            session = self._session = Session(self._service, self)
            self._act, self._ready = session.synchronous, session.may_go_on
            self._after = session.deliver
            parameter = hislip.VERSION << 16 | session.number
            self.channel.send(hislip.packed(Type.INITIALIZE_RESPONSE, 0, parameter))
        elif message.type == Type.ASYNC_INITIALIZE:
            found = self._service.sessions.get(message.parameter)
            if found is None or found.other is not None:
                raise hislip.fatal(Fatal.INITIALIZATION, "There is no session of this number to join.")
            self._session, found.other = found, self
            self._act, self._ready = found.asynchronous, found.is_free
            self._after = found.tell
            self.channel.send(hislip.packed(Type.ASYNC_INITIALIZE_RESPONSE, 0, hislip.VENDOR))
        else:
            raise hislip.fatal(
                Fatal.INITIALIZATION, "A connection begins with Initialize or AsyncInitialize."
            )


class Session:
    """One client: what it wrote last, what it may receive, its lock.

    Attributes:
        number: of the session.
        other: the asynchronous connection, once there is one.
    """

    def __init__(self, service: HislipService, main: _HislipHandler) -> None:
        self.number = service.free_number()
        self.other: _HislipHandler | None = None
        self._service = service
        self._main = main
        self._clock, self._virtual = main.clock, main.loop.virtual
        self._device = service.device
        self._locks = locks_of(service.device)
        self._connection = self._device.connect(message_based=True)
        self._connection.on_output = lambda: main.loop.mark(main)
        self._payload = hislip.LARGEST - hislip.HEADER.size  # most that the client takes in a message
        self._message_id = 0
        self._clearing = False
        self._service_requested = False
        self._errand: Errand | None = None
        self._undo = [
            self._device.on_service_request(self._on_service_request),
            self._locks.on_release(self._on_release),
        ]
        service.sessions[self.number] = self

    def end(self) -> None:
        """Give everything back, and end both connections."""
        if self._service.sessions.pop(self.number, None) is None:
            return
        for undo in self._undo:
            undo()
        if self._errand is not None:
            self._errand.cancel()
        self._connection.close()
        self._locks.release(self)
        self._main.channel.finish()
        if self.other is not None:
            self.other.channel.finish()

    def due(self, handler: Handler) -> float | None:
        """Give when there is something to do on this connection."""
        if handler is self.other:
            return None if self._errand is None else self._errand.due()
        return None if self._virtual or self._main.channel.full else self._connection.ready_at()

    # --- the synchronous connection ---

    def may_go_on(self) -> bool:
        """Tell whether the next message is acted on: not while another client has the lock."""
        return self._clearing or not self._locks.refuses(self)

    def synchronous(self, message: Message) -> None:
        """Act on a message of the synchronous connection."""
        kind = message.type
        if kind in (Type.DATA, Type.DATA_END, Type.TRIGGER):
            self._data(message)
        elif kind == Type.DEVICE_CLEAR_COMPLETE and self._clearing:
            self._clearing = False
            self._main.channel.send(hislip.packed(Type.DEVICE_CLEAR_ACKNOWLEDGE))
        else:
            self._refuse(self._main, message)

    def deliver(self) -> None:
        """Send what the instrument has to say; in virtual time, make ready what was asked for."""
        connection, channel = self._connection, self._main.channel
        if self._virtual and self._device.holds(connection):
            wait_on(self._clock, lambda: not self._device.holds(connection), None)
        start = self._clock.monotonic()
        while not channel.full:
            if self._virtual and connection.ready_at() is not None and not self._main.give_way(start):
                connection.wait_ready(None)
            self._clock.run_due()
            ready = connection.ready_at()
            if ready is None or ready > self._clock.monotonic():
                break
            connection.unread = True
            data, end = connection.take(self._payload)
            kind = Type.DATA_END if end else Type.DATA
            channel.send(hislip.packed(kind, 0, self._message_id, data))
        if connection.lost:
            channel.finish()

    def _data(self, message: Message) -> None:
        if self.other is None:
            raise hislip.fatal(Fatal.CHANNELS, "Both connections must be there before anything is sent.")
        if self._clearing:
            return
        connection = self._connection
        with self._clock.hold():
            self._acknowledge(message)
            if connection.unread or connection.ready_at() is not None:
                self._device.interrupted(connection)
                connection.discard_output()
                self._main.channel.send(hislip.packed(Type.INTERRUPTED, 0, message.parameter))
                self.other.channel.send(hislip.packed(Type.ASYNC_INTERRUPTED, 0, message.parameter))
            self._message_id = message.parameter
            if message.type == Type.TRIGGER:
                self._device.trigger()
            else:
                connection.write(message.payload, end=message.type == Type.DATA_END)

    def _acknowledge(self, message: Message) -> None:
        if message.control & _RMT_DELIVERED and self._connection.unread:
            self._connection.unread = False
            self._device.taken()

    # --- the asynchronous connection ---

    def is_free(self) -> bool:
        """Go on with what waits; tell whether nothing does."""
        if self._errand is not None and self._errand.go():
            self._errand = None
        return self._errand is None

    def asynchronous(self, message: Message) -> None:
        """Act on a message of the asynchronous connection, after what was sent before it on the other."""
        self._main.channel.poll()
        self._main.channel.guard(self._main.pump)
        acts: dict[int, Callable[[Message], None]] = {
            Type.ASYNC_MAXIMUM_MESSAGE_SIZE: self._set_size,
            Type.ASYNC_STATUS_QUERY: self._status,
            Type.ASYNC_DEVICE_CLEAR: self._clear,
            Type.ASYNC_LOCK: self._lock,
            Type.ASYNC_LOCK_INFO: self._lock_info,
            Type.ASYNC_REMOTE_LOCAL_CONTROL: self._remote_local,
        }
        act = acts.get(message.type)
        if act is not None:
            act(message)
        elif self.other is not None:
            self._refuse(self.other, message)

    def tell(self) -> None:
        """Say that the instrument requests service."""
        if self._service_requested:
            self._service_requested = False
            self._answer(Type.ASYNC_SERVICE_REQUEST, self._device.status_byte() | _RQS)

    def _set_size(self, message: Message) -> None:
        size = int.from_bytes(message.payload)
        if len(message.payload) != 8 or size <= hislip.HEADER.size:  # noqa: PLR2004 - one 64-bit number
            self._send_error(Error.UNIDENTIFIED, "A size is 8 bytes, and more than that of a header.")
            return
        self._payload = min(size, hislip.LARGEST) - hislip.HEADER.size
        self._answer(Type.ASYNC_MAXIMUM_MESSAGE_SIZE_RESPONSE, payload=hislip.LARGEST.to_bytes(8))

    def _status(self, message: Message) -> None:
        # The message id of the query is not looked at: pyvisa-py 0.8.1 sends that of the message to come.
        self._clock.run_due()
        self._acknowledge(message)
        self._answer(Type.ASYNC_STATUS_RESPONSE, self._device.serial_poll())

    def _clear(self, _message: Message) -> None:
        self._clearing = True
        with self._clock.hold():
            self._device.device_clear()
        self._main.loop.mark(self._main)
        self._answer(Type.ASYNC_DEVICE_CLEAR_ACKNOWLEDGE)

    def _lock(self, message: Message) -> None:
        if message.control == 0:
            exclusive, shared = self._locks.exclusive(self), self._locks.shared(self)
            self._locks.unlock(self)
            self._answer(
                Type.ASYNC_LOCK_RESPONSE,
                _LOCK_DONE if exclusive else _SHARED_RELEASED if shared else _LOCK_ERROR,
            )
        elif message.control == 1:
            self._errand = Errand(self._acquire(message), self._clock, virtual=self._virtual)
        else:
            self._send_error(Error.CONTROL_CODE, "AsyncLock has control code 0 or 1.")

    def _acquire(self, message: Message) -> Generator[Wait, None, None]:
        exclusive = not message.payload
        if self._locks.exclusive(self) or (not exclusive and self._locks.shared(self)):
            self._answer(Type.ASYNC_LOCK_RESPONSE, _LOCK_ERROR)
            return
        got: list[bool] = []

        def attempt() -> bool:
            key = message.payload.decode("latin-1")
            if not got and self._locks.try_lock(self, key, exclusive=exclusive):
                got.append(True)
            return bool(got)

        yield Wait(attempt, self._clock.monotonic() + message.parameter / 1000.0)
        self._answer(Type.ASYNC_LOCK_RESPONSE, _LOCK_DONE if got else _LOCK_FAILED)

    def _lock_info(self, _message: Message) -> None:
        exclusive = self._locks.state() == 1
        self._answer(Type.ASYNC_LOCK_INFO_RESPONSE, int(exclusive), self._locks.holders())

    def _remote_local(self, message: Message) -> None:
        if message.control > _LAST_REMOTE_CODE:
            self._send_error(Error.CONTROL_CODE, "Remote and local have control codes 0 to 6.")
        else:  # models have no front panel
            self._answer(Type.ASYNC_REMOTE_LOCAL_RESPONSE)

    # --- both ---

    def _answer(self, kind: Type, control: int = 0, parameter: int = 0, payload: bytes = b"") -> None:
        if self.other is not None:
            self.other.channel.send(hislip.packed(kind, control, parameter, payload))

    def _send_error(self, code: Error, text: str) -> None:
        if self.other is not None:
            self.other.channel.send(hislip.error(code, text))

    def _refuse(self, handler: Handler, message: Message) -> None:
        """Answer what cannot be acted on here; an Error is not answered, and a FatalError ends the session."""
        if message.type == Type.FATAL_ERROR:
            handler.channel.close()
        elif message.type >= hislip.FIRST_VENDOR_TYPE:
            handler.channel.send(
                hislip.error(Error.VENDOR_MESSAGE, "No vendor has messages of its own here.")
            )
        elif message.type != Type.ERROR:
            handler.channel.send(
                hislip.error(Error.MESSAGE_TYPE, f"Message type {message.type} means nothing here.")
            )

    def _on_service_request(self) -> None:
        self._service_requested = True
        if self.other is not None:
            self._main.loop.mark(self.other)

    def _on_release(self) -> None:
        self._main.loop.mark(self._main)
        if self.other is not None:
            self._main.loop.mark(self.other)
