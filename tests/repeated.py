"""Which cases of a test `make test` runs; the others say the same once more, and `make repeated` runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def cases(every: Iterable[Any], everyday: Callable[[Any], bool]) -> list[Any]:
    """Give all cases for `parametrize`, with the mark of what is repeated where they are not for every day."""
    return [
        one if everyday(one) else pytest.param(*_values(one), marks=pytest.mark.repeated) for one in every
    ]


def _values(case: Any) -> tuple[Any, ...]:
    return case if isinstance(case, tuple) else (case,)
