"""What passes a place in a time: whatever flows, drives or is delivered from a start to a stop."""

from __future__ import annotations

from collections.abc import Callable

from calbench.clock import Clock
from calbench.simulation.electrical import Terminal
from calbench.simulation.signals import Value


class Passage:
    """Adds up what reaches a terminal; a new passage begins where something flows after a standstill.

    The signal is constant between two changes, so that each piece is a product.

    Args:
        terminal: Where it passes.
        quantity: Of `signals`.
        rate: Gives how fast a value is, in a unit of the caller's choice; 0 is a standstill.
        piece: Is handed each piece: the value, and how long it lasted (s).
        begin: Is called at the begin of a passage, before its first piece.
    """

    def __init__(
        self,
        terminal: Terminal,
        quantity: str,
        clock: Clock,
        *,
        rate: Callable[[Value], float],
        piece: Callable[[Value, float], None],
        begin: Callable[[], None],
    ) -> None:
        self._terminal = terminal
        self._quantity = quantity
        self._clock = clock
        self._rate = rate
        self._piece = piece
        self._begin = begin
        self._rests = True
        self._since = clock.monotonic()
        self.seconds = 0.0
        """How long the last passage took so far."""
        terminal.watch(self.look)

    def look(self) -> None:
        """Add up what has passed until now."""
        now = self._clock.monotonic()
        value = self._terminal.received(self._quantity, now)
        seconds, self._since = now - self._since, now
        if value is None or self._rate(value) == 0.0:
            self._rests = True
            return
        if self._rests:
            self._rests, self.seconds = False, 0.0
            self._begin()
        if seconds > 0:
            self.seconds += seconds
            self._piece(value, seconds)
