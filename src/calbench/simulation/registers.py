"""SCPI status registers: condition, event, enable (SCPI-99, volume 1, chapter 9)."""

from __future__ import annotations

from collections.abc import Callable


class EventRegister:
    """One register such as OPERation or QUEStionable, with positive transitions only."""

    def __init__(self) -> None:
        self.condition = 0
        self.event = 0
        self.enable = 0
        self.on_change: Callable[[], None] = lambda: None

    @property
    def summary(self) -> bool:
        """Whether an enabled event has happened."""
        return bool(self.event & self.enable)

    def set(self, bits: int, *, raised: bool) -> None:
        """Raise or lower condition bits; a bit that rises is remembered as an event."""
        before = self.condition
        self.condition = before | bits if raised else before & ~bits
        self.event |= self.condition & ~before
        self.on_change()

    def read_event(self) -> int:
        """Give the events and forget them."""
        event, self.event = self.event, 0
        self.on_change()
        return event
