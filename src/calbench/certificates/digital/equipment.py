"""With what and how: standards with their certificates, methods, environmental conditions."""

from __future__ import annotations

from decimal import Decimal

from calbench.certificates.about import uses
from calbench.certificates.decisions import uncertainty as stated
from calbench.certificates.digital.figures import Figure, single
from calbench.certificates.digital.parties import maker
from calbench.certificates.digital.speech import Speech, joined, plain
from calbench.certificates.text import printable
from calbench.certificates.wording import sentences
from calbench.dcc.content import (
    Condition,
    Data,
    Equipment,
    EquipmentClass,
    Identification,
    Method,
    Quantity,
    Upstream,
)
from calbench.documents.origin import Standard
from calbench.documents.record import ConditionRange, Record

REF_TYPES = {"temperature": "basic_temperature", "humidity": "basic_humidityRelative"}
"""The refTypes of conditions, by quantity."""
_HASH = "SHA-256"


def methods(record: Record, speech: Speech) -> tuple[Method, ...]:
    """Name the procedures, and how uncertainty is stated."""
    reference = record.plan.procedure
    regulation = (printable(reference.regulation),) if reference.regulation else ()
    own = Method(
        ref_type="calbench_procedure",
        name=speech.local(reference.title, reference.id),
        norms=regulation,
        references=(printable(f"{reference.id} {reference.version}"),),
    )
    used = {(test.procedure, test.procedure_version) for test in record.plan.tests}
    others = [
        Method(ref_type="calbench_procedure", name=plain(name), references=(printable(f"{name} {version}"),))
        for name, version in sorted(used - {(reference.id, reference.version)})
    ]
    uncertainty = Method(
        ref_type="basic_methodMeasurementUncertainty",
        name=speech.word("method.uncertainty"),
        description=speech.each(lambda language: sentences(stated(record, language), language)),
        norms=("JCGM 100:2008",),
    )
    return (own, *others, uncertainty)


def equipment(record: Record, speech: Speech) -> tuple[Equipment, ...]:
    """Name the standards that the results rest on, each with its certificate and the hash of it where it is known."""
    used = {language: uses(record, language) for language in speech.languages}
    return tuple(
        _standard(
            each,
            speech,
            speech.each(lambda language, name=each.id: used[language].get(name, "")),  # type: ignore[misc] # the default binds the name
            simulated=record.plan.simulated is not None,
        )
        for each in record.plan.standards
    )


def _standard(standard: Standard, speech: Speech, tests: dict[str, str], *, simulated: bool) -> Equipment:
    issuer = ", ".join(printable(part) for part in (standard.issuer, standard.accreditation) if part)
    says = speech.word(
        "upstream.says", issuer=issuer, date=printable(standard.certificate_date), due=printable(standard.due)
    )
    number = printable(standard.certificate_number)
    certificate = Upstream(
        referral=speech.word("upstream"),
        number=number,
        procedure=_HASH,
        value=standard.certificate_sha256,
        description=says,
        traceable=False if simulated else None,
    )
    numbers = [
        Identification(
            "manufacturer", printable(standard.serial), speech.word("key.serial"), "basic_serialNumber"
        ),
        Identification("owner", printable(standard.id), speech.word("key.asset"), "calbench_assetNumber"),
        Identification("other", number, speech.word("upstream.number"), "calbench_certificateNumber"),
    ]
    used = {
        language: speech.word("used.says", tests=text)[language] for language, text in tests.items() if text
    }
    accuracy = printable(standard.accuracy_class)
    return Equipment(
        ref_type="basic_normalUsed",
        name=speech.marked(speech.local({"en": standard.kind}, standard.id)),
        classes=(EquipmentClass(speech.word("class.reference")[speech.languages[0]], accuracy),)
        if accuracy
        else (),
        description=joined([says, used]),
        certificate=certificate if standard.certificate_sha256 else None,
        manufacturer=maker(standard.maker),
        model=printable(standard.model),
        identifications=tuple(each for each in numbers if each.value),
    )


def conditions(record: Record, speech: Speech) -> tuple[Condition, ...]:
    """Give the environmental conditions with mean, minimum and maximum; or say that none were recorded."""
    if not record.environment:
        none = Data(texts=(speech.word("environment.none"),))
        return (Condition(name=speech.word("environment"), data=none),)
    return tuple(_condition(each, speech) for each in record.environment)


def _condition(each: ConditionRange, speech: Speech) -> Condition:
    ref_type = REF_TYPES.get(each.quantity, "")
    values = (("mean", each.mean, ""), ("minimum", each.minimum, "Min"), ("maximum", each.maximum, "Max"))
    quantities = tuple(
        Quantity(
            ref_type=f"{ref_type}{suffix}" if ref_type else "",
            name=speech.word(name),
            numbers=single(Figure(Decimal(1), each.unit), text),
        )
        for name, text, suffix in values
    )
    return Condition(
        ref_type=ref_type,
        name=speech.term("quantity", each.quantity),
        description=speech.word(
            "environment.says", samples=str(each.samples), violations=str(each.violations)
        ),
        data=Data(quantities=quantities),
    )
