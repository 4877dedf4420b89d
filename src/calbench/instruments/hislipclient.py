"""What the HiSLIP client of pyvisa-py 0.8.1 does badly: reading again, and device clear (IVI-6.1, 4.12).

Once it has read the end of a message, it gives empty messages until the next one is sent. Its clear takes the rest
of a reply for one acknowledgement, and a service request for the other, waits for 0.1 s, and does not forget the
message that was cleared.
"""

from __future__ import annotations

import struct
from typing import Any

from calbench.instruments.watched import WatchedSocket

_HEADER = struct.Struct("!2sBBIQ")  # prologue, type, control code, parameter, bytes of payload
_CLEAR_COMPLETE, _CLEAR_ACKNOWLEDGE, _ASYNC_CLEAR, _ASYNC_CLEAR_ACKNOWLEDGE = 8, 9, 19, 23  # IVI-6.1, table 4
_FIRST_ID = 0xFFFF_FF00
_CHUNK = 65536
_PROLOGUE = b"HS"
_LAST = "DataEnd"


def mend(client: Any, sync: WatchedSocket, other: WatchedSocket) -> None:  # noqa: ANN401 - not typed
    """Have a client of pyvisa-py wait for the next message, and clear the device as the standard says."""
    receive = client.receive

    def next_or_rest(count: int) -> Any:  # noqa: ANN401 - as the client has it
        if client._payload_remaining <= 0 and client._msg_type == _LAST:
            client._msg_type = ""
        return receive(count)

    client.receive = next_or_rest
    client.device_clear = lambda: clear(client, sync, other)


def clear(client: Any, sync: WatchedSocket, other: WatchedSocket) -> None:  # noqa: ANN401 - not typed
    """Clear the device, and bring client and server to the state after opening.

    Args:
        client: pyvisa-py's client.
        sync: Its synchronous connection, with a deadline.
        other: Its asynchronous connection, with a deadline.

    Raises:
        RuntimeError: What came is no HiSLIP.
        TimeoutError: The server did not acknowledge in time.
        ConnectionError: It is gone.
    """
    other.sendall(_HEADER.pack(_PROLOGUE, _ASYNC_CLEAR, 0, 0, 0))
    features = _skip_to_acknowledge(other)
    sync.sendall(_HEADER.pack(_PROLOGUE, _CLEAR_COMPLETE, features, 0, 0))
    tail = b""
    while not _is_acknowledge(
        tail
    ):  # the client may have lost track of where a message begins; this comes last
        tail = (tail + sync.recv(_CHUNK))[-_HEADER.size :]
    client._message_id = _FIRST_ID  # it has no other way
    client.last_message_id = None  # and with it what is left of a message


def _skip_to_acknowledge(other: WatchedSocket) -> int:
    """Take what came unasked, like service requests, up to the acknowledgement; give the features in it."""
    while True:
        prologue, kind, control, _, size = _HEADER.unpack(_exactly(other, _HEADER.size))
        if prologue != _PROLOGUE:
            raise RuntimeError("what came on the asynchronous connection is no HiSLIP")
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
