"""Complex quantities as two real ones each: their real and imaginary parts (JCGM 102 6.4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Complexes = NDArray[np.complex128]


def in_parts(
    model: Callable[[Sequence[Any]], Any], complex_inputs: Sequence[bool]
) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Give a model of complex quantities as one of real quantities, for `propagate` and the Monte Carlo method.

    Each complex input becomes two arguments, its real and its imaginary part in this order; each output becomes two
    likewise. What the parts have in common is stated as the correlation of the inputs, and found as the correlation of
    the outputs: the covariance of a pair is the 2×2 matrix of JCGM 102 3.21 (number recalled, not checked).

    Args:
        model: takes arrays, complex where `complex_inputs` says so, and gives one output or several.
        complex_inputs: for each argument of the model whether it is complex.

    The model that comes back works with `method="differences"` only.
    """
    kinds = tuple(complex_inputs)

    def parts(arguments: Sequence[Any]) -> tuple[Any, ...]:
        if any(np.iscomplexobj(one) for one in arguments):
            raise ValueError(
                "A model of complex quantities cannot be differentiated by the complex step: its own imaginary parts "
                'would be taken for steps. Use method="differences".'
            )
        given = iter(arguments)
        joined = [next(given) + 1j * next(given) if both else next(given) for both in kinds]
        outputs = model(joined)
        several = outputs if isinstance(outputs, tuple | list) else (outputs,)
        return tuple(part for one in several for part in (np.real(one), np.imag(one)))

    return parts
