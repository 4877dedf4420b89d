"""The pairs of peer and driver that tests exercise: how a test says its pair, and the table at the end of a run.

A test says `@pytest.mark.pair(driver, peer, direction, line=…, exchanged=…)`; the same pairs stand, with version and
licence of the peer, in `peers.json` of the drivers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pytest

Direction = Literal["client", "server"]
WORDS = {"client": "their client → our simulator", "server": "our driver → their server"}


@dataclass(frozen=True)
class Pair:
    """What meets whom.

    Attributes:
        driver: The name of the driver and its simulator.
        peer: The package of the others.
        direction: `client` where theirs drives our simulator, `server` where ours drives their server.
        line: What carries the bytes.
        exchanged: What is asked and told.
    """

    driver: str
    peer: str
    direction: Direction
    line: str
    exchanged: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it one pair, whatever carries it."""
        return self.driver, self.peer, self.direction


class Outcomes:
    """What came of the tests of each pair."""

    def __init__(self) -> None:
        self._tests: dict[Pair, Counter[str]] = {}

    def add(self, pairs: Iterable[Pair], outcome: str) -> None:
        """Note one test."""
        for pair in pairs:
            self._tests.setdefault(pair, Counter())[outcome] += 1

    def table(self) -> list[str]:
        """Give the lines of the table: a pair with its line each, and how its tests ended."""
        rows = [("driver", "peer", "direction", "line", "exchanged", "result")]
        for pair, found in sorted(self._tests.items(), key=lambda entry: entry[0].key):
            result = ", ".join(f"{count} {outcome}" for outcome, count in sorted(found.items()))
            rows.append((pair.driver, pair.peer, WORDS[pair.direction], pair.line, pair.exchanged, result))
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        met = len({pair.key for pair in self._tests})
        return [*lines, f"{met} pairs of driver, peer and direction."]


def pairs_of(item: pytest.Item) -> list[Pair]:
    """Give the pairs that a test exercises."""
    return [Pair(*mark.args, **mark.kwargs) for mark in item.iter_markers("pair")]
