"""Recognising instruments after an interruption: each must be the very one that measured before."""

from __future__ import annotations

from collections.abc import Iterable

from calbench.documents.journal import Event
from calbench.documents.plan import Binding
from calbench.errors import WrongInstrument
from calbench.execution.bench import Bench
from calbench.execution.calling import recover
from calbench.instruments.reading import Identity

FIELDS = ("maker", "model", "serial")


def open_again(bench: Bench, binding: Binding) -> None:
    """Open a fresh line to an instrument that failed: it must be the same as before, and forget what it was told.

    Raises:
        InstrumentError: It does not answer, or another one does.
    """
    before = bench.opened.get(binding.instrument)
    bench.reopen(binding)
    now = bench.opened[binding.instrument]
    require_itself(binding.instrument, before.identity if before else None, now.identity)
    recover(now)


def require_itself(name: str, before: Identity | None, now: Identity | None) -> None:
    """Compare what an instrument says, whose line was opened afresh, with what it said before.

    Raises:
        WrongInstrument: Another unit answers now; names both.
    """
    if before is None or now is None:
        return
    if (before.model, before.serial) != (now.model, now.serial):
        raise WrongInstrument(
            f"{name}: '{before.text}' answered before, '{now.text}' does now. Connect the unit that it was."
        )


def require_same(events: Iterable[Event], bench: Bench, names: Iterable[str] | None = None) -> None:
    """Compare every open instrument, or those of these names, with what it said in the earlier part of the run.

    Raises:
        WrongInstrument: Another unit answers now; names both.
    """
    before = {
        str(event.body["instrument"]): event.body for event in events if event.type == "instrument_opened"
    }
    for name in bench.opened if names is None else [name for name in names if name in bench.opened]:
        known, now = before.get(name), bench.opened[name].identity
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
