"""The measurement model as one function for both methods: arrays in, arrays out, element by element."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calbench.metrology.inputs import Inputs

Array = NDArray[Any]
ArrayModel = Callable[[Sequence[Array]], Any]
"""Takes the inputs in their order, arrays that broadcast together; gives one output as an array (a number, where it
depends on nothing), or several as a tuple or list. Written with operators and functions of numpy."""


def label(model: ArrayModel, output: int) -> str:
    """Name an output in a message: by `model.outputs`, if the model has names for them, else by its number."""
    names = getattr(model, "outputs", None)
    return repr(names[output]) if names else str(output)


def of_point(inputs: Inputs, point: int) -> str:
    """Name a point in a message; nothing where there is only one."""
    return f" of point {point}" if inputs.points > 1 else ""


def evaluate_model(model: ArrayModel, arguments: Sequence[Array], shape: tuple[int, ...]) -> Array:
    """Give the outputs as one array of shape (outputs, *shape); division by zero gives no warning but inf or nan."""
    with np.errstate(all="ignore"):
        given = model(arguments)
    if isinstance(given, np.ndarray) and given.shape == shape:
        return given[None]
    outputs = given if isinstance(given, tuple | list) else (given,)
    return np.stack([np.broadcast_to(np.asarray(one), shape) for one in outputs])


def at_estimates(model: ArrayModel, inputs: Inputs) -> Array:
    """Give the outputs at the estimates, shape (outputs, points).

    Raises:
        ValueError: an output is not a finite number at a point; it names both, and the inputs.
    """
    rows = [inputs.estimates[k] for k in inputs.order]
    values = evaluate_model(model, rows, (inputs.points,))
    if not np.isrealobj(values) or values.dtype == object:
        raise ValueError(
            "The model gives no real numbers; for a complex quantity give its parts as two outputs."
        )
    values = values.astype(np.float64)
    finite = np.isfinite(values)
    if not finite.all():
        output, point = (int(place) for place in np.argwhere(~finite)[0])
        where = ", ".join(f"{one.id} = {one.estimate!r}" for one in inputs.at(point))
        raise ValueError(
            f"Output {label(model, output)} of the model is {float(values[output, point])!r} at the estimates"
            f"{of_point(inputs, point)} ({where}); it must be a finite number. Look for a division by zero, or a "
            f"logarithm or root of less."
        )
    return values
