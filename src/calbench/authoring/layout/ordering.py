"""The order of keys: that of the models, but where authors write a key sooner or later than its model has it.

Maps with names of the author's own keep their order: it means something, to the reader or to the run.
"""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Sequence
from typing import Any, Union

from calbench.documents.asset import Asset, Entry
from calbench.documents.model import Authored
from calbench.documents.procedure import Parameter, Procedure, Role, Test
from calbench.documents.station import Instrument, LinkAddress, Position, Simulation, Station

WRITTEN: dict[type[Authored], str] = {
    Procedure: "procedure id version language applies_to regulation sources vocabulary formulary words formulas "
    "parameters roles positions limits decision environment setup connections adjust defaults tests policy safe_state",
    Parameter: "type unit default min max choices label",
    Role: "needs fallback class min_tur must_be_in_calibration max_error_share",
    Test: "test use with title like stages only_if connection apply frequency read reading_is place settle stable "
    "readings limits_of ranges points passes load times for_each zero_between atomic enclosed prompt picture ask "
    "mpe resolution scale rounding judge_on model evaluate conditions uncertainty correlations monte_carlo "
    "near_limit hazard sharing order",
    Station: "station language title key simulated laboratory regulations release instruments positions simulation",
    LinkAddress: "visa socket serial modbus prologix line unit timeout",
    Instrument: "driver sim link asset also provides hazard safe",
    Position: "driver sim link with identify",
    Simulation: "clock skin start seed ambient wiring units mistakes faults",
    Asset: "asset language kind maker model serial class certificate dcc due status notes correlation correlations "
    "provides weights drift history",
    Entry: "result range from to at frequency correction expanded k half_width dof between mpe",
}
"""What authors write when; a key that is not here stands after the one before it in its model."""


@functools.cache
def order_of(model: type[Authored]) -> tuple[str, ...]:
    """Give the keys of a model in the order in which they are written."""
    order = WRITTEN.get(model, "").split()
    before = None
    for name, info in model.model_fields.items():
        key = info.alias or name
        if key not in order:
            order.insert(order.index(before) + 1 if before is not None else 0, key)
        before = key
    return tuple(order)


def model_of(annotation: Any, keys: Sequence[str]) -> type[Authored] | None:  # noqa: ANN401 - any annotation of a field
    """Give the model of a map of these keys that stands where `annotation` is wanted; None for names of one's own."""
    for one in _choices(annotation):
        if isinstance(one, type) and issubclass(one, Authored) and set(keys) <= set(order_of(one)):
            return one
    return None


def within(annotation: Any, key: str | None, keys: Sequence[str]) -> Any:  # noqa: ANN401 - as above
    """Give the annotation of what stands at a key of a map, or in a list (key None); None if there is none."""
    if key is not None:
        model = model_of(annotation, keys)
        if model is not None:
            return next(
                info.annotation for name, info in model.model_fields.items() if (info.alias or name) == key
            )
    wanted, place = (list, 0) if key is None else (dict, 1)
    found = [one for one in _choices(annotation) if typing.get_origin(one) is wanted]
    return typing.get_args(found[0])[place] if found else None


def _choices(annotation: Any) -> list[Any]:  # noqa: ANN401 - as above
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _choices(typing.get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [one for part in typing.get_args(annotation) for one in _choices(part)]
    return [annotation]
