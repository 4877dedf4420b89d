"""HiSLIP messages (IVI-6.1, 2): a header of 16 bytes and a payload, the same in both directions."""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import NamedTuple

from calbench.simulation.servers.channel import RefusalError

HEADER = struct.Struct("!2sBBIQ")
"""Prologue `HS`, message type, control code, message parameter, payload length."""
LARGEST = 1 << 20
"""Bytes of the largest message that the server takes, with its header."""
VERSION = 0x0100
"""Protocol version 1.0."""
VENDOR = int.from_bytes(b"CB")
FIRST_VENDOR_TYPE = 128
_PROLOGUE = b"HS"


class Type(IntEnum):
    """Message types (IVI-6.1, table 4)."""

    INITIALIZE = 0
    INITIALIZE_RESPONSE = 1
    FATAL_ERROR = 2
    ERROR = 3
    ASYNC_LOCK = 4
    ASYNC_LOCK_RESPONSE = 5
    DATA = 6
    DATA_END = 7
    DEVICE_CLEAR_COMPLETE = 8
    DEVICE_CLEAR_ACKNOWLEDGE = 9
    ASYNC_REMOTE_LOCAL_CONTROL = 10
    ASYNC_REMOTE_LOCAL_RESPONSE = 11
    TRIGGER = 12
    INTERRUPTED = 13
    ASYNC_INTERRUPTED = 14
    ASYNC_MAXIMUM_MESSAGE_SIZE = 15
    ASYNC_MAXIMUM_MESSAGE_SIZE_RESPONSE = 16
    ASYNC_INITIALIZE = 17
    ASYNC_INITIALIZE_RESPONSE = 18
    ASYNC_DEVICE_CLEAR = 19
    ASYNC_SERVICE_REQUEST = 20
    ASYNC_STATUS_QUERY = 21
    ASYNC_STATUS_RESPONSE = 22
    ASYNC_DEVICE_CLEAR_ACKNOWLEDGE = 23
    ASYNC_LOCK_INFO = 24
    ASYNC_LOCK_INFO_RESPONSE = 25


class Fatal(IntEnum):
    """Codes of FatalError (IVI-6.1, table 12)."""

    UNIDENTIFIED = 0
    HEADER = 1
    CHANNELS = 2
    INITIALIZATION = 3
    CLIENTS = 4


class Error(IntEnum):
    """Codes of Error (IVI-6.1, table 14)."""

    UNIDENTIFIED = 0
    MESSAGE_TYPE = 1
    CONTROL_CODE = 2
    VENDOR_MESSAGE = 3
    TOO_LARGE = 4


class Message(NamedTuple):
    """One message as it came; `too_large` if its payload was thrown away."""

    type: int
    control: int
    parameter: int
    payload: bytes = b""
    too_large: bool = False


def packed(kind: Type, control: int = 0, parameter: int = 0, payload: bytes = b"") -> bytes:
    """Give the bytes of a message."""
    return HEADER.pack(_PROLOGUE, kind, control, parameter, len(payload)) + payload


def error(code: Error, text: str) -> bytes:
    """Give the bytes of an Error, after which the session goes on."""
    return packed(Type.ERROR, code, 0, text.encode("latin-1"))


def fatal(code: Fatal, text: str) -> RefusalError:
    """Give a refusal with a FatalError, which ends the session."""
    return RefusalError(packed(Type.FATAL_ERROR, code, 0, text.encode("latin-1")))


class Parser:
    """Cuts what arrives on one channel into messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._skipping: Message | None = None
        self._left = 0

    def __len__(self) -> int:
        return len(self._buffer)

    def feed(self, data: bytes) -> None:
        """Take bytes."""
        self._buffer += data

    def next(self) -> Message | None:
        """Give the next message; None if it has not come whole.

        Raises:
            RefusalError: the header does not begin with `HS`.
        """
        if self._skipping is not None:
            return self._skip()
        if len(self._buffer) < HEADER.size:
            if self._buffer and not _PROLOGUE.startswith(bytes(self._buffer[:2])):
                raise fatal(Fatal.HEADER, "A message begins with HS.")
            return None
        prologue, kind, control, parameter, length = HEADER.unpack_from(self._buffer)
        if prologue != _PROLOGUE:
            raise fatal(Fatal.HEADER, "A message begins with HS.")
        if HEADER.size + length > LARGEST:
            del self._buffer[: HEADER.size]
            self._skipping, self._left = Message(kind, control, parameter, too_large=True), length
            return self._skip()
        if len(self._buffer) < HEADER.size + length:
            return None
        payload = bytes(self._buffer[HEADER.size : HEADER.size + length])
        del self._buffer[: HEADER.size + length]
        return Message(kind, control, parameter, payload)

    def _skip(self) -> Message | None:
        """Throw the payload of a message that is too large away, as it comes."""
        gone = min(self._left, len(self._buffer))
        del self._buffer[:gone]
        self._left -= gone
        if self._left:
            return None
        found, self._skipping = self._skipping, None
        return found
