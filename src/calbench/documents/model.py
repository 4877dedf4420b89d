"""The two kinds of model that every document is built from."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer


class Authored(BaseModel):
    """A part of a file that a person writes: unknown keys are errors, values stay as they were written."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False, protected_namespaces=())


class Stored(BaseModel):
    """A part of a document that a stage writes: exact, frozen, and the same bytes for the same content."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, protected_namespaces=())


class Grown(Stored):
    """A stored part that got fields after files of it were written.

    Those in `later` are left out where they hold their defaults: documents of before keep their bytes, and the hashes
    that journals and certificates name.
    """

    later: ClassVar[tuple[str, ...]] = ()

    @model_serializer(mode="wrap")
    def _written(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        plain: dict[str, object] = write(self)
        for name in self.later:
            if getattr(self, name) == type(self).model_fields[name].default:
                plain.pop(name, None)
        return plain
