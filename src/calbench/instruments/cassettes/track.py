"""A recorder or a player seen by one instrument, under a name of its own in the cassette."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pyvisa.highlevel import VisaLibraryBase

    from calbench.instruments.link import Link
    from calbench.instruments.tape import Stream


class Tapes(Protocol):
    """What gives links what they talk through, under the name of each session; see `Tape`."""

    def library(self, library: str, *, session: str) -> VisaLibraryBase:
        """Give a VISA library."""
        ...

    def socket(self, resource: str, connect: Callable[[], Stream], *, session: str) -> Stream:
        """Give a socket."""
        ...

    def port(self, resource: str, line: str, opening: Callable[[], Any], *, session: str) -> Any:  # noqa: ANN401 - as Tape has it
        """Give a serial port."""

    def link(self, resource: str, opening: Callable[[], Link], *, session: str) -> Link:
        """Give a link."""
        ...


class Track:
    """A `Tape` for one session."""

    def __init__(self, tapes: Tapes, session: str) -> None:
        self._tapes = tapes
        self._session = session

    def library(self, library: str) -> VisaLibraryBase:
        """Give a VISA library that is recorded or answers."""
        return self._tapes.library(library, session=self._session)

    def socket(self, resource: str, connect: Callable[[], Stream]) -> Stream:
        """Give a socket that is recorded or answers."""
        return self._tapes.socket(resource, connect, session=self._session)

    def port(self, resource: str, line: str, opening: Callable[[], Any]) -> Any:  # noqa: ANN401 - as Tape has it
        """Give a serial port that is recorded or answers."""
        return self._tapes.port(resource, line, opening, session=self._session)

    def link(self, resource: str, opening: Callable[[], Link]) -> Link:
        """Give a link that is recorded or answers."""
        return self._tapes.link(resource, opening, session=self._session)
