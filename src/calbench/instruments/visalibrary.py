"""VISA libraries: one resource manager for each, and resources opened from it.

All resource managers of one VISA library are one object, and closing one closes every instrument of the
process (pyvisa/pyvisa#742). So calbench keeps one for each library string. That of a real library is left
open, because other parts of the process may use it too; that of a simulated station ends with its last link.
"""

from __future__ import annotations

import os
import socket
import threading
from collections import Counter
from contextlib import suppress
from typing import Any, cast

import pyvisa
from pyvisa import constants
from pyvisa.highlevel import VisaLibraryBase
from pyvisa.resources import MessageBasedResource, Resource

from calbench.errors import LinkError, UsageError
from calbench.instruments.failures import require_end, translated
from calbench.instruments.link import LineFormat
from calbench.instruments.socketport import is_port, socket_below
from calbench.instruments.tape import Stream
from calbench.instruments.tcp import send_at_once
from calbench.instruments.watched import close_sockets

Library = str | VisaLibraryBase
"""A VISA library by its name, or the one that a tape gives."""

_MANAGERS: dict[Library, pyvisa.ResourceManager] = {}
_LINKS: Counter[Library] = Counter()
_OPENING = threading.Lock()

_PARITY = {name[0].upper(): constants.Parity[name] for name in ("none", "even", "odd", "mark", "space")}
_STOP = {
    1.0: constants.StopBits.one,
    1.5: constants.StopBits.one_and_a_half,
    2.0: constants.StopBits.two,
}


def open_manager(library: Library) -> pyvisa.ResourceManager:
    """Give the process's resource manager of a VISA library; `release_manager` gives it back.

    Args:
        library: As pyvisa names them: empty for the default, `@py`, `stations/demo.yaml@calbench`; or a library.

    Raises:
        UsageError: There is no such library here.
    """
    with _OPENING:
        manager = _MANAGERS.get(library)
        if manager is None or _closed(manager):
            try:
                manager = pyvisa.ResourceManager(library)
            except (ValueError, OSError) as error:
                raise UsageError(
                    f"There is no VISA library {library!r} here: {error}. Use '@py', a station with "
                    f"'@calbench', or install the VISA library of an instrument maker."
                ) from error
            _MANAGERS[library] = manager
        _LINKS[library] += 1
        return manager


def release_manager(library: Library) -> None:
    """Give a resource manager back. That of a file (`demo.yaml@calbench`) or a tape ends with its last link."""
    with _OPENING:
        _LINKS[library] -= 1
        lasting = isinstance(library, str) and (library.startswith("@") or "@" not in library)
        if _LINKS[library] == 0 and not lasting:
            del _LINKS[library]
            manager = _MANAGERS.pop(library)
            if not _closed(manager):
                manager.close()


def open_resource(manager: pyvisa.ResourceManager, address: str, line: LineFormat) -> MessageBasedResource:
    """Open a resource with its terminators and, on a serial line, its setting.

    Raises:
        LinkError: It cannot be opened, is refused, or is none that carries messages.
    """
    with translated(address, "opening"):
        try:
            resource = manager.open_resource(address, open_timeout=milliseconds(line.timeout))
        except Exception as error:
            close_sockets(error)
            raise
        try:
            _prepare(resource, address, line)
        except BaseException:
            with suppress(Exception):  # the first error counts
                resource.close()
            raise
        return cast(MessageBasedResource, resource)


def session_socket(resource: MessageBasedResource) -> Stream | None:
    """Give the TCP socket under a pyvisa-py SOCKET resource, watched if recorded; other resources have none."""
    interface = session_interface(resource)
    if not isinstance(interface, socket.socket):
        return None
    watched = getattr(resource.visalib, "watched", None)
    watching: Stream = interface if watched is None else watched(resource.session, interface)
    return watching


def session_port(resource: MessageBasedResource) -> Any:  # noqa: ANN401 - pyserial has no types
    """Give the port of pyserial under a pyvisa-py serial resource; others have none, and recorded ones show none."""
    interface = session_interface(resource)
    recorded = hasattr(resource.visalib, "watched")
    return interface if is_port(interface) and not recorded else None


