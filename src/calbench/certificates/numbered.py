"""The results of a record in the order and with the numbers that a certificate gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from calbench.certificates.text import local, printable
from calbench.certificates.wording import Language, term, word
from calbench.documents.plan import GroupPlan, Point, TestPlan
from calbench.documents.record import Record, Result, TestResult
from calbench.documents.stages import unstaged


@dataclass(frozen=True)
class Numbered:
    """A result with its number on the certificate; `words` translates its labels and answers."""

    number: str
    result: Result
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def point(self) -> str:
        """The name of the point within its test, for print: its parts in the certificate's language."""
        spelled = {word.replace(" ", "-"): text for word, text in self.words.items()}
        parts = self.result.id.removeprefix(f"{self.result.test}/").split("/")
        return printable("/".join(spelled.get(part, part) for part in parts))

    @property
    def labels(self) -> list[str]:
        """The labels of the point, in the certificate's language."""
        return [self.words.get(label, label) for label in self.result.labels.values()]

    @property
    def answer(self) -> str:
        """What an inspection found, in the certificate's language."""
        return "; ".join(self.words.get(answer, answer) for answer in self.result.answer.split("; "))


@dataclass(frozen=True)
class Tested:
    """A test with its results; `verdict` and `plan` are None where the record has none of this name.

    The title names the stage, where the record has several.
    """

    id: str
    title: str
    verdict: TestResult | None
    plan: TestPlan | None
    points: list[Point]
    results: list[Numbered]
    stage: str = ""


def tested(record: Record, language: Language) -> list[Tested]:
    """Give the tests in the order of the record, their results numbered from 1 through the certificate."""
    number = iter(range(1, len(record.results) + 1))
    return [_tested(record, name, number, language) for name in _names(record)]


def _names(record: Record) -> list[str]:
    """Name every test that has a verdict or a result, each once: no result is dropped."""
    return list(
        dict.fromkeys([*(test.id for test in record.tests), *(result.test for result in record.results)])
    )


def _tested(record: Record, name: str, number: Iterator[int], language: Language) -> Tested:
    verdict = next((test for test in record.tests if test.id == name), None)
    plan = next((test for test in record.plan.tests if test.id == name), None)
    titles = verdict.title if verdict else plan.title if plan else {}
    every: list[Point | GroupPlan] = [*record.plan.points, *(plan.groups if plan else [])]
    words = {each.id: each.words.get(language, {}) for each in every}
    stage = verdict.stage if verdict else plan.stage if plan else ""
    title = local(titles, language) or unstaged(name, stage)
    if stage:
        title = word("staged", language, title=title, stage=term("stage", stage, language))
    return Tested(
        id=name,
        stage=stage,
        title=printable(title),
        verdict=verdict,
        plan=plan,
        points=[point for point in record.plan.points if point.test == name],
        results=[
            Numbered(str(next(number)), result, words.get(result.id, {}))
            for result in record.results
            if result.test == name
        ],
    )
