"""The HiSLIP and VXI-11 sessions of pyvisa-py 0.8.1, mended in place, so that whoever calls the library has it.

`tests/engine/instruments/pitfalls` has what they do without it; when a newer pyvisa-py does better, this may go.
"""

from __future__ import annotations

from calbench.instruments import hislipclient, vxi11client
from calbench.instruments.watched import WatchedSocket, watch

_HISLIP = 2  # connections of a session


def mended(client: object) -> tuple[WatchedSocket, ...]:
    """Mend a client of pyvisa-py, and give its sockets, which want to know how long a call may take.

    Of anything else, give none.
    """
    lines = watch(client)
    if len(lines) == _HISLIP:
        hislipclient.mend(client, *lines)
    elif lines:
        vxi11client.mend(client, *lines)
    return lines
