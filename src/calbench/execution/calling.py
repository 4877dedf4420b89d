"""Driver calls: retried only where repeating does no harm, and never without a line in the journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from calbench.documents.journal import EventType
from calbench.errors import InstrumentError, LinkTimeout, RunFailed, UnexpectedReply
from calbench.execution.bench import Opened
from calbench.execution.journalling import Notes

T = TypeVar("T")
RETRIED = (LinkTimeout, UnexpectedReply)


class Caller:
    """Calls drivers; a timeout or a garbled reply is tried again up to `retries` times, after a clear."""

    def __init__(self, journal: Notes, retries: int) -> None:
        self._journal = journal
        self._retries = retries

    def __call__(
        self, opened: Opened, call: Callable[[], T], *, point: str = "", attempt: int = 0, once: bool = False
    ) -> T:
        """Make a call that may be repeated: a query or an idempotent setting; or one that may not, `once`.

        Raises:
            InstrumentError: The last try failed too, or the failure is of a kind that is not tried again.
        """
        retries = 0 if once else self._retries
        for tried in range(retries + 1):
            try:
                if tried:
                    recover(opened)
                return call()
            except InstrumentError as error:
                last = tried == retries or not isinstance(error, RETRIED)
                where = f"{opened.binding.instrument} ({opened.binding.driver})"
                body = {"instrument": opened.binding.instrument, "message": str(error)}
                kind: EventType = "fault" if last else "retry"
                self._journal.note(kind, body, point=point, attempt=attempt, position=opened.place)
                if last:
                    raise type(error)(f"{where}: {error}") from error
        raise AssertionError("unreachable: the loop returns or raises")


def recover(opened: Opened) -> None:
    """Clear the line and empty the error queue, so that what follows starts from a known state.

    Raises:
        InstrumentError: It does not answer.
    """
    if opened.link is None:
        return
    opened.link.clear()
    if hasattr(opened.driver, "read_errors"):
        opened.driver.read_errors()


class PlacedCaller(Caller):
    """Calls drivers for one of several units: a fault of what all share concerns all."""

    def __call__(
        self, opened: Opened, call: Callable[[], T], *, point: str = "", attempt: int = 0, once: bool = False
    ) -> T:
        """Make a call as `Caller` does.

        Raises:
            SharedFault: The instrument is shared by all units.
            InstrumentError: It is there for this unit alone.
        """
        try:
            return super().__call__(opened, call, point=point, attempt=attempt, once=once)
        except InstrumentError as error:
            if opened.place == "":
                raise SharedFault(str(error)) from error
            raise


class SharedFault(RunFailed):
    """An instrument that several units share does not answer, or answers wrongly."""
