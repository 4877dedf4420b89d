"""A VISA library that forwards every call to another one, and records it."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from enum import IntEnum
from typing import Any

from pyvisa import constants, errors
from pyvisa.highlevel import VisaLibraryBase

from calbench.clock import Clock
from calbench.errors import UsageError
from calbench.instruments.cassettes.calls import CALLS, CONNECT, Call
from calbench.instruments.cassettes.cassette import LONGEST_DATA
from calbench.instruments.cassettes.operation import LOST, TIMEOUT
from calbench.instruments.cassettes.writer import Writer
from calbench.instruments.link import simulated_clock
from calbench.instruments.tape import Stream

_TIMEOUT_VALUE = constants.ResourceAttribute.timeout_value
_numbers = itertools.count(1)


def recording(inner: VisaLibraryBase, writer: Writer, session: str, backend: str) -> VisaLibraryBase:
    """Wrap a VISA library; `session` replaces the names of resources, if it is not empty."""
    library = RecordingVisaLibrary(f"recording {next(_numbers)}")
    assert isinstance(library, RecordingVisaLibrary)  # noqa: S101 - pyvisa types its constructor loosely
    library.inner, library.writer, library.session, library.backend = inner, writer, session, backend
    library.issue_warning_on = inner.issue_warning_on
    return library


class RecordingVisaLibrary(VisaLibraryBase):
    """Forwards to `inner`; what it has beside pyvisa's calls is that of `inner`."""

    inner: VisaLibraryBase
    writer: Writer
    session: str
    backend: str

    def _init(self) -> None:
        self._names: dict[int, str] = {}
        self._told: dict[tuple[int, Any, Any], Any] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the inner library has it
        if name == "inner":  # not wrapped yet
            raise AttributeError(name)
        return getattr(self.inner, name)

    @property
    def clock(self) -> Clock | None:
        """The simulated clock of the inner library; real ones have none."""
        return simulated_clock(self.inner)

    @property
    def last_status(self) -> constants.StatusCode:
        """The last status of the inner library."""
        return self.inner.last_status

    def watched(self, session: int, line: Stream) -> Stream:
        """Give a socket below a session such that what a link takes from it directly is recorded too."""
        return _WatchedSocket(self, session, line)

    def refused(self, session: int, number: int) -> None:
        """Record that a session is not connected, by the error number of its socket."""
        said = {"raised": "OSError", "result": os.strerror(number), "args": {"errno": number}}
        self.writer.add(self.writer.begin(), self._names.get(session, ""), CONNECT, **said)

    def open(
        self,
        session: Any,  # noqa: ANN401 - as pyvisa declares them
        resource_name: str,
        access_mode: constants.AccessModes = constants.AccessModes.no_lock,
        open_timeout: int = constants.VI_TMO_IMMEDIATE,
    ) -> Any:  # noqa: ANN401 - as above
        """Open a session (viOpen)."""
        resource = self.writer.masking.resource(resource_name)
        name = self.session or resource
        args = {
            "carrier": "visa",
            "resource": resource,
            "backend": self.backend,
            "access_mode": int(access_mode),
            "open_timeout": int(open_timeout or 0),
        }
        handle, status = self._recorded(
            name,
            "open",
            args,
            None,
            lambda: self.inner.open(session, resource_name, access_mode, open_timeout),
        )
        if status >= 0:
            self._names[handle] = name
        return handle, status

    def close(self, session: Any) -> Any:  # noqa: ANN401 - as pyvisa declares it
        """Close a session, an event context or the resource manager (viClose)."""
        name = self._names.pop(session, None)
        if name is None:
            return self.inner.close(session)
        return self._recorded(name, "close", {}, None, lambda: self.inner.close(session))

    def get_attribute(self, session: Any, attribute: Any) -> Any:  # noqa: ANN401 - as pyvisa declares it
        """Get an attribute (viGetAttribute)."""
        return self._attribute(session, attribute, {}, lambda: self.inner.get_attribute(session, attribute))

    def set_attribute(self, session: Any, attribute: Any, attribute_state: Any) -> Any:  # noqa: ANN401 - as above
        """Set an attribute (viSetAttribute)."""
        args = {"value": _plain(attribute_state)}
        return self._attribute(
            session, attribute, args, lambda: self.inner.set_attribute(session, attribute, attribute_state)
        )

    def wait_on_event(self, session: Any, in_event_type: Any, timeout: int) -> Any:  # noqa: ANN401 - as above
        """Wait for an event (viWaitOnEvent)."""
        name, args = self._names.get(session, ""), {"event_type": int(in_event_type), "timeout": timeout}
        back = self._recorded(
            name,
            "wait_on_event",
            args,
            None,
            lambda: self.inner.wait_on_event(session, in_event_type, timeout),
        )
        if back[1] is not None:
            self._names[back[1]] = f"{name} event"
        return back

    def install_visa_handler(
        self,
        session: Any,  # noqa: ANN401 - as pyvisa declares them
        event_type: constants.EventType,
        handler: Any,  # noqa: ANN401 - as above
        user_handle: Any = None,  # noqa: ANN401 - as above
    ) -> Any:  # noqa: ANN401 - as above
        """Install a handler; that it was called is recorded."""

        def told(handle: Any, kind: Any, context: Any, user: Any) -> Any:  # noqa: ANN401 - as above
            name = self._names.get(session, "")
            self.writer.add(self.writer.begin(), name, "event", args={"event_type": int(kind)})
            return handler(handle, kind, context, user)

        self._told[session, event_type, handler] = told
        return self.inner.install_visa_handler(session, event_type, told, user_handle)

    def uninstall_visa_handler(
        self,
        session: Any,  # noqa: ANN401 - as above
        event_type: constants.EventType,
        handler: Any,  # noqa: ANN401 - as above
        user_handle: Any = None,  # noqa: ANN401 - as above
    ) -> None:
        """Take a handler away."""
        told = self._told.pop((session, event_type, handler), handler)
        self.inner.uninstall_visa_handler(session, event_type, told, user_handle)

    def note(self, session: int, **fields: Any) -> None:  # noqa: ANN401 - the fields of an operation
        """Record a read that went past this library."""
        self.writer.add(self.writer.begin(), self._names.get(session, ""), "read", **fields)

    def _attribute(self, session: int, attribute: int, args: dict[str, Any], call: Callable[[], Any]) -> Any:  # noqa: ANN401 - as above
        name = self._names.get(session)
        if name is None or attribute == _TIMEOUT_VALUE:  # deadlines differ each time
            return call()
        op = "set_attribute" if args else "get_attribute"
        return self._recorded(name, op, {"attribute": attribute_name(attribute), **args}, None, call)

    def _recorded(
        self, name: str, op: str, args: dict[str, Any], data: bytes | None, call: Callable[[], Any]
    ) -> Any:  # noqa: ANN401 - what the call gives
        """Make a call; record what it gave or how it failed."""
        seq, add = self.writer.begin(), self.writer.add
        try:
            back = call()
        except errors.VisaIOError as error:
            add(seq, name, op, args=args, data=data, status=int(error.error_code))
            raise
        except Exception as error:
            code = {"errno": error.errno} if isinstance(error, OSError) and error.errno is not None else {}
            add(
                seq,
                name,
                op,
                args={**args, **code},
                data=data,
                raised=type(error).__name__,
                result=str(error),
            )
            raise
        gives = CALLS[op].gives if op in CALLS else op
        values, status = (back[:-1], back[-1]) if isinstance(back, tuple) else ((), back)
        if gives == "data":
            data = bytes(values[0])
        result = _plain(values[0]) if gives in ("result", "get_attribute", "wait_on_event") else None
        # pyvisa-py gives some errors back as values (NIMPL_OPER) instead of raising them
        add(seq, name, op, args=args, data=data, result=result, status=int(status), returned=int(status) < 0)
        return back


