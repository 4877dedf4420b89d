"""Control: what a person wants of a running run, and where the runner looks whether anything is wanted.

A verb comes from any thread; the runner's own thread looks between points and before each exchange. No thread
is ever broken off: a verb takes effect where the runner looks, and an abort has the guard act meanwhile.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Literal

from calbench.clock import Clock, RealClock
from calbench.control.verbs import Command, Reply, Verb
from calbench.documents.journal import Event
from calbench.documents.states import Following
from calbench.errors import CalbenchError
from calbench.execution.journalling import Journal
from calbench.execution.prompts.open import OpenPrompts
from calbench.execution.prompts.remote import handle_prompts

Wanted = Literal["", "pause", "hold", "finish", "stop", "abort"]
_RANK: dict[str, int] = {"": 0, "pause": 1, "hold": 2, "finish": 3, "stop": 4, "abort": 5}
LOOK_AGAIN = 0.25  # real seconds: so that Ctrl-C is noticed on every system
CTRL_C = "Ctrl-C"

_SAYS: dict[str, str] = {
    "pause": "It pauses after the current point; pause again to hold after the current exchange.",
    "hold": "It holds after the current exchange; the current attempt is discarded.",
    "finish": "It finishes after the current point, and makes the outputs safe.",
    "stop": "It stops at the next exchange, and makes the outputs safe; the current attempt is discarded.",
}


class StopWanted(Exception):  # noqa: N818 - not an error: somebody decided so
    """The operator or the policy ends the run."""

    status: Literal["STOPPED", "ABORTED"] = "STOPPED"


class AbortWanted(StopWanted):
    """The run is aborted: the guard makes the outputs safe already."""

    status = "ABORTED"


class Counted(KeyboardInterrupt):
    """Ctrl-C was pressed while outputs were made safe, and was counted there already, each time."""


class HoldWanted(Exception):  # noqa: N818 - as above
    """The run is held in the middle of a point, which is then measured anew."""


class SuspendWanted(Exception):  # noqa: N818 - as above
    """Something that all units share is gone: what is going on is broken off, and measured anew later."""


class Lapsed(HoldWanted):
    """A point is measured anew: its stimulus was switched off while a prompt waited; the run need not be held."""


class _Exempt(threading.local):
    """How often the present thread has asked not to be broken off."""

    depth = 0


class Control:
    """What is wanted of a run. One for each run; `attach` it to the journal before anything is asked of it.

    Attached to a journal, it writes every verb down, in the thread of who says it.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.RLock())
        self._journal: Journal | None = None
        self._clock: Clock | None = None
        self._wanted: Wanted = ""
        self._why = ""
        self._following = Following()
        self._prompts: OpenPrompts | None = None
        self._held = False
        self._closed = False
        self._exempt = _Exempt()
        self._suspended = ""
        self._aborting: threading.Thread | None = None
        self.beside = 0
        """How many threads measure beside one another; 0 while one does all."""
        self.may_hold = False
        """Whether the run is where it can be held in the middle of something, and begin that anew."""
        self._on_abort: Callable[[str], str] = lambda _why: "The runner makes the outputs safe."

    def attach(self, journal: Journal, clock: Clock, on_abort: Callable[[str], str]) -> None:
        """Take the journal of the run, the clock that it waits on, and what has the guard act.

        `on_abort` is handed the reason and gives a sentence on what the guard found; it is called in the thread of
        who aborts.
        """
        self._journal, self._clock, self._on_abort = journal, clock, on_abort

    def take_answers(self, prompts: OpenPrompts) -> None:
        """Take the prompts of the run, so that those in other processes can see them, and answer them if they may."""
        self._prompts = prompts

    def watch(self, event: Event) -> None:
        """Follow the state of the run; a listener of the journal."""
        self._following(event)

    @property
    def _state(self) -> str:
        return self._following.state

    # what a person does, in any thread

    def handle(self, command: Command) -> Reply:
        """Take a command, write it down, and say what is done about it."""
        if command.verb == "state":
            return Reply(accepted=not self._closed, state=self._state, text=f"It is {self._state}.")
        if command.verb in ("prompts", "answer"):
            return handle_prompts(self._prompts, command, self._state)
        if command.verb == "abort":
            return self._abort(command)
        with self._changed:
            refused = self._refusal(command.verb)
            if refused:
                return Reply(accepted=False, state=self._state, text=refused)
            text = self._take(command)
            self._note(command, text)
            self._wake()
            return Reply(accepted=True, state=self._state, text=text)

    def interrupt(self, pressed: KeyboardInterrupt | None = None) -> None:
        """Ctrl-C: the first is stop, the second abort; called in the runner's thread, once for each press."""
        if isinstance(pressed, Counted):
            return
        if _RANK[self._wanted] < _RANK["stop"]:
            self._wanted, self._why = "stop", f"Interrupted by the operator ({CTRL_C})."
            return
        if self._wanted != "abort" and not self._closed:
            command = Command(verb="abort", by=CTRL_C, reason="pressed twice")
            self._wanted, self._why = "abort", _why(command)
            # beside the runner, which may hold the line that the guard needs: it goes on giving it back
            self._aborting = threading.Thread(target=self._act, args=(command,), name="abort", daemon=True)
            self._aborting.start()

    def interrupt_all(self, pressed: KeyboardInterrupt) -> None:
        """Take Ctrl-C while several units are measured in threads of their own, some of which may wait."""
        self.interrupt(pressed)
        with self._changed:
            self._wake()

    def settle(self, seconds: float) -> None:
        """Wait until the guard has said what it found, if Ctrl-C had it act."""
        if self._aborting is not None:
            self._aborting.join(seconds)

    def abort(self, why: str) -> None:
        """Abort without a person: the guard has acted, or none can be had."""
        with self._changed:
            self._wanted, self._why = "abort", why
            self._wake()

    def stop(self, why: str) -> None:
        """Stop without a person: what the run needs is gone."""
        with self._changed:
            if _RANK[self._wanted] < _RANK["stop"]:
                self._wanted, self._why = "stop", why
            self._wake()

    def suspend(self, why: str) -> None:
        """Break off what is going on in all threads that measure; empty text lets them go on again."""
        with self._changed:
            self._suspended = why
            self._wake()

    # where the runner looks, in its own thread

    @property
    def aborted(self) -> bool:
        """Whether an abort is wanted."""
        return self._wanted == "abort"

    @property
    def why(self) -> str:
        """Who wants it, and why."""
        return self._why

    def at_exchange(self) -> None:
        """Look before an exchange.

        Raises:
            StopWanted: The run is stopped or aborted.
            HoldWanted: It is held, in the middle of a point.
            SuspendWanted: Something that is shared is gone.
        """
        if not (self._wanted or self._suspended) or self._exempt.depth:
            return
        if self._wanted == "abort":
            raise AbortWanted(self._why)
        if self._wanted == "stop":
            raise StopWanted(self._why)
        if self._wanted == "hold" and self.may_hold:
            raise HoldWanted(self._why)
        if self._suspended:
            raise SuspendWanted(self._suspended)

    def between(self) -> bool:
        """Look between points: whether to hold here.

        Raises:
            StopWanted: The run is finished here, stopped or aborted.
        """
        if self._wanted == "finish":
            raise StopWanted(self._why)
        if self._wanted in ("stop", "abort"):
            self.at_exchange()
        return self._wanted in ("pause", "hold")

    def interrupts(self) -> bool:
        """Tell whether a wait is to be broken off."""
        at_once = self._wanted in ("stop", "abort") or (self._wanted == "hold" and self.may_hold)
        return (at_once or bool(self._suspended)) and not self._exempt.depth

    def hold(self) -> None:
        """Wait until somebody lets the run go on, in real time even where the clock is virtual.

        Raises:
            StopWanted: The run is finished, stopped or aborted instead.
        """
        with self._changed:
            self._held = True
            try:
                while self._wanted in ("pause", "hold"):
                    self._changed.wait(LOOK_AGAIN)
            finally:
                self._held = False
        self.between()

    def at_prompt(self) -> None:
        """Look while a prompt waits: a pause waits for its answer, whatever ends the run does not.

        Raises:
            StopWanted: The run is stopped or aborted; the prompt stays unanswered.
            SuspendWanted: All who measure are suspended; it is asked again later.
        """
        if self.ends_prompts():
            self.at_exchange()

    def ends_prompts(self) -> bool:
        """Tell whether `at_prompt` would end the wait for an answer."""
        return (self._wanted in ("stop", "abort") or bool(self._suspended)) and not self._exempt.depth

    def rest(self, seconds: float) -> None:
        """Let time pass on the run's clock; a verb that takes effect at once breaks it off.

        Raises:
            StopWanted, HoldWanted: As `at_exchange`.
        """
        if self._clock is None:
            raise ValueError("a control that is attached to no journal has no clock")
        if isinstance(self._clock, RealClock) and not self._exempt.depth:
            self._clock.wait_until(self.interrupts, self._clock.monotonic() + seconds)
        else:
            self._clock.sleep(seconds)
        self.at_exchange()

    @contextlib.contextmanager
    def exempt(self) -> Iterator[None]:
        """Keep verbs from taking effect: while outputs are made safe, nothing breaks that off."""
        self._exempt.depth += 1
        try:
            yield
        finally:
            self._exempt.depth -= 1

    def close(self) -> None:
        """Take no more verbs: the last line of the journal follows."""
        with self._changed:
            self._closed = True

    def _refusal(self, verb: Verb) -> str:
        if self._closed:
            return f"The run has ended: {self._state}."
        if _RANK[self._wanted] >= _RANK["stop"] or self._state == "SAFING":
            return f"It is ending already: {self._why or 'all is measured.'}"
        if _RANK[self._wanted] >= _RANK["finish"] and verb in ("pause", "finish", "go-on"):
            return f"It is finishing already: {self._why}"
        if verb == "go-on" and self._wanted not in ("pause", "hold"):
            # who holds may not have woken yet: what was said to it since must not be taken back
            return "It goes on already." if self._held else f"It is not held: it is {self._state}."
        if verb == "pause" and self._held:
            return "It is held already. Go on, finish, stop or abort."
        return ""

    def _take(self, command: Command) -> str:
        if command.verb == "go-on":
            text = "It goes on." if self._held else "It does not pause."
            self._wanted, self._why = "", ""
            return text
        wanted: Wanted = command.verb  # type: ignore[assignment] # state, go-on and abort do not come here
        if wanted == "pause" and self._wanted in ("pause", "hold"):
            wanted = "hold"
        self._wanted, self._why = wanted, _why(command)
        return _SAYS[wanted]

    def _abort(self, command: Command) -> Reply:
        with self._changed:
            if self._closed or self._wanted == "abort":
                text = f"The run has ended: {self._state}." if self._closed else "It is aborting already."
                return Reply(accepted=False, state=self._state, text=text)
            self._wanted, self._why = "abort", _why(command)
            self._wake()
        found = self._act(command)
        return Reply(accepted=True, state=self._state, text=f"It is aborted. {found}")

    def _act(self, command: Command) -> str:
        found = self._on_abort(self._why)  # first the outputs, then the books
        with self._changed:
            if not self._closed:
                with contextlib.suppress(CalbenchError):  # the disk may be what failed
                    self._note(command, found)
        return found

    def _note(self, command: Command, text: str) -> None:
        if self._journal is not None:
            body = {"verb": command.verb, "by": command.by, "reason": command.reason, "did": text}
            self._journal.note("verb", body, actor="operator")

    def _wake(self) -> None:
        self._changed.notify_all()
        if self._prompts is not None:
            self._prompts.wake()
        if isinstance(self._clock, RealClock):
            self._clock.call_at(self._clock.monotonic(), lambda: None)


def _why(command: Command) -> str:
    did = {"finish": "Finished", "stop": "Stopped", "abort": "Aborted"}.get(command.verb, "Paused")
    by = f" by {command.by}" if command.by else ""
    return f"{did}{by}{f': {command.reason}' if command.reason else ''}."
