"""The safe state: everything that can put out energy is made safe and read back, on every way out of a run."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from calbench.documents.plan import Binding
from calbench.documents.record import OutputState
from calbench.errors import InstrumentError, RunFailed
from calbench.execution.bench import KEYBOARD, Bench
from calbench.execution.controlling import Counted
from calbench.execution.gating import SAFE_WITHIN
from calbench.execution.journalling import Notes
from calbench.execution.witnessing import look_again, sees_off
from calbench.instruments import catalog
from calbench.instruments.reading import Safe

_BY_HAND = "a person has it under way, and has not said that it is over"
_NOBODY_SAYS = "it acknowledged, and nobody sees whether it is off"


@dataclass(frozen=True)
class Outputs:
    """In what state the outputs were left.

    Attributes:
        sources: How many sources the plan has.
        unsafe: Which of them are not known to be safe.
        untouched: Which of them are not the instrument that is meant; nothing was sent to them but the question
            who they are.
        taken: Which of them another run has now, because the lease of this one was over: it makes them safe when it
            begins, and this one must not touch them.
    """

    sources: int = 0
    unsafe: tuple[str, ...] = ()
    untouched: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()

    @property
    def state(self) -> OutputState:
        """The state in one word, as the journal and the record hold it."""
        if self.unsafe:
            return "not_verified"
        if self.taken:
            return "taken"
        if self.untouched:
            return "untouched"
        return "verified_off" if self.sources else "no_source"

    @property
    def in_doubt(self) -> list[str]:
        """The instruments that the state is about; empty where all is well."""
        return list(self.unsafe or self.taken or self.untouched)

    @property
    def safe(self) -> bool:
        """Whether no source is in doubt."""
        return not self.unsafe

    def __str__(self) -> str:
        if self.unsafe:
            names = ", ".join(self.unsafe)
            return f"NOT VERIFIED SAFE: {names}. Switch to standby by hand, and check before touching any terminal."
        if self.taken:
            names = ", ".join(self.taken)
            return (
                f"another run has {names} now, and answers for its output; this run did not touch it any more"
            )
        if self.untouched:
            names = ", ".join(self.untouched)
            return f"nothing was switched on; another instrument answered for {names} and was not touched"
        return "safe: every output verified off" if self.sources else "no source in this run"


def make_safe(bench: Bench, journal: Notes, *, at_once: bool = False) -> Outputs:
    """Make every source safe; one that is not open or not verified is tried over a fresh line.

    Where there is time, the witness of a source sees it on once more before; `at_once` there is none.

    Raises:
        Counted: Ctrl-C was pressed meanwhile. It skips nothing: it is raised when all is done.
    """
    safing = _Safing(bench, journal)
    if not at_once:
        safing.look()
    return safing.all()


def safe_meanwhile(bench: Bench, journal: Notes, why: str) -> None:
    """Make every source safe while the run waits for a person, and write down why.

    Raises:
        RunFailed: A source is in doubt: nobody shall wait beside it.
    """
    outputs = make_safe(bench, journal)
    journal.note("state", {"state": "WAITING", "why": why, "outputs": outputs.state})
    if not outputs.safe:
        raise RunFailed(f"{why} Outputs: {outputs}")


def note_outputs(bench: Bench, journal: Notes) -> None:
    """Ask every source that can say so whether its output is on, and write it down; nothing is changed.

    So a bench is found that an earlier crash left on. One that does not answer is made safe all the same.
    """
    for binding in bench.sources():
        driver = bench.driver(binding.instrument)
        if driver is None or not hasattr(driver, "output_is_on"):
            continue
        try:
            with bench.gate.within(SAFE_WITHIN, binding.instrument):
                found: dict[str, object] = {"on": bool(driver.output_is_on())}
        except InstrumentError as error:
            found = {"message": str(error)}
        journal.note("output", {"instrument": binding.instrument, **found}, position=bench.place(binding))


class _Safing:
    """Goes through the sources once; whatever goes wrong with one, the next must be made safe too."""

    def __init__(self, bench: Bench, journal: Notes) -> None:
        self._bench = bench
        self._journal = journal
        self._interrupted = False

    def look(self) -> None:
        try:
            look_again(self._bench)
        except KeyboardInterrupt:
            self._press()

    def all(self) -> Outputs:
        unsafe: list[str] = []
        untouched: list[str] = []
        taken: list[str] = []
        sources = self._bench.sources()
        mine: list[tuple[Binding, Safe]] = []
        for binding in sources:
            if binding.instrument in self._bench.taken:
                taken.append(binding.instrument)
            elif binding.instrument in self._bench.strangers:
                untouched.append(binding.instrument)
            else:
                mine.append((binding, self._off(binding)))
        for binding, known in mine:  # nobody waits for a witness while another source is on
            result = self._witnessed(binding) if known is Safe.ACKNOWLEDGED else known
            if result is Safe.VERIFIED:
                self._bench.sightings.over(binding.instrument)
            else:
                self._whose(binding.instrument, unsafe, untouched, taken).append(binding.instrument)
        if self._interrupted:
            raise Counted
        return Outputs(len(sources), tuple(unsafe), tuple(untouched), tuple(taken))

    def _whose(self, name: str, unsafe: list[str], untouched: list[str], taken: list[str]) -> list[str]:
        """Tell what a source that is not verified off counts as."""
        if name in self._bench.taken:
            return taken
        return untouched if name in self._bench.strangers else unsafe

    def _off(self, binding: Binding) -> Safe:
        """Switch a source off; what its witness is to see is written down later."""
        driver = self._bench.driver(binding.instrument)
        if binding.driver == KEYBOARD:
            result, why = self._by_hand(driver)
        else:
            result, why = self._with_driver(binding, driver)
        if result is Safe.ACKNOWLEDGED:
            if binding.seen_by:
                return result
            result, why = Safe.SENT_UNVERIFIED, _NOBODY_SAYS
        self._note(binding, result, why)
        return result

    def _witnessed(self, binding: Binding) -> Safe:
        """Have a source that has acknowledged be looked at; if something is there, it is told once more."""
        result, why = self._seen(binding)
        if result is not Safe.VERIFIED and binding.instrument not in self._bench.taken:
            result, again = self._afresh(binding, why)
            result, why = self._seen(binding) if result is Safe.ACKNOWLEDGED else (result, again or why)
        self._note(binding, result, why)
        return result

    def _note(self, binding: Binding, result: Safe, why: str) -> None:
        body = {"instrument": binding.instrument, "result": str(result), "message": why}
        try:
            self._journal.note("safe_state", body, position=self._bench.place(binding))
        except KeyboardInterrupt:
            self._press()

    def _by_hand(self, driver: Any | None) -> tuple[Safe, str]:  # noqa: ANN401 - a driver of whatever class
        """Say what is known of what a person sets; nobody is asked here, as nobody may be there."""
        if driver is None:  # the guard has nobody to ask; a runner has asked nobody for anything yet
            return (Safe.VERIFIED, "") if self._bench.hands else (Safe.SENT_UNVERIFIED, _BY_HAND)
        result = Safe(driver.make_safe())
        return result, "" if result is Safe.VERIFIED else _BY_HAND

    def _with_driver(self, binding: Binding, driver: Any | None) -> tuple[Safe, str]:  # noqa: ANN401 - as above
        result, why = (Safe.FAILED, "it was not open") if driver is None else self._attempt(binding, driver)
        known = result is Safe.VERIFIED or (result is Safe.ACKNOWLEDGED and binding.seen_by)
        if not known and binding.instrument not in self._bench.taken:
            result, why = self._afresh(binding, why)
        return result, why

    def _press(self) -> None:
        """Take note of Ctrl-C at once: the second has the guard act now, not when all is done here."""
        self._interrupted = True
        with contextlib.suppress(KeyboardInterrupt):
            self._bench.control.interrupt()

    def _afresh(self, binding: Binding, why: str) -> tuple[Safe, str]:
        """Try once more over a fresh line."""
        try:
            with self._bench.gate.within(_seconds(binding), binding.instrument):
                driver = self._bench.reopen(binding)
        except KeyboardInterrupt:
            self._press()
            return Safe.FAILED, "interrupted while a fresh line was opened"
        except Exception as error:  # noqa: BLE001 - as the class says
            return Safe.FAILED, f"{why}; over a fresh line: {error}"
        return self._attempt(binding, driver)

    def _attempt(self, binding: Binding, driver: Any) -> tuple[Safe, str]:  # noqa: ANN401 - a driver of whatever class
        try:
            with self._bench.gate.within(_seconds(binding), binding.instrument):
                return Safe(driver.make_safe()), ""
        except KeyboardInterrupt:
            self._press()
            return Safe.FAILED, "interrupted while it was made safe"
        except Exception as error:  # noqa: BLE001 - as the class says
            return Safe.FAILED, f"{type(error).__name__}: {error}"

    def _seen(self, source: Binding) -> tuple[Safe, str]:
        """Ask the instrument that measures at the terminals of a source whether nothing is there."""
        try:
            return sees_off(self._bench, source)
        except KeyboardInterrupt:
            self._press()
            return Safe.SENT_UNVERIFIED, f"interrupted while {source.seen_by} was asked"


def _seconds(binding: Binding) -> float:
    """Give the seconds that an instrument has to be made safe."""
    found: float = getattr(catalog.find(binding.driver), "SAFE_WITHIN", SAFE_WITHIN)
    return found
