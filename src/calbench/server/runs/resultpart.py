"""The part of a record that the page shows: read fast, and from records of any version that has it."""

from __future__ import annotations

from pydantic import BaseModel

from calbench.documents.record import Verdict

Texts = dict[str, str]


class ShownPart(BaseModel):
    """What is printed of a result, as `calbench.documents.record.Shown`."""

    unit: Texts = {}
    error_unit: Texts = {}
    indication: str = ""
    error: str = ""
    lower: str = ""
    upper: str = ""
    expanded: str = ""


class ResultPart(BaseModel):
    """What the page takes from a result, as `calbench.documents.record.Result`."""

    id: str
    value: str | None = None
    judged: str | None = None
    lower: str | None = None
    upper: str | None = None
    expanded: str | None = None
    answer: str = ""
    verdict: Verdict
    shown: ShownPart
    attempts: int = 1


class LinesPart(BaseModel):
    """From how many lines of the journal a record was computed."""

    lines: int


class RecordPart(BaseModel):
    """What the page takes from a record."""

    journal: LinesPart
    results: list[ResultPart]
