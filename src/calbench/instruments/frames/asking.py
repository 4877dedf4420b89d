"""One request and its reply in frames, with the request named in whatever goes wrong."""

from __future__ import annotations

from calbench.errors import InstrumentError
from calbench.instruments.arrival import shown
from calbench.instruments.link import FrameFormat, Link


def ask(link: Link, request: bytes, form: FrameFormat, what: str, *, timeout: float | None = None) -> bytes:
    """Send a frame and wait for the one that answers.

    Args:
        link: The line.
        request: The frame, complete.
        form: What the answer looks like.
        what: The request for people, like `read 00010000`.
        timeout: Seconds until the answer must be whole, instead of the line's own.

    Raises:
        ConnectionLost, LinkTimeout, UnexpectedReply, LinkError: As `Link.receive`; the message names the request.
    """
    link.send(request)
    try:
        return link.receive(form, timeout=timeout)
    except InstrumentError as error:
        raise type(error)(f"{error} Asked: {what} ({shown(request)}).") from error