def ends_messages(resource: MessageBasedResource) -> bool:
    """Tell whether the interface marks the end of a message and can clear a device (GPIB, USB, LAN)."""
    kind = resource.interface_type
    plain_tcp = kind == constants.InterfaceType.tcpip and resource.resource_class == "SOCKET"
    return not plain_tcp and kind != constants.InterfaceType.asrl


def _closed(manager: pyvisa.ResourceManager) -> bool:
    """Tell whether another program part closed this resource manager."""
    try:
        return manager.session is None
    except pyvisa.errors.InvalidSession:
        return True


def session_interface(resource: MessageBasedResource) -> Any:  # noqa: ANN401 - whatever the backend keeps there
    """Give what a pyvisa-py session talks through: a socket, a pyserial port, or something else."""
    sessions = getattr(resource.visalib, "sessions", None)
    session = sessions.get(resource.session) if isinstance(sessions, dict) else None
    return getattr(session, "interface", None)


def _prepare(resource: Resource, address: str, line: LineFormat) -> None:
    """Check that a resource is connected and carries messages, and set its line."""
    if not isinstance(resource, MessageBasedResource):
        raise LinkError(f"{address}: this VISA resource carries no messages. Use INSTR or SOCKET.")
    if not ends_messages(resource):
        require_end(line, address)
    if type(session_interface(resource)).__name__.startswith("Prologix"):
        raise LinkError(
            f"{address}: pyvisa-py reaches this through a Prologix controller, where it neither keeps a timeout nor "
            f"tells a controller that is gone. Write prologix://host:port/address, or prologix://COM3/address, instead."
        )
    _refuse_unconnected(resource, address)
    _send_at_once(resource)
    with translated(address, f"setting the line to {line.serial}"):
        _format(resource, line)


def _refuse_unconnected(resource: MessageBasedResource, address: str) -> None:
    """Raise what pyvisa-py 0.8.1 leaves unsaid: a connection that was refused or never made."""
    line = session_interface(resource)
    if not isinstance(line, socket.socket):
        return
    pending = line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if pending:
        recording = getattr(resource.visalib, "refused", None)
        if recording is not None:
            recording(resource.session, pending)
        raise LinkError(
            f"{address}: cannot connect: {os.strerror(pending)}. Check that the instrument is on, in this "
            f"network, and listens at this port."
        )


def _send_at_once(resource: MessageBasedResource) -> None:
    """Set TCP_NODELAY wherever TCP is below: two messages in a row would otherwise stall for 40 ms."""
    interface = session_interface(resource)
    line = socket_below(interface)
    if line is not None:
        send_at_once(line)  # the VISA attribute raises in pyvisa-py 0.8.1
    elif interface is None and not ends_messages(resource):
        with suppress(Exception):  # a makers' library has it on already; a serial line has no such attribute
            resource.set_visa_attribute(constants.ResourceAttribute.tcpip_nodelay, True)


def _format(resource: MessageBasedResource, line: LineFormat) -> None:
    """Set the terminators and, on a serial line, its setting."""
    resource.write_termination = ""  # the link adds it
    if resource.interface_type == constants.InterfaceType.asrl:
        resource.set_visa_attribute(constants.ResourceAttribute.asrl_baud_rate, line.baud)
        resource.set_visa_attribute(constants.ResourceAttribute.asrl_data_bits, line.bits)
        resource.set_visa_attribute(constants.ResourceAttribute.asrl_parity, _PARITY[line.parity])
        resource.set_visa_attribute(constants.ResourceAttribute.asrl_stop_bits, _STOP[float(line.stop)])
    try:
        resource.read_termination = line.read_end
    except (pyvisa.errors.VisaIOError, NotImplementedError):
        if not ends_messages(resource):
            raise  # nothing else would end a reply; other interfaces have END


def milliseconds(seconds: float) -> int:
    """Give a VISA timeout, which is a whole number of milliseconds."""
    return max(1, round(seconds * 1000))
