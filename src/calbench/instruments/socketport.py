"""What pyserial 3.5 lacks in its `socket://` ports, for the links that use them."""

from __future__ import annotations

import socket
from typing import Any

_CHUNK = 65536


def socket_below(interface: object) -> socket.socket | None:
    """Give the TCP socket that a VISA session or a serial port talks through; others have none."""
    line = interface if isinstance(interface, socket.socket) else getattr(interface, "_socket", None)
    return line if isinstance(line, socket.socket) else None


def is_port(interface: object) -> bool:
    """Tell whether this is a serial port of pyserial, or a handler of its URLs."""
    return hasattr(interface, "in_waiting") and hasattr(interface, "reset_input_buffer")


def waiting(port: Any) -> int:  # noqa: ANN401 - pyserial has no types
    """Give how many bytes a port has received; of a `socket://` port pyserial tells one byte at most."""
    line = socket_below(port) if _is_socket_port(port) else None
    if line is None:
        return int(port.in_waiting)
    try:
        return len(line.recv(_CHUNK, socket.MSG_PEEK))
    except BlockingIOError:
        return 0


def discard_waiting(port: Any) -> None:  # noqa: ANN401 - as above
    """Throw away what a port has received, without waiting; nobody records it."""
    own = getattr(port, "discard_waiting", None)
    if own is not None:
        own()
        return
    while count := waiting(port):
        port.read(count)


def release(port: Any) -> None:  # noqa: ANN401 - pyserial has no types
    """Close a `socket://` port: pyserial leaves its socket open after a reset, and sleeps for 0.3 s."""
    if _is_socket_port(port):
        line = socket_below(port)
        if line is not None:
            line.close()
        port.is_open = False  # its own close has nothing left to do


def _is_socket_port(port: object) -> bool:
    return type(port).__module__ == "serial.urlhandler.protocol_socket"
