"""Recognising instruments after an interruption: each must be the very one that measured before."""

from __future__ import annotations

from collections.abc import Iterable

from calbench.documents.journal import Event
from calbench.errors import WrongInstrument
from calbench.execution.bench import Bench

FIELDS = ("maker", "model", "serial")


def require_same(events: Iterable[Event], bench: Bench) -> None:
    """Compare every open instrument with what it said in the earlier part of the run.

    Raises:
        WrongInstrument: Another unit answers now; names both.
    """
    before = {
        str(event.body["instrument"]): event.body for event in events if event.type == "instrument_opened"
    }
    for name, opened in bench.opened.items():
        known, now = before.get(name), opened.identity
        if known is None or now is None or "serial" not in known:
            continue
        changed = [one for one in FIELDS if str(known.get(one, "")) != getattr(now, one)]
        if changed:
            was = ", ".join(f"{one} {known.get(one, '') or '(none)'}" for one in changed)
            is_ = ", ".join(f"{one} {getattr(now, one) or '(none)'}" for one in changed)
            raise WrongInstrument(
                f"{name}: this run began with {was}; {is_} answers now. Connect the unit that it began with, or "
                "begin a new run."
            )
