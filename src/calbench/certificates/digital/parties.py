"""Who and what: laboratory, item, customer, persons, dates."""

from __future__ import annotations

import re

from calbench.certificates.digital.speech import Speech, plain
from calbench.certificates.text import local, printable
from calbench.dcc.content import (
    Amendment,
    Contact,
    Core,
    EquipmentClass,
    Identification,
    Item,
    Laboratory,
    Namespace,
    Person,
    Place,
    Software,
)
from calbench.dcc.layout import SIMULATED
from calbench.documents.issue import Issue
from calbench.documents.record import Record
from calbench.errors import UsageError

ITEM = "item1"
VOCABULARIES = {
    "basic": "https://digilab.ptb.de/dkd/refType/vocab/",
    "calbench": "urn:x-calbench:reftypes:1",
}
_COUNTRY = re.compile(r"[A-Z]{2}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_RELEASE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}")


def software(record: Record, speech: Speech) -> Software:
    """Name the program; a release is what the rules of the DCC take for one, the exact version is beside it."""
    own = record.software
    release = _RELEASE.match(own.version)
    return Software(
        name=plain(own.name),
        release=f"v{release[0] if release else '0'}",
        kind="application",
        description=speech.word("software.says", version=own.version, id=own.id),
    )


def vocabularies(speech: Speech) -> tuple[Namespace, ...]:
    """Give the vocabularies of the refTypes that are used."""
    return tuple(
        Namespace(speech.word(f"vocabulary.{name}"), name, link) for name, link in VOCABULARIES.items()
    )


def core(record: Record, speech: Speech, issue: Issue | None = None) -> Core:
    """Give identity and dates; days are those of UTC.

    Raises:
        UsageError: The laboratory of the record has no country.
    """
    order, received = record.uut.get("order", ""), record.uut.get("received", "")
    orders = Identification(
        "calibrationLaboratory", printable(order), speech.word("key.order"), "basic_orderNumber"
    )
    return Core(
        country=country(record),
        languages=speech.languages,
        mandatory=speech.languages[:1],
        identifier=identifier(record, None if issue is None else issue.number),
        identifications=(orders,) if order else (),
        received=received if _DATE.fullmatch(received) else "",
        begun=record.run.started[:10],
        ended=record.run.ended[:10],
        location="other" if record.uut.get("location") else "laboratory",
        issued="" if issue is None else issue.issued,
        amends=_amendment(record, issue),
    )


def _amendment(record: Record, issue: Issue | None) -> Amendment | None:
    if issue is None or issue.replaces is None:
        return None
    return Amendment(issue.replaces.change, identifier(record, issue.replaces.number))


def identifier(record: Record, number: str | None = None) -> str:
    """Give the number of the certificate: that of the run if it has no other, marked if the run was simulated."""
    return f"{SIMULATED if record.plan.simulated else ''}{printable(number or record.run.id)}"


def country(record: Record) -> str:
    """Give the country of the laboratory.

    Raises:
        UsageError: The record has none, or what it has is no code.
    """
    code = record.plan.laboratory.get("country", "")
    if not has_country(record):
        raise UsageError(
            f"A digital certificate needs the country of the laboratory, and the record of run {record.run.id} has "
            f"{code[:20]!r}. Write it into the station before the run, as ISO 3166-1 says it: "
            "laboratory: {name: …, country: CN}; or certify as pdf, html and csv."
        )
    return code


def has_country(record: Record) -> bool:
    """Tell whether the country of the laboratory is known: without one there is no digital certificate."""
    return _COUNTRY.fullmatch(record.plan.laboratory.get("country", "")) is not None


def laboratory(record: Record, speech: Speech) -> Laboratory:
    """Give the laboratory with its accreditation, as the station names it."""
    fields = record.plan.laboratory
    name = fields.get("name", "")
    contact = Contact(
        name=plain(name) or speech.word("customer.unknown"),
        place=Place(country=country(record), further=plain(fields.get("address", ""))),
    )
    return Laboratory(code=printable(fields.get("accreditation", "")), contact=contact)


def customer(record: Record, speech: Speech) -> Contact:
    """Give the customer as the work order names him."""
    name, address = record.uut.get("customer", ""), record.uut.get("address", "")
    place = Place(further=plain(address) or speech.word("customer.unknown"))
    return Contact(name=plain(name) or speech.word("customer.unknown"), place=place)


def persons(record: Record, speech: Speech, issue: Issue | None = None) -> tuple[Person, ...]:
    """Name who performed the work, who reviewed it if that is recorded, and who signs, if somebody does."""
    name = plain(record.run.operator) or speech.word("customer.unknown")
    operator = Person(Contact(name), role=printable(speech.word("performed")[speech.languages[0]]))
    if issue is None:
        return (operator,)
    return (operator, *_reviewer(issue, speech), _signatory(issue, speech))


def _reviewer(issue: Issue, speech: Speech) -> tuple[Person, ...]:
    if issue.release is None:
        return ()
    role = printable(speech.word("checked")[speech.languages[0]])
    return (Person(Contact(plain(issue.release.reviewed_by)), role=role),)


def _signatory(issue: Issue, speech: Speech) -> Person:
    own = issue.signatory
    return Person(
        Contact(plain(own.name)),
        role=printable(own.role) or speech.word("authorised")[speech.languages[0]],
        main_signer=True,
        signs=True,
        time_stamped=True if issue.time_stamped else None,
    )


def item(record: Record, speech: Speech) -> Item:
    """Give what was calibrated, with every number that is known of it."""
    uut = record.uut
    numbers = [
        Identification(issuer, printable(uut[key]), speech.term("key", key), ref_type)
        for key, issuer, ref_type in (
            ("serial", "manufacturer", "basic_serialNumber"),
            ("asset", "customer", "calbench_assetNumber"),
            ("firmware", "manufacturer", "calbench_firmware"),
        )
        if printable(uut.get(key, ""))
    ]
    none = Identification(
        "calibrationLaboratory", printable(record.run.id), speech.word("run"), "calbench_run"
    )
    kind = uut.get("name") or uut.get("kind")
    name = plain(kind) if kind else speech.word("item.name")
    accuracy = printable(uut.get("accuracy_class", ""))
    reference = record.plan.procedure.regulation or speech.word("class.reference")[speech.languages[0]]
    return Item(
        id=ITEM,
        name=speech.marked({each: local(name, each) for each in speech.languages}),
        classes=(EquipmentClass(printable(reference), accuracy),) if accuracy else (),
        manufacturer=maker(uut.get("maker", "")),
        model=printable(uut.get("model", "")),
        identifications=tuple(numbers) or (none,),
    )


def maker(name: str) -> Contact | None:
    """Give a manufacturer; None if there is no name."""
    return Contact(plain(name)) if printable(name) else None
