"""VISA locks on one simulated instrument (VPP-4.3, 3.6): exclusive and shared, nested."""

from __future__ import annotations

import itertools
from weakref import WeakKeyDictionary

from calbench.clock import EventClock
from calbench.simulation.connection import wait_on
from calbench.simulation.device import Device

_keys = itertools.count(1)


class Locks:
    """Who holds which lock on one device; sessions are their handles."""

    def __init__(self) -> None:
        self._exclusive: int | None = None
        self._exclusive_depth = 0
        self._shared: dict[int, int] = {}
        self._key = ""
        self.held = False
        """Whether anybody holds one; looked at for every operation, so it is a plain attribute."""

    def refuses(self, session: int) -> bool:
        """Tell whether another session's lock keeps this one from using the device."""
        if self._exclusive is not None:
            return self._exclusive != session
        return bool(self._shared) and session not in self._shared

    def acquire(
        self, session: int, clock: EventClock, key: str | None, *, exclusive: bool, seconds: float | None
    ) -> str | None:
        """Lock, waiting at most so long (None: as long as anything can still happen).

        Returns:
            The key of a shared lock, "" for an exclusive one, None if it could not be had in time.
        """
        got: list[str] = []

        def attempt() -> bool:
            granted = self._lock_exclusive(session) if exclusive else self._lock_shared(session, key or "")
            got.extend([granted] if granted is not None else [])
            return granted is not None

        if attempt() or seconds == 0:
            return got[0] if got else None
        wait_on(clock, attempt, None if seconds is None else clock.monotonic() + seconds)
        return got[0] if got else None

    def _lock_exclusive(self, session: int) -> str | None:
        if self.refuses(session) or any(holder != session for holder in self._shared):
            return None
        self._exclusive = session
        self._exclusive_depth += 1
        self.held = True
        return ""

    def _lock_shared(self, session: int, key: str) -> str | None:
        if self._exclusive not in (None, session) or (self._shared and key != self._key):
            return None
        if not self._shared:
            self._key = key or f"calbench-{next(_keys)}"
        self._shared[session] = self._shared.get(session, 0) + 1
        self.held = True
        return self._key

    def unlock(self, session: int) -> bool:
        """Give back the newest lock of this session; tell whether it had one."""
        done = self._unlock(session)
        self.held = self._exclusive is not None or bool(self._shared)
        return done

    def _unlock(self, session: int) -> bool:
        if self._exclusive == session:
            self._exclusive_depth -= 1
            if not self._exclusive_depth:
                self._exclusive = None
            return True
        if session in self._shared:
            self._shared[session] -= 1
            if not self._shared[session]:
                del self._shared[session]
            return True
        return False

    def release(self, session: int) -> None:
        """Give back all locks of a session that closes."""
        while self.unlock(session):
            pass

    def state(self) -> int:
        """Give VI_ATTR_RSRC_LOCK_STATE: 0 none, 1 exclusive, 2 shared."""
        return 1 if self._exclusive is not None else 2 if self._shared else 0


_locks: WeakKeyDictionary[Device, Locks] = WeakKeyDictionary()


def locks_of(device: Device) -> Locks:
    """Give the locks of a device: the same for every session in this process."""
    found = _locks.get(device)
    if found is None:
        found = _locks[device] = Locks()
    return found
