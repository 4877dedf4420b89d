"""An authored file that was read and found good: its model, where it came from, and the hash of its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from calbench.documents.model import Authored

M = TypeVar("M", bound=Authored)


@dataclass(frozen=True)
class Loaded(Generic[M]):
    """A model with its source: `path` as given by the user, `sha256` of the file's bytes."""

    model: M
    path: str
    sha256: str
