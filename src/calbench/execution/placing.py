"""What one of several units under test sees of a run: the journal under its position, and prompts that name it."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.documents.journal import Actor, Event, EventType
from calbench.execution.journalling import Notes


class NotesAt:
    """A journal as one unit sees it: what it writes stands under its position."""

    def __init__(self, journal: Notes, position: str) -> None:
        self._journal = journal
        self._position = position
        self.keeps_traffic = journal.keeps_traffic

    def note(
        self,
        type_: EventType,
        body: Mapping[str, object] | None = None,
        *,
        point: str = "",
        attempt: int = 0,
        actor: Actor | None = None,
        position: str | None = None,
    ) -> Event:
        """Append one event, under the unit's position unless another is given; see `Journal.note`."""
        place = self._position if position is None else position
        return self._journal.note(type_, body, point=point, attempt=attempt, actor=actor, position=place)
