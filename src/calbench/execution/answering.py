"""Answers from a file: an unattended run, or one whose readings were written down before."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.documents.prompt import Answers, Ask
from calbench.errors import RunFailed

YES = "yes"


class FileOperator:
    """Answers each prompt by its id; the name of the operator is the one in the file, `lines` where answers stand."""

    def __init__(self, answers: Answers, path: str, lines: Mapping[str, int] | None = None) -> None:
        self.name = answers.operator
        self._lines = lines or {}
        self._asked = ""
        self._answers = answers
        self._path = path

    def answer(self, ask: Ask) -> str:
        """Give the answer of the file; confirmations follow `confirm: all`.

        Raises:
            RunFailed: The file has no answer to this prompt.
        """
        self._asked = ask.id
        if ask.id in self._answers.answers:
            return self._answers.answers[ask.id]
        if ask.kind in ("confirm", "place") and self._answers.confirm == "all":
            return YES
        if ask.optional:
            return ""
        raise RunFailed(
            f"{self._path} has no answer to '{ask.id}' ({ask.text.get('en', '')}). Add it under answers."
        )

    def tell(self, text: str) -> None:
        """Refuse: an answer of a file that is not allowed will not get better when it is asked again.

        Raises:
            RunFailed: Always.
        """
        line = self._lines.get(self._asked)
        place = self._path if line is None else f"{self._path}:{line}"
        raise RunFailed(
            f"{place}: the answer to '{self._asked}' is not allowed. {text} Correct it in the file."
        )
