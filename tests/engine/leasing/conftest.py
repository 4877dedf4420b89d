"""The clock of a machine that tests may stop, set, and start anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass
class Machine:
    """A `Clock` whose monotonic time and time of day are set apart from each other."""

    mono: float = 1000.0
    day: datetime = field(default_factory=lambda: datetime(2026, 1, 5, 8, tzinfo=UTC))

    def monotonic(self) -> float:
        return self.mono

    def utc(self) -> datetime:
        return self.day

    def sleep(self, seconds: float) -> None:
        self.mono += seconds
        self.day += timedelta(seconds=seconds)

    def reboot(self) -> None:
        self.mono = 5.0
