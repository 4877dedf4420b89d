"""Lets any pyvisa program open a simulated station: `pyvisa.ResourceManager("stations/demo.yaml@calbench")`.

A cassette too: `meter.cassette@calbench` replays it strictly; closing the resource manager tells what was
left over.

pyvisa finds this module by its name. It stands outside the layers of `calbench`: reading a station file needs
the upper ones, the simulation must not know them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from calbench.simulation.backend import SimulatedVisaLibrary, set_station_loader

if TYPE_CHECKING:
    from pyvisa.highlevel import VisaLibraryBase

    from calbench.simulation.world import World

__all__ = ["WRAPPER_CLASS"]

CASSETTE = ".cassette"


def _simulated_world(path: str) -> World:
    from calbench.workflow import simulated_world  # noqa: PLC0415 - heavy, and needed for station files only

    return simulated_world(path)


set_station_loader(_simulated_world)


class WRAPPER_CLASS(SimulatedVisaLibrary):  # noqa: N801 - the name that pyvisa looks for
    """Opens a simulated station, or a cassette if the file is named so."""

    def __new__(cls, library_path: str = "") -> VisaLibraryBase:  # type: ignore[misc] # as pyvisa does: one object for one path
        """Give the library of a world or of a cassette."""
        if not library_path.endswith(CASSETTE):
            return SimulatedVisaLibrary(library_path)
        from calbench.instruments.cassettes import Player  # noqa: PLC0415 - loaded where it is used
        from calbench.instruments.cassettes.playinglibrary import playing  # noqa: PLC0415 - as above

        return playing(Player(library_path), finish=True)
