"""Recording: the traffic of a session with instruments, written as a cassette."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyvisa.highlevel import VisaLibraryBase, open_visa_library

from calbench.instruments.cassettes.recordinglibrary import recording
from calbench.instruments.cassettes.recordinglink import RecordedLink
from calbench.instruments.cassettes.recordingwires import RecordedPort, RecordedSocket
from calbench.instruments.cassettes.track import Track
from calbench.instruments.cassettes.writer import Writer

if TYPE_CHECKING:
    from calbench.instruments.link import Link
    from calbench.instruments.tape import Stream


class Recorder(Writer):
    """Records the traffic of links and programs. A `Tape` for links."""

    def library(self, library: str | VisaLibraryBase = "", *, session: str = "") -> VisaLibraryBase:
        """Give a VISA library that forwards every call, and records it.

        Args:
            library: As pyvisa names them (`@py`, empty for the default), or one that is open.
            session: A name that stands in the cassette instead of the resource.
        """
        inner = open_visa_library(library) if isinstance(library, str) else library
        name = library if isinstance(library, str) else type(inner).__name__
        return recording(inner, self, session, "@" + name.rpartition("@")[2])

    def socket(self, resource: str, connect: Callable[[], Stream], *, session: str = "") -> Stream:
        """Connect a socket whose traffic is recorded; see `Tape`."""
        return RecordedSocket(self, session or self.masking.resource(resource), resource, connect)

    def port(
        self,
        resource: str,
        line: str,
        opening: Callable[[], Any],
        *,
        session: str = "",
    ) -> Any:  # noqa: ANN401 - pyserial has no types
        """Open a serial port whose traffic is recorded; see `Tape`."""
        return RecordedPort(self, session or self.masking.resource(resource), resource, line, opening)

    def link(self, resource: str, opening: Callable[[], Link], *, session: str = "") -> Link:
        """Open a link whose messages are recorded; see `Tape`."""
        return RecordedLink(self, session or self.masking.resource(resource), resource, opening)

    def track(self, session: str) -> Track:
        """Give a `Tape` for one instrument, which goes by this name in the cassette."""
        return Track(self, session)
