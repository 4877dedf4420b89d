"""An authored file that was read and found good: its model, where it came from, and the hash of its bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from calbench.documents.asset import Asset
from calbench.documents.formulas import Formulary
from calbench.documents.model import Authored
from calbench.documents.vocabulary import Vocabulary

M = TypeVar("M", bound=Authored)


@dataclass(frozen=True)
class Loaded(Generic[M]):
    """A model with its source: `path` as given by the user, `sha256` of the file's bytes.

    `beside` is the file beside which its pictures lie, if that is another. `vocabulary` is the one whose words a
    procedure has beside its own, `formularies` are those whose formulas it has. Formulas are written out in `model`;
    `stated` is the procedure as it was written, with all formulas that it may use, where it uses some.
    """

    model: M
    path: str
    sha256: str
    beside: str = ""
    vocabulary: Loaded[Vocabulary] | None = None
    formularies: tuple[Loaded[Formulary], ...] = ()
    stated: M | None = None


def files_by_hash(loaded: Iterable[Loaded[Any]]) -> dict[str, Path]:
    """Give every file by the hash of its bytes: the authored ones, and the digital certificates beside assets."""
    found: dict[str, Path] = {}
    for one in loaded:
        path, model = Path(one.path), one.model
        found[one.sha256] = path
        if one.vocabulary is not None:
            found[one.vocabulary.sha256] = Path(one.vocabulary.path)
        found |= {each.sha256: Path(each.path) for each in one.formularies}
        if isinstance(model, Asset) and model.dcc is not None and model.certificate.sha256 is not None:
            found[model.certificate.sha256] = path.parent / model.dcc
    return found
