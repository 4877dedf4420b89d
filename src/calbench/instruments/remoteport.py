"""What pyserial 3.5 lacks in its `rfc2217://` ports (serial ports of a device server, RFC 2217), for `SerialLink`.

Its thread puts what comes into a queue, byte by byte, and None when the peer is gone. Its own `read` takes the first
None for a timeout, and afterwards gives nothing of what came before.
"""

from __future__ import annotations

import queue
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

_SCHEME = "rfc2217://"
_LAST_WORDS = 5.0  # s that its thread may take to end


def is_remote(port: object) -> bool:
    """Tell whether a port, or the address of one, is of RFC 2217."""
    if isinstance(port, str):
        return port.lower().startswith(_SCHEME)
    return type(port).__module__ == "serial.rfc2217"


@contextmanager
def opening() -> Iterator[None]:
    """Keep quiet about how pyserial starts its thread."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning, message=r"set(Daemon|Name)\(\)")
        yield


def take(port: Any, seconds: float) -> bytes:  # noqa: ANN401 - pyserial has no types
    """Take everything that is there, or wait for the first byte; empty when the time is over.

    Raises:
        ConnectionResetError: The peer is gone, and everything that it sent was taken.
    """
    came: queue.Queue[bytes | None] = port._read_buffer
    data = bytearray()
    with suppress(queue.Empty):
        while True:
            byte = came.get_nowait() if data or seconds <= 0 else came.get(timeout=seconds)
            if byte is None:
                came.put(None)  # for whoever reads next
                break
            data += byte
    if not data and came.queue and came.queue[0] is None:
        raise ConnectionResetError("The device server closed the connection.")
    return bytes(data)


def release(port: Any) -> None:  # noqa: ANN401 - pyserial has no types
    """Close a port and end its thread, without the 0.3 s that pyserial sleeps; again does no harm."""
    port.is_open = False
    line, thread = port._socket, port._thread
    if line is not None:
        with suppress(OSError):  # the peer was first
            line.shutdown(socket.SHUT_RDWR)
        line.close()
    if thread is not None:
        thread.join(_LAST_WORDS)
    port._thread = port._socket = None
