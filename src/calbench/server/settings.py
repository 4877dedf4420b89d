"""What a server is told when it starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from calbench.clock import Clock, RealClock
from calbench.server.accounts.passwords import OF_A_SERVER, Work

HOUR = 3600.0
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Settings:
    """Where runs and accounts lie, and under which names the page may be asked for.

    Attributes:
        runs: The folder of runs.
        state: The folder of accounts, audit log and logs of started runs.
        names: Host names, without port, under which the page answers; any other is refused.
        https: Whether browsers see it by https: cookies are then sent over nothing else.
        idle: Seconds after which a session ends that nobody uses; an open page of a run counts as use.
        longest: Seconds after which a session ends in any case.
        work: What a new password costs whoever tries one; stored passwords keep theirs.
        clock: Of the machine; tests hand in their own for sessions and locks.
    """

    runs: Path
    state: Path
    names: tuple[str, ...] = LOOPBACK
    https: bool = False
    idle: float = HOUR
    longest: float = 12 * HOUR
    work: Work = OF_A_SERVER
    clock: Clock = field(default_factory=RealClock)

    @property
    def cookie(self) -> str:
        """Name of the cookie of a session; browsers hold `__Host-` to https and this host."""
        return "__Host-calbench" if self.https else "calbench"
