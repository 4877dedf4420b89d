"""What the operating system, pyserial and the VISA backends raise, told in the words of `calbench.errors`."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from calbench.errors import CalbenchError, ConnectionLost, LinkError, LinkTimeout, UsageError
from calbench.instruments.link import LONGEST_REPLY, LineFormat

_LOST = {
    errno.EPIPE,
    errno.EIO,
    errno.ENXIO,
    errno.ENODEV,
    errno.ENOTCONN,
    errno.ESHUTDOWN,
    errno.ETIMEDOUT,
    errno.EHOSTUNREACH,
    errno.ENETUNREACH,
    errno.ENETDOWN,
    errno.ENETRESET,
}
_VISA_TIMEOUT = -1073807339  # VI_ERROR_TMO, VPP-4.3 appendix A
_VISA_LOST = -1073807194  # VI_ERROR_CONN_LOST
_MEND = "Check cable, power and address, then open the link again."


def translate(error: Exception, where: str, doing: str) -> CalbenchError:
    """Give the error of calbench for what a link ran into.

    Args:
        error: Whatever was raised below the link.
        where: The address of the instrument.
        doing: What the link was doing, like `reading`.
    """
    if isinstance(error, CalbenchError):
        return error
    what = f"{where}: {doing} failed: {str(error).rstrip('.') or type(error).__name__}."
    if _means_timeout(error):
        return LinkTimeout(f"{what} Nothing moved on the line before the deadline.")
    if _means_lost(error) and doing != "opening":
        return ConnectionLost(f"{what} The connection is lost. {_MEND}")
    return LinkError(f"{what} {_MEND}")


@contextmanager
def translated(where: str, doing: str) -> Iterator[None]:
    """Let nothing but errors of calbench out; see `translate`."""
    try:
        yield
    except CalbenchError:
        raise
    except Exception as error:
        raise translate(error, where, doing) from error


def _means_timeout(error: Exception) -> bool:
    """Tell whether a deadline passed: the system's own, VI_ERROR_TMO, or pyserial's write timeout."""
    if isinstance(error, TimeoutError):
        return error.errno != errno.ETIMEDOUT  # TCP's own ETIMEDOUT is a dead peer
    return _visa_code(error) == _VISA_TIMEOUT or type(error).__name__ == "SerialTimeoutException"


def _means_lost(error: Exception) -> bool:
    """Tell whether the peer or the port is gone."""
    if isinstance(error, (ConnectionError, EOFError)) or _visa_code(error) == _VISA_LOST:
        return True
    if type(error).__module__.startswith("serial."):  # a broken port: pyserial names no error number
        return type(error).__name__ != "PortNotOpenError"
    if isinstance(error, OSError):
        return error.errno in _LOST
    # pyvisa-py 0.8.1, HiSLIP: the only sign of a dead peer is this text
    return isinstance(error, RuntimeError) and "dropped by server" in str(error)


def _visa_code(error: Exception) -> object:
    """Give the status of a VISA error, in some backends a plain number; other errors have none."""
    return getattr(error, "error_code", None)


def require_end(line: LineFormat, where: str) -> bytes:
    """Give the terminator of replies, without which a plain line cannot tell where one ends.

    Raises:
        UsageError: There is none.
    """
    if not line.read_end:
        raise UsageError(f"{where}: a plain line needs a terminator for replies (read_end), like '\\n'.")
    return line.read_end.encode("latin-1")


def gone(where: str) -> str:
    """Say that the peer closed the connection."""
    return (
        f"{where}: the instrument closed the connection. Check its power and network, and whether another "
        f"program took it over; then open the link again."
    )


def late(where: str, limit: float, partial: bytes | bytearray, line: LineFormat) -> str:
    """Say that no complete reply came in time, and what came."""
    if not partial:
        return f"{where}: no reply within {limit:g} s. Check that the instrument knows the last message."
    return (
        f"{where}: no complete reply within {limit:g} s: {len(partial)} bytes came, the last "
        f"{bytes(partial[-40:])!r}, but not the terminator {line.read_end!r}. Check the terminators of "
        f"instrument and driver."
    )


def cut_off(where: str, partial: bytes | bytearray, line: LineFormat) -> str:
    """Say that the instrument marked the end of a reply before its terminator."""
    return (
        f"{where}: the reply ends with {bytes(partial[-40:])!r}, but not with the terminator {line.read_end!r}: it was "
        f"cut off. Ask again; if it always ends so, set the driver's terminator for replies to ''."
    )


def endless(where: str, line: LineFormat) -> str:
    """Say that a reply does not end."""
    return f"{where}: {LONGEST_REPLY} bytes came without the terminator {line.read_end!r}. This is no reply."
