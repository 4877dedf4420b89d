"""A check: what verification looked at, and what it found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: whether it holds (None: could not be looked at), and what was found."""

    name: str
    holds: bool | None
    found: str
