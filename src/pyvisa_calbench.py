"""Lets any pyvisa program open a simulated station: `pyvisa.ResourceManager("stations/demo.yaml@calbench")`.

pyvisa finds this module by its name. It stands outside the layers of `calbench`: reading a station file needs
the upper ones, the simulation must not know them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from calbench.simulation.backend import SimulatedVisaLibrary, set_station_loader

if TYPE_CHECKING:
    from calbench.simulation.world import World

__all__ = ["WRAPPER_CLASS"]


def _simulated_world(path: str) -> World:
    from calbench.workflow import simulated_world  # noqa: PLC0415 - heavy, and needed for station files only

    return simulated_world(path)


set_station_loader(_simulated_world)

WRAPPER_CLASS = SimulatedVisaLibrary
