"""Answers from a file: an unattended run, or one whose readings were written down before."""

from __future__ import annotations

from collections.abc import Mapping

from calbench.documents.prompt import Answers, Ask
from calbench.errors import RunFailed

YES = "yes"


class FileOperator:
    """Answers each prompt by its id, or by position and id (`2: connect/dcv`).

    The name of the operator is the one in the file; `lines` says where answers stand.
    """

    def __init__(self, answers: Answers, path: str, lines: Mapping[str, int] | None = None) -> None:
        self.name = answers.operator
        self._lines = lines or {}
        self._asked = ""
        self._help = ""
        self._answers = answers
        self._path = path

    def answer(self, ask: Ask) -> str:
        """Give the answer of the file; confirmations follow `confirm: all`.

        Raises:
            RunFailed: The file has no answer to this prompt.
        """
        self._help = "Correct it in the file."
        self._asked = next((name for name in _names(ask) if name in self._answers.answers), ask.id)
        if self._asked in self._answers.answers:
            return self._answers.answers[self._asked]
        if ask.kind in ("confirm", "place") and self._answers.confirm == "all":
            return YES
        if ask.optional:
            return ""
        allowed = f" It is one of: {', '.join(ask.choices)}." if ask.choices else ""
        raise RunFailed(
            f"{self._path} has no answer to '{ask.id}' ({ask.text.get('en', '')}).{allowed} Add it under answers."
        )

    def confirms(self, ask: Ask, answer: str) -> bool:  # noqa: ARG002 - as an operator has it
        """Tell whether the file says of an implausible answer that it is right."""
        found = any(name in self._answers.confirmed for name in _names(ask))
        self._help = (
            "Correct it in the file." if found else f"Correct it, or name {self._asked} under confirmed."
        )
        return found

    def tell(self, text: str) -> None:
        """Refuse: an answer of a file that is not allowed will not get better when it is asked again.

        Raises:
            RunFailed: Always.
        """
        line = self._lines.get(self._asked)
        place = self._path if line is None else f"{self._path}:{line}"
        raise RunFailed(f"{place}: the answer to '{self._asked}' is not allowed. {text} {self._help}")


def _names(ask: Ask) -> tuple[str, ...]:
    """Give the names of a prompt in the file: that of its position first, then the one for every position."""
    return (f"{ask.unit_position}: {ask.id}", ask.id) if ask.unit_position else (ask.id,)
