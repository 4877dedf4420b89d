"""From an error location of pydantic to a path in the file.

Pydantic mixes the names of union branches into its locations, as in `('setup', 0, 'Prompt', 'prompt')`, and a
branch may be called like a key. Only the annotations of the model tell which is which, so they are
followed.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, RootModel
from pydantic.fields import FieldInfo

Location = tuple[str | int, ...]
_KEY = "[key]"  # pydantic's mark for an error in the key of a mapping


class Branch(NamedTuple):
    """A step that is no key: the union branch, under pydantic's name for it."""

    name: str


Step = str | int | Branch


@dataclass(frozen=True)
class Traced:
    """A location, taken apart.

    Attributes:
        steps: Keys, indices and branches, in order.
        owner: The model whose field, unknown key or missing key the last step is; or None.
        in_key: The error is in the key itself.
    """

    steps: tuple[Step, ...] = ()
    owner: type[BaseModel] | None = None
    in_key: bool = False
    rest: int = field(default=0, compare=False)  # how many items of the location nothing accounts for


def trace(model: type[BaseModel], location: Location) -> Traced:
    """Follow a location through the annotations of a model."""
    return _follow(model, location)


def allowed_keys(model: type[BaseModel]) -> list[str]:
    """Give the keys that a model takes from a file, in the order of its fields."""
    return [_key_of(name, info) for name, info in model.model_fields.items()]


def _key_of(name: str, info: FieldInfo) -> str:
    if isinstance(info.validation_alias, str):
        return info.validation_alias
    return info.alias or name


def _follow(kind: Any, location: Location) -> Traced:  # noqa: ANN401, PLR0911 - any annotation; one return per form
    kind = _bare(kind)
    if not location:
        return Traced()
    if isinstance(kind, type) and issubclass(kind, RootModel):
        return _follow(kind.model_fields["root"].annotation, location)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _follow_model(kind, location)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _follow_union([part for part in arguments if part is not type(None)], location)
    if isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(location[0], str):
        if location[1:2] == (_KEY,):
            return Traced((location[0],), in_key=True)
        return _after(location[0], _follow(arguments[1] if len(arguments) > 1 else Any, location[1:]))
    if isinstance(origin, type) and issubclass(origin, Iterable) and isinstance(location[0], int):
        index = location[0]
        fixed = origin is tuple and Ellipsis not in arguments and index < len(arguments)
        return _after(index, _follow(arguments[index if fixed else 0], location[1:]))
    return Traced(rest=len(location))


def _follow_model(model: type[BaseModel], location: Location) -> Traced:
    key = location[0]
    for name, info in model.model_fields.items():
        if _key_of(name, info) == key:
            below = _follow(info.annotation, location[1:])
            return Traced((key, *below.steps), below.owner or model, below.in_key, below.rest)
    return Traced((key,), model, rest=len(location) - 1)


def _follow_union(kinds: list[Any], location: Location) -> Traced:
    if len(kinds) == 1:
        return _follow(kinds[0], location)
    name = str(location[0])
    named = [kind for kind in kinds if getattr(_bare(kind), "__name__", None) == name]
    tries = [_follow(kind, location[1:]) for kind in named or kinds]
    return _after(Branch(name), min(tries, key=lambda traced: traced.rest))


def _after(step: Step, below: Traced) -> Traced:
    return Traced((step, *below.steps), below.owner, below.in_key, below.rest)


def _bare(kind: Any) -> Any:  # noqa: ANN401 - any annotation
    """Take `Annotated[…]`, `type X = …` and NewType off."""
    for _ in range(20):
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        elif hasattr(kind, "__value__"):
            kind = kind.__value__
        elif hasattr(kind, "__supertype__"):
            kind = kind.__supertype__
        else:
            break
    return kind
