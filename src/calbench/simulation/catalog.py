"""Finding the model of an instrument by its name, `vendor/model`."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import re

from calbench.errors import UsageError
from calbench.simulation.device import Device

_NAME = re.compile(r"[a-z0-9_]+/[a-z0-9_]+")
_PACKAGE = "calbench_sim"


def models() -> list[str]:
    """Give the names of all simulated instruments that are installed, sorted."""
    found = []
    for vendor in pkgutil.iter_modules(importlib.import_module(_PACKAGE).__path__):
        if vendor.ispkg:
            package = importlib.import_module(f"{_PACKAGE}.{vendor.name}")
            found += [
                f"{vendor.name}/{module.name}"
                for module in pkgutil.iter_modules(package.__path__)
                if not module.ispkg and not module.name.startswith("_")
            ]
    return sorted(found)


def find(name: str) -> type[Device]:
    """Give the class of the model called `vendor/model`.

    Raises:
        UsageError: the name is malformed or unknown, or its module does not hold exactly one public model.
    """
    if _NAME.fullmatch(name) is None:
        raise UsageError(
            f"Simulated instrument {name!r}: the name must be 'vendor/model' in small letters, "
            f"digits and '_', such as 'fluke/f5730a'."
        )
    path = f"{_PACKAGE}.{name.replace('/', '.')}"
    try:
        module = importlib.import_module(path)
    except ModuleNotFoundError as error:
        if error.name is None or not path.startswith(error.name):
            raise
        known = models()
        close = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(close)}?" if close else f"There are: {', '.join(known) or 'none'}."
        raise UsageError(f"Simulated instrument {name!r} does not exist. {hint}") from None
    classes = [
        found
        for key, found in vars(module).items()
        if isinstance(found, type)
        and issubclass(found, Device)
        and found.__module__ == path
        and not key.startswith("_")
    ]
    if len(classes) != 1:
        raise UsageError(
            f"Simulated instrument {name!r}: its module must define exactly one public subclass of Device, "
            f"it defines {len(classes)}. Make the others private with a leading '_'."
        )
    return classes[0]
