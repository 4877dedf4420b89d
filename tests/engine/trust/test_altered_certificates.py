"""Any change of a signed certificate is found: single bytes at random, signatures moved, wrapped and taken away."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.thorough import many

from calbench.evaluation.verifying import Check
from calbench.trust.anchors import Anchors
from calbench.verification.dcc import verify_dcc
from calbench.verification.pdf import verify_pdf
from calbench.verification.signatories import Against

Verify = Callable[[bytes, Against], Iterator[Check]]
CASES: dict[str, Verify] = {"certificate.xml": verify_dcc, "certificate-en.pdf": verify_pdf}
CHANGES = many(500, 100)


def bad(checks: Iterator[Check]) -> Check | None:
    """Give the first bad check; what would come after it is not computed."""
    return next((one for one in checks if one.holds is False), None)


def tail(name: str, data: bytes) -> int:
    """Give where the signature begins, so that it gets its share of the changes."""
    return data.rfind(b"<ds:Signature ") if name.endswith("xml") else data.rfind(b"/Contents <")


def changes(name: str, data: bytes, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Give changes of one byte each: replaced, taken out, put in; every third in the signature."""
    rng = random.Random(seed)
    start = tail(name, data)
    assert start > 0
    while count:
        at = rng.randrange(start, len(data)) if count % 3 == 0 else rng.randrange(len(data))
        how, byte = rng.choice(("replace", "delete", "insert")), bytes([rng.randrange(256)])
        middle = {"replace": byte, "delete": b"", "insert": byte + data[at : at + 1]}[how]
        changed = data[:at] + middle + data[at + 1 :]
        if changed != data:
            count -= 1
            yield f"{how} {byte!r} at {at}", changed


@pytest.mark.parametrize("name", CASES)
def test_every_single_change_is_found(name: str, issued: Path, anchors: Anchors):
    data, against = (issued / name).read_bytes(), Against(anchors)
    assert bad(CASES[name](data, against)) is None
    assert [
        said for said, one in changes(name, data, CHANGES, 20260302) if bad(CASES[name](one, against)) is None
    ] == []


@pytest.mark.parametrize("name", CASES)
def test_every_single_change_of_a_time_stamped_one_is_found(
    name: str, stamped: Path, stamped_anchors: Anchors
):
    data = (stamped / name).read_bytes()
    anchors = stamped_anchors.joined(_signer(stamped / "certificate.xml"))
    assert bad(CASES[name](data, Against(anchors))) is None
    found = [
        said
        for said, one in changes(name, data, many(150, 50), 7)
        if bad(CASES[name](one, Against(anchors))) is None
    ]
    assert found == []


def test_every_single_change_of_a_plainly_signed_one_is_found(issue: Callable[..., Path], anchors: Anchors):
    data = (issue(form="xmldsig") / "certificate.xml").read_bytes()
    assert bad(verify_dcc(data, Against(anchors))) is None
    assert [
        said
        for said, one in changes("x.xml", data, many(300, 60), 8)
        if bad(verify_dcc(one, Against(anchors))) is None
    ] == []


def test_the_bytes_of_the_xml_signature_count_one_by_one(issued: Path, anchors: Anchors):
    data = (issued / "certificate.xml").read_bytes()
    start = data.rfind(b"<ds:Signature ")
    missed = []
    for at in range(start, len(data), many(9, 31)):
        changed = data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :]
        if bad(verify_dcc(changed, Against(anchors))) is None:
            missed.append(at - start)
    assert missed == []


SAME_CONTENT: dict[str, tuple[bytes, bytes]] = {
    "quotes of an attribute": (b'schemaVersion="3.3.0"', b"schemaVersion='3.3.0'"),
    "white space in a tag": (b"</dcc:administrativeData>", b"</dcc:administrativeData >"),
    "a comment": (b"<dcc:items>", b"<!-- x --><dcc:items>"),
    "a comment in the signature": (b"<ds:SignatureValue>", b"<!-- x --><ds:SignatureValue>"),
    "an empty element written long": (b"<?xml version='1.0'", b'<?xml version="1.0"'),
    "a character reference": (b">calbench<", b">c&#97;lbench<"),
    "a space after the end": (
        b"</dcc:digitalCalibrationCertificate>",
        b"</dcc:digitalCalibrationCertificate> ",
    ),
    "a carriage return": (b"</dcc:items>\n", b"</dcc:items>\r\n"),
    "an attribute of the object": (b"<ds:Object>", b'<ds:Object Id="x">'),
    "text behind the value": (b"</ds:SignatureValue>", b"</ds:SignatureValue> "),
    "white space in the value": (b"</ds:SignatureValue>", b"\n</ds:SignatureValue>"),
    "another object": (b"</ds:Signature>", b"<ds:Object/></ds:Signature>"),
}


@pytest.mark.parametrize("what", SAME_CONTENT)
def test_the_same_content_in_other_bytes_is_found(what: str, issued: Path, anchors: Anchors):
    data = (issued / "certificate.xml").read_bytes()
    old, new = SAME_CONTENT[what]
    assert old in data
    assert bad(verify_dcc(data.replace(old, new, 1), Against(anchors))) is not None


