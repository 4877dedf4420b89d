"""Prompts over the channel: which are open, and answers to them from other processes."""

from __future__ import annotations

from calbench.control.verbs import Command, Reply
from calbench.execution.prompts.open import OpenPrompts

NOT_REMOTE = "This run takes no answers from elsewhere; --prompts remote or both makes one that does."


def handle_prompts(prompts: OpenPrompts | None, command: Command, state: str) -> Reply:
    """List the open prompts, or answer one.

    Raises:
        RunFailed: The journal does not take the answer.
    """
    if prompts is None:
        return Reply(accepted=False, state=state, text="The run asks nothing yet.")
    if command.verb == "prompts":
        found = prompts.listed()
        text = f"{len(found)} open." if found else "No prompt is open."
        return Reply(accepted=True, state=state, text=text, prompts=tuple(found))
    refusal = _refusal(prompts, command)
    if refusal:
        return Reply(accepted=False, state=state, text=refusal)
    offered = prompts.offer(command.prompt, command.answer, command.by.strip())
    return Reply(accepted=offered.outcome == "taken", state=state, text=offered.text)


def _refusal(prompts: OpenPrompts, command: Command) -> str:
    if not prompts.remote:
        return NOT_REMOTE
    named = command.by.strip()
    return "" if named and named.isprintable() else "Who answers? An answer needs a name: --by NAME."
