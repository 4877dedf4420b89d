"""Ctrl-C after the last line of a run: nothing is left that it could stop, and the record is not given up for it."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any

from calbench.documents.journal import Event


class Closing:
    """A listener to a run, and a block: from the last line to the end of the block Ctrl-C changes nothing.

    The second press of somebody who wants an abort may come when the run has ended by the first; without this it would
    cost the record, the seal, and what the terminal says of the outputs. Only the main thread hears of Ctrl-C.
    """

    def __init__(self) -> None:
        self._former: Any = None
        self._over = False

    def __enter__(self) -> Closing:
        return self

    def __call__(self, event: Event) -> None:
        """Look for the end of the run."""
        main = threading.current_thread() is threading.main_thread()
        if event.type == "run_closed" and main and not self._over:
            self._over = True
            self._former = signal.signal(signal.SIGINT, _nothing)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._former is not None:
            signal.signal(signal.SIGINT, self._former)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Take note of Ctrl-C, and go on."""
