"""What the regulation has to do with the document: kind of control, what it left out, sources of the tables."""

from __future__ import annotations

from calbench.certificates.conclusion import validity_says
from calbench.certificates.numbered import Tested
from calbench.certificates.text import local, printable
from calbench.certificates.wording import WORDS, Language, term, word
from calbench.documents.origin import ProcedureRef
from calbench.documents.record import Record


def fields(record: Record, language: Language) -> list[tuple[str, str]]:
    """Give pairs of the key of a label and a text: kind of control, items it leaves out, until when it is valid."""
    asked = record.plan.regulated
    if asked is None:
        return []
    left_out = "; ".join(printable(local(one.title, language) or one.test) for one in asked.left_out)
    return [
        ("control", term("control", asked.control, language)),
        ("left.out.control", left_out),
        ("valid.until", validity_says(record, language)),
    ]


def table_name(procedure: ProcedureRef, name: str, language: Language) -> str:
    """Give the name of a table of the procedure in words: those of the program, else its own, else as it stands."""
    if f"table.{name}" in WORDS:
        return term("table", name, language)
    return printable(procedure.words.get(language, {}).get(name, name))


def unsure(record: Record, test: Tested, language: Language) -> str:
    """Say on which tables a test rests that were not compared with the text of the regulation; empty without any."""
    sources = {} if test.plan is None else test.plan.sources
    tables = [
        word(
            "unsure.table",
            language,
            table=table_name(record.plan.procedure, name, language),
            source=term("source", status, language),
        )
        for name, status in sorted(sources.items())  # a stored plan has them in this order
        if status != "confirmed"
    ]
    if not tables:
        return ""
    return word("unsure.says", language, tables=("、" if language == "zh" else ", ").join(tables))
