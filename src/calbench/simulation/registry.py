"""The worlds that can be reached from this process by name: registered ones, and stations on disk."""

from __future__ import annotations

import importlib
import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from calbench.errors import UsageError
from calbench.simulation.world import World

_worlds: dict[str, World] = {}
_numbers = itertools.count(1)
_lock = threading.RLock()  # a station's loader registers its world while `acquire` holds it
_stations: dict[str, tuple[World, int]] = {}
_loaders: list[Callable[[str], World]] = []
_STATIONS = (
    "pyvisa_calbench"  # sets the loader; found by its name, as pyvisa does, for programs without pyvisa
)


def register(world: World) -> str:
    """Make a live world reachable as `<id>@calbench` and `calbench://<id>/…`; gives its id.

    The id is unique in this process. The world stays until `deregister(id)` or `world.close()`.
    """
    with _lock:
        name = f"bench{next(_numbers)}"
        _worlds[name] = world
    world.on_close(lambda: deregister(name))
    return name


def deregister(name: str) -> None:
    """Forget a registered world; sessions that are open keep working. An unknown id is ignored."""
    with _lock:
        _worlds.pop(name, None)


@contextmanager
def registered(world: World) -> Iterator[str]:
    """Register a world for the length of a `with` block."""
    name = register(world)
    try:
        yield name
    finally:
        deregister(name)


def set_station_loader(loader: Callable[[str], World]) -> None:
    """Say how a station file becomes a world: `loader(path) -> World`. Replaces the one before."""
    with _lock:
        _loaders[:] = [loader]


def acquire(name: str) -> World:
    """Give the world registered as `name`, or that of the station file at this path; `release` it afterwards.

    Whoever acquires the same path before it is released by all gets the same world.

    Raises:
        UsageError: no world has this id, and it is no path to a station either.
        calbench.errors.InvalidFile: the station file breaks a rule.
    """
    world = _worlds.get(name)
    if world is not None:
        return world
    if not name.endswith((".yaml", ".yml")):
        known = ", ".join(sorted(_worlds)) or "none"
        raise UsageError(
            f"Simulated bench {name!r} does not exist in this process. Registered are: {known}. "
            f"Write a registered id or the path of a station, such as 'stations/demo.yaml@calbench'."
        )
    if not _loaders:
        importlib.import_module(_STATIONS)
    with _lock:
        loaded, users = _stations.get(name) or (_loaders[0](name), 0)
        _stations[name] = (loaded, users + 1)
    return loaded


def release(name: str) -> None:
    """Give back a world that was acquired; the last one to do so closes a station's world."""
    with _lock:
        loaded, users = _stations.pop(name, (None, 0))
        if loaded is not None and users > 1:
            _stations[name] = (loaded, users - 1)
            loaded = None
    if loaded is not None:
        loaded.close()
