"""Lines from the terminal, read in one thread: a line that was begun for one prompt is never the answer to another.

A thread that waits at the keyboard cannot be broken off, on no system in the same way. So it is left alone where its
prompt is answered elsewhere, and the line that it gives some time later is thrown away, whatever stands in it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

from calbench.execution.prompts.operators import Dropped

Closed = Callable[[], str]


class Lines:
    """Reads a line at a time; `read_line` blocks until one is typed, and is that of the standard input if not given."""

    def __init__(self, read_line: Callable[[], str] | None = None) -> None:
        self._read_line = read_line
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._reading = False
        self._line = ""
        self._error: BaseException | None = None

    def read(self, show: Callable[[], None], closed: Closed, stale: Callable[[], None]) -> str:
        """Give the next line that is begun from now on.

        Args:
            show: Shows what is typed after; called when typing can begin.
            closed: Says why the line is not needed any more; empty while it is.
            stale: Tells the person that the line that they may have begun is not taken; called while one is awaited.

        Raises:
            Dropped: `closed` said why.
            BaseException: What reading raised, such as EOFError.
        """
        with self._changed:
            if self._reading:
                stale()
            self._changed.wait_for(lambda: not self._reading or closed())
            if why := closed():
                raise Dropped(why)
            if self._error is not None:
                raise self._error
            show()
            self._begin()
            self._changed.wait_for(lambda: not self._reading or closed())
            if why := closed():
                raise Dropped(why)
            if self._error is not None:
                raise self._error
            return self._line

    def look(self) -> None:
        """Have whoever waits for a line ask again whether it is still needed."""
        with self._changed:
            self._changed.notify_all()

    def _begin(self) -> None:
        self._reading = True
        if self._thread is None:
            self._thread = threading.Thread(target=self._all, name="terminal", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _all(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._reading)
            line, error = "", None
            try:
                self._read_line = self._read_line or _keyboard()
                line = self._read_line()
            except BaseException as raised:  # noqa: BLE001 - raised again where the line was wanted
                error = raised
            with self._changed:
                self._line, self._error, self._reading = line, error, False
                self._changed.notify_all()
            if error is not None:
                return


def _keyboard() -> Callable[[], str]:
    """Give what reads lines from the standard input, through a buffer of its own.

    A program that ends while a thread waits in the buffer of `sys.stdin` is aborted by Python: it cannot take that
    buffer's lock. Nobody takes the lock of this one.
    """
    try:
        stream = open(  # noqa: SIM115 - stays open as long as the thread; it has a number, not a path
            sys.stdin.fileno(), encoding=sys.stdin.encoding, errors="replace", closefd=False
        )
    except (OSError, ValueError):  # an input that is no file
        stream = sys.stdin  # type: ignore[assignment] # read the same way

    def read() -> str:
        line = stream.readline()
        if not line:
            raise EOFError
        return line.rstrip("\r\n")

    return read
