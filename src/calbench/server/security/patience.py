"""How long a client may take to say what it wants: who holds connections open without a word keeps nobody else out."""

from __future__ import annotations

import asyncio
from asyncio import Transport
from typing import Any

from starlette.types import Message, Receive
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_WITHIN = 10.0
"""Seconds from the first moment of a connection to the end of the head of its first request."""
BODY_WITHIN = 30.0
"""Seconds for the whole body of a request."""


class Patient(H11Protocol):
    """A connection that is closed when it does not say in time what it wants."""

    _hangs_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # uvicorn says so too
        """Begin to wait."""
        super().connection_made(transport)
        self._hangs_up = asyncio.get_running_loop().call_later(HEAD_WITHIN, transport.abort)

    def data_received(self, data: bytes) -> None:
        """Wait no more once a request is there."""
        super().data_received(data)
        if self.cycle is not None:
            self._rest()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._rest()
        super().connection_lost(exc)

    def _rest(self) -> None:
        if self._hangs_up is not None:
            self._hangs_up.cancel()
            self._hangs_up = None


class Timely:
    """Hands a body on for as long as it may take; then the client counts as gone. After a body there is no limit."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._whole = receive, False
        self._until = asyncio.get_running_loop().time() + BODY_WITHIN

    async def receive(self) -> Message:
        """Give the next part."""
        if self._whole:
            return await self._receive()
        left = self._until - asyncio.get_running_loop().time()
        try:
            message: dict[str, Any] = dict(await asyncio.wait_for(self._receive(), max(left, 0.0)))
        except TimeoutError:
            return {"type": "http.disconnect"}
        self._whole = not message.get("more_body", False)
        return message
