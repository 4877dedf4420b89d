"""Replaying: a cassette answers instead of instruments, and a driver that deviates is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from calbench.instruments.cassettes.playinglibrary import playing
from calbench.instruments.cassettes.playinglink import PlayedLink
from calbench.instruments.cassettes.playingwires import PlayedPort, PlayedSocket
from calbench.instruments.cassettes.replay import Replay
from calbench.instruments.cassettes.track import Track

if TYPE_CHECKING:
    from pyvisa.highlevel import VisaLibraryBase

    from calbench.instruments.link import Link
    from calbench.instruments.tape import Stream


class Player(Replay):
    """Answers what links and programs ask from a cassette. A `Tape` for links."""

    def library(self, library: str = "", *, session: str = "") -> VisaLibraryBase:  # noqa: ARG002 - the cassette answers, whatever library is meant
        """Give a VISA library that answers from the cassette.

        Args:
            library: What the program means; not used.
            session: The session of the cassette that every resource stands for; empty: that of its name.
        """
        return playing(self, session)

    def socket(self, resource: str, connect: Callable[[], Stream], *, session: str = "") -> Stream:  # noqa: ARG002 - nothing is connected
        """Give a socket that answers from the cassette; see `Tape`."""
        return PlayedSocket(self, self.session_of(session or resource))

    def port(
        self,
        resource: str,
        line: str,
        opening: Callable[[], Any],  # noqa: ARG002 - nothing is opened
        *,
        session: str = "",
    ) -> Any:  # noqa: ANN401 - pyserial has no types
        """Give a serial port that answers from the cassette; see `Tape`."""
        return PlayedPort(self, self.session_of(session or resource), line)

    def link(self, resource: str, opening: Callable[[], Link], *, session: str = "") -> Link:  # noqa: ARG002 - nothing is opened
        """Give a link that answers from the cassette; see `Tape`."""
        return PlayedLink(self, self.session_of(session or resource), resource)

    def track(self, session: str) -> Track:
        """Give a `Tape` for one instrument, which goes by this name in the cassette."""
        return Track(self, session)
