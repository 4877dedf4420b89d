"""What a lease says, and what may become of it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

By = Literal["runner", "guard"]
TTL = 10.0
"""Seconds without a sign of life after which a lease may be taken by another run."""
BEAT = 2.0
"""Real seconds between two signs of life."""


@dataclass(frozen=True)
class Claim:
    """Who wants leases: a run.

    Attributes:
        run: Its folder.
        station: Its station.
        who: The operator; empty if nobody was named.
        pid: The process of the runner, for people: nothing is decided by it, because numbers are used again.
        token: What the run and its guard know the leases by.
    """

    run: str
    station: str
    who: str
    pid: int = field(default_factory=os.getpid)
    token: str = field(default_factory=lambda: secrets.token_hex(16))


@dataclass(frozen=True)
class Lease:
    """One resource and who has it.

    Attributes:
        resource: What is leased, as `resources` names it.
        claim: Who has it.
        by: Who renewed it last: the runner, or the guard after the runner's death.
        since: Since when, UTC.
        renewed: The last sign of life, UTC.
        silent: Seconds since then, by the clock that no person sets; less than 0 or more than `TTL` is stale.
    """

    resource: str
    claim: Claim
    by: By
    since: str
    renewed: str
    silent: float

    @property
    def stale(self) -> bool:
        """Whether another run may take it. A clock that went back was started anew, and so was the machine."""
        return abs(self.silent) > TTL

    @property
    def holder(self) -> str:
        """Who has it, in words."""
        claim = self.claim
        who = f"{claim.who}, " if claim.who else ""
        acting = "; its guard makes the outputs safe" if self.by == "guard" else ""
        return f"the run {claim.run} (station {claim.station}, {who}process {claim.pid}), since {self.since}{acting}"


@dataclass(frozen=True)
class Loss:
    """What a run has no (sure) lease of any more.

    Attributes:
        taken: What another run has now; it must not be touched.
        broken: What a person released, and why; it was free, and is leased anew until the outputs are safe.
        trouble: Why no lease can be renewed; empty if they can.
    """

    taken: Mapping[str, Lease] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""

    def __bool__(self) -> bool:
        return bool(self.taken or self.broken or self.trouble)


@dataclass(frozen=True)
class Entry:
    """A line of the file's log: what was done to a lease against the will, or after the silence, of its holder."""

    utc: str
    did: str
    resource: str
    run: str
    by: str
    text: str
