"""Parts of the plan of one unit out of that of a run of several."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Protocol, TypeVar

from calbench.documents.origin import Source


class Named(Protocol):
    """A part that has an id."""

    @property
    def id(self) -> str:
        """What it is called."""


T = TypeVar("T", bound=Named)


def with_own(of_all: Iterable[T], own: Iterable[T]) -> list[T]:
    """Put what is another for one unit in the places of those of the same id."""
    others = {one.id: one for one in own}
    return [others.get(one.id, one) for one in of_all]


def of_assets(sources: Iterable[Source], assets: Set[str]) -> list[Source]:
    """Give the files of procedures and station, and those of these assets alone."""
    return [one for one in sources if one.kind in ("procedure", "station") or one.id in assets]
