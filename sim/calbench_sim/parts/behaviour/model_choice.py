"""The word `model` of a simulator that stands for several models of one family."""

from __future__ import annotations

from calbench.errors import UsageError
from calbench.simulation.bench import Bench


def chosen_model(bench: Bench, *models: str) -> str:
    """Give the setting `model`, the first of `models` if it is not given.

    Raises:
        UsageError: it is none of them.
    """
    model = bench.words.get("model", models[0])
    if model not in models:
        raise UsageError(
            f"Simulated instrument {bench.name!r} has the model {model!r}; it can be {' or '.join(models)}."
        )
    return model
