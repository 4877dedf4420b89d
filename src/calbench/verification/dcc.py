"""Verify a digital certificate: form, signature, trust, and its content made again from the record inside.

Cheap checks come first, and each is made only when it is asked for: most alterations end at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from calbench.errors import CalbenchError, IntegrityFailure, InvalidFile, UsageError
from calbench.evaluation.verifying import Check, same_program, verify_record
from calbench.verification.layout import not_compared
from calbench.verification.signatories import SIGNATURE, Against, signatory, without_signature

if TYPE_CHECKING:
    from calbench.certificates import Source
    from calbench.dcc import Certificate
    from calbench.documents.issue import Issue
    from calbench.trust.xmlsignature import SignedXml

WRITTEN, CONTENT = "bytes", "content"


def verify_dcc(data: bytes, against: Against, file: str = "certificate.xml") -> Iterator[Check]:
    """Verify a digital certificate; the checks come one by one, the cheap ones first."""
    from calbench.dcc.xmlfile import parse_xml  # noqa: PLC0415 - loaded where it is used
    from calbench.trust.xmlsignature import read_signature  # noqa: PLC0415 - as above

    try:
        root = parse_xml(data, file)
    except InvalidFile as error:
        yield Check("form", False, str(error).splitlines()[0])
        return
    yield Check("form", True, "well-formed XML, without document type or entities, within the limits")
    try:
        signed = read_signature(data, root)
    except IntegrityFailure as error:
        yield Check(SIGNATURE, False, f"{error}")
        signed, broken = None, True
    else:
        broken = False
        if signed is not None:
            covers = "XAdES" if signed.form == "xades" else "plain XMLDSig"
            yield Check(SIGNATURE, True, f"{covers}, fits, and covers the whole document")
    yield from _dcc(data, against, file, signed, broken=broken)


def _dcc(
    data: bytes, against: Against, file: str, signed: SignedXml | None, *, broken: bool
) -> Iterator[Check]:
    from calbench.dcc import read  # noqa: PLC0415 - loaded where it is used

    unsigned = data if signed is None else signed.unsigned
    try:
        certificate = read(data, file)
    except InvalidFile as error:
        yield Check(CONTENT, False, str(error).splitlines()[0])
        return
    ours = certificate.provenance is not None
    if signed is not None:
        # a stranger's signature may be written in any way; ours in one
        yield Check(
            WRITTEN, signed.own if ours else None, signed.why or "every byte stands as calbench writes it"
        )
    found: list[Source] = []
    if ours:
        yield from source_of(certificate, found)
    else:
        yield Check(
            "record", None, "not recomputed: calbench did not make this certificate, and no record lies in it"
        )
    issue = found[0].issue if found else None
    if not broken:
        yield from _answered(certificate, issue, signed, against)
    if found and broken:
        unsigned = _cut(data)
    if found:
        yield from _same_dcc(found[0], unsigned, certificate, signed=signed is not None)
        yield from recomputed(found[0], against)
    yield _schema(data, against, file)
    yield _units(certificate)


def source_of(certificate: Certificate, found: list[Source]) -> Iterator[Check]:
    """Take the record and the issue out of a certificate of ours; puts what it was made from into `found`."""
    import base64  # noqa: PLC0415 - loaded where it is used

    from pydantic import ValidationError  # noqa: PLC0415 - as above

    from calbench.certificates import Source  # noqa: PLC0415 - as above
    from calbench.documents.canonical import sha256  # noqa: PLC0415 - as above
    from calbench.documents.issue import Issue  # noqa: PLC0415 - as above
    from calbench.documents.record import Record  # noqa: PLC0415 - as above

    said = certificate.provenance
    if said is None or certificate.document is None:
        yield Check("record", False, "the certificate says that calbench made it, but carries no record")
        return
    try:
        data = base64.b64decode(certificate.document.data, validate=True)
        record = Record.model_validate_json(data)
        issue = Issue.model_validate_json(said.issue) if said.issue else None
    except (ValidationError, ValueError) as error:
        yield Check(
            "record", False, f"what lies in the certificate cannot be read: {str(error).splitlines()[0]}"
        )
        return
    hashes = {
        "record": (said.record, sha256(data)),
        "plan": (said.plan, record.plan_sha256),
        "journal": (said.journal, record.journal.head),
        "software": (said.software, record.software.id),
    }
    wrong = [name for name, (one, other) in hashes.items() if one != other]
    if issue is not None and issue.record_sha256 != sha256(data):
        wrong.append("issue")
    says = f"SHA-256 {sha256(data)[:16]}…, of record, plan and journal as the certificate says"
    yield Check(
        "record", not wrong, f"not the one that the certificate names: {', '.join(wrong)}" if wrong else says
    )
    found.append(Source(record, data, certificate.administration.core.languages, issue))  # type: ignore[arg-type] # if others, it cannot be made again


def _same_dcc(source: Source, unsigned: bytes, certificate: Certificate, *, signed: bool) -> Iterator[Check]:
    """Make the certificate again, and compare it to the byte."""
    from calbench.software import software  # noqa: PLC0415 - loaded where it is used

    yield same_program(source.record.software, software())
    said = certificate.provenance
    other = not_compared(CONTENT, "dcc", "" if said is None else said.layout, signed=signed)
    if other is not None:
        yield other
        return
    try:
        again = source.dcc()
    except (CalbenchError, KeyError, ValueError) as error:
        yield Check(CONTENT, False, f"cannot be made again from its record: {error}")
        return
    if again == unsigned:
        yield Check(CONTENT, True, "the same as what its record gives, to the byte")
        return
    from calbench.dcc import read  # noqa: PLC0415 - as above

    where = _difference(replace(certificate, signatures=0), read(again), "") or _line(again, unsigned)
    yield Check(CONTENT, False, f"not what its record gives: {where}")


def recomputed(source: Source, against: Against) -> Iterator[Check]:
    """Compute every result of the record again, unless that was done already."""
    from calbench.documents.canonical import sha256  # noqa: PLC0415 - loaded where it is used

    record = sha256(source.record_bytes)
    if record not in against.recomputed:
        against.recomputed[record] = verify_record(source.record_bytes)
    for check in against.recomputed[record]:
        names = {
            "record": "record: form",
            "plan": "record: plan",
            "results": "record: results",
            "readings": "record: readings",
        }
        yield replace(check, name=names.get(check.name, check.name))


def _answered(
    certificate: Certificate, issue: Issue | None, signed: SignedXml | None, against: Against
) -> Iterator[Check]:
    """Say who answers for a digital certificate."""
    promised = issue is not None or any(one.signs for one in certificate.administration.persons)
    if signed is None:
        yield without_signature(promised=promised)
        return
    yield from signatory(signed, issue, against, certificate.administration.core.issued)


def _schema(data: bytes, against: Against, file: str) -> Check:
    from calbench.dcc.schemas import validate  # noqa: PLC0415 - loaded where it is used

    if against.schemas is None:
        return Check("schema", None, "not validated: no folder with the schemas of the DCC is known")
    try:
        version = validate(data, against.schemas, file)
    except InvalidFile as error:
        return Check("schema", False, str(error).splitlines()[0])
    except UsageError as error:
        return Check("schema", None, f"not validated: {error}")
    return Check("schema", True, f"valid by DCC {version}")


def _units(certificate: Certificate) -> Check:
    from calbench.dcc.content import Quantity  # noqa: PLC0415 - loaded where it is used
    from calbench.dcc.units import parse  # noqa: PLC0415 - as above
    from calbench.quantities import QuantityError  # noqa: PLC0415 - as above

    named = {unit for one in _all(certificate, Quantity) for numbers in one.numbers for unit in numbers.units}
    for unit in sorted(named):
        try:
            parse(unit)
        except QuantityError as error:
            return Check("units", False, f"{unit!r} is no unit of D-SI: {error}")
    return Check("units", True, f"{len(named)} units are units of D-SI")


def _cut(data: bytes) -> bytes:
    """Give a file without what stands where the signature does, to compare the rest of an altered one."""
    start, end = data.rfind(b"<ds:Signature "), data.rfind(b"</")
    return data if start < 0 or end < start else data[:start] + data[end:]


def _all(value: Any, kind: type) -> Iterator[Any]:  # noqa: ANN401 - anything that a certificate holds
    if isinstance(value, kind):
        yield value
    if isinstance(value, tuple):
        for each in value:
            yield from _all(each, kind)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _all(getattr(value, field.name), kind)


def _difference(found: Any, again: Any, where: str) -> str:  # noqa: ANN401 - as above
    """Name the first place where two certificates differ; empty if nowhere."""
    if found == again:
        return ""
    if is_dataclass(found) and type(found) is type(again):
        steps = (
            _difference(getattr(found, one.name), getattr(again, one.name), f"{where}/{one.name}")
            for one in fields(found)
        )
        return next(filter(None, steps), where)
    if isinstance(found, tuple) and isinstance(again, tuple) and len(found) == len(again):
        pairs = zip(found, again, strict=True)
        return next(
            filter(
                None,
                (_difference(one, two, f"{where}[{number}]") for number, (one, two) in enumerate(pairs, 1)),
            ),
            where,
        )
    return f"{where} is {str(found)[:60]!r}, and must be {str(again)[:60]!r}"


def _line(again: bytes, unsigned: bytes) -> str:
    pairs = zip(again.split(b"\n"), unsigned.split(b"\n"), strict=False)
    number = next((number for number, (one, two) in enumerate(pairs, 1) if one != two), None)
    return (
        "its end was altered"
        if number is None
        else f"the same content in other bytes, first in line {number}"
    )
