"""The application layer of a DLMS/COSEM meter that can only be read (IEC 62056-5-3; protocols.md, section 6.5)."""

from __future__ import annotations

from typing import Final, NamedTuple

from calbench_sim.parts.meters.cosem_objects import OTHER_REASON, Objects

LONGEST: Final = 1024
"""Longest APDU that it receives, in bytes."""
SETTINGS: Final[dict[str, str]] = {
    "password": "low-level security secret that clients must give; without it they need none",
    "delay": "(s) until it answers; default 0.05",
}
_AARQ, _AARE, _RLRQ, _RLRE, _GET_REQUEST, _GET_RESPONSE, _EXCEPTION = 0x60, 0x61, 0x62, 0x63, 0xC0, 0xC4, 0xD8
_CONTEXT: Final = bytes.fromhex("60857405080101")  # logical names without ciphering
_LOW_LEVEL: Final = bytes.fromhex("60857405080201")
_SUPPORTED = 0x000010  # conformance: get, bit 19 of 24
_VERSION = 6
_ACCEPTED, _REJECTED = 0, 1
_NULL, _NO_REASON, _CONTEXT_NOT_SUPPORTED, _AUTHENTICATION_FAILURE, _AUTHENTICATION_REQUIRED = 0, 1, 2, 13, 14
_MECHANISM_NOT_RECOGNISED = 11
_NOT_ALLOWED, _UNKNOWN = 1, 2  # state errors
_NOT_POSSIBLE, _NOT_SUPPORTED = 1, 2  # service errors
_NORMAL = 1


class Proposal(NamedTuple):
    """What a client proposes in its InitiateRequest."""

    version: int
    conformance: int
    longest: int


class CosemServer:
    """Answers APDUs; remembers which clients have an association.

    Args:
        objects: what can be read.
        password: secret of low-level security; None asks for none.
    """

    def __init__(self, objects: Objects, password: str | None) -> None:
        self._objects = objects
        self._password = password.encode("latin-1", "replace") if password is not None else None
        self._associated: set[int] = set()

    def drop(self, client: int) -> None:
        """End the association of a client, as when its connection ends."""
        self._associated.discard(client)

    def respond(self, client: int, apdu: bytes) -> bytes:
        """Give the reply to an APDU of a client (its address)."""
        if not apdu:
            return bytes([_EXCEPTION, _UNKNOWN, _NOT_SUPPORTED])
        if apdu[0] == _AARQ:
            return self._associate(client, apdu)
        if apdu[0] == _RLRQ:
            self.drop(client)
            return bytes([_RLRE, 3, 0x80, 1, 0])
        if apdu[0] != _GET_REQUEST:
            return bytes([_EXCEPTION, _UNKNOWN, _NOT_SUPPORTED])
        if client not in self._associated:
            return bytes([_EXCEPTION, _NOT_ALLOWED, _NOT_POSSIBLE])
        return self._get(apdu)

    def _get(self, apdu: bytes) -> bytes:
        """Answer a GET; of its kinds only the normal one is supported."""
        if len(apdu) < 3 or apdu[1] != _NORMAL:
            return bytes([_EXCEPTION, _NOT_ALLOWED, _NOT_SUPPORTED])
        head = bytes([_GET_RESPONSE, _NORMAL, apdu[2]])
        if len(apdu) != 13 or apdu[12]:
            return head + bytes([1, OTHER_REASON])
        result = self._objects.read(int.from_bytes(apdu[3:5], "big"), apdu[5:11], apdu[11])
        return head + (bytes([1, result]) if isinstance(result, int) else b"\0" + result)

    # --- association ---

    def _associate(self, client: int, apdu: bytes) -> bytes:
        fields = _fields(apdu)
        proposal = _proposal(_inner(fields.get(0xBE, b""), 0x04))
        self.drop(client)
        if fields.get(0xA1) != bytes([0x06, len(_CONTEXT)]) + _CONTEXT:
            return _response(_REJECTED, _CONTEXT_NOT_SUPPORTED, 0)
        if proposal is None or proposal.version < _VERSION or not proposal.conformance & _SUPPORTED:
            return _response(_REJECTED, _NO_REASON, 0)
        diagnostic = self._authenticate(fields.get(0x8B), _inner(fields.get(0xAC, b""), 0x80))
        if diagnostic:
            return _response(_REJECTED, diagnostic, 0)
        self._associated.add(client)
        return _response(_ACCEPTED, _NULL, proposal.conformance & _SUPPORTED)

    def _authenticate(self, mechanism: bytes | None, secret: bytes) -> int:
        """Give the diagnostic, 0 if all is well."""
        if self._password is None:
            return _NULL if mechanism in {None, _LOW_LEVEL} else _MECHANISM_NOT_RECOGNISED
        if mechanism is None:
            return _AUTHENTICATION_REQUIRED
        if mechanism != _LOW_LEVEL:
            return _MECHANISM_NOT_RECOGNISED
        return _NULL if secret == self._password else _AUTHENTICATION_FAILURE


def _response(result: int, diagnostic: int, conformance: int) -> bytes:
    """Put an AARE together, with an InitiateResponse in its user information."""
    initiate = bytes([0x08, 0x00, _VERSION, 0x5F, 0x1F, 0x04, 0x00]) + (conformance or _SUPPORTED).to_bytes(
        3, "big"
    )
    initiate += LONGEST.to_bytes(2, "big") + b"\x00\x07"
    body = bytes([0xA1, len(_CONTEXT) + 2, 0x06, len(_CONTEXT)]) + _CONTEXT
    body += bytes([0xA2, 3, 0x02, 1, result, 0xA3, 5, 0xA1, 3, 0x02, 1, diagnostic])
    body += bytes([0xBE, len(initiate) + 2, 0x04, len(initiate)]) + initiate
    return bytes([_AARE, len(body)]) + body


def _fields(apdu: bytes) -> dict[int, bytes]:
    """Take an AARQ apart: contents by tag; lengths are below 128."""
    fields = {}
    at = 2
    while at + 2 <= len(apdu):
        length = apdu[at + 1]
        fields[apdu[at]] = apdu[at + 2 : at + 2 + length]
        at += 2 + length
    return fields


def _inner(data: bytes, tag: int) -> bytes:
    """Give the contents of the one element in `data`; nothing if it is not of that tag."""
    return data[2:] if data[:1] == bytes([tag]) and len(data) == data[1] + 2 else b""


def _proposal(initiate: bytes) -> Proposal | None:
    """Read an InitiateRequest without ciphering; None if it is none."""
    if len(initiate) < 4 or initiate[0] != 0x01:
        return None
    at = 1
    for width in (None, 1, 1):  # dedicated key, response-allowed, quality of service: each optional
        if initiate[at : at + 1] == b"\x01":
            at += 1 + (
                width if width is not None else 1 + (initiate[at + 1] if len(initiate) > at + 1 else 0)
            )
        else:
            at += 1
    rest = initiate[at:]
    if len(rest) != 10 or rest[1:5] != b"\x5f\x1f\x04\x00":
        return None
    return Proposal(rest[0], int.from_bytes(rest[5:8], "big"), int.from_bytes(rest[8:], "big"))
