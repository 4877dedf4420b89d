"""What the VXI-11 client of pyvisa-py 0.8.1 does badly: a call that is never answered (VXI-11, B.6).

It waits one second longer than the timeout, then tells it as an I/O error, and at the end waits five seconds for an
answer to its farewell.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from calbench.instruments.watched import WatchedSocket, hang_up

GRACE = 1.0  # s that it gives an instrument to say itself that the time is over
_TIMED_OUT, _IO_ERROR = 15, 17  # error codes, VXI-11, table B.2


def mend(client: Any, line: WatchedSocket) -> None:  # noqa: ANN401 - not typed
    """Have a client of pyvisa-py tell such a call as a timeout, and wait for no farewell then."""
    line.grace = GRACE
    silent = False

    def noting(
        call: Callable[..., tuple[Any, ...]], instead: tuple[Any, ...]
    ) -> Callable[..., tuple[Any, ...]]:
        def called(*given: Any) -> tuple[Any, ...]:  # noqa: ANN401 - as the client has it
            nonlocal silent
            result = call(*given)
            silent = result[0] == _IO_ERROR and isinstance(result[1], str)  # its word for no answer
            return instead if silent else result

        return called

    def farewell(*given: Any) -> Any:  # noqa: ANN401 - as above
        if silent:
            hang_up(line)
        return destroy_link(*given)

    destroy_link = client.destroy_link
    client.device_read = noting(client.device_read, (_TIMED_OUT, 0, b""))
    client.device_write = noting(client.device_write, (_TIMED_OUT, 0))
    client.destroy_link = farewell
