"""A VXI-11 server for one instrument: core and abort channel on one port, interrupts to the client's (VXI-11, B)."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Generator

from calbench.simulation.device import Device
from calbench.simulation.servers import rpc
from calbench.simulation.servers.channel import HIGH, Channel, Handler
from calbench.simulation.servers.errand import Errand, Wait
from calbench.simulation.servers.loop import HOST
from calbench.simulation.servers.vxi11link import MOST_RECEIVED, Link, LinkError, Status

CORE, ABORT = 0x0607AF, 0x0607B0
_VERSION = 1
_DEVICE_INTR_SRQ = 30
_LONGEST_RECORD = MOST_RECEIVED + 1024  # a device_write, with its header
_MOST_LINKS = 64  # of one client
_NAMES = (b"inst0", b"")
_TCP = 0
_LONGEST_NAME = 256
_LONGEST_HANDLE = 40
_LOOPBACK = int.from_bytes(socket.inet_aton(HOST))

Results = Generator[Wait, None, bytes]


class Vxi11Service:
    """One instrument behind a VXI-11 port.

    Attributes:
        port: the port, which a client is also told for its abort channel.
        links: of all clients, by number.
    """

    port = 0

    def __init__(self, device: Device) -> None:
        self.device = device
        self.links: dict[int, Link] = {}
        self.numbers = itertools.count(1)

    def accept(self, channel: Channel) -> Handler:
        """Take a client."""
        return Vxi11Handler(channel, self)

    def too_many(self) -> bytes:
        """Say nothing: there was no call to reply to."""
        return b""


class _Deaf(Handler):
    """The interrupt channel, on which the client does not reply."""

    def received(self, data: bytes) -> None:
        """Hear nothing."""

    def pump(self) -> None:
        """Say nothing by itself."""


class _InterruptService:
    """Makes the handler of an interrupt channel."""

    def accept(self, channel: Channel) -> Handler:
        """Make it."""
        return _Deaf(channel)

    def too_many(self) -> bytes:
        """Say nothing."""
        return b""


class Vxi11Handler(Handler):
    """One connection of a client: its calls are carried out one after the other."""

    def __init__(self, channel: Channel, service: Vxi11Service) -> None:
        super().__init__(channel)
        self._service = service
        self._records = rpc.Records(_LONGEST_RECORD)
        self._errand: Errand | None = None
        self._interrupts: Channel | None = None
        self._interrupt: tuple[int, int] = 0, 0
        self._calls = itertools.count(1)
        self._requested = False
        self._undo = service.device.on_service_request(self._on_service_request)
        self._over = False

    def received(self, data: bytes) -> None:
        """Keep the bytes for `pump`."""
        self._records.feed(data)

    def pump(self) -> None:
        """Carry calls out, one after the other, and tell of service requests."""
        self._tell()
        while self.channel.open and not self.channel.full:
            if self._errand is None:
                record = self._records.next()
                if record is None:
                    break
                self._errand = Errand(self._serve(record), self.clock, virtual=self.loop.virtual)
            if not self._errand.go():
                break
            self._errand = None
            self._tell()
        self.channel.pause(len(self._records) > _LONGEST_RECORD + HIGH)

    def due(self) -> float | None:
        """Give when the call that waits goes on."""
        return None if self._errand is None or self.channel.full else self._errand.due()

    def closed(self) -> None:
        """Give links and locks back."""
        if self._over:
            return
        self._over = True
        self._undo()
        if self._errand is not None:
            self._errand.cancel()
        for number in [number for number, link in self._service.links.items() if link.handler is self]:
            self._service.links.pop(number).close()
        if self._interrupts is not None:
            self._interrupts.close()

    def _serve(self, record: bytes) -> Generator[Wait, None, None]:
        call = rpc.parse_call(record)
        if isinstance(call, rpc.Call):
            try:
                status, results = yield from self._answer(call)
            except rpc.GarbageError:
                status, results = rpc.Accept.GARBAGE_ARGS, b""
            call = rpc.reply(call.xid, status, results)
        self.channel.send(rpc.marked(call))

    def _answer(self, call: rpc.Call) -> Generator[Wait, None, tuple[rpc.Accept, bytes]]:
        known = _PROGRAMS.get(call.program)
        if known is None:
            return rpc.Accept.PROG_UNAVAIL, b""
        if call.version != _VERSION:
            return rpc.Accept.PROG_MISMATCH, rpc.uints(_VERSION, _VERSION)
        if call.procedure not in known:
            return rpc.Accept.PROC_UNAVAIL, b""
        name, results = known[call.procedure]
        try:
            return rpc.Accept.SUCCESS, (yield from getattr(self, name)(call.arguments))
        except LinkError as error:
            return rpc.Accept.SUCCESS, rpc.uints(error.status) + bytes(results)

    # --- procedures: each takes its arguments, and gives its results ---
    # One that never waits has a `yield` that is not reached: all of them are generators.

    def _null(self, _args: rpc.Xdr) -> Results:
        return b""
        yield

    def _abort(self, args: rpc.Xdr) -> Results:
        link = self._service.links.get(args.signed())
        if link is None:
            raise LinkError(Status.INVALID_LINK)
        link.abort()
        return rpc.uints(Status.NONE)
        yield

    def _create_link(self, args: rpc.Xdr) -> Results:
        args.signed()  # the client's id, which means nothing to the server
        lock, timeout, name = args.flag(), args.number(), args.opaque(_LONGEST_NAME)
        if name.lower() not in _NAMES:
            raise LinkError(Status.NOT_ACCESSIBLE)
        if sum(link.handler is self for link in self._service.links.values()) >= _MOST_LINKS:
            raise LinkError(Status.OUT_OF_RESOURCES)
        link = Link(self._service.device, self, next(self._service.numbers))
        try:
            if lock:
                yield from link.lock(wait=True, timeout=timeout)
        except LinkError:
            link.close()
            raise
        self._service.links[link.number] = link
        return rpc.uints(Status.NONE, link.number, self._service.port, MOST_RECEIVED)

    def _write(self, args: rpc.Xdr) -> Results:
        number, _, lock_timeout, flags = args.signed(), args.number(), args.number(), args.signed()
        data = args.opaque(_LONGEST_RECORD)
        link = self._link(number)
        yield from link.permission(flags, lock_timeout)
        return rpc.uints(Status.NONE, link.write(data, flags))

    def _read(self, args: rpc.Xdr) -> Results:
        number, size, timeout, lock_timeout = args.signed(), args.number(), args.number(), args.number()
        flags, character = args.signed(), args.signed()
        link = self._link(number)
        yield from link.permission(flags, lock_timeout)
        reason, data = yield from link.read(size, timeout, flags, character & 0xFF)
        return rpc.uints(Status.NONE, reason) + rpc.opaque(data)

    def _read_stb(self, args: rpc.Xdr) -> Results:
        link = yield from self._permitted(args)
        self.clock.run_due()
        return rpc.uints(Status.NONE, link.device.serial_poll())

    def _trigger(self, args: rpc.Xdr) -> Results:
        link = yield from self._permitted(args)
        with self.clock.hold():
            link.device.trigger()
        return rpc.uints(Status.NONE)

    def _clear(self, args: rpc.Xdr) -> Results:
        link = yield from self._permitted(args)
        with self.clock.hold():
            link.device.device_clear()
        return rpc.uints(Status.NONE)

    def _remote_local(self, args: rpc.Xdr) -> Results:
        yield from self._permitted(args)  # models have no front panel
        return rpc.uints(Status.NONE)

    def _lock(self, args: rpc.Xdr) -> Results:
        number, flags, timeout = args.signed(), args.signed(), args.number()
        yield from self._link(number).lock(wait=bool(flags & 1), timeout=timeout)
        return rpc.uints(Status.NONE)

    def _unlock(self, args: rpc.Xdr) -> Results:
        self._link(args.signed()).unlock()
        return rpc.uints(Status.NONE)
        yield

    def _enable_srq(self, args: rpc.Xdr) -> Results:
        number, enable, handle = args.signed(), args.flag(), args.opaque(_LONGEST_HANDLE)
        self._link(number).srq_handle = handle if enable else None
        return rpc.uints(Status.NONE)
        yield

    def _docmd(self, args: rpc.Xdr) -> Results:
        self._link(args.signed())
        raise LinkError(Status.NOT_SUPPORTED)
        yield

    def _destroy_link(self, args: rpc.Xdr) -> Results:
        link = self._link(args.signed())
        del self._service.links[link.number]
        link.close()
        return rpc.uints(Status.NONE)
        yield

    def _create_intr_chan(self, args: rpc.Xdr) -> Results:
        host, port, program, version, family = (args.number() for _ in range(5))
        if self._interrupts is not None and self._interrupts.open:
            raise LinkError(Status.CHANNEL_EXISTS)
        if family != _TCP:
            raise LinkError(Status.NOT_SUPPORTED)
        sock = _connected(port) if host == _LOOPBACK else None  # nothing ever leaves this machine
        if sock is None:
            raise LinkError(Status.NO_CHANNEL)
        self._interrupt = program, version
        self._interrupts = self.loop.adopt(sock, _InterruptService())
        return rpc.uints(Status.NONE)
        yield

    def _destroy_intr_chan(self, _args: rpc.Xdr) -> Results:
        if self._interrupts is None:
            raise LinkError(Status.NO_CHANNEL)
        self._interrupts.close()
        self._interrupts = None
        return rpc.uints(Status.NONE)
        yield

    # --- inside ---

    def _link(self, number: int) -> Link:
        link = self._service.links.get(number)
        if link is None or link.handler is not self:
            raise LinkError(Status.INVALID_LINK)
        return link

    def _permitted(self, args: rpc.Xdr) -> Generator[Wait, None, Link]:
        """Take generic parameters: the link, flags, and how long to wait for a lock."""
        number, flags, lock_timeout, _ = args.signed(), args.signed(), args.number(), args.number()
        link = self._link(number)
        yield from link.permission(flags, lock_timeout)
        return link

    def _on_service_request(self) -> None:
        self._requested = True
        self.loop.mark(self)

    def _tell(self) -> None:
        """Call the client's device_intr_srq for each link that wants it."""
        if not self._requested:
            return
        self._requested = False
        program, version = self._interrupt
        for link in self._service.links.values():
            if link.handler is self and link.srq_handle is not None and self._interrupts is not None:
                arguments = rpc.opaque(link.srq_handle)
                call = rpc.call(next(self._calls), program, version, _DEVICE_INTR_SRQ, arguments)
                self._interrupts.send(rpc.marked(call))


_PROGRAMS: dict[int, dict[int, tuple[str, int]]] = {
    CORE: {
        0: ("_null", 0),
        10: ("_create_link", 12),
        11: ("_write", 4),
        12: ("_read", 8),
        13: ("_read_stb", 4),
        14: ("_trigger", 0),
        15: ("_clear", 0),
        16: ("_remote_local", 0),
        17: ("_remote_local", 0),
        18: ("_lock", 0),
        19: ("_unlock", 0),
        20: ("_enable_srq", 0),
        22: ("_docmd", 4),
        23: ("_destroy_link", 0),
        25: ("_create_intr_chan", 0),
        26: ("_destroy_intr_chan", 0),
    },
    ABORT: {0: ("_null", 0), 1: ("_abort", 0)},
}
"""By program and procedure: the method, and how many bytes of zeros follow an error in its results."""


def _connected(port: int) -> socket.socket | None:
    """Connect to a port of this machine; None if nobody listens there."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        sock.connect_ex((HOST, port))
        sock.getpeername()  # on one machine a connection is there at once or not at all
    except (OSError, OverflowError):
        sock.close()
        return None
    return sock
