"""The part of the VISA backend that deals with one session at a time: attributes, locks, return values."""

from __future__ import annotations

import itertools
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


class _Ignoring:
    """Ignores warnings of one session within a `with` block; pyvisa asks for it at every read."""

    __slots__ = ("_before", "_session", "_table", "codes")

    def __init__(self, table: dict[int, Any], session: int, codes: tuple[StatusCode, ...]) -> None:
        self._table = table
        self._session = session
        self.codes = codes
        self._before: list[Any] = []  # a block may be entered within a block

    def __enter__(self) -> None:
        before = self._table[self._session]
        self._before.append(before)
        self._table[self._session] = (*before, *self.codes) if before else self.codes

    def __exit__(self, *_: object) -> None:
        self._table[self._session] = self._before.pop()


class SessionLibrary(highlevel.VisaLibraryBase):
    """Sessions of one world and what can be asked of each."""

    def _init(self) -> None:
        self._sessions: dict[int, Session] = {}
        self._contexts: set[int] = set()
        self._ignoring: dict[int, _Ignoring] = {}

    def ignore_warning(  # type: ignore[override] # pyvisa declares a generator's context manager
        self, session: VISASession | VISARMSession, *warnings_constants: StatusCode
    ) -> AbstractContextManager[None]:
        """Ignore warnings of a session within a `with` block: as pyvisa's own, but cheap."""
        found = self._ignoring.get(session)
        if found is None or found.codes != warnings_constants:
            found = _Ignoring(self._ignore_warning_in_session, session, warnings_constants)
            self._ignoring[session] = found
        return found

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
