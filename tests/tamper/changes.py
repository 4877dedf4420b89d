"""Random single changes of bytes: one byte is replaced, taken out or put in. For any kind of file."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

SEED = 20260105
COUNT = int(os.environ.get("TAMPER", "3000"))
"""How many changes are tried; `make tamper` tries 10,000."""


@dataclass(frozen=True)
class Target:
    """A file that is changed, and what tells whether the change was found: gives what it says, or nothing.

    `detect` is called with the changed bytes; whatever it says must be there for every change.
    """

    name: str
    data: bytes
    detect: Callable[[bytes], str]


def mutate(data: bytes, rng: random.Random) -> tuple[bytes, str]:
    """Give other bytes, and what was done: one byte replaced by another, taken out, or put in."""
    kind = rng.choice(("replace", "delete", "insert"))
    at = rng.randrange(len(data) + (kind == "insert"))
    if kind == "replace":
        byte = rng.choice([one for one in range(256) if one != data[at]])
        changed = data[:at] + bytes([byte]) + data[at + 1 :]
    elif kind == "delete":
        changed = data[:at] + data[at + 1 :]
    else:
        changed = data[:at] + bytes([rng.randrange(256)]) + data[at:]
    return changed, f"{kind} at byte {at} of {len(data)}"


def overlooked(targets: list[Target], count: int = COUNT, seed: int = SEED) -> Iterator[str]:
    """Try so many changes over all targets; gives those that nobody noticed."""
    rng = random.Random(seed)
    for _ in range(count):
        target = rng.choice(targets)
        changed, done = mutate(target.data, rng)
        if not target.detect(changed):
            yield f"{target.name}: {done}"


def written(path: Path, look: Callable[[], str]) -> Callable[[bytes], str]:
    """Give a detector that writes the changed bytes where the file lies, looks, and puts the file back."""
    good = path.read_bytes()

    def detect(changed: bytes) -> str:
        path.write_bytes(changed)
        try:
            return look()
        finally:
            path.write_bytes(good)

    return detect
