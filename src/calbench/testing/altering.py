"""The station of a file with another twin: the plan stays that of the file, only what is simulated differs."""

from __future__ import annotations

import re
from collections.abc import Mapping

from calbench.documents.station import FaultRule, Instrument, Mistake, Position, Station
from calbench.errors import UsageError
from calbench.quantities import QuantityError, parse_quantity
from calbench.simulation.staging import KEYBOARD, twin_of

_NUMBER = re.compile(r"[-+.]?[0-9]")


def altered(
    station: Station,
    units: Mapping[str, Mapping[str, str]],
    *,
    faults: tuple[FaultRule, ...],
    mistakes: tuple[Mistake, ...],
) -> Station:
    """Give the station with other units, and with further faults and mistakes.

    Raises:
        UsageError: It has no twin, something is named that is not simulated, or a value is no quantity. Keys that a
            simulated instrument does not know are refused when the bench is set up.
    """
    twin = twin_of(station)
    places: dict[str, Instrument | Position] = {**station.instruments, **station.positions}
    simulated = [name for name, one in places.items() if _simulated(one)]
    for name in (*units, *(one.instrument for one in faults)):
        if name not in simulated:
            raise UsageError(
                f"Station {station.station} simulates nothing that is called {name!r}. "
                f"There are: {', '.join(simulated)}."
            )
    for name, own in units.items():
        for key, text in own.items():
            _require_value(f"{name}: {key}", text)
    merged = {name: {**twin.units.get(name, {}), **own} for name, own in units.items()}
    changed = {
        "units": {**twin.units, **merged},
        "faults": [*twin.faults, *faults],
        "mistakes": [*twin.mistakes, *mistakes],
    }
    return station.model_copy(update={"simulation": twin.model_copy(update=changed)})


def _simulated(one: Instrument | Position) -> bool:
    """Tell whether there is a simulated instrument: a weight that somebody carries, or a person, is none."""
    return one.sim is not None if one.driver == KEYBOARD else one.driver is not None


def _require_value(where: str, text: str) -> None:
    if not isinstance(text, str):
        raise UsageError(f"{where} = {text!r}: write it as text with its unit, as in a station file.")
    if _NUMBER.match(text):
        try:
            parse_quantity(text)
        except QuantityError as error:
            raise UsageError(f"{where} = {text!r}: {error}") from error
