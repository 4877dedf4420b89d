"""What an operator may be able to do beside answering, each by a method or attribute of its own.

| attribute | who has it |
|---|---|
| `takes_long = True` | a person: nobody waits for the answer before a stop or an abort |
| `remote = True` | answers may come from other processes |
| `absent = True` | nobody is here: `answer` is never called |
| `answer_until(ask, closed)` | a person: as `answer`, but raises `Dropped` once `closed()` says why |
| `look()` | a person: call `closed` again, something has happened |
| `pictures(paths)` | a person: is told where the run keeps its copies of pictures, by their names in prompts |
| `late(ask)` | a simulated operator: seconds on the clock of the run until the answer is there |
| `confirms(ask, answer)` | one that is no person: whether an implausible answer is right all the same |
| `shown(ask)` | whoever sees a simulated instrument: what it shows, where a number is read by eye |
| `acted(ask, answer)` | whoever has simulated hands: does what was asked, once the answer is taken |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calbench.documents.prompt import Ask, Operator


class Dropped(Exception):  # noqa: N818 - not an error: somebody else answered
    """The prompt that was on show was closed elsewhere."""


@dataclass(frozen=True)
class Abilities:
    """What an operator can do."""

    takes_long: bool
    remote: bool
    absent: bool
    answer_until: Callable[[Ask, Callable[[], str]], str]
    look: Callable[[], None]
    pictures: Callable[[Mapping[str, Path]], None]
    late: Callable[[Ask], float]
    confirms: Callable[[Ask, str], bool]
    shown: Callable[[Ask], str]
    acted: Callable[[Ask, str], None]


class RemoteOperator:
    """Nobody at this machine: every prompt waits for an answer from another process.

    `name` is that of whoever operates the run, if anybody was named; each answer says by whom it is.
    """

    takes_long = True
    remote = True
    absent = True

    def __init__(self, name: str = "") -> None:
        self.name = name

    def answer(self, ask: Ask) -> str:
        """Refuse: nobody is here to be asked.

        Raises:
            ValueError: Always.
        """
        raise ValueError(f"nobody is here to answer {ask.id}")

    def tell(self, text: str) -> None:
        """Take note; nobody is here to be told."""


def abilities(operator: Operator) -> Abilities:
    """Tell what an operator can do."""

    def able(name: str, otherwise: Any) -> Any:  # noqa: ANN401 - each attribute is of a type of its own
        return getattr(operator, name, otherwise)

    return Abilities(
        takes_long=able("takes_long", False),
        remote=able("remote", False),
        absent=able("absent", False),
        answer_until=able("answer_until", lambda ask, _closed: operator.answer(ask)),
        look=able("look", lambda: None),
        pictures=able("pictures", lambda _paths: None),
        late=able("late", lambda _ask: 0.0),
        confirms=able("confirms", lambda _ask, _answer: False),
        shown=able("shown", lambda _ask: "") if able("takes_long", False) else lambda _ask: "",
        acted=able("acted", lambda _ask, _answer: None),
    )
