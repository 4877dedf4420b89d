"""Time stamps of a local authority, made with openssl and verified by openssl too."""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from asn1crypto import cms, keys, x509
from cryptography.hazmat.primitives import serialization
from pyhanko.sign.timestamps import DummyTimeStamper
from tests.engine.trust import authority

from calbench.dcc.xmlfile import parse_xml
from calbench.errors import IntegrityFailure, UsageError
from calbench.trust import pdfsignature, xmlsignature
from calbench.trust.anchors import Anchors, read_certificates
from calbench.trust.signatories import Signatory
from calbench.trust.timestamping import judged, read_stamp, stamp
from calbench.verification.dcc import verify_dcc
from calbench.verification.pdf import verify_pdf
from calbench.verification.signatories import Against


def openssl_agrees(token: bytes, data: bytes, certificate: Path, folder: Path) -> bool:
    (folder / "token").write_bytes(token)
    (folder / "data").write_bytes(data)
    command: list[str | Path] = [
        "openssl",
        "ts",
        "-verify",
        "-in",
        folder / "token",
        "-token_in",
        "-data",
        folder / "data",
        "-CAfile",
        certificate,
    ]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0


def test_openssl_verifies_the_time_stamps_of_dcc_and_pdf(stamped: Path, tsa: Path, tmp_path: Path):
    data = (stamped / "certificate.xml").read_bytes()
    xml = xmlsignature.read_signature(data, parse_xml(data, "x"))
    pdf = pdfsignature.read_signature((stamped / "certificate-en.pdf").read_bytes())
    for signed in (xml, pdf):
        assert signed is not None
        assert signed.token is not None
        assert openssl_agrees(signed.token, signed.stamped, tsa / "tsa.pem", tmp_path)
        assert not openssl_agrees(signed.token, signed.stamped + b"x", tsa / "tsa.pem", tmp_path)


def test_verify_names_the_authority_and_takes_its_time(stamped: Path, stamped_anchors: Anchors):
    for name, verify in (("certificate.xml", verify_dcc), ("certificate-en.pdf", verify_pdf)):
        data = (stamped / name).read_bytes()
        checks = {one.name: one for one in verify(data, Against(stamped_anchors))}
        assert checks["time stamp"].holds is True
        assert "Local time stamps" in checks["time stamp"].found
        # self-signed for this test, and not in the ring: but the time is that of the time stamp
        assert checks["signatory"].holds is False


def test_a_stamp_of_an_unknown_authority_is_not_trusted(stamped: Path, anchors: Anchors):
    checks = {
        one.name: one for one in verify_dcc((stamped / "certificate.xml").read_bytes(), Against(anchors))
    }
    assert checks["time stamp"].holds is False


def test_a_stamp_taken_away_is_missed(stamped: Path, stamped_anchors: Anchors):
    data = (stamped / "certificate.xml").read_bytes()
    start, end = data.index(b"<xades:UnsignedProperties>"), data.index(b"</xades:QualifyingProperties>")
    checks = {one.name: one for one in verify_dcc(data[:start] + data[end:], Against(stamped_anchors))}
    assert checks["signature"].holds is True
    assert checks["time stamp"].holds is False
    assert "taken away" in checks["time stamp"].found


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha512"])
def test_stamps_name_their_certificate_by_any_digest(digest: str, tmp_path: Path):
    authority.make(tmp_path, digest)
    with authority.serving(tmp_path) as url:
        token = stamp(url, b"data")
    found = read_stamp(token, b"data")
    assert judged(found, Anchors(tuple(read_certificates(tmp_path / "tsa.pem")))).holds
    with pytest.raises(IntegrityFailure, match="something else"):
        read_stamp(token, b"other data")


def test_a_certificate_for_other_things_stamps_nothing(rsa: Signatory, now: datetime):
    """RFC 3161, 2.3: the certificate must have the extended key usage timeStamping, critical, and no other.

    openssl refuses to stamp with such a certificate, so pyHanko's authority for tests does.
    """
    der = serialization.Encoding.DER
    secret = rsa.key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    own = x509.Certificate.load(rsa.certificate.public_bytes(der))
    stamper = DummyTimeStamper(own, keys.PrivateKeyInfo.load(secret), fixed_dt=now)
    made = asyncio.run(stamper.async_timestamp(hashlib.sha256(b"x").digest(), "sha256"))
    judgement = judged(read_stamp(made.dump(), b"x"), Anchors((rsa.certificate,)))
    assert not judgement.holds
    assert "not one for time stamps" in judgement.says


@pytest.mark.parametrize("answer", [b"", b"no answer", b"0" * 300_000])
def test_an_authority_that_answers_nonsense_is_refused(
    answer: bytes, issue: Callable[..., Path], tmp_path: Path
):
    with authority.serving(tmp_path, answer) as url:
        for formats in (("dcc",), ("pdf",)):
            with pytest.raises(UsageError, match=r"time stamp|not signed"):
                issue(formats, timestamp=url)


def test_an_old_answer_is_not_taken_for_a_new_one(tsa: Path, tsa_url: str, tmp_path: Path):
    stamp(tsa_url, b"x")
    with (
        authority.serving(tmp_path, (tsa / "reply.tsr").read_bytes()) as url,
        pytest.raises(UsageError, match="another request"),
    ):
        stamp(url, b"x")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/", "127.0.0.1"])
def test_only_http_is_asked(url: str):
    with pytest.raises(UsageError, match="http"):
        stamp(url, b"x")


def _twice(token: bytes) -> bytes:
    """Give a token in which every certificate stands twice, as some authorities send it."""
    whole = cms.ContentInfo.load(token)
    held = whole["content"]["certificates"]
    whole["content"]["certificates"] = cms.CertificateSet([*held, *[one.copy() for one in held]])
    return bytes(whole.dump(force=True))


def test_a_certificate_that_stands_twice_in_a_stamp_is_one(tsa: Path, tsa_url: str, tmp_path: Path):
    """RFC 5652, 5.1: there may be more certificates than necessary; the signature does not cover them."""
    token = _twice(stamp(tsa_url, b"data"))
    assert len(cms.ContentInfo.load(token)["content"]["certificates"]) == 2
    assert openssl_agrees(token, b"data", tsa / "tsa.pem", tmp_path)
    found = read_stamp(token, b"data")
    assert found.beside == ()
    assert judged(found, Anchors(tuple(read_certificates(tsa / "tsa.pem")))).holds


def test_a_stamp_without_the_certificate_of_its_authority_says_so(tsa_url: str):
    whole = cms.ContentInfo.load(stamp(tsa_url, b"data"))
    whole["content"]["certificates"] = cms.CertificateSet([])
    with pytest.raises(IntegrityFailure, match="certificate of the one who signed is not in it"):
        read_stamp(whole.dump(force=True), b"data")
