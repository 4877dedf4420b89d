"""Frames out of the bytes that arrive on a line: what all links do for `receive`."""

from __future__ import annotations

from collections.abc import Callable

from calbench.errors import LinkError, LinkTimeout, UnexpectedReply
from calbench.instruments.link import MOST_NOISE, FrameFormat

_SHOWN = 64


def await_frame(pending: bytearray, form: FrameFormat, more: Callable[[], bytes], where: str) -> bytes:
    """Take the first frame out of `pending`, and with it what stands before it.

    Args:
        pending: What has come and was not taken yet.
        form: What a frame is.
        more: Waits for further bytes; raises `LinkTimeout` when the time is over.
        where: The address, for messages.

    Raises:
        LinkTimeout: Nothing has come.
        UnexpectedReply: Bytes came, but no frame.
        LinkError: The line is full of noise.
    """
    came = len(pending)
    while (found := form.find(bytes(pending))) is None:
        if came > MOST_NOISE + form.longest:
            raise LinkError(
                f"{where}: {came} bytes came without one {form.name} frame. Check the line setting."
            )
        del pending[: -form.longest]
        try:
            chunk = more()
        except LinkTimeout as error:
            if not pending:
                raise
            raise UnexpectedReply(garbled(where, form, bytes(pending))) from error
        came += len(chunk)
        pending += chunk
    frame = bytes(pending[found.start : found.stop])
    del pending[: found.stop]
    return frame


def garbled(where: str, form: FrameFormat, data: bytes) -> str:
    """Say that bytes came, but no frame."""
    return (
        f"{where}: no {form.name} frame in the {len(data)} bytes that came ({shown(data)}): {form.complaint(data)}. "
        f"Check baud rate and parity, and that nothing else answers on this line."
    )


def shown(data: bytes) -> str:
    """Write bytes for people, in hexadecimal; of many the first ones."""
    rest = f" and {len(data) - _SHOWN} more" if len(data) > _SHOWN else ""
    return data[:_SHOWN].hex(" ").upper() + rest


def own_echo(sent: bytes, more: Callable[[], bytes], pending: bytearray, where: str) -> None:
    """Take back what an adapter echoes; what comes behind it stays in `pending`.

    Raises:
        LinkError: Something else came back: two talk at once, or the adapter has no echo.
    """
    heard = bytearray()
    while len(heard) < len(sent):
        try:
            heard += more()
        except LinkTimeout as error:
            raise LinkError(_no_echo(where, sent, heard)) from error
    if heard[: len(sent)] != sent:
        raise LinkError(_no_echo(where, sent, heard))
    pending += heard[len(sent) :]


def _no_echo(where: str, sent: bytes, heard: bytearray) -> str:
    return (
        f"{where}: the line is set to echo, but {shown(bytes(heard)) or 'nothing'} came back of {shown(sent)}. "
        f"Take 'echo' out of the line setting if the adapter has none; else check that nobody else talks."
    )
