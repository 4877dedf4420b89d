"""What a command handler of a simulated instrument gives back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Final, NamedTuple

Text = str | Callable[[], str]
"""Text of a reply, or what gives it when the reply is ready."""


class Answer(NamedTuple):
    """A reply that is ready `after` simulated seconds from now, for example when a conversion is done."""

    text: Text
    after: float = 0.0


class NotHandled(Enum):
    """The type of `NOT_HANDLED`, so that type checkers can tell it from a reply."""

    NOT_HANDLED = "not handled"


NOT_HANDLED: Final = NotHandled.NOT_HANDLED
"""Given by a dispatcher that does not know the command: try the next one."""

Result = str | Answer | None
"""A handler's result: a reply now, a reply later, or no reply."""


def joined(texts: Sequence[Text]) -> Text:
    """Join the replies of one message with `;`; late if one of them is."""
    if all(isinstance(text, str) for text in texts):
        return ";".join(made(texts))
    return lambda: ";".join(made(texts))


def made(texts: Sequence[Text]) -> list[str]:
    """Give the texts as they are now; late ones are asked."""
    return [text if isinstance(text, str) else text() for text in texts]
