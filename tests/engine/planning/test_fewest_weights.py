"""The fewest weights of a set, beside a search that tries every choice of them."""

from __future__ import annotations

import itertools
import random
from decimal import Decimal

import pytest

from calbench.planning.weighing import _fewest

PIECES = [Decimal(text) for text in ("10", "5", "2", "2", "1", "0.5", "0.2", "0.2", "0.1")]
ALL = sum(PIECES, Decimal(0))


def of_all_choices(load: Decimal) -> int | None:
    """Give how many weights the smallest choice has that makes up the load."""
    for count in range(len(PIECES) + 1):
        if any(sum(chosen) == load for chosen in itertools.combinations(PIECES, count)):
            return count
    return None


@pytest.mark.parametrize("seed", range(3))
def test_no_choice_of_fewer_weights_makes_up_the_load(seed: int) -> None:
    chance = random.Random(seed)
    loads = [Decimal(chance.randrange(0, 220)) / 10 for _ in range(8)]
    for load in (*loads, ALL, ALL + 1):
        found, least = _fewest(PIECES, load), of_all_choices(load)
        assert (None if found is None else len(found)) == least
        assert found is None or sum(PIECES[index] for index in found) == load
        assert found is None or len(set(found)) == len(found)
