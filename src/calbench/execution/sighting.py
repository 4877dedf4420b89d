"""Sightings: which sources are on that a witness looks at, and when their witness last saw that they are.

The runner keeps them, and its guard hears of each change at once: a runner that dies has told what was known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from calbench.clock import Clock

PROVEN_FOR = 120.0
"""Seconds for which a witness that saw a source on is believed to see it still."""

Ages = Mapping[str, float | None]
"""How long ago (s) the witness of each source that is on saw it; None: not since it was switched on."""


class Sightings:
    """What is known of sources that are on; a source that is not here was switched off, or never on.

    Args:
        clock: That of the run, or of the guard.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: dict[str, float | None] = {}
        self._lost: set[str] = set()
        self.changed: Callable[[], None] = lambda: None
        """Called at each change, before whoever made it goes on."""

    def __contains__(self, source: str) -> bool:
        """Tell whether a source is on, as far as anybody knows."""
        return source in self._seen

    def switched_on(self, source: str) -> None:
        """Take note that a source is about to be switched on."""
        self._set(source, self._seen.get(source))

    def seen(self, source: str) -> None:
        """Take note that its witness sees it on now."""
        self._lost.discard(source)
        self._set(source, self._clock.monotonic())

    def lost(self, source: str) -> None:
        """Take note that its witness does not see it, although it is on."""
        if self._seen.get(source) is not None:
            self._lost.add(source)
        self._set(source, None)

    def over(self, source: str) -> None:
        """Take note that a source was seen off, or puts out nothing any more."""
        if source in self._seen:
            del self._seen[source]
            self._lost.discard(source)
            self.changed()

    def fresh(self, source: str) -> bool:
        """Tell whether its witness saw it so short a time ago that it need not look again."""
        seen = self._seen.get(source)
        return seen is not None and self._clock.monotonic() - seen <= PROVEN_FOR

    def doubt(self, source: str, witness: str) -> str:
        """Say why a witness that sees nothing does not show that a source is off; empty where it does."""
        if source not in self._seen or self.fresh(source):
            return ""
        seen = self._seen[source]
        if seen is not None:
            ago = self._clock.monotonic() - seen
            return f"{witness} saw it on {ago:.0f} s ago, which is too long to tell by it that it is off"
        how = "did not see it any more" if source in self._lost else "has not seen it"
        return f"{witness} {how} while it was on, so it cannot tell that it is off"

    def ages(self) -> dict[str, float | None]:
        """Give what is known in a form that another process can take."""
        now = self._clock.monotonic()
        return {name: None if seen is None else now - seen for name, seen in list(self._seen.items())}

    def take(self, ages: Ages) -> None:
        """Take what another process knows instead."""
        now = self._clock.monotonic()
        self._seen = {name: None if age is None else now - age for name, age in ages.items()}

    def _set(self, source: str, seen: float | None) -> None:
        changed = source not in self._seen or self._seen[source] != seen
        self._seen[source] = seen
        if changed:
            self.changed()
