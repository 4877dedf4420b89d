"""What the HiSLIP client of pyvisa-py 0.8.1 does badly: reading again, and device clear (IVI-6.1, 4.12).

Once it has read the end of a message, it gives empty messages until the next one is sent. Its clear takes the rest
of a reply for one acknowledgement, and a service request for the other, waits for 0.1 s, and does not forget the
message that was cleared.
"""

from __future__ import annotations

import struct
from typing import Any

from calbench.errors import LinkError
from calbench.instruments.watched import WatchedSocket

_HEADER = struct.Struct("!2sBBIQ")  # prologue, type, control code, parameter, bytes of payload
_CLEAR_COMPLETE, _CLEAR_ACKNOWLEDGE, _ASYNC_CLEAR, _ASYNC_CLEAR_ACKNOWLEDGE = 8, 9, 19, 23  # IVI-6.1, table 4
_FIRST_ID = 0xFFFF_FF00
_CHUNK = 65536
_PROLOGUE = b"HS"
_LAST = "DataEnd"


def expect_message(client: Any) -> None:  # noqa: ANN401 - not typed
    """Have the next read wait for a message, if the last one was read to its end."""
    if client._payload_remaining <= 0 and client._msg_type == _LAST:
        client._msg_type = ""


def clear(client: Any, lines: tuple[WatchedSocket, ...], where: str) -> None:  # noqa: ANN401 - not typed
    """Clear the device, and bring client and server to the state after opening.

    Args:
        client: pyvisa-py's client.
        lines: Its synchronous and its asynchronous connection, with deadlines.
        where: The address, for messages.

    Raises:
        LinkError: What came is no HiSLIP.
        TimeoutError: The server did not acknowledge in time.
        ConnectionError: It is gone.
    """
    sync, other = lines
    other.sendall(_HEADER.pack(_PROLOGUE, _ASYNC_CLEAR, 0, 0, 0))
    features = _skip_to_acknowledge(other, where)
    sync.sendall(_HEADER.pack(_PROLOGUE, _CLEAR_COMPLETE, features, 0, 0))
    tail = b""
    while not _is_acknowledge(
        tail
    ):  # the client may have lost track of where a message begins; this comes last
        tail = (tail + sync.recv(_CHUNK))[-_HEADER.size :]
    client._message_id = _FIRST_ID  # it has no other way
    client.last_message_id = None  # and with it what is left of a message


def _skip_to_acknowledge(other: WatchedSocket, where: str) -> int:
    """Take what came unasked, like service requests, up to the acknowledgement; give the features in it."""
    while True:
        prologue, kind, control, _, size = _HEADER.unpack(_exactly(other, _HEADER.size))
        if prologue != _PROLOGUE:
            raise LinkError(
                f"{where}: what came on the asynchronous connection is no HiSLIP. Open the link again."
            )
        _exactly(other, size)
        if kind == _ASYNC_CLEAR_ACKNOWLEDGE:
            return int(control)


def _is_acknowledge(data: bytes) -> bool:
    if len(data) < _HEADER.size:
        return False
    prologue, kind, _, parameter, size = _HEADER.unpack(data)
    return (prologue, kind, parameter, size) == (_PROLOGUE, _CLEAR_ACKNOWLEDGE, 0, 0)


def _exactly(line: WatchedSocket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += line.recv(min(size - len(data), _CHUNK))
    return data
