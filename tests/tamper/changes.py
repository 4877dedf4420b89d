"""Random single changes of bytes: one byte is replaced, taken out or put in. For any kind of file."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SEED = 20260105
COUNT = int(os.environ.get("TAMPER", "100"))
"""How many changes of journal, record, DCC and PDF are tried together; `make tamper` tries 10,000.

Each kind of file gets a quarter of them, and each other kind, such as a seal, as many again.
"""


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
    """Try so many changes over all targets; gives those that nobody noticed.

    Raises:
        AssertionError: A file is taken for altered that nobody touched: then it would show nothing to find changes.
    """
    for target in targets:
        assert not target.detect(target.data), f"{target.name} is bad before it was changed"
    rng = random.Random(seed)
    for _ in range(count):
        target = rng.choice(targets)
        changed, done = mutate(target.data, rng)
        if not target.detect(changed):
            yield f"{target.name}: {done}"


@dataclass(frozen=True)
class Tried:
    """How many changes of a kind of file were tried, and which of them nobody noticed."""

    kind: str
    count: int
    missed: tuple[str, ...]


def said(every: Iterable[Tried]) -> Iterator[str]:
    """Say it in a line for each kind, and in one for all of them."""
    count, missed = Counter[str](), Counter[str]()
    for one in every:
        count[one.kind] += one.count
        missed[one.kind] += len(one.missed)
    for kind in sorted(count):
        yield f"{kind:14}{count[kind]:7,} changes tried, {missed[kind] or 'none'} overlooked"
    if count:
        yield f"{'together':14}{count.total():7,} changes tried, {missed.total() or 'none'} overlooked"


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
