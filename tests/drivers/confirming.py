"""Exchanges with meters that are asked what they are set to: written without that question, which comes each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from calbench.instruments import testing
from calbench.instruments.link import Link

Exchange = Callable[..., AbstractContextManager[Link]]


def asked_after(query: str, function: Callable[[str], str | None]) -> Exchange:
    """Give an `exchange` in which the meter tells its function each time that settings left no error.

    Args:
        query: What asks for the function.
        function: Gives the reply for a message that sets a function, as the protocol tables have it; None for others.
    """

    def told(lines: tuple[str, ...]) -> Iterator[str]:
        name: str | None = None
        fine = False  # whether settings have gone out, and left no error so far
        for line in lines:
            yield line
            name = function(line.removeprefix("> ")) or name
            if line.startswith("> ") and "?" not in line:
                fine = True
            elif fine and line.startswith("<") and "no error" in line.lower():
                yield from (f"> {query}", f"< {name}")
                fine = False
            elif line.startswith("<"):
                fine = False

    return lambda *lines, **more: testing.exchange(*told(lines), **more)


def in_one_message(query: str, separator: str) -> Exchange:
    """Give an `exchange` in which settings and the `query` for errors behind them are one message."""

    def joined(lines: tuple[str, ...]) -> Iterator[str]:
        settings: list[str] = []
        for line in lines:
            asks = line == f"> {query}"
            if line.startswith(">") and not asks and "?" not in line and line != "> TARM SGL":
                settings.append(line.removeprefix("> "))
                continue
            if settings and asks:
                yield f"> {separator.join((*settings, query))}"
            else:
                yield from (*(f"> {one}" for one in settings), line)
            settings = []
        yield from (f"> {one}" for one in settings)

    return lambda *lines, **more: testing.exchange(*joined(lines), **more)
