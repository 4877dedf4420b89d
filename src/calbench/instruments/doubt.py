"""Making sure, after a failure on a plain line, that replies belong to questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from calbench.errors import Overload
from calbench.instruments.link import Link


class Doubt:
    """Whether a late reply may still come that would pass for the answer to another question.

    After a timeout a link throws away what has come by then. On a line without device clear, the reply that was waited
    for may come later still, in the middle of the next exchange; and replies of many instruments, a weight above all,
    do not say which question they answer. So the next call first asks something whose answer looks like no other.

    Args:
        link: The line, which is cleared before.
        probe: Asks that, and raises an `InstrumentError` if the answer is another one.
    """

    def __init__(self, link: Link, probe: Callable[[], object]) -> None:
        self._link = link
        self._probe = probe
        self._doubtful = False

    @contextmanager
    def settled(self) -> Iterator[None]:
        """Make sure before, if a call has failed; whatever fails within, except by an overload, brings doubt."""
        if self._doubtful:
            self._link.clear()  # or an answer too many would stand before each answer for ever
            self._probe()
        self._doubtful = True
        try:
            yield
        except Overload:  # this was the answer
            self._doubtful = False
            raise
        self._doubtful = False
