"""The contract of drivers: what holds for every one of them, without exception.

It reads the source and the signatures; nothing is sent. A driver's module says which manual it is written
from, its class what it was verified on; it lists every command that it sends; it talks through its link only,
and waits on nothing else.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from calbench.instruments import commands
from calbench.instruments.capabilities import CAPABILITIES
from calbench.instruments.link import LineFormat
from calbench.instruments.reading import Verified
from calbench.instruments.roles import LINES, Configurable, Driver, ErrorQueue, OutputQuery

_MANUAL = re.compile(
    r"manual|guide|handbook|data ?sheet|specification|standard|protocol|M[0-9]{6}EN", re.IGNORECASE
)
_FOREIGN = ("pyvisa", "serial", "socket", "time", "asyncio", "select", "calbench_sim", "calbench.simulation")
LONGEST_SAFING = 60.0
_VERIFIED = typing.get_args(Verified)


def violations(driver: type[Any]) -> list[str]:
    """Give everything in which a driver breaks the contract, each a sentence; an empty list: it keeps it.

    Args:
        driver: The class, from a module whose source can be read.
    """
    module = sys.modules[driver.__module__]
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    found = [
        *_documents(driver, module.__doc__ or ""),
        *_constructor(driver),
        *_attributes(driver),
        *_capabilities(driver),
        *_public_methods(driver),
        *_one_class(tree),
        *_imports(tree),
        *_waiting(tree),
        *_command_table(driver, tree),
    ]
    return [f"{module.__name__}.{driver.__name__}: {problem}" for problem in found]


def _documents(driver: type[Any], module_text: str) -> Iterator[str]:
    first = module_text.strip().partition("\n")[0]
    if not _MANUAL.search(first):
        yield "the module docstring's first line names no manual. Write maker, model, manual and revision."
    if "Verified on:" not in (driver.__doc__ or ""):
        yield "the class docstring does not say 'Verified on: …', like 'Verified on: manual pages only.'"


def _constructor(driver: type[Any]) -> Iterator[str]:
    parameters = list(inspect.signature(driver.__init__).parameters)
    if parameters != ["self", "link"]:
        yield f"the constructor takes {', '.join(parameters)}. It takes (self, link), and sends nothing."


def _attributes(driver: type[Any]) -> Iterator[str]:
    if not isinstance(getattr(driver, "LINE", None), LineFormat):
        yield "LINE is not a LineFormat."
    lines = getattr(driver, "LINKS", None)
    if not _texts(lines) or not lines or not set(lines) <= set(LINES):
        yield f"LINKS is not a tuple of what the instrument can be connected by: {', '.join(LINES)}."
    models = getattr(driver, "MODELS", None)
    if not _texts(models) or not models:
        yield "MODELS is not a tuple of the model names that `identify` may give."
    within = getattr(driver, "SAFE_WITHIN", 1.0)
    if not isinstance(within, float) or not 0 < within <= LONGEST_SAFING:
        yield f"SAFE_WITHIN is {within!r}. It is the seconds that `make_safe` may take, up to {LONGEST_SAFING:g}."
    if not _texts(getattr(driver, "PROVIDES", None)):
        yield "PROVIDES is not a tuple of capability names."
    table = getattr(driver, "COMMANDS", None)
    if not isinstance(table, Mapping) or not table:
        yield "COMMANDS is not a mapping of every command header to how it was verified."
        return
    for header, how in table.items():
        if not isinstance(header, str) or how not in _VERIFIED:
            yield f"COMMANDS has {header!r}: {how!r}. A header is verified by {', '.join(_VERIFIED)}."


def _capabilities(driver: type[Any]) -> Iterator[str]:
    provided = getattr(driver, "PROVIDES", ())
    for name in provided if _texts(provided) else ():
        capability = CAPABILITIES.get(name)
        if capability is None or capability.role is None:
            able = ", ".join(one.name for one in CAPABILITIES.values() if one.role)
            yield f"PROVIDES names {name!r}, which no driver can provide. There are: {able}."
            continue
        for method, pattern in _methods_of(capability.role):
            yield from _like(driver, method, pattern, f"{name} needs")
    yield from _like(driver, "identify", Driver.identify, "every driver needs")
    if hasattr(driver, "configure"):
        yield from _like(driver, "configure", Configurable.configure, "settings need")
    if hasattr(driver, "output_is_on"):
        yield from _like(
            driver, "output_is_on", OutputQuery.output_is_on, "asking whether an output is on needs"
        )
    if hasattr(driver, "read_errors"):
        yield from _like(driver, "read_errors", ErrorQueue.read_errors, "an error queue needs")


def _like(driver: type[Any], method: str, pattern: Any, who: str) -> Iterator[str]:  # noqa: ANN401 - any function
    """Compare a driver's method with the one of its role: parameters, defaults and types."""
    wanted = inspect.signature(pattern)
    form = _form(method, wanted)
    actual = inspect.getattr_static(driver, method, None)
    if not inspect.isfunction(actual):
        yield f"{who} the method `{form}`."
        return
    try:
        types = typing.get_type_hints(actual)
    except NameError as error:
        yield f"the types of `{method}` cannot be read: {error}. Import them outside TYPE_CHECKING."
        return
    if _shape(inspect.signature(actual)) != _shape(wanted) or types != typing.get_type_hints(pattern):
        yield f"{who} the method `{form}`, but it is `{_form(method, inspect.signature(actual))}`."


