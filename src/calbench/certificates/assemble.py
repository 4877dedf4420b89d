"""From a record to the content of a certificate.

Clauses in this package are those of ISO/IEC 17025:2017; what one must hold is in 7.8.2, 7.8.4, 7.8.6.
"""

from __future__ import annotations

from calbench.certificates.about import environment, interrupted, item, laboratory, procedure, standards
from calbench.certificates.adjusting import notice
from calbench.certificates.budgets import annex, widest
from calbench.certificates.closing import integrity, signatures, statements
from calbench.certificates.conclusion import conclusion, failing, title_key, worded
from calbench.certificates.content import Certificate, Section
from calbench.certificates.decisions import annex as decisions
from calbench.certificates.decisions import decision
from calbench.certificates.formulas import annex as formulas
from calbench.certificates.operating import outside
from calbench.certificates.outcome import results
from calbench.certificates.surroundings import annex as conditions
from calbench.certificates.text import printable
from calbench.certificates.wording import LANGUAGES, Language, term, word
from calbench.documents.issue import Issue, Replaced
from calbench.documents.record import Record


def assemble(
    record: Record, record_sha256: str, language: Language, issue: Issue | None = None
) -> Certificate:
    """Give the content of the certificate of a record in one language; `issue` None for one that nobody signs."""
    key = title_key(record)
    (other,) = (each for each in LANGUAGES if each != language)
    verdict, says = conclusion(record, language)
    return Certificate(
        language=language,
        number=printable(record.run.id if issue is None else issue.number),
        ended=record.run.ended,
        title=word(key, language),
        title_elsewhere=word(key, other),
        laboratory=printable(record.plan.laboratory.get("name", "")),
        simulated=_simulated(record),
        verdict=verdict,
        verdict_text=says,
        notices=_notices(record, language, issue),
        sections=_sections(record, record_sha256, language, issue),
        words={
            name: word(worded(name, record), language)
            for name in ("number", "page", "page.of", "page.after", "end", "verdict")
        },
    )


def _simulated(record: Record) -> str:
    if record.plan.simulated is None:
        return ""
    return " ".join(word("simulated", language) for language in LANGUAGES)


def notices(record: Record, language: Language) -> list[str]:
    """Say what a reader must know before the results: simulated, what fails, stopped, partial, beyond the climate."""
    found: list[str] = []
    simulated, run = record.plan.simulated, record.run
    if simulated is not None:
        clock = term("clock", simulated.clock, language)
        found.append(word(worded("simulated.says", record), language, seed=str(simulated.seed), clock=clock))
    if record.plan.procedure.work == "test":
        found.append(word("report.says", language))
    found += failing(record, language)
    found += outside(record, language)
    if run.status != "COMPLETED":
        found.append(word("stopped.says", language, status=term("status", run.status, language)))
    if run.reason:
        found.append(word("left.out.says", language, reason=printable(run.reason)))
    found += notice(record, language)
    found += [interrupted(each, language) for each in run.interruptions]
    if record.plan.partial:
        found.append(word("partial.says", language))
    elif run.completeness == "partial":
        found.append(word("missing.says", language))
    found += [
        word(
            "violations.says",
            language,
            quantity=term("quantity", each.quantity, language),
            violations=str(each.violations),
            samples=str(each.samples),
        )
        for each in record.environment
        if each.violations
    ]
    return found


def _notices(record: Record, language: Language, issue: Issue | None) -> list[str]:
    replaced = [] if issue is None or issue.replaces is None else [replacing(issue.replaces, language)]
    return [*replaced, *notices(record, language)]


def replacing(replaced: Replaced, language: Language) -> str:
    """Say which certificate another one replaces, and why."""
    key = {"amended": "amended.says", "substituted": "substituted.says"}[replaced.change]
    return word(key, language, number=printable(replaced.number), reason=printable(replaced.reason))


def _sections(record: Record, record_sha256: str, language: Language, issue: Issue | None) -> list[Section]:
    return [
        *laboratory(record, language),
        item(record, language),
        procedure(record, language),
        environment(record, language),
        *standards(record, language),
        decision(record, language),
        *results(record, language),
        *widest(record, language),
        statements(record, language),
        integrity(record, record_sha256, language),
        signatures(record, language, issue),
        *decisions(record, language),
        *conditions(record, language),
        *formulas(record, language),
        *annex(record, language),
    ]
