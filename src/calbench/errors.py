"""The errors of calbench: one short tree.

```text
CalbenchError
├─ InvalidFile            a YAML file breaks a rule; carries every problem found           exit code 2
├─ PlanRefused            the files are right, but this work cannot be done so             exit code 2
├─ UsageError             a wrong name or option on the command line or in the API         exit code 2
│  ├─ InstrumentInUse     another run has an instrument; says which run, who, and since when
│  └─ LeasesUnusable      the file of leases is damaged, locked or read-only: no run of instruments begins
├─ CassetteInvalid        the file of a cassette is broken; says which line                exit code 2
├─ InstrumentError        something between us and an instrument                           exit code 3
│  ├─ LinkError           the line: cannot be opened, lost, or speaks another line setting
│  │  ├─ ConnectionLost   also a ConnectionError: the peer closed, the cable was pulled
│  │  └─ LinkTimeout      also a TimeoutError: no (complete) reply before the deadline
│  ├─ WrongInstrument     the instrument at this address is not the one expected
│  ├─ LeaseLost           another run has the instrument by now; it is not touched any more
│  ├─ UnexpectedReply     a reply came, but it is not what the manual describes
│  ├─ DeviceError         the instrument reported an error of its own (error queue, status)
│  ├─ Overload            the instrument says that its input is out of range (9.9E37, `S +`, `OL`)
│  ├─ OutOfRange          asked for a value or range that the instrument does not have; also a ValueError
│  └─ CassetteMismatch  in a replay: a driver does not do what was recorded
├─ RunFailed              a run ended before its last point; says in what state the outputs are   exit code 3
│  └─ NotDone             what had to be done at a unit was not; of several, the others go on
├─ NotKept              a file could not be written after a run: a full disk; nothing measured is lost   exit code 3
└─ IntegrityFailure       a journal, record or plan is not what it was when it was written        exit code 4
```

Every message says where, what, what is allowed, and what to do next.
"""

from __future__ import annotations

from dataclasses import dataclass


class CalbenchError(Exception):
    """Anything that calbench raises on purpose."""

    exit_code = 2

    def with_help(self) -> str:
        """Give the message for people, with what to do where that does not stand in it."""
        return str(self)


@dataclass(frozen=True, order=True)
class Problem:
    """One broken rule in a file: where (line and column from 1), what, and how to mend it."""

    file: str
    line: int
    column: int
    rule: str
    message: str
    mend: str = ""
    length: int = 1

    def __str__(self) -> str:
        """Give `file:line:column: error: message [rule]`."""
        return f"{self.file}:{self.line}:{self.column}: error: {self.message} [{self.rule}]"

    def with_help(self) -> str:
        """Give the same, and how to mend it on a line of its own: `help: …`."""
        return f"{self}\nhelp: {self.mend}" if self.mend else str(self)


class InvalidFile(CalbenchError):  # noqa: N818 - reads as a sentence where it is caught
    """One or more files break the rules of the language; `problems` holds all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def with_help(self) -> str:
        """Give every problem, and how to mend it."""
        return "\n".join(problem.with_help() for problem in self.problems)


class PlanRefused(CalbenchError):  # noqa: N818 - reads as a sentence where it is caught
    """The plan cannot be made: a role is not filled, a standard is overdue or not good enough.

    `reasons` holds every reason found, each a full sentence or a small table.
    """

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("\n".join(reasons))


class UsageError(CalbenchError):
    """A name, option or file that does not exist or does not fit."""


class NotSimulated(UsageError):  # noqa: N818 - reads as a sentence where it is caught
    """Something that only a simulated run can have was asked of a station that is run with its hardware.

    `has_twin`: the station describes a simulated twin, which `--sim` takes.
    """

    def __init__(self, said: str, *, has_twin: bool) -> None:
        super().__init__(said)
        self.has_twin = has_twin


class InstrumentInUse(UsageError):  # noqa: N818 - reads as a sentence where it is caught
    """Another run has the lease of an instrument; nothing was touched."""


class LeasesUnusable(UsageError):  # noqa: N818 - as above
    """The file of leases cannot be used: nobody knows whether an instrument is in use."""


class CassetteInvalid(CalbenchError):  # noqa: N818 - reads as a sentence where it is caught
    """The file of a cassette cannot be read; the message has the line."""


class InstrumentError(CalbenchError):
    """Something between us and an instrument went wrong."""

    exit_code = 3


class LinkError(InstrumentError):
    """The line cannot be opened or used."""


class ConnectionLost(LinkError, ConnectionError):  # noqa: N818 - an event, as in the manuals
    """The peer closed the connection, or the cable was pulled."""


class LinkTimeout(LinkError, TimeoutError):  # noqa: N818 - an event, as in the manuals
    """No complete reply came before the deadline."""


class WrongInstrument(InstrumentError):  # noqa: N818 - reads as a sentence where it is caught
    """The instrument that answered is not the one that the station names."""


class LeaseLost(InstrumentError):  # noqa: N818 - an event
    """Another run has the lease of the instrument by now."""


class UnexpectedReply(InstrumentError):  # noqa: N818 - reads as a sentence where it is caught
    """A reply came that the instrument's manual does not describe."""


class DeviceError(InstrumentError):
    """The instrument reported an error of its own."""


class Overload(InstrumentError):  # noqa: N818 - the manuals' word
    """The instrument reported overload or underload: there is no reading."""


class OutOfRange(InstrumentError, ValueError):  # noqa: N818 - reads as a sentence where it is caught
    """A value or range was asked for that the instrument does not have."""


class CassetteMismatch(InstrumentError):  # noqa: N818 - reads as a sentence where it is caught
    """A replay deviates from its cassette; the message has both sides, the position, and what came before.

    It stands for an instrument that answers nothing else, so it is an `InstrumentError`; no `LinkError`,
    because trying again cannot help.
    """


class RunFailed(CalbenchError):  # noqa: N818 - reads as a sentence where it is caught
    """A run ended before its last point."""

    exit_code = 3


class NotDone(RunFailed):
    """Something that had to be done at a unit under test was not: not confirmed, not as it must be, not stable."""


class NotKept(CalbenchError):  # noqa: N818 - reads as a sentence where it is caught
    """A record, seal or certificate could not be written; the journal that it follows from is safe."""

    exit_code = 3


class IntegrityFailure(CalbenchError):  # noqa: N818 - reads as a sentence where it is caught
    """A stored document is not what it was when it was written, or its results do not follow from it."""

    exit_code = 4