def _public_methods(driver: type[Any]) -> Iterator[str]:
    for name, member in vars(driver).items():
        function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        if name.startswith("_") or not inspect.isfunction(function):
            continue
        if not (function.__doc__ or "").strip():
            yield f"`{name}` has no docstring."
        if inspect.signature(function).return_annotation is inspect.Signature.empty:
            yield f"`{name}` does not say what it returns."


def _one_class(tree: ast.Module) -> Iterator[str]:
    public = [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    if len(public) != 1:
        names = ", ".join(node.name for node in public)
        yield f"the module has the public classes {names}. It has one, the driver."
    for node in public:
        if node.bases:
            yield f"`{node.name}` has a base class. A driver is one plain class."


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if any(name == foreign or name.startswith(f"{foreign}.") for foreign in _FOREIGN):
                yield f"line {getattr(node, 'lineno', 0)} imports {name}. A driver has its link only."


def _waiting(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if (isinstance(called, ast.Attribute) and called.attr == "sleep") or (
            isinstance(called, ast.Name) and called.id == "sleep"
        ):
            yield f"line {called.lineno} sleeps. Wait with `self._link.wait(seconds)`."


def _command_table(driver: type[Any], tree: ast.Module) -> Iterator[str]:
    table = getattr(driver, "COMMANDS", None)
    declared = [header for header in table if isinstance(header, str)] if isinstance(table, Mapping) else []
    for header in dict.fromkeys(commands.sent(tree)):
        if not any(commands.fits(header, one) for one in declared):
            yield f"it sends {commands.shown(header)!r}, which COMMANDS does not list."
    mentioned = commands.mentioned(tree)
    for one in declared:
        if not any(commands.fits(header, one) for header in mentioned):
            yield f"COMMANDS lists {one!r}, which the module never sends."


def _methods_of(role: type[Any]) -> Iterator[tuple[str, Any]]:
    """Give the methods that a role asks for, inherited ones too."""
    for origin in role.__mro__:
        if origin not in {object, Protocol, typing.Generic}:
            yield from ((name, one) for name, one in vars(origin).items() if not name.startswith("_"))


def _form(method: str, signature: inspect.Signature) -> str:
    return f"{method}{signature}".replace("'", "")  # annotations are texts there


def _shape(signature: inspect.Signature) -> list[tuple[str, Any, Any]]:
    return [(one.name, one.kind, one.default) for one in signature.parameters.values()]


def _texts(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, str) for item in value)
