"""The safe state: everything that can put out energy is made safe and read back, on every way out of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calbench.documents.plan import Binding
from calbench.documents.record import OutputState
from calbench.execution.bench import Bench
from calbench.execution.journalling import Journal
from calbench.instruments.reading import Safe


@dataclass(frozen=True)
class Outputs:
    """In what state the outputs were left.

    Attributes:
        sources: How many sources the plan has.
        unsafe: Which of them are not known to be safe.
        untouched: Which of them are not the instrument that is meant; nothing was sent to them but the question
            who they are.
    """

    sources: int = 0
    unsafe: tuple[str, ...] = ()
    untouched: tuple[str, ...] = ()

    @property
    def state(self) -> OutputState:
        """The state in one word, as the journal and the record hold it."""
        if self.unsafe:
            return "not_verified"
        if self.untouched:
            return "untouched"
        return "verified_off" if self.sources else "no_source"

    @property
    def in_doubt(self) -> list[str]:
        """The instruments that the state is about; empty where all is well."""
        return list(self.unsafe or self.untouched)

    @property
    def safe(self) -> bool:
        """Whether no source is in doubt."""
        return not self.unsafe

    def __str__(self) -> str:
        if self.unsafe:
            names = ", ".join(self.unsafe)
            return f"NOT VERIFIED SAFE: {names}. Switch to standby by hand, and check before touching any terminal."
        if self.untouched:
            names = ", ".join(self.untouched)
            return f"nothing was switched on; another instrument answered for {names} and was not touched"
        return "safe: every output verified off" if self.sources else "no source in this run"


def make_safe(bench: Bench, journal: Journal) -> Outputs:
    """Make every source safe; one that is not open or not verified is tried over a fresh line. Never raises."""
    unsafe: list[str] = []
    untouched: list[str] = []
    sources = bench.sources()
    for binding in sources:
        if binding.instrument in bench.strangers:
            untouched.append(binding.instrument)
        elif _safe(bench, binding, journal) is not Safe.VERIFIED:
            (untouched if binding.instrument in bench.strangers else unsafe).append(binding.instrument)
    return Outputs(len(sources), tuple(unsafe), tuple(untouched))


def _safe(bench: Bench, binding: Binding, journal: Journal) -> Safe:
    driver = bench.driver(binding.instrument)
    result, why = (Safe.FAILED, "it was not open") if driver is None else _attempt(driver)
    if result is not Safe.VERIFIED:
        result, why = _afresh(bench, binding, why)
    journal.note("safe_state", {"instrument": binding.instrument, "result": str(result), "message": why})
    return result


def _afresh(bench: Bench, binding: Binding, why: str) -> tuple[Safe, str]:
    """Try once more over a fresh line."""
    try:
        driver = bench.reopen(binding)
    except KeyboardInterrupt:
        return Safe.FAILED, "interrupted while a fresh line was opened"
    except Exception as error:  # noqa: BLE001 - whatever goes wrong here, the next source must be made safe too
        return Safe.FAILED, f"{why}; over a fresh line: {error}"
    return _attempt(driver)


def _attempt(driver: Any) -> tuple[Safe, str]:  # noqa: ANN401 - a driver of whatever class
    try:
        return Safe(driver.make_safe()), ""
    except KeyboardInterrupt:
        return Safe.FAILED, "interrupted while it was made safe"
    except Exception as error:  # noqa: BLE001 - whatever a driver raises, the next source must be made safe too
        return Safe.FAILED, f"{type(error).__name__}: {error}"
