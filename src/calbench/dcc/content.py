"""What a digital calibration certificate says, as far as it is read and written here.

Numbers stay text, exactly as they stand in the XML. Elements that are not here (files, formulae, complex numbers,
owners, coordinates) are passed over when a certificate is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from calbench.dcc.layout import (
    Texts,
    attribute,
    child,
    children,
    flag,
    leaf,
    leaves,
    many_texts,
    numbers,
    texts,
    words,
)
from calbench.dcc.numbers import Numbers


@dataclass(frozen=True)
class Identification:
    """A number of something, and who gave it: manufacturer, calibrationLaboratory, customer, owner or other."""

    issuer: str = leaf("issuer")
    value: str = leaf("value")
    name: Texts = texts("name")
    ref_type: str = attribute("refType")


@dataclass(frozen=True)
class Place:
    """An address; `further` is what fits nowhere else."""

    city: str = leaf("city")
    country: str = leaf("countryCode")
    post_code: str = leaf("postCode")
    street: str = leaf("street")
    street_no: str = leaf("streetNo")
    further: Texts = texts("further")


@dataclass(frozen=True)
class Contact:
    """A person, laboratory, manufacturer or customer."""

    name: Texts = texts("name", required=True)
    email: str = leaf("eMail")
    phone: str = leaf("phone")
    place: Place | None = child("location", "Place")


@dataclass(frozen=True)
class Laboratory:
    """The calibration laboratory; `code` is that of its accreditation."""

    code: str = leaf("calibrationLaboratoryCode")
    contact: Contact = child("contact", "Contact", required=True)


@dataclass(frozen=True)
class Person:
    """A person who answers for the certificate."""

    person: Contact = child("person", "Contact", required=True)
    role: str = leaf("role")
    main_signer: bool | None = flag("mainSigner")
    signs: bool | None = flag("cryptElectronicSignature")
    time_stamped: bool | None = flag("cryptElectronicTimeStamp")


@dataclass(frozen=True)
class Software:
    """A program that made the certificate or the results."""

    name: Texts = texts("name", required=True)
    release: str = leaf("release")
    kind: str = leaf("type")
    description: Texts = texts("description")


@dataclass(frozen=True)
class Namespace:
    """A vocabulary of refTypes: `basic` and others."""

    name: Texts = texts("name")
    namespace: str = leaf("namespace")
    link: str = leaf("link")


@dataclass(frozen=True)
class EquipmentClass:
    """A class of equipment, and the document that defines it."""

    reference: str = leaf("reference")
    id: str = leaf("classID")


@dataclass(frozen=True)
class Upstream:
    """The certificate of a standard: number, and hash of its file by `procedure`."""

    referral: Texts = texts("referral")
    number: str = leaf("referralID")
    procedure: str = leaf("procedure")
    value: str = leaf("value")
    description: Texts = texts("description")
    traceable: bool | None = flag("traceable")


@dataclass(frozen=True)
class Item:
    """What was calibrated."""

    id: str = attribute("id")
    name: Texts = texts("name", required=True)
    classes: tuple[EquipmentClass, ...] = children("equipmentClass", "EquipmentClass")
    description: Texts = texts("description")
    manufacturer: Contact | None = child("manufacturer", "Contact")
    model: str = leaf("model")
    identifications: tuple[Identification, ...] = children(
        "identification", "Identification", "identifications"
    )


@dataclass(frozen=True)
class Equipment:
    """A standard or instrument that was used."""

    id: str = attribute("id")
    ref_type: str = attribute("refType")
    name: Texts = texts("name", required=True)
    classes: tuple[EquipmentClass, ...] = children("equipmentClass", "EquipmentClass")
    description: Texts = texts("description")
    certificate: Upstream | None = child("certificate", "Upstream")
    manufacturer: Contact | None = child("manufacturer", "Contact")
    model: str = leaf("model")
    identifications: tuple[Identification, ...] = children(
        "identification", "Identification", "identifications"
    )


@dataclass(frozen=True)
class Method:
    """A method that was used."""

    ref_type: str = attribute("refType")
    name: Texts = texts("name", required=True)
    description: Texts = texts("description")
    norms: tuple[str, ...] = leaves("norm")
    references: tuple[str, ...] = leaves("reference")


@dataclass(frozen=True)
class Statement:
    """A statement about the certificate, or metadata of a quantity: conformity, limits, validity."""

    id: str = attribute("id")
    ref_id: str = attribute("refId")
    ref_type: str = attribute("refType")
    name: Texts = texts("name")
    description: Texts = texts("description")
    convention: str = leaf("convention")
    traceable: bool | None = flag("traceable")
    norms: tuple[str, ...] = leaves("norm")
    references: tuple[str, ...] = leaves("reference")
    declaration: Texts = texts("declaration")
    valid: bool | None = flag("valid")
    valid_each: tuple[str, ...] = words("validXMLList")
    date: str = leaf("date")
    period: str = leaf("period")
    conformity: str = leaf("conformity")
    conformity_each: tuple[str, ...] = words("conformityXMLList")
    data: Data | None = child("data", "Data")


@dataclass(frozen=True)
class Quantity:
    """A quantity: its numbers (several of a hybrid are the same in several units), its words, or a text instead."""

    id: str = attribute("id")
    ref_id: str = attribute("refId")
    ref_type: str = attribute("refType")
    name: Texts = texts("name")
    description: Texts = texts("description")
    text: Texts = texts("noQuantity")
    words: tuple[str, ...] = words("charsXMLList")
    numbers: tuple[Numbers, ...] = numbers()
    methods: tuple[Method, ...] = children("usedMethod", "Method", "usedMethods")
    software: tuple[Software, ...] = children("software", "Software", "usedSoftware")
    equipment: tuple[Equipment, ...] = children("measuringEquipment", "Equipment", "measuringEquipments")
    conditions: tuple[Condition, ...] = children("influenceCondition", "Condition", "influenceConditions")
    metadata: tuple[Statement, ...] = children("metaData", "Statement", "measurementMetaData")


@dataclass(frozen=True)
class Table:
    """A list of quantities whose values belong together row by row."""

    id: str = attribute("id")
    ref_id: str = attribute("refId")
    ref_type: str = attribute("refType")
    name: Texts = texts("name")
    description: Texts = texts("description")
    quantities: tuple[Quantity, ...] = children("quantity", "Quantity")
    tables: tuple[Table, ...] = children("list", "Table")
    methods: tuple[Method, ...] = children("usedMethod", "Method", "usedMethods")
    software: tuple[Software, ...] = children("software", "Software", "usedSoftware")
    equipment: tuple[Equipment, ...] = children("measuringEquipment", "Equipment", "measuringEquipments")
    conditions: tuple[Condition, ...] = children("influenceCondition", "Condition", "influenceConditions")
    metadata: tuple[Statement, ...] = children("metaData", "Statement", "measurementMetaData")


@dataclass(frozen=True)
class Data:
    """What a result, a condition or a statement holds."""

    texts: tuple[Texts, ...] = many_texts("text")
    quantities: tuple[Quantity, ...] = children("quantity", "Quantity")
    tables: tuple[Table, ...] = children("list", "Table")

    def all_tables(self) -> Iterator[Table]:
        """Give every list, those within others too."""
        waiting = list(self.tables)
        while waiting:
            table = waiting.pop(0)
            yield table
            waiting += table.tables


@dataclass(frozen=True)
class Condition:
    """A condition under which was measured; `status`: beforeAdjustment, afterAdjustment, beforeRepair, afterRepair."""

    id: str = attribute("id")
    ref_type: str = attribute("refType")
    name: Texts = texts("name")
    description: Texts = texts("description")
    status: str = leaf("status")
    data: Data | None = child("data", "Data")


@dataclass(frozen=True)
class Result:
    """A result: one or several lists or quantities."""

    id: str = attribute("id")
    ref_id: str = attribute("refId")
    ref_type: str = attribute("refType")
    name: Texts = texts("name", required=True)
    description: Texts = texts("description")
    data: Data = child("data", "Data", required=True)


@dataclass(frozen=True)
class Measurement:
    """Results with what they have in common."""

    ref_id: str = attribute("refId")
    ref_type: str = attribute("refType")
    name: Texts = texts("name", required=True)
    description: Texts = texts("description")
    methods: tuple[Method, ...] = children("usedMethod", "Method", "usedMethods")
    software: tuple[Software, ...] = children("software", "Software", "usedSoftware")
    equipment: tuple[Equipment, ...] = children("measuringEquipment", "Equipment", "measuringEquipments")
    conditions: tuple[Condition, ...] = children("influenceCondition", "Condition", "influenceConditions")
    results: tuple[Result, ...] = children("result", "Result", "results", required=True)
    metadata: tuple[Statement, ...] = children("metaData", "Statement", "measurementMetaData")


@dataclass(frozen=True)
class Measurements:
    """All measurements; from 3.3.0 on they may have methods and so on in common."""

    methods: tuple[Method, ...] = children("usedMethod", "Method", "usedMethods")
    software: tuple[Software, ...] = children("software", "Software", "usedSoftware")
    equipment: tuple[Equipment, ...] = children("measuringEquipment", "Equipment", "measuringEquipments")
    conditions: tuple[Condition, ...] = children("influenceCondition", "Condition", "influenceConditions")
    metadata: tuple[Statement, ...] = children("metaData", "Statement", "measurementMetaData")
    each: tuple[Measurement, ...] = children("measurementResult", "Measurement", required=True)


@dataclass(frozen=True)
class Amendment:
    """What this certificate replaces; `change` is amended or substituted."""

    change: str = leaf("typeOfChange")
    replaced: str = leaf("replacedUniqueIdentifier")


@dataclass(frozen=True)
class Core:
    """Identity, languages and dates."""

    country: str = leaf("countryCodeISO3166_1")
    languages: tuple[str, ...] = leaves("usedLangCodeISO639_1")
    mandatory: tuple[str, ...] = leaves("mandatoryLangCodeISO639_1")
    identifier: str = leaf("uniqueIdentifier", required=True)
    identifications: tuple[Identification, ...] = children(
        "identification", "Identification", "identifications"
    )
    received: str = leaf("receiptDate")
    begun: str = leaf("beginPerformanceDate", required=True)
    ended: str = leaf("endPerformanceDate", required=True)
    location: str = leaf("performanceLocation")
    issued: str = leaf("issueDate")
    amends: Amendment | None = child("reportAmendedSubstituted", "Amendment")
    previous: Upstream | None = child("previousReport", "Upstream")


@dataclass(frozen=True)
class Administration:
    """Who, what, when, for whom."""

    software: tuple[Software, ...] = children("software", "Software", "dccSoftware")
    vocabularies: tuple[Namespace, ...] = children("refTypeDefinition", "Namespace", "refTypeDefinitions")
    core: Core = child("coreData", "Core", required=True)
    items: tuple[Item, ...] = children("item", "Item", "items", required=True)
    laboratory: Laboratory = child("calibrationLaboratory", "Laboratory", required=True)
    persons: tuple[Person, ...] = children("respPerson", "Person", "respPersons")
    customer: Contact | None = child("customer", "Contact")
    statements: tuple[Statement, ...] = children("statement", "Statement", "statements")


@dataclass(frozen=True)
class Provenance:
    """What calbench made a certificate from, in the comment: hashes by which `verify` finds its data."""

    record: str = leaf("recordSha256")
    plan: str = leaf("planSha256")
    journal: str = leaf("journalHead")
    journal_lines: str = leaf("journalLines")
    software: str = leaf("softwareId")
    layout: str = leaf("layoutId")
    simulated: str = leaf("simulated")
    issue: str = leaf("issue")


@dataclass(frozen=True)
class File:
    """A file inside the certificate; `data` is base64 (RFC 4648) in one line."""

    name: Texts = texts("name")
    description: Texts = texts("description")
    file_name: str = leaf("fileName", required=True)
    mime_type: str = leaf("mimeType", required=True)
    data: str = leaf("dataBase64", required=True)


@dataclass(frozen=True)
class Certificate:
    """A digital calibration certificate; `provenance` is None if calbench did not make it."""

    version: str = attribute("schemaVersion")
    administration: Administration = child("administrativeData", "Administration", required=True)
    measurements: Measurements = child("measurementResults", "Measurements", required=True)
    document: File | None = child("document", "File")
    provenance: Provenance | None = None
    signatures: int = 0

    @property
    def simulated(self) -> bool:
        """Tell whether it was made from simulated instruments."""
        return self.provenance is not None and bool(self.provenance.simulated)


MODELS: dict[str, type] = {
    model.__name__: model
    for model in (
        Administration, Amendment, Certificate, Condition, Contact, Core, Data, Equipment, EquipmentClass,
        File, Identification, Item, Laboratory, Measurement, Measurements, Method, Namespace, Person, Place,
        Provenance, Quantity, Result, Software, Statement, Table, Upstream,
    )
}  # fmt: skip
