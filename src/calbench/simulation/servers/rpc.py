"""ONC RPC over TCP, the server's side (RFC 5531) with its data representation (XDR, RFC 4506)."""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import NamedTuple

from calbench.simulation.servers.channel import RefusalError

_WORD = struct.Struct("!I")
_INT = struct.Struct("!i")
_LAST_FRAGMENT = 0x8000_0000
_CALL, _REPLY = 0, 1
_ACCEPTED, _DENIED = 0, 1
_RPC_MISMATCH = 0
_RPC_VERSION = 2
_LONGEST_CREDENTIAL = 400
_NO_VERIFIER = bytes(8)
_ALIGN = 4


class Accept(IntEnum):
    """Why an accepted call was or was not carried out (RFC 5531, 9)."""

    SUCCESS = 0
    PROG_UNAVAIL = 1
    PROG_MISMATCH = 2
    PROC_UNAVAIL = 3
    GARBAGE_ARGS = 4
    SYSTEM_ERR = 5


class GarbageError(Exception):
    """Arguments that cannot be decoded."""


class Xdr:
    """Takes values from the front of a record; `GarbageError` where there is none or it is none."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self) -> int:
        """Take an unsigned number of 32 bits."""
        return int(self._take(_WORD))

    def signed(self) -> int:
        """Take a signed number of 32 bits."""
        return int(self._take(_INT))

    def flag(self) -> bool:
        """Take a boolean: 0 or 1."""
        value = self.number()
        if value > 1:
            raise GarbageError
        return value == 1

    def opaque(self, most: int) -> bytes:
        """Take bytes of variable length, `most` at most."""
        length = self.number()
        padded = length + -length % _ALIGN
        if length > most or self._at + padded > len(self._data):
            raise GarbageError
        found = self._data[self._at : self._at + length]
        self._at += padded
        return found

    def _take(self, form: struct.Struct) -> int:
        if self._at + form.size > len(self._data):
            raise GarbageError
        (value,) = form.unpack_from(self._data, self._at)
        self._at += form.size
        return int(value)


def uints(*values: int) -> bytes:
    """Give numbers as XDR, of 32 bits each."""
    return b"".join(_WORD.pack(value & 0xFFFF_FFFF) for value in values)


def opaque(data: bytes) -> bytes:
    """Give bytes of variable length as XDR."""
    return _WORD.pack(len(data)) + data + bytes(-len(data) % _ALIGN)


class Call(NamedTuple):
    """A call: its number, what is called, and the arguments."""

    xid: int
    program: int
    version: int
    procedure: int
    arguments: Xdr


def parse_call(record: bytes) -> Call | bytes:
    """Read a call.

    Returns:
        The call, or the reply that denies it because its RPC version is not 2.

    Raises:
        RefusalError: It is no call at all, so that nothing can be replied to.
    """
    xdr = Xdr(record)
    try:
        xid, kind = xdr.number(), xdr.number()
        if kind != _CALL:
            raise RefusalError
        if xdr.number() != _RPC_VERSION:
            return uints(xid, _REPLY, _DENIED, _RPC_MISMATCH, _RPC_VERSION, _RPC_VERSION)
        program, version, procedure = xdr.number(), xdr.number(), xdr.number()
        for _ in ("credential", "verifier"):
            xdr.number()
            xdr.opaque(_LONGEST_CREDENTIAL)
    except GarbageError:
        raise RefusalError from None
    return Call(xid, program, version, procedure, xdr)


def reply(xid: int, status: Accept, results: bytes = b"") -> bytes:
    """Give the reply to an accepted call; the results of PROG_MISMATCH are the lowest and highest version."""
    return uints(xid, _REPLY, _ACCEPTED) + _NO_VERIFIER + uints(status) + results


def call(xid: int, program: int, version: int, procedure: int, arguments: bytes) -> bytes:
    """Give a call without credentials."""
    head = uints(xid, _CALL, _RPC_VERSION, program, version, procedure)
    return head + _NO_VERIFIER + _NO_VERIFIER + arguments


def marked(record: bytes) -> bytes:
    """Give a record as one fragment (RFC 5531, 11)."""
    return _WORD.pack(len(record) | _LAST_FRAGMENT) + record


class Records:
    """Cuts what arrives on a connection into records, of one or several fragments each.

    Args:
        limit: bytes of the longest record; a longer one is refused.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._buffer = bytearray()
        self._record = bytearray()

    def __len__(self) -> int:
        return len(self._buffer) + len(self._record)

    def feed(self, data: bytes) -> None:
        """Take bytes."""
        self._buffer += data

    def next(self) -> bytes | None:
        """Give the next record; None if it has not come whole; `RefusalError` if it is too long."""
        while len(self._buffer) >= _WORD.size:
            (mark,) = _WORD.unpack_from(self._buffer)
            length = mark & ~_LAST_FRAGMENT
            if len(self._record) + length > self._limit:
                raise RefusalError
            if len(self._buffer) < _WORD.size + length:
                return None
            self._record += self._buffer[_WORD.size : _WORD.size + length]
            del self._buffer[: _WORD.size + length]
            if mark & _LAST_FRAGMENT:
                record = bytes(self._record)
                self._record.clear()
                return record
        return None
