"""What a procedure takes from files that several share: the words of a vocabulary, the formulas of formularies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from calbench.authoring.located import Path
from calbench.authoring.suggestions import shown
from calbench.authoring.validation import Document
from calbench.authoring.writing_out import without_formulas
from calbench.documents.formulas import Formulary, FormulaStated
from calbench.documents.loaded import Loaded
from calbench.documents.procedure import Procedure
from calbench.documents.vocabulary import Vocabulary
from calbench.errors import Problem


def worded(document: Document[Procedure], vocabulary: Document[Vocabulary]) -> Document[Procedure]:
    """Give a procedure the words of a vocabulary, behind its own."""
    own, shared = document.model.words, vocabulary.model.words
    words = {one: {**shared.get(one, {}), **own.get(one, {})} for one in dict.fromkeys([*own, *shared])}
    return replace(document, model=document.model.model_copy(update={"words": words}))


def with_formulas(
    document: Document[Procedure], found: Sequence[Document[Formulary] | None]
) -> tuple[Document[Procedure], list[Problem]]:
    """Give a procedure the formulas of its formularies, before its own; and a problem for each name there twice.

    Args:
        document: The procedure.
        found: What each formulary that it names is; None for one that could not be read. Of the model's `formulary`
            these are left: what they have is not known.
    """
    own, names = document.model.formulas, document.model.formulary
    shared: dict[str, FormulaStated] = {}
    problems: list[Problem] = []
    for index, one in enumerate(found):
        given = {} if one is None else one.model.formulas
        for twice in sorted(given.keys() & {*own, *shared}):
            message = (
                f"{shown(names[index])} has a formula {shown(twice)}, and there is another one of this name"
            )
            help_ = "give one of them another name"
            problems.append(document.problem(place_of(document, index), "P150", message, help_))
        shared |= given
    lost = [name for name, one in zip(names, found, strict=True) if one is None]
    changed = {"formulas": {**shared, **own}, "formulary": lost}
    return replace(document, model=document.model.model_copy(update=changed)), problems


def place_of(document: Document[Procedure], index: int) -> Path:
    """Give where a formulary is named: alone, or in a list."""
    one: Path = ("formulary", index)
    return one if document.located.node(one) is not None else one[:1]


def written_out(loaded: Loaded[Procedure], formularies: Sequence[Document[Formulary]]) -> Loaded[Procedure]:
    """Give a procedure with its formulas written out, and with the formularies of which it uses some."""
    whole, used = without_formulas(loaded.model)
    files = tuple(
        Loaded(one.model, one.source.file, one.source.sha256)
        for one in formularies
        if one.model.formulas.keys() & used
    )
    left = {name: one for name, one in loaded.model.formulas.items() if name in used}
    return replace(
        loaded, model=whole.model_copy(update={"formulas": left}), formularies=files, stated=loaded.model
    )
