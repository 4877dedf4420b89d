"""What a command handler of a simulated instrument gives back."""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple


class Answer(NamedTuple):
    """A reply that is ready `after` simulated seconds from now, for example when a conversion is done."""

    text: str
    after: float = 0.0


class NotHandled(Enum):
    """The type of `NOT_HANDLED`, so that type checkers can tell it from a reply."""

    NOT_HANDLED = "not handled"


NOT_HANDLED: Final = NotHandled.NOT_HANDLED
"""Given by a dispatcher that does not know the command: try the next one."""

Result = str | Answer | None
"""A handler's result: a reply now, a reply later, or no reply."""
