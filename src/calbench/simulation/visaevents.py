"""The part of the VISA backend that deals with events: service requests, queued or handled at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyvisa import constants
from pyvisa.constants import EventMechanism, EventType, StatusCode
from pyvisa.typing import VISAEventContext, VISASession

from calbench.simulation.connection import wait_on
from calbench.simulation.visalibrary import SessionLibrary, handles
from calbench.simulation.visasession import Session

_SUCCESS = StatusCode.success
_SERVICE_REQUESTS = (EventType.service_request, EventType.all_enabled)


class EventLibrary(SessionLibrary):
    """Service requests as VISA events; the only kind of event that simulated instruments have."""

    def enable_event(
        self,
        session: VISASession,
        event_type: constants.EventType,
        mechanism: constants.EventMechanism,
        context: None = None,  # noqa: ARG002 - part of pyvisa's interface
    ) -> StatusCode:
        """Enable service requests as events (viEnableEvent); one that is asserted already counts."""
        found = self._session(session)
        if event_type not in _SERVICE_REQUESTS or not found.message_based:
            return self._done(session, StatusCode.error_invalid_event)
        before = found.events_enabled
        found.events_enabled |= int(mechanism)
        if not before and found.device.requesting_service:
            self._on_service_request(found)
        return self._done(session, _SUCCESS)

    def disable_event(
        self, session: VISASession, event_type: constants.EventType, mechanism: constants.EventMechanism
    ) -> StatusCode:
        """Disable events (viDisableEvent)."""
        found = self._session(session, locked=True)
        if event_type in _SERVICE_REQUESTS:
            found.events_enabled &= ~int(mechanism)
        return self._done(session, _SUCCESS)

    def discard_events(
        self, session: VISASession, event_type: constants.EventType, mechanism: constants.EventMechanism
    ) -> StatusCode:
        """Throw queued events away (viDiscardEvents)."""
        found = self._session(session, locked=True)
        if event_type in _SERVICE_REQUESTS and int(mechanism) & int(EventMechanism.queue):
            found.events.clear()
        return self._done(session, _SUCCESS)

    def wait_on_event(
        self,
        session: VISASession,
        in_event_type: constants.EventType,  # noqa: ARG002 - part of pyvisa's interface
        timeout: int,
    ) -> tuple[constants.EventType, VISAEventContext, StatusCode]:
        """Wait for a queued event (viWaitOnEvent) on the clock of the world."""
        found = self._session(session)
        if not found.events_enabled & int(EventMechanism.queue):
            self._done(session, StatusCode.error_not_enabled)
        clock = found.clock
        deadline = None if timeout == constants.VI_TMO_INFINITE else clock.monotonic() + timeout / 1000.0
        if not wait_on(clock, lambda: bool(found.events), deadline):
            self._done(session, StatusCode.error_timeout)
        context = found.events.pop(0)
        self._contexts.add(context)
        return EventType.service_request, VISAEventContext(context), self._done(session, _SUCCESS)

    def install_handler(
        self,
        session: VISASession,
        event_type: constants.EventType,  # noqa: ARG002 - part of pyvisa's interface
        handler: Callable[..., Any],
        user_handle: Any,  # noqa: ANN401 - as pyvisa declares it
    ) -> tuple[Callable[..., Any], Any, Any, StatusCode]:
        """Install a handler for service requests (viInstallHandler)."""
        return handler, user_handle, handler, self._done(session, _SUCCESS)

    def uninstall_handler(
        self,
        session: VISASession,
        event_type: constants.EventType,  # noqa: ARG002 - part of pyvisa's interface
        handler: Callable[..., Any],  # noqa: ARG002 - part of pyvisa's interface
        user_handle: Any = None,  # noqa: ANN401, ARG002 - as pyvisa declares it
    ) -> StatusCode:
        """Take a handler away (viUninstallHandler)."""
        return self._done(session, _SUCCESS)

    def _on_service_request(self, session: Session) -> None:
        handle = VISASession(session.handle)
        if session.events_enabled & int(EventMechanism.queue):
            session.events.append(next(handles))
        if session.events_enabled & int(EventMechanism.handler):
            context = VISAEventContext(next(handles))
            self._contexts.add(context)
            for handler, user_handle, _, event_type in tuple(self.handlers[handle]):
                if event_type == EventType.service_request:
                    handler(handle, EventType.service_request, context, user_handle)
