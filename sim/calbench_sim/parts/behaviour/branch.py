"""Random numbers for what was added to a model later, so that what was there before keeps its own."""

from __future__ import annotations

import random


def branch(rng: random.Random, name: str) -> random.Random:
    """Give a generator of its own for `name`, seeded from where `rng` stands; `rng` is not moved."""
    copy = random.Random()  # noqa: S311 - physics, not secrets
    copy.setstate(rng.getstate())
    return random.Random(f"{copy.getrandbits(64)}:{name}")  # noqa: S311 - physics, not secrets