class _WatchedSocket:
    """The socket below a pyvisa-py session; see `RecordingVisaLibrary.watched`."""

    def __init__(self, library: RecordingVisaLibrary, session: int, line: Stream) -> None:
        self._library = library
        self._session = session
        self._line = line
        self._waits = True
        self.sendall = line.sendall
        self.close = line.close

    def settimeout(self, value: float | None, /) -> None:
        """Set how many seconds a call may take."""
        self._waits = True
        self._line.settimeout(value)

    def setblocking(self, flag: bool, /) -> None:  # noqa: FBT001 - as a socket has it
        """Let a call wait, or raise at once when there is nothing."""
        self._waits = flag
        self._line.setblocking(flag)

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """Receive; not recorded are bytes that are only looked at, and those that are thrown away unseen."""
        if not self._waits:
            return self._line.recv(bufsize, flags)
        try:
            data = self._line.recv(bufsize, flags)
        except TimeoutError:
            self._library.note(self._session, data=b"", status=TIMEOUT)
            raise
        except OSError as error:
            self._library.note(self._session, raised=type(error).__name__, result=str(error))
            raise
        if not data:
            self._library.note(self._session, data=b"", status=LOST)
        elif not flags:
            self._library.note(self._session, data=data)
        return data


def attribute_name(attribute: int) -> str:
    """Give the name of an attribute as pyvisa has it; a number if it has none."""
    for kind in (constants.ResourceAttribute, constants.EventAttribute):
        try:
            return kind(attribute).name
        except ValueError:
            continue
    return str(attribute)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a backend gives
    """Give a value as JSON has it."""
    if isinstance(value, IntEnum) or type(value).__name__.startswith("c_"):
        return int(getattr(value, "value", value))
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _recording(name: str, call: Call) -> Callable[..., Any]:
    """Make the method for a call of the table."""

    def method(self: RecordingVisaLibrary, session: int, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - as pyvisa declares it
        args = {**dict(zip(call.arguments, given, strict=False)), **named}
        if "count" in args:
            args["count"] = min(args["count"], LONGEST_DATA)
        sent = {"data": bytes(args["data"])} if "data" in args else {}
        if sent and len(sent["data"]) > LONGEST_DATA:
            raise UsageError(
                f"A message of {len(sent['data'])} bytes is more than a cassette holds, {LONGEST_DATA}."
            )
        said = {key: _plain(value) for key, value in args.items() if key != "data"}
        forward = getattr(self.inner, name)
        return self._recorded(
            self._names.get(session, ""), name, said, sent.get("data"), lambda: forward(session, **args)
        )

    method.__name__, method.__doc__ = name, f"Forward and record {name}."
    return method


def _forwarding(name: str) -> Callable[..., Any]:
    def method(self: RecordingVisaLibrary, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - as pyvisa declares it
        return getattr(self.inner, name)(*given, **named)

    method.__name__, method.__doc__ = name, f"Forward {name}; it is not recorded."
    return method


for _name, _call in CALLS.items():
    setattr(RecordingVisaLibrary, _name, _recording(_name, _call))
for _name in dir(VisaLibraryBase):
    _own = _name in vars(RecordingVisaLibrary) or _name in (
        "get_library_paths",
        "get_debug_info",
        "resource_manager",
    )
    if not _name.startswith("_") and not _own and callable(getattr(VisaLibraryBase, _name)):
        setattr(RecordingVisaLibrary, _name, _forwarding(_name))
