"""The vocabulary: words with their translations that many procedures share (language version 1)."""

from __future__ import annotations

from calbench.documents.fields import Identifier, Language, LocalText, Translations, Version
from calbench.documents.model import Authored


class Vocabulary(Authored):
    """A vocabulary file; a procedure names it, and its own words go before these."""

    vocabulary: LocalText
    id: Identifier
    version: Version
    language: Language
    words: Translations
