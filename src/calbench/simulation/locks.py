"""Locks on one simulated instrument, exclusive and shared, nested (VPP-4.3, 3.6): one set for all its clients."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable
from weakref import WeakKeyDictionary

from calbench.clock import EventClock
from calbench.simulation.connection import wait_on
from calbench.simulation.device import Device

_keys = itertools.count(1)


class Locks:
    """Who holds which lock on one device; a session is whatever tells its client from others, such as its handle."""

    def __init__(self) -> None:
        self._exclusive: Hashable | None = None
        self._exclusive_depth = 0
        self._shared: dict[Hashable, int] = {}
        self._listeners: list[Callable[[], None]] = []
        self._key = ""
        self.held = False
        """Whether anybody holds one; looked at for every operation, so it is a plain attribute."""

    def refuses(self, session: Hashable) -> bool:
        """Tell whether another session's lock keeps this one from using the device."""
        if self._exclusive is not None:
            return self._exclusive != session
        return bool(self._shared) and session not in self._shared

    def acquire(
        self, session: Hashable, clock: EventClock, key: str | None, *, exclusive: bool, seconds: float | None
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

    def _lock_exclusive(self, session: Hashable) -> str | None:
        if self.refuses(session) or any(holder != session for holder in self._shared):
            return None
        self._exclusive = session
        self._exclusive_depth += 1
        self.held = True
        return ""

    def _lock_shared(self, session: Hashable, key: str) -> str | None:
        if self._exclusive not in (None, session) or (self._shared and key != self._key):
            return None
        if not self._shared:
            self._key = key or f"calbench-{next(_keys)}"
        self._shared[session] = self._shared.get(session, 0) + 1
        self.held = True
        return self._key

    def try_lock(self, session: Hashable, key: str | None, *, exclusive: bool) -> bool:
        """Lock now or not at all; tell which."""
        granted = self._lock_exclusive(session) if exclusive else self._lock_shared(session, key or "")
        return granted is not None

    def unlock(self, session: Hashable) -> bool:
        """Give back the newest lock of this session; tell whether it had one."""
        done = self._unlock(session)
        self.held = self._exclusive is not None or bool(self._shared)
        if done:
            for listener in tuple(self._listeners):
                listener()
        return done

    def on_release(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` whenever a lock was given back; give what takes the listener away again."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _unlock(self, session: Hashable) -> bool:
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

    def release(self, session: Hashable) -> None:
        """Give back all locks of a session that closes."""
        while self.unlock(session):
            pass

    def exclusive(self, session: Hashable) -> bool:
        """Tell whether this session has the exclusive lock."""
        return self._exclusive is not None and self._exclusive == session

    def shared(self, session: Hashable) -> bool:
        """Tell whether this session has a shared lock."""
        return session in self._shared

    def holders(self) -> int:
        """Give how many sessions have a lock."""
        return len({*self._shared, *({self._exclusive} if self._exclusive is not None else ())})

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
