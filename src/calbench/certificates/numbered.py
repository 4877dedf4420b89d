"""The results of a record in the order and with the numbers that a certificate gives them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from calbench.certificates.text import local, printable
from calbench.certificates.wording import Language
from calbench.documents.plan import Point, TestPlan
from calbench.documents.record import Record, Result, TestResult


@dataclass(frozen=True)
class Numbered:
    """A result with its number on the certificate."""

    number: str
    result: Result

    @property
    def point(self) -> str:
        """The name of the point within its test, for print."""
        return printable(self.result.id.removeprefix(f"{self.result.test}/"))


@dataclass(frozen=True)
class Tested:
    """A test with its results; `verdict` and `plan` are None where the record has none of this name."""

    id: str
    title: str
    verdict: TestResult | None
    plan: TestPlan | None
    points: list[Point]
    results: list[Numbered]


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
    return Tested(
        id=name,
        title=printable(local(titles, language) or name),
        verdict=verdict,
        plan=plan,
        points=[point for point in record.plan.points if point.test == name],
        results=[Numbered(str(next(number)), result) for result in record.results if result.test == name],
    )
