"""The specification of a model: the ranges, points and limits that a procedure leaves to it (language version 1)."""

from __future__ import annotations

from pydantic import Field

from calbench.documents.fields import (
    Identifier,
    Language,
    LocalText,
    Name,
    ScalarText,
    TextList,
    Translations,
    Version,
)
from calbench.documents.model import Authored
from calbench.documents.procedure import Range, SetupStep
from calbench.documents.regulating import SourceStatus
from calbench.documents.scalars import Text


class Specification(Authored):
    """A specification file: `use` is the procedure that it completes, `ranges` goes by its tests.

    A test of that procedure that leaves its ranges to a specification, and is not named here, is left out.
    """

    specification: LocalText
    id: Identifier
    version: Version
    language: Language
    use: Text
    applies_to: dict[str, TextList] = {}
    sources: dict[str, SourceStatus] = {}
    words: Translations = {}
    with_: dict[Name, ScalarText | list[ScalarText]] = Field(default={}, alias="with")
    setup: list[SetupStep] = []
    ranges: dict[Identifier, list[Range]] = Field(min_length=1)
