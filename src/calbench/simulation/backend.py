"""The pyvisa backend of simulated stations: `pyvisa.ResourceManager("<id or station file>@calbench")`.

Time is that of the world: a read that finds nothing runs what is due or jumps to its deadline and then
times out. With a real clock it waits.
"""

from __future__ import annotations

from collections.abc import Callable

from pyvisa import constants, rname
from pyvisa.constants import StatusCode
from pyvisa.typing import VISAEventContext, VISARMSession, VISASession
from pyvisa.util import DebugInfo, LibraryPath

from calbench.simulation.registry import (
    acquire,
    deregister,
    register,
    registered,
    release,
    set_station_loader,
)
from calbench.simulation.visaevents import EventLibrary
from calbench.simulation.visalibrary import handles
from calbench.simulation.visasession import Session
from calbench.simulation.world import World

__all__ = ["SimulatedVisaLibrary", "deregister", "register", "registered", "set_station_loader"]

_SUCCESS = StatusCode.success
_TERMCHAR_READ = StatusCode.success_termination_character_read


class SimulatedVisaLibrary(EventLibrary):
    """VISA calls on the instruments of one world; pyvisa makes one instance for each library string."""

    @staticmethod
    def get_library_paths() -> tuple[LibraryPath, ...]:
        """Give a name that no world has, so that `@calbench` alone says what is missing."""
        return (LibraryPath("(no station named before @calbench)"),)

    @staticmethod
    def get_debug_info() -> DebugInfo:
        """Say which package this is."""
        return {"Version": "calbench simulation"}

    def _init(self) -> None:
        super()._init()
        self._managers: set[int] = set()
        self._world: World | None = None
        self._unlisten: dict[int, Callable[[], None]] = {}

    @property
    def world(self) -> World:
        """The world behind this library; it is looked up when a resource manager opens."""
        if self._world is None:
            self._world = acquire(str(self.library_path))
        return self._world

    # --- resource manager ---

    def open_default_resource_manager(self) -> tuple[VISARMSession, StatusCode]:
        """Open the resource manager (viOpenDefaultRM)."""
        _ = self.world
        handle = VISARMSession(next(handles))
        self._managers.add(handle)
        return handle, self._done(handle, _SUCCESS)

    def list_resources(
        self,
        session: VISARMSession,  # noqa: ARG002 - part of pyvisa's interface
        query: str = "?*::INSTR",
    ) -> tuple[str, ...]:
        """List the resources of this world, and of no other (viFindRsrc)."""
        return rname.filter(self.world.resources, query)

    def open(
        self,
        session: VISARMSession,
        resource_name: str,
        access_mode: constants.AccessModes = constants.AccessModes.no_lock,
        open_timeout: int = constants.VI_TMO_IMMEDIATE,
    ) -> tuple[VISASession, StatusCode]:
        """Open a session to a resource (viOpen)."""
        try:
            parsed = rname.ResourceName.from_string(resource_name)
        except rname.InvalidResourceName:
            return VISASession(0), self._done(session, StatusCode.error_invalid_resource_name)
        wanted = str(parsed).upper()
        device = next((d for name, d in self.world.resources.items() if _canonical(name) == wanted), None)
        if device is None:
            return VISASession(0), self._done(session, StatusCode.error_resource_not_found)
        handle = VISASession(next(handles))
        opened = Session(handle, str(parsed), parsed, device)
        self._sessions[handle] = opened
        if access_mode != constants.AccessModes.no_lock:
            shared = access_mode == constants.AccessModes.shared_lock
            kind = constants.Lock.shared if shared else constants.Lock.exclusive
            status = self._lock(opened, kind, int(open_timeout), "")[1]
            if status < 0:
                self.close(handle)
                return VISASession(0), self._done(session, StatusCode.error_resource_locked)
        self._unlisten[handle] = device.on_service_request(lambda: self._on_service_request(opened))
        return handle, self._done(handle, _SUCCESS)

    def close(self, session: VISASession | VISARMSession | VISAEventContext) -> StatusCode:
        """Close a session, an event context or the resource manager (viClose)."""
        found = self._sessions.pop(session, None)
        if found is not None:
            found.locks.release(session)
            self._ignore_warning_in_session.pop(session, None)
            self._unlisten.pop(session, lambda: None)()
            found.close()
        elif session in self._managers:
            self._managers.discard(session)
            for handle in list(self._sessions):
                self.close(VISASession(handle))
            if self._world is not None and not self._managers:
                release(str(self.library_path))
                self._world = None
        elif session in self._contexts:
            self._contexts.discard(session)
        else:
            return self._done(None, StatusCode.error_invalid_object)
        return self._done(None, _SUCCESS)

    # --- input and output ---

    def write(self, session: VISASession, data: bytes) -> tuple[int, StatusCode]:
        """Send bytes (viWrite)."""
        found = self._sessions.get(session)
        if found is None or (found.locks.held and found.locks.refuses(session)):
            return 0, self._no_access(session)
        if found.write(data):
            self._last_status = self._last_status_in_session[session] = _SUCCESS
            return len(data), _SUCCESS
        return 0, self._done(session, StatusCode.error_connection_lost)

    def read(self, session: VISASession, count: int) -> tuple[bytes, StatusCode]:
        """Receive bytes (viRead); waits on the clock of the world, at most the session's timeout."""
        found = self._sessions.get(session)
        if found is None or (found.locks.held and found.locks.refuses(session)):
            return b"", self._no_access(session)
        data, status = found.read(count)
        if status is _SUCCESS or status is _TERMCHAR_READ:
            self._last_status = self._last_status_in_session[session] = status
            return data, status
        return data, self._done(session, status)

    def flush(self, session: VISASession, mask: constants.BufferOperation) -> StatusCode:
        """Flush buffers (viFlush): output is never held back here, input is thrown away if asked."""
        found = self._session(session)
        discard = constants.BufferOperation.discard_read_buffer
        discard |= constants.BufferOperation.discard_read_buffer_no_io
        discard |= constants.BufferOperation.discard_receive_buffer
        if int(mask) & int(discard | constants.BufferOperation.discard_receive_buffer2):
            found.discard_input()
        return self._done(session, _SUCCESS)

    def clear(self, session: VISASession) -> StatusCode:
        """Clear the device (viClear)."""
        self._session(session).clear()
        return self._done(session, _SUCCESS)

    def read_stb(self, session: VISASession) -> tuple[int, StatusCode]:
        """Poll the status byte (viReadSTB); takes a service request back. Not on sockets and serial lines."""
        found = self._session(session)
        if not found.message_based:
            return 0, self._done(session, StatusCode.error_nonsupported_operation)
        self.world.clock.run_due()
        return found.device.serial_poll(), self._done(session, _SUCCESS)

    def assert_trigger(
        self,
        session: VISASession,
        protocol: constants.TriggerProtocol,  # noqa: ARG002 - part of pyvisa's interface
    ) -> StatusCode:
        """Trigger the device (viAssertTrigger). Not on sockets and serial lines."""
        found = self._session(session)
        if not found.message_based:
            return self._done(session, StatusCode.error_nonsupported_operation)
        found.device.trigger()
        return self._done(session, _SUCCESS)

    def gpib_control_ren(
        self,
        session: VISASession,
        mode: constants.RENLineOperation,  # noqa: ARG002 - part of pyvisa's interface
    ) -> StatusCode:
        """Accept any remote/local operation (viGpibControlREN): models have no front panel."""
        self._session(session)
        return self._done(session, _SUCCESS)

    # --- inside ---

    def _no_access(self, session: VISASession) -> StatusCode:
        if session not in self._sessions:
            return self._done(None, StatusCode.error_invalid_object)
        return self._done(session, StatusCode.error_resource_locked)


def _canonical(name: str) -> str:
    try:
        return str(rname.ResourceName.from_string(name)).upper()
    except rname.InvalidResourceName:
        return name.upper()
