"""The part of the VISA backend that deals with one session at a time: attributes, locks, return values."""

from __future__ import annotations

import itertools
from collections import defaultdict
from contextlib import AbstractContextManager
from typing import Any

from pyvisa import constants, errors, highlevel
from pyvisa.constants import EventType, StatusCode
from pyvisa.typing import VISAEventContext, VISARMSession, VISASession

from calbench.simulation.visasession import Session

handles = itertools.count(1)
"""Numbers of sessions, resource managers and event contexts; one row for all."""

_SUCCESS = StatusCode.success
_LOCK_STATES = (
    constants.AccessModes.no_lock,
    constants.AccessModes.exclusive_lock,
    constants.AccessModes.shared_lock,
)


class _Block:
    """A `with` block in which some warnings are ignored; it may be entered within itself."""

    __slots__ = ("depth",)

    def __init__(self) -> None:
        self.depth = 0

    def __enter__(self) -> None:
        self.depth += 1

    def __exit__(self, *_: object) -> None:
        self.depth -= 1


class _Ignored:
    """The warnings of one session that are ignored now: pyvisa looks for each of its own among them."""

    __slots__ = ("blocks",)

    def __init__(self) -> None:
        self.blocks: defaultdict[tuple[StatusCode, ...], _Block] = defaultdict(_Block)

    def __contains__(self, warning: StatusCode) -> bool:
        return any(block.depth and warning in codes for codes, block in self.blocks.items())


class SessionLibrary(highlevel.VisaLibraryBase):
    """Sessions of one world and what can be asked of each."""

    def _init(self) -> None:
        self._sessions: dict[int, Session] = {}
        self._contexts: set[int] = set()

    def ignore_warning(  # type: ignore[override] # pyvisa declares a generator's context manager
        self, session: VISASession | VISARMSession, *warnings_constants: StatusCode
    ) -> AbstractContextManager[None]:
        """Ignore warnings of a session within a `with` block: as pyvisa's own, but cheap: every read asks for it."""
        table: dict[int, Any] = self._ignore_warning_in_session
        ignored = table[session]
        if not isinstance(ignored, _Ignored):
            ignored = table[session] = _Ignored()
        return ignored.blocks[warnings_constants]

    # --- attributes ---

    def get_attribute(
        self,
        session: VISASession | VISARMSession | VISAEventContext,
        attribute: constants.ResourceAttribute | constants.EventAttribute,
    ) -> tuple[Any, StatusCode]:
        """Give the state of an attribute (viGetAttribute)."""
        if session in self._contexts:
            known = attribute == constants.EventAttribute.event_type
            status = _SUCCESS if known else StatusCode.error_nonsupported_attribute
            return EventType.service_request, self._done(session, status)
        found = self._session(session, locked=True)
        if attribute == constants.ResourceAttribute.resource_lock_state:
            return constants.AccessModes(_LOCK_STATES[found.locks.state()]), _SUCCESS
        value, status = found.get(attribute)
        return value, self._done(session, status)

    def set_attribute(
        self,
        session: VISASession,
        attribute: constants.ResourceAttribute,
        attribute_state: Any,  # noqa: ANN401 - as pyvisa declares it
    ) -> StatusCode:
        """Set the state of an attribute (viSetAttribute)."""
        return self._done(session, self._session(session, locked=True).set(attribute, attribute_state))

    # --- locks ---

    def lock(
        self,
        session: VISASession,
        lock_type: constants.Lock,
        timeout: int,
        requested_key: str | None = None,
    ) -> tuple[str, StatusCode]:
        """Lock a resource (viLock); waits on the clock of the world."""
        key, status = self._lock(self._session(session, locked=True), lock_type, timeout, requested_key)
        return key, self._done(session, status)

    def unlock(self, session: VISASession) -> StatusCode:
        """Give a lock back (viUnlock)."""
        found = self._session(session, locked=True)
        held = found.locks.unlock(session)
        return self._done(session, _SUCCESS if held else StatusCode.error_session_not_locked)

    def _lock(self, session: Session, kind: int, timeout: int, key: str | None) -> tuple[str, StatusCode]:
        got = session.locks.acquire(
            session.handle,
            session.clock,
            key,
            exclusive=kind == constants.Lock.exclusive,
            seconds=None if timeout == constants.VI_TMO_INFINITE else timeout / 1000.0,
        )
        return ("", StatusCode.error_timeout) if got is None else (got, _SUCCESS)

    def _session(self, session: int, *, locked: bool = False) -> Session:
        """Give the session of a handle; refuse it while another session's lock stands, unless `locked`."""
        found = self._sessions.get(session)
        if found is None:
            raise errors.InvalidSession
        if not locked and found.locks.refuses(session):
            self._done(VISASession(session), StatusCode.error_resource_locked)
        return found

    def _done(
        self, session: VISASession | VISARMSession | VISAEventContext | None, status: StatusCode
    ) -> StatusCode:
        return self.handle_return_value(session, status)
