"""Finding drivers by name: `vendor/model` is the module `calbench_drivers.<vendor>.<model>`.

A new driver is found because its file is there; no list names it. Drivers of other packages come through the
entry point group `calbench.drivers`: its name is `vendor/model`, its value the module that holds the driver.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.resources
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from calbench.errors import UsageError
from calbench.instruments.roles import Driver

PACKAGE = "calbench_drivers"
GROUP = "calbench.drivers"

_NAME = re.compile(r"[a-z0-9_]+/[a-z0-9_]+", re.ASCII)


def names() -> list[str]:
    """Give the names of all drivers, those of other packages too, in order."""
    return sorted(_modules())


class Provisions(Mapping[str, tuple[str, ...]]):
    """What each driver provides, by its name; a driver is imported when it is asked for, and no other."""

    def __init__(self) -> None:
        self._modules: dict[str, list[str]] | None = None

    def __getitem__(self, name: str) -> tuple[str, ...]:
        modules = self._known()[name]
        return tuple(_one(name, modules).PROVIDES)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._known()))

    def __len__(self) -> int:
        return len(self._known())

    def _known(self) -> dict[str, list[str]]:
        if self._modules is None:
            self._modules = _modules()
        return self._modules


class Witnesses(Set[str]):
    """The names of the drivers that see whether a source is off; one is imported when it is asked for."""

    def __contains__(self, name: object) -> bool:
        modules = _modules_of(name) if isinstance(name, str) and _NAME.fullmatch(name) else []
        return bool(modules) and isinstance(name, str) and hasattr(_one(name, modules), "sees_output")

    def __iter__(self) -> Iterator[str]:
        return (name for name in names() if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def drivers() -> dict[str, type[Driver]]:
    """Give all drivers by name, in order; the installed packages are looked through once.

    Raises:
        UsageError: As `find`, for any of them.
    """
    modules = _modules()
    for name in modules:
        _refuse_odd(name)
    return {name: _one(name, modules[name]) for name in sorted(modules)}


def find(name: str) -> type[Driver]:
    """Give the driver of this name.

    Args:
        name: `vendor/model`, like `agilent/a34401a`.

    Raises:
        UsageError: There is no such driver, two packages bring it, or its module holds no driver.
    """
    _refuse_odd(name)
    modules = _modules_of(name)
    if not modules:
        raise UsageError(f"There is no driver {name!r}. {_suggestion(name, names())}")
    return _one(name, modules)


def peers(name: str) -> list[str]:
    """Give the programs of others that this driver, or its simulator, was run against: `pymodbus 3.16.1`.

    The table is `peers.json` beside the drivers; `make test-peers` runs what it says.
    """
    table = importlib.resources.files(PACKAGE).joinpath("peers.json")
    known = json.loads(table.read_text(encoding="utf-8")) if table.is_file() else {}
    return list(dict.fromkeys(f"{one['peer']} {one['version']}" for one in known.get(name, [])))


def driver_of(module: ModuleType) -> type[Driver]:
    """Give the one public class that a module defines.

    Raises:
        UsageError: It defines none, or several.
    """
    found: list[Any] = [
        member
        for name, member in sorted(vars(module).items())
        if isinstance(member, type) and member.__module__ == module.__name__ and not name.startswith("_")
    ]
    if len(found) != 1:
        several = ", ".join(member.__name__ for member in found) or "none"
        raise UsageError(f"{module.__name__}: a driver's module holds one public class, this one: {several}.")
    driver: type[Driver] = found[0]
    return driver


def _refuse_odd(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name of a driver. Write vendor/model in lower-case letters, digits and '_'."
        )


def _one(name: str, modules: list[str]) -> type[Driver]:
    """Import the module of a driver and give the driver."""
    if len(modules) > 1:
        raise UsageError(
            f"The driver {name} comes from several packages: {', '.join(modules)}. Remove all but one."
        )
    try:
        return driver_of(importlib.import_module(modules[0]))
    except ImportError as error:
        raise UsageError(f"The driver {name} ({modules[0]}) does not load: {error}.") from error


def _modules_of(name: str) -> list[str]:
    """Give the modules that hold one driver, without a look at all others."""
    vendor, _, model = name.partition("/")
    own = not model.startswith("_") and any((root / vendor / f"{model}.py").is_file() for root in _roots())
    shipped = [f"{PACKAGE}.{vendor}.{model}"] if own else []
    return shipped + [module for each, module in _of_others(tuple(sys.path), entry_points) if each == name]


def _modules() -> dict[str, list[str]]:
    """Give the modules that hold each driver, by its name: one, unless two packages bring it."""
    found = {name: [f"{PACKAGE}.{name.replace('/', '.')}"] for name in _shipped()}
    for name, module in _of_others(tuple(sys.path), entry_points):
        found.setdefault(name, []).append(module)
    return found


@lru_cache(maxsize=4)
def _of_others(_: tuple[str, ...], look: Callable[..., Iterable[Any]]) -> tuple[tuple[str, str], ...]:
    """Give the drivers of other packages and their modules; looked for once, which reads a file of each package."""
    return tuple((entry.name, entry.value) for entry in look(group=GROUP))


def _shipped() -> set[str]:
    """Give the names of the drivers that lie in the package."""
    found = {f"{path.parent.name}/{path.stem}" for root in _roots() for path in root.glob("*/*.py")}
    return {name for name in found if _NAME.fullmatch(name) and "/_" not in name}


def _roots() -> list[Path]:
    """Give the folders that the package of drivers lies in."""
    return [Path(root) for root in importlib.import_module(PACKAGE).__path__]


def _suggestion(name: str, known: list[str]) -> str:
    """Say which drivers have a name like this one."""
    close = difflib.get_close_matches(name, known, n=3)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    return f"There are: {', '.join(known) or 'none'}."
