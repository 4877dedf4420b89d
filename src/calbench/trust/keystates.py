"""Whether a key of a station signs here and now, and if not, why and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from calbench.trust.ring import Ring
from calbench.trust.stationkeys import KeyEntry

Kind = Literal["signs", "elsewhere", "replaced", "early", "expired", "none"]


@dataclass(frozen=True)
class KeyState:
    """The state of a key: its kind, the key, when that began or ends (UTC), and the key that replaced it."""

    kind: Kind
    station: str
    key: str = ""
    when: str = ""
    by: str = ""

    @property
    def said(self) -> str:
        """The state in a few words."""
        return {
            "signs": "signs here",
            "elsewhere": "its private half is not here",
            "replaced": f"replaced on {self.when} by {self.by}",
            "early": f"not valid before {self.when}",
            "expired": f"expired on {self.when}",
            "none": "there is none",
        }[self.kind]

    @property
    def advice(self) -> str:
        """What to do, as a sentence without its end."""
        again = f"calbench keys new station {self.station}"
        return {
            "signs": "",
            "elsewhere": f"bring its private half here, or make another with {again}",
            "replaced": f"bring the private half of {self.by} here, or make another with {again}",
            "early": "wait until then, or set the clock right",
            # a change that an expired key signs is not believed, so it cannot be rolled
            "expired": f"it cannot be rolled any more; make another with {again}, and hand it to those who verify",
            "none": f"make one with {again}",
        }[self.kind]

    @property
    def sentence(self) -> str:
        """Key, state, and what to do, without an end."""
        if self.kind == "none":
            return f"no key for station {self.station}; {self.advice}"
        verb = {"replaced": "was ", "early": "is "}.get(self.kind, "")
        said = "does not sign here: its private half is elsewhere" if self.kind == "elsewhere" else self.said
        return f"the key {self.key} {verb}{said}; {self.advice}"


def state_of(ring: Ring, entry: KeyEntry, moment: str) -> KeyState:
    """Give the state of a key at a time (UTC, as keys write it)."""
    name, change = entry.public.name, ring.change_from(entry.public)
    if change is not None:
        return KeyState("replaced", name, entry.stem, change.changed, change.new.stem)
    if moment > entry.valid_until:
        return KeyState("expired", name, entry.stem, entry.valid_until)
    if not ring.private_of(entry).is_file():
        return KeyState("elsewhere", name, entry.stem)
    if moment < entry.valid_from:
        return KeyState("early", name, entry.stem, entry.valid_from)
    return KeyState("signs", name, entry.stem)


def state_for(ring: Ring, name: str, moment: str) -> KeyState:
    """Give the state of the key that would sign for a station, or of the newest one if none does."""
    states = [state_of(ring, one, moment) for one in ring.of(name)]
    if not states:
        return KeyState("none", name)
    return next((one for one in reversed(states) if one.kind == "signs"), states[-1])
