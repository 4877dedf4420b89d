"""A VISA library that answers from a cassette."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from pyvisa import constants, errors, rname
from pyvisa.constants import EventType, StatusCode
from pyvisa.highlevel import VisaLibraryBase

from calbench.clock import Clock
from calbench.errors import CassetteInvalid
from calbench.instruments.cassettes.calls import CALLS, CONNECT, Call, is_noise
from calbench.instruments.cassettes.operation import Operation, Plain
from calbench.instruments.cassettes.raising import raise_recorded
from calbench.instruments.cassettes.recordinglibrary import attribute_name
from calbench.instruments.cassettes.replay import Replay

_SUCCESS = StatusCode.success
_DEFAULT_TIMEOUT = 2000  # ms; VPP-4.3, VI_ATTR_TMO_VALUE
_numbers = itertools.count(1)


def playing(replay: Replay, session: str = "", *, finish: bool = False) -> VisaLibraryBase:
    """Make a VISA library of a replay.

    Args:
        replay: What answers.
        session: The session that every resource stands for; empty: that of its name.
        finish: End the replay with the resource manager, which then raises what was left over.
    """
    library = PlayingVisaLibrary(f"replay {next(_numbers)}")
    assert isinstance(library, PlayingVisaLibrary)  # noqa: S101 - pyvisa types its constructor loosely
    library.replay, library.session, library.finish = replay, session, finish
    return library


class PlayingVisaLibrary(VisaLibraryBase):
    """Answers as the recorded library did. Attributes: what the program set, else what was recorded."""

    replay: Replay
    session: str
    finish: bool

    def _init(self) -> None:
        self._handles = itertools.count(1)
        self._names: dict[int, str] = {}
        self._parsed: dict[int, rname.ResourceName] = {}
        self._managers: set[int] = set()
        self._contexts: dict[int, EventType] = {}
        self._set: dict[tuple[int, str], Any] = {}
        self._given: dict[tuple[int, str], int] = {}

    @property
    def clock(self) -> Clock:
        """The clock of the cassette."""
        return self.replay.clock

    def open_default_resource_manager(self) -> Any:  # noqa: ANN401 - as pyvisa declares it
        """Open the resource manager (viOpenDefaultRM)."""
        handle = next(self._handles)
        self._managers.add(handle)
        return handle, self.handle_return_value(handle, _SUCCESS)  # type: ignore[arg-type] # a number is a handle

    def list_resources(self, session: Any, query: str = "?*::INSTR") -> tuple[str, ...]:  # noqa: ANN401, ARG002 - as pyvisa declares it
        """List the resources of the cassette (viFindRsrc)."""
        opened = [one for one in self.replay.cassette.sessions.values() if one.args.get("carrier") == "visa"]
        return tuple(rname.filter([str(one.args.get("resource", "")) for one in opened], query))

    def open(
        self,
        session: Any,  # noqa: ANN401, ARG002 - as pyvisa declares them
        resource_name: str,
        access_mode: constants.AccessModes = constants.AccessModes.no_lock,
        open_timeout: int = constants.VI_TMO_IMMEDIATE,  # noqa: ARG002 - recorded timeouts come at once
    ) -> Any:  # noqa: ANN401 - as above
        """Open a session (viOpen)."""
        name = self.session or self.replay.session_of(resource_name)
        one = self.replay.take(name, "open", {"access_mode": int(access_mode)})
        handle = next(self._handles)
        self._parsed[handle] = rname.ResourceName.from_string(resource_name)
        status = self._status(handle, one)
        self._names[handle] = name
        if self.replay.unconnected(name):
            raise_recorded(self.replay.take(name, CONNECT))
        return handle, status

    def close(self, session: Any) -> Any:  # noqa: ANN401 - as pyvisa declares it
        """Close a session, an event context or the resource manager (viClose); it is not compared."""
        if session in self._managers:
            self._managers.discard(session)
            self._names.clear()
            if self.finish and not self.replay.mismatch:
                self.replay.finish()
        elif self._names.pop(session, None) is None and self._contexts.pop(session, None) is None:
            raise errors.InvalidSession
        return self.handle_return_value(None, _SUCCESS)

    def get_attribute(self, session: Any, attribute: Any) -> Any:  # noqa: ANN401 - as pyvisa declares it
        """Get an attribute (viGetAttribute): what was set here, else what was recorded, else what the name says."""
        name = attribute_name(attribute)
        if session in self._contexts:
            return self._contexts[session], _SUCCESS
        if (session, name) in self._set:
            return self._set[session, name], _SUCCESS
        one = self._housekept(session, "get_attribute", name)
        if one is not None:
            return one.result, self._status(session, one)
        parsed = self._parsed.get(session)
        told = {
            "timeout_value": _DEFAULT_TIMEOUT,
            "interface_type": parsed and parsed.interface_type_const,
            "resource_class": parsed and parsed.resource_class,
            "resource_name": parsed and str(parsed),
        }
        if name in told:
            return told[name], _SUCCESS
        return None, self.handle_return_value(session, StatusCode.error_nonsupported_attribute)

    def set_attribute(self, session: Any, attribute: Any, attribute_state: Any) -> Any:  # noqa: ANN401 - as above
        """Set an attribute (viSetAttribute); compared are those that reach the line."""
        name = attribute_name(attribute)
        if is_noise("set_attribute", name):
            one = self._housekept(session, "set_attribute", name)
        else:
            value = attribute_state if isinstance(attribute_state, str | float) else int(attribute_state)
            one = self.replay.take(self._name(session), "set_attribute", {"attribute": name, "value": value})
        status = _SUCCESS if one is None else self._status(session, one)
        self._set[session, name] = attribute_state
        return status

    def read(self, session: Any, count: int) -> Any:  # noqa: ANN401 - as above
        """Receive bytes (viRead)."""
        name = self._name(session)
        data, one, more = self.replay.read(name, count)
        if more:
            return data, self.handle_return_value(session, StatusCode.success_max_count_read)
        status = self._status(session, one)
        self._fire(session, name)
        return data, status

    def wait_on_event(self, session: Any, in_event_type: Any, timeout: int) -> Any:  # noqa: ANN401, ARG002 - as above
        """Wait for an event (viWaitOnEvent)."""
        one = self.replay.take(self._name(session), "wait_on_event", {"event_type": int(in_event_type)})
        status = self._status(session, one)
        context = next(self._handles)
        kind = _event_type(one, one.result)
        self._contexts[context] = kind
        return kind, context, status

    def install_handler(self, session: Any, event_type: Any, handler: Any, user_handle: Any) -> Any:  # noqa: ANN401, ARG002 - as above
        """Install a handler (viInstallHandler); it is called where it was called when this was recorded."""
        return handler, user_handle, handler, _SUCCESS

    def uninstall_handler(self, session: Any, event_type: Any, handler: Any, user_handle: Any = None) -> Any:  # noqa: ANN401, ARG002 - as above
        """Take a handler away (viUninstallHandler)."""
        return _SUCCESS

    def call(
        self, session: int, op: str, args: dict[str, Plain], data: bytes | None
    ) -> tuple[Any, StatusCode]:
        """Answer a call of the table with what was recorded."""
        name = self._name(session)
        if is_noise(op):
            one = self._housekept(session, op, None)
            return None, _SUCCESS if one is None else self._status(session, one)
        one = self.replay.take(name, op, args, data)
        status = self._status(session, one)
        self._fire(session, name)
        return one.data if CALLS[op].gives == "data" else one.result, status

    def _fire(self, session: int, name: str) -> None:
        """Call the handlers for the events that were recorded here."""
        while (event := self.replay.fired(name)) is not None:
            context = next(self._handles)
            kind = self._contexts[context] = _event_type(event, event.args.get("event_type"))
            for handler, user_handle, _, event_type in tuple(self.handlers[session]):  # type: ignore[index] # a number is a handle
                if event_type == kind:
                    handler(session, kind, context, user_handle)  # type: ignore[arg-type] # as above

    def _name(self, session: int) -> str:
        name = self._names.get(session)
        if name is None:
            raise errors.InvalidSession
        return name

    def _housekept(self, session: int, op: str, attribute: str | None) -> Operation | None:
        """Give what was recorded of this the next time; the last time when there is no further one."""
        key = (self._names.get(session, ""), op, attribute)
        recorded = self.replay.housekeeping.get(key)
        if not recorded:
            return None
        place = (session, f"{op} {attribute}")
        at = self._given[place] = self._given.get(place, -1) + 1
        return recorded[min(at, len(recorded) - 1)]

    def _status(self, session: int, one: Operation) -> StatusCode:
        """Give the recorded status, or raise what was raised."""
        raise_recorded(one)
        if one.status == 0 or one.returned:
            status = StatusCode(one.status) if one.status == 0 else _status_of(one)
            self._last_status = self._last_status_in_session[session] = status  # type: ignore[index] # as above
            return status
        return self.handle_return_value(session, one.status)  # type: ignore[arg-type] # as above


def _event_type(one: Operation, value: object) -> EventType:
    try:
        return EventType(value)  # type: ignore[arg-type] # whatever is in the file
    except ValueError as error:
        raise CassetteInvalid(
            f"Operation {one.seq}: {value!r} is no type of event. Record it anew."
        ) from error


def _status_of(one: Operation) -> StatusCode:
    try:
        return StatusCode(one.status)
    except ValueError as error:
        raise CassetteInvalid(f"Operation {one.seq}: {one.status} is no status. Record it anew.") from error


def _answering(name: str, call: Call) -> Callable[..., Any]:
    """Make the method for a call of the table."""

    def method(self: PlayingVisaLibrary, session: int, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - as pyvisa declares it
        args = {**dict(zip(call.arguments, given, strict=False)), **named}
        data = bytes(args.pop("data")) if "data" in args else None
        said = {key: int(value) if isinstance(value, int) else value for key, value in args.items()}
        result, status = self.call(session, name, said, data)
        return status if call.gives == "status" else (result, status)

    method.__name__, method.__doc__ = name, f"Answer {name} as recorded."
    return method


for _name, _call in CALLS.items():
    if _name not in vars(PlayingVisaLibrary):
        setattr(PlayingVisaLibrary, _name, _answering(_name, _call))
