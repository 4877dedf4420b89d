"""The digital certificate of a record."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from calbench.certificates.digital import parties
from calbench.certificates.digital.equipment import conditions, equipment, methods
from calbench.certificates.digital.speech import Speech
from calbench.certificates.digital.stages import REF_TYPES, named, state
from calbench.certificates.digital.statements import statements
from calbench.certificates.digital.tables import CONFORMITY, RULE, tables
from calbench.certificates.notes import notes
from calbench.certificates.numbered import Numbered, Tested, tested
from calbench.certificates.tables import looked_at
from calbench.certificates.text import printable
from calbench.certificates.wording import Language
from calbench.dcc.content import (
    Administration,
    Certificate,
    Data,
    File,
    Measurement,
    Measurements,
    Provenance,
    Quantity,
    Result,
    Statement,
    Table,
)
from calbench.dcc.layout import Texts
from calbench.dcc.writing import VERSION
from calbench.documents.canonical import canonical
from calbench.documents.issue import Issue
from calbench.documents.record import Record
from calbench.software import layout

RECORD = "record.json"
"""How the record is called that lies in a certificate."""


def digital(
    record: Record,
    record_sha256: str,
    languages: Sequence[Language],
    issue: Issue | None = None,
    record_bytes: bytes | None = None,
) -> Certificate:
    """Give the digital certificate of a record, with every text in each of the languages.

    `issue` says who signs it and when; None for one that nobody signs. `record_bytes` is the record as it is to lie in
    it, so that whoever has the certificate can recompute it.

    Raises:
        UsageError: The record lacks the country of the laboratory, which a DCC must have.
    """
    speech = Speech(tuple(languages), simulated=record.plan.simulated is not None)
    return Certificate(
        version=VERSION,
        administration=Administration(
            software=(parties.software(record, speech),),
            vocabularies=parties.vocabularies(speech),
            core=parties.core(record, speech, issue),
            items=(parties.item(record, speech),),
            laboratory=parties.laboratory(record, speech),
            persons=parties.persons(record, speech, issue),
            customer=parties.customer(record, speech),
            statements=statements(record, speech, issue),
        ),
        measurements=Measurements(
            each=tuple(_measurement(record, speech, stage) for stage in _stages(record))
        ),
        document=None if record_bytes is None else _file(record_bytes, speech),
        provenance=_provenance(record, record_sha256, issue),
    )


def _stages(record: Record) -> list[str]:
    """Give the stages, each of which is a measurement of its own; one without a name where there are none."""
    return [one.stage for one in record.stages] or [""]


def _measurement(record: Record, speech: Speech, stage: str) -> Measurement:
    reference = record.plan.procedure
    title = speech.local(reference.title, reference.id)
    return Measurement(
        ref_id=parties.ITEM,
        ref_type=REF_TYPES.get(stage, ""),
        name=speech.marked(named(title, stage)),
        methods=methods(record, speech),
        software=(parties.software(record, speech),),
        equipment=equipment(record, speech),
        conditions=(*state(record, speech, stage), *conditions(record, speech)),
        results=_results(record, speech, stage),
    )


def _results(record: Record, speech: Speech, stage: str) -> tuple[Result, ...]:
    """Give one result for each test of a stage, in the order of the printed certificate."""
    each = {language: tested(record, language) for language in speech.languages}
    first = each[speech.languages[0]]
    return tuple(
        _result(record, {language: tests[index] for language, tests in each.items()}, speech)
        for index, test in enumerate(first)
        if test.results and test.stage == stage
    )


def _result(record: Record, test: dict[Language, Tested], speech: Speech) -> Result:
    """Give the result of a test; the notes below its printed table are its description."""
    noted: Texts = {
        language: paragraph.text
        for language, each in test.items()
        for paragraph in notes(record, each, language)
    }
    measured = tables(record, test[speech.languages[0]], speech)
    inspected = _inspected(record, test, speech)
    return Result(
        ref_type="calbench_test",
        name=speech.marked({language: each.title for language, each in test.items()}),
        description=noted,
        data=Data(tables=(*measured, *inspected)),
    )


def _inspected(record: Record, test: dict[Language, Tested], speech: Speech) -> tuple[Table, ...]:
    """Give what was looked at: one quantity each, with the finding as its text."""
    each = {
        language: [one for one in own.results if one.result.of == "inspection"]
        for language, own in test.items()
    }
    rows = [
        _finding({language: own[index] for language, own in each.items()}, test, record, speech)
        for index in range(len(each[speech.languages[0]]))
    ]
    return (Table(ref_type="calbench_inspection", quantities=tuple(rows)),) if rows else ()


def _finding(
    one: dict[Language, Numbered], test: dict[Language, Tested], record: Record, speech: Speech
) -> Quantity:
    verdict = one[speech.languages[0]].result.verdict
    conformity = Statement(
        ref_id=RULE,
        ref_type="basic_conformity",
        name=speech.word("conformity"),
        references=(f"{record.decision.rule}/{record.decision.version}",),
        conformity=CONFORMITY.get(verdict, ""),
    )
    found: Texts = {language: printable(each.answer) or "–" for language, each in one.items()}
    return Quantity(
        ref_type="calbench_finding",
        name={
            language: printable(looked_at(each, test[language].points, language))
            for language, each in one.items()
        },
        text=found,
        metadata=(conformity,) if verdict in CONFORMITY else (),
    )


def _file(record_bytes: bytes, speech: Speech) -> File:
    return File(
        name=speech.word("attachment"),
        file_name=RECORD,
        mime_type="application/json",
        data=base64.b64encode(record_bytes).decode("ascii"),
    )


def _provenance(record: Record, record_sha256: str, issue: Issue | None) -> Provenance:
    simulated = record.plan.simulated
    return Provenance(
        record=record_sha256,
        plan=record.plan_sha256,
        journal=record.journal.head,
        journal_lines=str(record.journal.lines),
        software=record.software.id,
        layout=layout("dcc"),
        simulated=f"seed {simulated.seed}, {simulated.clock} clock" if simulated else "",
        issue="" if issue is None else canonical(issue).decode("utf-8"),
    )
