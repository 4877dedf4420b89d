"""Texts of a digital certificate: each in every language of the certificate, as the schema's rules ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from calbench.certificates.digital.words import WORDS
from calbench.certificates.text import local, printable
from calbench.certificates.wording import WORDS as PRINTED
from calbench.certificates.wording import Language
from calbench.dcc.layout import Texts


@dataclass(frozen=True)
class Speech:
    """Gives texts in the languages of the certificate; `mark` stands before names of a simulated run."""

    languages: tuple[Language, ...]
    simulated: bool = False

    def word(self, key: str, **filled: str) -> Texts:
        """Give a text of the tables of words, with its placeholders filled; KeyError if there is none."""
        entry = WORDS.get(key) or PRINTED[key]
        return {language: entry[language].format_map(filled) for language in self.languages}

    def term(self, group: str, name: str) -> Texts:
        """Give the word for `group.name`; a name that the tables do not know stays as its author wrote it."""
        entry = WORDS.get(f"{group}.{name}") or PRINTED.get(f"{group}.{name}")
        return {each: entry[each] if entry else name for each in self.languages}

    def local(self, texts: Mapping[str, str], otherwise: str = "") -> Texts:
        """Give a text of a file, which may lack a language: English stands in for it."""
        return {each: printable(local(texts, each) or otherwise) for each in self.languages}

    def each(self, says: Callable[[Language], str]) -> Texts:
        """Give what a function says in each language."""
        return {language: says(language) for language in self.languages}

    def marked(self, texts: Texts) -> Texts:
        """Put SIMULATED before a name, if the run was simulated."""
        if not self.simulated:
            return texts
        return {language: f"{PRINTED['simulated'][language]} – {text}" for language, text in texts.items()}  # type: ignore[index] # its keys are languages


def plain(text: str) -> Texts:
    """Give a text that belongs to no language: a name, a number."""
    return {"": printable(text)} if text else {}


def joined(parts: Sequence[Texts]) -> Texts:
    """Put sentences one after the other, in each language."""
    languages = dict.fromkeys(language for part in parts for language in part)
    return {
        each: ("" if each == "zh" else " ").join(part[each] for part in parts if part.get(each))
        for each in languages
    }
