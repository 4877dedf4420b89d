"""Stages of a digital certificate: one measurement each, with a condition that says before or after the adjustment.

The schema (3.3.0) has `status` of an influence condition for it: beforeAdjustment, afterAdjustment.
"""

from __future__ import annotations

from collections.abc import Mapping

from calbench.certificates.adjusting import statement
from calbench.certificates.digital.speech import Speech
from calbench.certificates.wording import term, word
from calbench.dcc.content import Condition, Data
from calbench.dcc.layout import Texts
from calbench.documents.record import Record
from calbench.documents.stages import AS_FOUND, AS_LEFT

STATUS: Mapping[str, str] = {AS_FOUND: "beforeAdjustment", AS_LEFT: "afterAdjustment"}
REF_TYPES: Mapping[str, str] = {AS_FOUND: "calbench_asFound", AS_LEFT: "calbench_asLeft"}


def named(title: Texts, stage: str) -> Texts:
    """Put the stage behind a title, in each language."""
    if not stage:
        return title
    return {
        language: word("staged", language, title=text, stage=term("stage", stage, language))  # type: ignore[arg-type] # its keys are languages
        for language, text in title.items()
    }


def state(record: Record, speech: Speech, stage: str) -> tuple[Condition, ...]:
    """Give the state of the item as a condition of what was measured; none where there are no stages."""
    if not stage:
        return ()
    says = speech.each(lambda language: statement(record, language))
    return (
        Condition(
            ref_type="calbench_stateOfItem",
            name=speech.word("adjustment"),
            description=speech.term("stage", stage),
            status=STATUS[stage],
            data=Data(texts=(says,)),
        ),
    )
