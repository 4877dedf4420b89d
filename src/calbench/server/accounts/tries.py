"""How often an address may try to sign in."""

from __future__ import annotations

from collections import OrderedDict, deque

from calbench.clock import Clock

PER_ADDRESS, WITHIN = 30, 60.0
"""Tries from one address, right or wrong, within so many seconds."""
ADDRESSES = 1000


class Tries:
    """Counts tries by address; forgets those that were longest ago when there are too many addresses."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_of(self, address: str) -> int:
        """Count a try; gives the seconds to wait where there were too many, 0 if it may go on."""
        now = self._clock.monotonic()
        tries = self._tries.setdefault(address, deque(maxlen=PER_ADDRESS))
        self._tries.move_to_end(address)
        while len(self._tries) > ADDRESSES:
            self._tries.popitem(last=False)
        if len(tries) == PER_ADDRESS and now - tries[0] < WITHIN:
            return int(WITHIN - (now - tries[0])) + 1
        tries.append(now)
        return 0
