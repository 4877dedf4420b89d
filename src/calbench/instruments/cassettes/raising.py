"""Exceptions of a cassette: those that were recorded by name, raised again. Names are looked up, never run."""

from __future__ import annotations

import builtins

from calbench import errors
from calbench.errors import CalbenchError, LinkError
from calbench.instruments.cassettes.operation import Operation

_BUILTINS = (
    "AttributeError",
    "BrokenPipeError",
    "ConnectionAbortedError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "EOFError",
    "NotImplementedError",
    "RuntimeError",
    "TimeoutError",
    "TypeError",
    "ValueError",
)
_LINKS = ("ConnectionLost", "LinkError", "LinkTimeout", "UnexpectedReply", "UsageError")
_SERIAL = ("PortNotOpenError", "SerialException", "SerialTimeoutException")


def raise_recorded(operation: Operation) -> None:
    """Raise what the operation raised when it was recorded; nothing if it raised nothing.

    Raises:
        LinkError: What was raised is of a kind that is not raised again; says which.
    """
    if not operation.raised:
        return
    name, message = operation.raised, str(operation.result or "")
    number = operation.args.get("errno")
    if name in _BUILTINS and not isinstance(number, int):
        found: type[Exception] = getattr(builtins, name)
        raise found(message)
    if name in _LINKS:
        kind: type[CalbenchError] = getattr(errors, name)
        raise kind(message)
    if name in _SERIAL:
        import serial  # noqa: PLC0415 - loaded when it is needed

        raise _serial_error(serial, name, message)
    if isinstance(number, int):
        raise OSError(number, message)
    if name == "InvalidSession":
        from pyvisa.errors import InvalidSession  # noqa: PLC0415 - as above

        raise InvalidSession
    raise LinkError(f"{operation.session}: when this was recorded, {name} was raised: {message}.")


def _serial_error(serial: object, name: str, message: str) -> Exception:
    if name == "PortNotOpenError":  # it brings its own message
        error: Exception = serial.serialutil.PortNotOpenError()  # type: ignore[attr-defined] # pyserial has no types
        return error
    found: Exception = getattr(serial, name)(message)
    return found
