"""Whether what a test wanted to go wrong did: a fault that comes after the last message shows nothing."""

from __future__ import annotations

from collections.abc import Iterable

from calbench.documents.journal import Event
from calbench.documents.station import FaultRule, Mistake
from calbench.errors import UsageError
from calbench.simulation.world import World


def require_happened(
    world: World, faults: Iterable[FaultRule], mistakes: Iterable[Mistake], journal: Iterable[Event]
) -> None:
    """Make sure that every fault was met by a message, and every mistake by its prompt.

    Raises:
        UsageError: One was not; says how many messages, or which prompts, there were.
    """
    for fault in faults:
        messages = world.device(fault.instrument).faults.messages
        if messages < fault.after + (fault.kind != "locked"):  # a lock is taken after the message before
            raise UsageError(
                f"The fault {fault.kind} of {fault.instrument} never happened: it comes after {fault.after} "
                f"messages, and there were {messages}. Give a smaller after."
            )
    asked = dict.fromkeys(str(one.body["id"]) for one in journal if one.type == "asked")
    for mistake in mistakes:
        if mistake.at not in asked:
            raise UsageError(
                f"The mistake {mistake.do} never happened: nobody was asked {mistake.at!r}. "
                f"Asked was: {', '.join(asked) or 'nothing'}."
            )