def test_unused_bits_of_base64_are_found(issued: Path, anchors: Anchors):
    data = (issued / "certificate.xml").read_bytes()
    value = re.search(rb"<ds:SignatureValue>([^<]*)([A-Za-z0-9+/])==</", data)  # 64 bytes: four bits are free
    assert value is not None
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = value.start(2)
    other = alphabet[alphabet.index(data[at : at + 1]) ^ 1]
    assert bad(verify_dcc(data[:at] + bytes([other]) + data[at + 1 :], Against(anchors))) is not None


def test_a_signature_taken_away_is_missed(issued: Path, anchors: Anchors):
    data = (issued / "certificate.xml").read_bytes()
    stripped = re.sub(rb"<ds:Signature .*</ds:Signature>", b"", data, flags=re.DOTALL)
    found = bad(verify_dcc(stripped, Against(anchors)))
    assert found is not None
    assert "taken away" in found.found


def test_a_signature_of_a_pdf_taken_away_is_missed(issued: Path, anchors: Anchors):
    data = (issued / "certificate-en.pdf").read_bytes()
    stripped = data[: data.index(b"%%EOF") + 6]
    found = bad(verify_pdf(stripped, Against(anchors)))
    assert found is not None
    assert "taken away" in found.found


def _parts(data: bytes) -> tuple[bytes, bytes]:
    start, end = data.rfind(b"<ds:Signature "), data.rfind(b"</dcc:")
    return data[:start] + data[end:], data[start:end]


def test_a_signature_moved_is_refused(issued: Path, anchors: Anchors):
    unsigned, signature = _parts((issued / "certificate.xml").read_bytes())
    moved = unsigned.replace(b"<dcc:administrativeData>", signature + b"<dcc:administrativeData>", 1)
    found = bad(verify_dcc(moved, Against(anchors)))
    assert found is not None
    assert "moved" in found.found


def test_wrapping_is_refused(issued: Path, anchors: Anchors):
    """Signature wrapping (McIntosh and Austel, 2005): the signed document lies, whole, in another one that is read."""
    data = (issued / "certificate.xml").read_bytes()
    unsigned, signature = _parts(data)
    declaration, _, body = unsigned.partition(b"?>\n")
    forged = body.replace(b"<dcc:conformity>pass", b"<dcc:conformity>fail", 1)
    inner = body.rstrip().replace(b"schemaVersion=", b'Id="original" schemaVersion=', 1)
    wrapped = signature.replace(b"<ds:Object>", b"<ds:Object>" + inner + b"</ds:Object><ds:Object>", 1)
    wrapped = wrapped.replace(b'URI=""', b'URI="#original"', 1)
    end = forged.rfind(b"</dcc:")
    attack = declaration + b"?>\n" + forged[:end] + wrapped + forged[end:]
    found = bad(verify_dcc(attack, Against(anchors)))
    assert found is not None
    assert "whole document" in found.found


def test_two_signatures_are_refused(issued: Path, anchors: Anchors):
    data = (issued / "certificate.xml").read_bytes()
    _, signature = _parts(data)
    end = data.rfind(b"</dcc:")
    assert bad(verify_dcc(data[:end] + signature + data[end:], Against(anchors))) is not None


def test_something_added_behind_a_pdf_is_found(issued: Path, anchors: Anchors):
    data = (issued / "certificate-en.pdf").read_bytes()
    for more in (b"\n", b"%", data[data.rfind(b"xref") :]):
        found = bad(verify_pdf(data + more, Against(anchors)))
        assert found is not None
        assert "whole file" in found.found


@pytest.mark.parametrize(
    ("old", "new"), [(b"0>", b"1>"), (b"A", b"a")], ids=["padding that is not zero", "small digits"]
)
def test_the_hole_of_a_pdf_signature_is_looked_at(old: bytes, new: bytes, issued: Path, anchors: Anchors):
    data = (issued / "certificate-en.pdf").read_bytes()
    start = tail("x.pdf", data)
    at = data.index(old, start + 12)
    assert bad(verify_pdf(data[:at] + new + data[at + len(new) :], Against(anchors))) is not None


def test_a_length_written_in_another_way_is_found(issued: Path, anchors: Anchors):
    """X.690, 10.1: DER has one way to write a length; BER has more, and no signature covers the outermost."""
    data = (issued / "certificate-en.pdf").read_bytes()
    hole = re.search(rb"/Contents <([0-9A-F]+)>", data)
    assert hole is not None
    container = bytes.fromhex(hole[1].decode("ascii"))
    assert container[:2] == b"\x30\x82"
    assert container[-1:] == b"\0"
    longer = b"\x30\x83\0" + container[2:-1]
    changed = data[: hole.start(1)] + longer.hex().upper().encode("ascii") + data[hole.end(1) :]
    found = bad(verify_pdf(changed, Against(anchors)))
    assert found is not None
    assert "DER" in found.found


def _signer(path: Path) -> list:  # type: ignore[type-arg] # of certificates
    from calbench.dcc.xmlfile import parse_xml
    from calbench.trust.xmlsignature import read_signature

    data = path.read_bytes()
    signed = read_signature(data, parse_xml(data, path.name))
    assert signed is not None
    return [signed.certificate]
