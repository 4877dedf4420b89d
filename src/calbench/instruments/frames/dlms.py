"""DLMS/COSEM over a link (IEC 62056-5-3, -46, -47; protocols.md 6.5): frames found here, objects read by dlms-cosem.

The library (MIT licence, extra `dlms`) keeps the state of the association and packs and unpacks its messages; it is
loaded when a meter is read. Whatever it raises comes out as an error of calbench.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from calbench.errors import CalbenchError, DeviceError, UnexpectedReply, UsageError
from calbench.instruments.arrival import shown
from calbench.instruments.frames.checksums import crc_x25
from calbench.instruments.frames.layout import NO_FRAME, Search
from calbench.instruments.link import Link

FLAG = 0x7E
_TYPE_3, _LENGTH_BITS, _LEAST_HDLC = 0xA0, 0x07FF, 9
_WRAPPER_HEAD, _VERSION, _LONGEST_WRAPPED = 8, b"\x00\x01", 64 * 1024
_REFUSED = ("DataResultError", "DlmsClientException", "ApplicationAssociationError")  # the meter said no


class _Hdlc:
    """7E, format and length, addresses, control, check, information, check, 7E."""

    name = "HDLC"
    longest = _LENGTH_BITS + 2

    def length(self, data: bytes, at: int) -> int | None:
        """Give the length of the frame at a place; see `Layout`."""
        if data[at] != FLAG or (at + 1 < len(data) and data[at + 1] & 0xF0 != _TYPE_3):
            return NO_FRAME
        if at + 2 >= len(data):
            return None
        length = int.from_bytes(data[at + 1 : at + 3], "big") & _LENGTH_BITS
        return length + 2 if length + 2 >= _LEAST_HDLC else NO_FRAME

    def flaw(self, frame: bytes) -> str:
        """Say what is wrong with a frame; see `Layout`."""
        if frame[-1] != FLAG:
            return f"the frame ends with {frame[-1]:02X}, not with 7E"
        right = crc_x25(frame[1:-3]).to_bytes(2, "little")
        found = frame[-3:-1]
        return (
            ""
            if found == right
            else f"its check is {found.hex().upper()}, but its bytes give {right.hex().upper()}"
        )


class _Wrapper:
    """Version 1, source, destination and length, two bytes each; then so many bytes."""

    name = "DLMS wrapper"
    longest = _LONGEST_WRAPPED + _WRAPPER_HEAD

    def length(self, data: bytes, at: int) -> int | None:
        """Give the length of the frame at a place; see `Layout`."""
        if data[at : at + 2] != _VERSION[: len(data) - at]:
            return NO_FRAME
        if at + _WRAPPER_HEAD > len(data):
            return None
        return _WRAPPER_HEAD + int.from_bytes(data[at + 6 : at + 8], "big")

    def flaw(self, frame: bytes) -> str:
        """Say what is wrong with a frame; see `Layout`."""
        return "" if len(frame) > _WRAPPER_HEAD else "it holds nothing"


HDLC, WRAPPER = Search(_Hdlc()), Search(_Wrapper())


class _Line:
    """What dlms-cosem reads and writes through: whole frames of the link, handed out as it asks for them."""

    def __init__(self, link: Link, form: Search) -> None:
        self._link = link
        self._form = form
        self._rest = b""

    def connect(self) -> None:
        """The link is open already."""

    def disconnect(self) -> None:
        """The link stays open."""

    def send(self, data: bytes) -> None:
        """Send a frame."""
        self._rest = b""
        self._link.send(bytes(data))

    def recv(self, amount: int = 1) -> bytes:
        """Give so many bytes of the frame that came."""
        self._rest = self._rest or self._link.receive(self._form)
        taken, self._rest = self._rest[:amount], self._rest[amount:]
        if len(taken) < amount:
            raise UnexpectedReply(f"{self._link.resource}: a frame came that is too short: {shown(taken)}.")
        return taken

    def recv_until(self, end: bytes) -> bytes:  # noqa: ARG002 - a frame ends by its length, its data may hold the flag
        """Give the frame that came, whole."""
        return self._link.receive(self._form)


class Cosem:
    """The objects of one meter, read with an association without a password.

    Args:
        link: The line; its `unit` is the address of the meter's management device, 1 if empty.
        transport: `hdlc` on serial lines, `wrapper` on TCP.
        client: The address of the client; 16 is the public one.
    """

    def __init__(self, link: Link, *, transport: Literal["hdlc", "wrapper"], client: int = 16) -> None:
        named = link.unit or "1"
        if not (named.isascii() and named.isdecimal() and int(named) > 0):
            raise UsageError(
                f"{link.resource}: {named!r} is no address of a DLMS server. Write a number, as unit: 1."
            )
        self._link = link
        self._transport = transport
        self._addresses = client, int(named)

    def register(self, name: str) -> tuple[int, int, int]:
        """Read a register (class 3): give its number, the power of ten that it is multiplied by, and its unit code.

        Args:
            name: Its OBIS name, like `1.0.1.8.0.255`.

        Raises:
            DeviceError: The meter refused.
            UnexpectedReply: The answer is no frame, or none of a register.
            UsageError: dlms-cosem is not installed.
        """
        with self._session(name) as client:
            scaler = self._get(client, 3, name, 3)
            value = self._get(client, 3, name, 2)
        if not isinstance(value, int) or not isinstance(scaler, list) or len(scaler) != 2:  # noqa: PLR2004 - scaler, unit
            raise UnexpectedReply(
                f"{self._link.resource}: {name}: {value!r} with {scaler!r} came, which is no register."
            )
        return value, scaler[0], scaler[1]

    def data(self, name: str) -> Any:  # noqa: ANN401 - whatever the meter keeps there
        """Read a data object (class 1): bytes, text or a number; errors as `register`."""
        with self._session(name) as client:
            return self._get(client, 1, name, 2)

    def _get(self, client: Any, kind: int, name: str, attribute: int) -> Any:  # noqa: ANN401 - of dlms-cosem
        from dlms_cosem import cosem, enumerations  # noqa: PLC0415 - an extra
        from dlms_cosem.utils import parse_as_dlms_data  # noqa: PLC0415 - as above

        wanted = cosem.CosemAttribute(
            interface=enumerations.CosemInterface(kind),
            instance=cosem.Obis.from_string(name),
            attribute=attribute,
        )
        return parse_as_dlms_data(client.get(wanted))

    @contextmanager
    def _session(self, what: str) -> Iterator[Any]:
        """Associate, and release at the end; nothing but errors of calbench comes out."""
        client = self._client()
        try:
            client.connect()
            client.associate()
            yield client
            client.release_association()
            client.disconnect()
        except CalbenchError as error:
            raise type(error)(f"{error} Asked: {what}.") from error
        except Exception as error:
            refused = type(error).__name__ in _REFUSED
            kind = DeviceError if refused else UnexpectedReply
            said = "the meter refused" if refused else "the reply is none of DLMS/COSEM"
            raise kind(f"{self._link.resource}: {what}: {said}: {type(error).__name__}: {error}") from error

    def _client(self) -> Any:  # noqa: ANN401 - of dlms-cosem
        try:
            import structlog  # noqa: PLC0415 - comes with dlms-cosem
            from dlms_cosem.client import DlmsClient  # noqa: PLC0415 - an extra
            from dlms_cosem.io import HdlcTransport, TcpTransport  # noqa: PLC0415 - as above
            from dlms_cosem.security import NoSecurityAuthentication  # noqa: PLC0415 - as above
        except ImportError as error:
            raise UsageError(
                "Reading DLMS/COSEM meters needs dlms-cosem: pip install 'calbench[dlms]'."
            ) from error
        if not structlog.is_configured():  # unasked, it prints every frame on the terminal
            structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
        client, server = self._addresses
        kind, form = (HdlcTransport, HDLC) if self._transport == "hdlc" else (TcpTransport, WRAPPER)
        transport = kind(
            client_logical_address=client, server_logical_address=server, io=_Line(self._link, form)
        )
        return DlmsClient(transport=transport, authentication=NoSecurityAuthentication())
