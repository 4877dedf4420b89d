"""Signed certificates, looked at by programs that were not written here, and by `calbench verify`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import pikepdf
import pytest
from click.testing import CliRunner
from tests.engine.dcc.schematron import Schematron

from calbench.cli import main
from calbench.dcc import read
from calbench.dcc.schemas import validate
from calbench.errors import UsageError
from calbench.evaluation.verifying import Check
from calbench.trust import pdfsignature, xmlsignature
from calbench.trust.anchors import Anchors
from calbench.trust.issuing import Holder, new_signatory
from calbench.trust.signatories import Signatory, pem
from calbench.verification.dcc import verify_dcc
from calbench.verification.pdf import verify_pdf
from calbench.verification.signatories import Against
from calbench.workflow import certify

ROOT = Path(__file__).parents[3]
NEEDS = {"xmlsec1": "xmlsec1", "pdfsig": "poppler-utils", "pdfdetach": "poppler-utils"}


def program(name: str) -> str:
    """Find a program of others: in CI it must be there."""
    found = shutil.which(name)
    if found is None and os.environ.get("CALBENCH_CI"):
        pytest.fail(f"{name} is not installed: apt-get install {NEEDS[name]}", pytrace=False)
    if found is None:
        pytest.skip(f"SIGNATURES WERE NOT CHECKED by {name}: apt-get install {NEEDS[name]}")
    return found


@pytest.fixture(scope="session")
def schemas() -> Path:
    folder = Path(os.environ.get("CALBENCH_DCC_SCHEMAS") or ROOT.parent / "shared" / "dcc")
    if not (folder / "v3.3.0" / "dcc.xsd").is_file():
        pytest.skip(f"SIGNED DIGITAL CERTIFICATES WERE NOT VALIDATED. No schemas of the DCC in {folder}.")
    return folder


@pytest.fixture(scope="session")
def rules(schemas: Path) -> Any:
    return Schematron(schemas / "schematron" / "dcc.sch")


def of(checks: list[Check], name: str) -> Check:
    (found,) = (one for one in checks if one.name == name)
    return found


def xmlsec1(file: Path, authority: Path) -> subprocess.CompletedProcess[str]:
    command = [
        program("xmlsec1"),
        "--verify",
        "--id-attr:Id",
        "SignedProperties",
        "--enabled-key-data",
        "x509",
    ]
    command += ["--verification-time", "2026-03-02 12:00:00", "--trusted-pem", str(authority), str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("form", ["xades", "xmldsig"])
@pytest.mark.parametrize("who", ["mei", "rsa"])
def test_xmlsec1_verifies_the_dcc_and_refuses_an_altered_one(
    form: str,
    who: str,
    request: pytest.FixtureRequest,
    issue: Callable[..., Path],
    laboratory: Signatory,
    tmp_path: Path,
):
    signatory: Signatory = request.getfixturevalue(who)
    file = issue(signatory=signatory, form=form) / "certificate.xml"
    anchor = tmp_path / "anchor.pem"
    anchor.write_bytes(pem(laboratory.certificate if who == "mei" else signatory.certificate))
    done = xmlsec1(file, anchor)
    assert done.returncode == 0, done.stderr
    altered = tmp_path / "altered.xml"
    altered.write_bytes(file.read_bytes().replace(b">guarded/1<", b">guarded/2<"))
    assert altered.read_bytes() != file.read_bytes()
    assert xmlsec1(altered, anchor).returncode != 0


@pytest.mark.parametrize("form", ["xades", "xmldsig"])
def test_a_signed_dcc_is_valid_by_schema_and_rules(
    form: str, issue: Callable[..., Path], schemas: Path, rules: Any
):
    replaced = {"replaces": "20260101-0000", "reason": "Serial number was wrong", "elsewhere": True}
    for chosen in ({}, replaced):
        data = next(issue(form=form, **chosen).rglob("certificate.xml")).read_bytes()
        assert validate(data, schemas) == "3.3.0"
        assert rules.run(data) == []


def test_a_signed_and_stamped_dcc_is_valid_by_schema_and_rules(stamped: Path, schemas: Path, rules: Any):
    data = (stamped / "certificate.xml").read_bytes()
    assert validate(data, schemas) == "3.3.0"
    assert rules.run(data) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_poppler_finds_the_pdf_validly_signed_with_the_same_dcc_inside(
    language: str, issued: Path, tmp_path: Path
):
    file = issued / f"certificate-{language}.pdf"
    said = subprocess.run(
        [program("pdfsig"), file], capture_output=True, text=True, check=False, timeout=60
    ).stdout
    assert "Signature Validation: Signature is Valid." in said
    assert "Total document signed" in said
    assert "Signature Type: ETSI.CAdES.detached" in said
    out = tmp_path / "inside.xml"
    subprocess.run(
        [program("pdfdetach"), "-savefile", "certificate.xml", "-o", out, file], check=True, timeout=60
    )
    assert out.read_bytes() == (issued / "certificate.xml").read_bytes()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_signing_keeps_pdfa_and_what_lies_inside(language: str, issued: Path):
    with pikepdf.open(issued / f"certificate-{language}.pdf") as opened:
        with opened.open_metadata() as metadata:
            assert metadata.pdfa_status == "3B"
        relations = {str(each.UF): str(each.AFRelationship) for each in opened.Root.AF}
        assert relations == {"record.json": "/Source", "issue.json": "/Data", "certificate.xml": "/Data"}
        assert len(opened.Root.AF) == 3
        inside = {name: opened.attachments[name].get_file().read_bytes() for name in opened.attachments}
        assert inside == {name: (issued / name).read_bytes() for name in relations}
        assert opened.attachments["certificate.xml"].get_file().mime_type == "application/xml"
        annotation = opened.Root.AcroForm.Fields[0]
        # ISO 19005-3, 6.3.2 and 6.3.3: an annotation is to be printed; one of no size needs no appearance
        assert [int(each) for each in annotation.Rect] == [0, 0, 0, 0]
        assert int(annotation.F) & 4


def test_without_its_signature_a_certificate_is_the_same_to_the_byte(
    issue: Callable[..., Path], issued: Path
):
    again = issue(("pdf", "dcc"))
    one, two = ((folder / "certificate.xml").read_bytes() for folder in (issued, again))
    first, second = (xmlsignature.read_signature(data, _parsed(data)) for data in (one, two))
    assert first is not None
    assert second is not None
    assert first.unsigned == second.unsigned
    assert one != two  # ECDSA draws a number for each signature
    assert (issued / "issue.json").read_bytes() == (again / "issue.json").read_bytes()
    # the page carries the signed DCC; but for that it is the same
    pdf = pdfsignature.read_signature((issued / "certificate-en.pdf").read_bytes())
    assert pdf is not None
    assert pdf.own


def test_the_signatory_and_the_date_stand_in_the_dcc(issued: Path, issue: Callable[..., Path]):
    certificate = read((issued / "certificate.xml").read_bytes())
    core, persons = certificate.administration.core, certificate.administration.persons
    assert (core.issued, core.amends, certificate.signatures) == ("2026-03-02", None, 1)
    assert [(one.person.name[""], one.role, one.main_signer, one.signs) for one in persons] == [
        ("simulated operator", "Performed by", None, None),
        ("Li Mei 李梅", "Technical manager", True, True),
    ]
    again = next(
        issue(replaces="SIMULATED-4711", reason="Typo", change="substituted", elsewhere=True).rglob(
            "certificate.xml"
        )
    )
    core = read(again.read_bytes()).administration.core
    assert core.identifier == "SIMULATED-4711-R1"
    assert core.amends is not None
    assert (core.amends.change, core.amends.replaced) == ("substituted", "SIMULATED-4711")


def test_verify_says_that_all_is_well_and_what_was_not_looked_at(
    issued: Path, anchors: Anchors, schemas: Path
):
    for name, verify in (("certificate.xml", verify_dcc), ("certificate-zh.pdf", verify_pdf)):
        checks = list(verify((issued / name).read_bytes(), Against(anchors, schemas)))
        assert [one for one in checks if one.holds is False] == []
        unseen = {one.name.removeprefix("DCC: ") for one in checks if one.holds is None}
        assert unseen == {"time stamp", "journal"}
        assert "Li Mei 李梅" in of(checks, "signatory").found
    assert of(checks, "pages").holds is True
    assert of(checks, "DCC: content").holds is True


@pytest.mark.parametrize("form", ["xades", "xmldsig"])
def test_an_amended_certificate_is_verified_and_lies_beside_the_one_that_it_replaces(
    form: str, issue: Callable[..., Path], anchors: Anchors
):
    folder = issue(form=form, replaces="20260101-abc", reason="Serial number corrected", elsewhere=True)
    assert folder.name == "20260101-abc-R1"
    checks = list(verify_dcc((folder / "certificate.xml").read_bytes(), Against(anchors)))
    assert [one for one in checks if one.holds is False] == []
    assert of(checks, "signatory").holds is True
    assert of(checks, "content").holds is True


def test_an_authority_itself_is_no_signatory(
    issue: Callable[..., Path], laboratory: Signatory, anchors: Anchors
):
    for formats, name, verify in (
        (("dcc",), "certificate.xml", verify_dcc),
        (("pdf",), "certificate-en.pdf", verify_pdf),
    ):
        data = (issue(formats, signatory=laboratory) / name).read_bytes()
        check = of(list(verify(data, Against(anchors))), "signatory")
        assert check.holds is False
        assert "not one for signing documents" in check.found


def test_an_unknown_signatory_is_not_trusted(issued: Path):
    for name, verify in (("certificate.xml", verify_dcc), ("certificate-en.pdf", verify_pdf)):
        check = of(list(verify((issued / name).read_bytes(), Against(Anchors()))), "signatory")
        assert check.holds is False
        assert "calbench keys trust" in check.found


def test_somebody_else_cannot_sign_in_her_name(
    issued: Path, run: Path, anchors: Anchors, rsa: Signatory, now: datetime
):
    data = (issued / "certificate.xml").read_bytes()
    signed = xmlsignature.read_signature(data, _parsed(data))
    assert signed is not None
    forged = xmlsignature.sign(signed.unsigned, rsa, now)
    check = of(list(verify_dcc(forged, Against(anchors.joined([rsa.certificate])))), "signatory")
    assert check.holds is False
    assert "names Li Mei 李梅" in check.found


def test_an_altered_result_is_named_even_if_it_was_signed_again(
    issued: Path, anchors: Anchors, mei: Signatory, now: datetime
):
    data = (issued / "certificate.xml").read_bytes()
    signed = xmlsignature.read_signature(data, _parsed(data))
    assert signed is not None
    old = b"<dcc:conformity>pass</dcc:conformity>"
    altered = signed.unsigned.replace(old, old.replace(b"pass", b"fail"), 1)
    checks = list(verify_dcc(xmlsignature.sign(altered, mei, now), Against(anchors)))
    assert of(checks, "signature").holds is True
    assert of(checks, "content").holds is False
    assert "conformity is 'fail', and must be 'pass'" in of(checks, "content").found


def test_an_altered_unsigned_certificate_is_found_by_its_record(run: Path, tmp_path: Path, anchors: Anchors):
    (tmp_path / "record.json").write_bytes((run / "record.json").read_bytes())
    certify(tmp_path, ("dcc", "pdf"), ("en",))
    for name, verify in (("certificate.xml", verify_dcc), ("certificate-en.pdf", verify_pdf)):
        data = (tmp_path / name).read_bytes()
        checks = list(verify(data, Against(anchors)))
        assert [one for one in checks if one.holds is False] == []
        assert "nobody answers" in of(checks, "signature").found
    data = (tmp_path / "certificate.xml").read_bytes().replace(b"US36000017", b"US36000018", 1)
    assert of(list(verify_dcc(data, Against(anchors))), "content").holds is False


@pytest.mark.parametrize(("days", "says"), [(-31, "not valid yet"), (301, "expired")])
def test_nobody_signs_with_a_certificate_that_is_not_valid(
    days: int, says: str, mei: Signatory, issue: Callable[..., Path], now: datetime
):
    for formats in (("dcc",), ("pdf",)):
        with pytest.raises(UsageError, match=says):
            issue(formats, at=now + timedelta(days=days))


def test_a_page_alone_is_not_issued(issue: Callable[..., Path]):
    with pytest.raises(UsageError, match="Only pdf and dcc are signed"):
        issue(("html", "csv"))


def test_a_signature_of_an_expired_certificate_is_named(mei: Signatory, issued: Path, now: datetime):
    late = new_signatory(Holder("Late"), now - timedelta(days=9), now - timedelta(days=2))
    data = (issued / "certificate.xml").read_bytes()
    signed = xmlsignature.read_signature(data, _parsed(data))
    assert signed is not None
    object.__setattr__(late, "require_valid", lambda _: None)  # what another program would do
    forged = xmlsignature.sign(signed.unsigned, late, now)
    check = of(list(verify_dcc(forged, Against(Anchors((late.certificate,))))), "signatory")
    assert check.holds is False
    assert "expired when it signed" in check.found


def test_certificates_of_others_get_the_checks_that_apply(
    schemas: Path, anchors: Anchors, mei: Signatory, now: datetime
):
    data = (schemas / "examples" / "minimal_dcc_330.xml").read_bytes()
    checks = list(verify_dcc(data, Against(anchors, schemas)))
    assert {one.name: one.holds for one in checks} == {
        "form": True, "record": None, "signature": None, "schema": True, "units": True,
    }  # fmt: skip
    signed = list(verify_dcc(xmlsignature.sign(data, mei, now), Against(anchors, schemas)))
    assert of(signed, "signatory").holds is True
    pdf = BytesIO()
    pikepdf.new().save(pdf)
    assert of(list(verify_pdf(pdf.getvalue(), Against(anchors))), "record").holds is None


def test_the_command_line_signs_and_verifies(run: Path, tmp_path: Path):
    folder, keys = tmp_path / "run", tmp_path / "keys"
    shutil.copytree(run, folder)
    environment = {"CALBENCH_KEYS": str(keys)}

    def calbench(*words: str) -> Any:
        return CliRunner().invoke(main, words, env=environment)

    assert calbench("keys", "new", "signatory", "mei", "--name", "Li Mei").exit_code == 0
    unsigned = calbench("certify", str(folder), "--format", "dcc")
    assert "NOT signed" in unsigned.stderr
    environment["CALBENCH_LANG"] = "zh"
    assert "未签名" in calbench("certify", str(folder), "--format", "dcc").stderr
    environment["CALBENCH_LANG"] = "en"
    signed = calbench("certify", str(folder), "--format", "pdf,dcc", "--sign", "mei")
    assert signed.exit_code == 0, signed.output
    assert "Signed by Li Mei: PDF and DCC." in signed.stderr
    assert calbench("certify", str(folder), "--format", "dcc").exit_code == 2  # would be unsigned again
    assert calbench("verify", str(folder / "certificate.xml")).exit_code == 0
    file = folder / "certificate-en.pdf"
    assert calbench("verify", str(file)).exit_code == 0
    file.write_bytes(file.read_bytes().replace(b"%%EOF", b"%%EOG", 1))
    bad = calbench("verify", str(file), "--json")
    assert bad.exit_code == 4
    assert any(one["holds"] is False for one in json.loads(bad.stdout))
    assert calbench("verify", str(folder / "certificate.xml")).exit_code == 0
    elsewhere = CliRunner().invoke(
        main, ["verify", str(folder / "certificate.xml")], env={"CALBENCH_KEYS": str(tmp_path)}
    )
    assert elsewhere.exit_code == 4
    own = keys / "signatories" / "mei" / "certificate.pem"
    trusting = CliRunner().invoke(
        main,
        ["verify", str(folder / "certificate.xml"), "--trust", str(own)],
        env={"CALBENCH_KEYS": str(tmp_path)},
    )
    assert trusting.exit_code == 0


def _parsed(data: bytes) -> Any:
    from calbench.dcc.xmlfile import parse_xml

    return parse_xml(data, "certificate.xml")


@pytest.mark.parametrize("kind", ["ecdsa", "rsa"])
def test_a_signed_pdf_stays_the_pdf_a_3_that_it_claims_to_be(
    kind: Literal["ecdsa", "rsa"], issued: Path, now: datetime
) -> None:
    """ISO 19005-3 is based on PDF 1.7 (ISO 32000-1): neither header nor catalog may say 2.0, nor the XMP change."""
    signed = pdfsignature.read_signature((issued / "certificate-en.pdf").read_bytes())
    assert signed is not None
    holder = new_signatory(Holder("Li Mei"), now - timedelta(days=1), now + timedelta(days=1), kind)
    data = pdfsignature.sign(signed.unsigned, holder, now)
    with pikepdf.open(BytesIO(signed.unsigned)) as before, pikepdf.open(BytesIO(data)) as after:
        assert before.pdf_version == after.pdf_version == "1.7"  # header and catalog, whichever is higher
        assert str(after.Root.get("/Version", "/1.7")) == "/1.7"
        assert [str(each) for each in after.Root.Extensions] == ["/ESIC"]
        assert str(after.Root.Extensions.ESIC.BaseVersion) == "/1.7"
        assert before.Root.Metadata.read_bytes() == after.Root.Metadata.read_bytes()
        assert repr(before.docinfo) == repr(after.docinfo)
        assert b"<pdfaid:part>3</pdfaid:part>" in after.Root.Metadata.read_bytes()
    assert pdfsignature.confirmed(data, holder.certificate) == ""
