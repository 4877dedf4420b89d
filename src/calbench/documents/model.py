"""The two kinds of model that every document is built from."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Authored(BaseModel):
    """A part of a file that a person writes: unknown keys are errors, values stay as they were written."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False, protected_namespaces=())


class Stored(BaseModel):
    """A part of a document that a stage writes: exact, frozen, and the same bytes for the same content."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, protected_namespaces=())
