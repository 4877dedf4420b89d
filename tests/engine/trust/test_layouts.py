"""What another version laid out is not called altered, and nobody gets away with an alteration by claiming that."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

import calbench
from calbench.dcc import read
from calbench.evaluation.verifying import Check
from calbench.software import layout, software
from calbench.trust import pdfsignature, xmlsignature
from calbench.trust.anchors import Anchors
from calbench.trust.signatories import Signatory
from calbench.verification.dcc import verify_dcc
from calbench.verification.pdf import verify_pdf
from calbench.verification.signatories import Against
from calbench.workflow import certify

OTHER = b"0123456789abcdef"


def of(checks: list[Check], name: str) -> Check:
    (found,) = [one for one in checks if one.name == name]
    return found


@pytest.fixture(scope="module")
def unsigned(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unsigned")
    (folder / "record.json").write_bytes((run / "record.json").read_bytes())
    certify(folder, ("dcc", "pdf"), ("en",))
    return folder


@pytest.fixture(scope="module")
def elsewhere(unsigned: Path) -> tuple[bytes, bytes]:
    """Give DCC and PDF as an earlier version would have laid them out: another id, and some other bytes."""
    dcc, pdf = ((unsigned / name).read_bytes() for name in ("certificate.xml", "certificate-en.pdf"))
    here = [layout(kind).encode() for kind in ("dcc", "pdf")]
    assert dcc.count(here[0]) == 1
    assert pdf.count(here[1]) >= 1
    dcc = dcc.replace(here[0], OTHER).replace(b"<dcc:conformity>pass", b"<dcc:conformity>fail", 1)
    return dcc, pdf.replace(here[1], OTHER)


def test_each_certificate_says_by_which_layout_it_was_made(unsigned: Path):
    from calbench.certificates.attachments import contents

    said = read((unsigned / "certificate.xml").read_bytes()).provenance
    assert said is not None
    assert said.layout == layout("dcc")
    assert contents((unsigned / "certificate-en.pdf").read_bytes()).layout == layout("pdf")


def test_signed_by_another_layout_is_not_compared_and_not_bad(
    elsewhere: tuple[bytes, bytes], mei: Signatory, anchors: Anchors, now: datetime
):
    dcc, pdf = xmlsignature.sign(elsewhere[0], mei, now), pdfsignature.sign(elsewhere[1], mei, now)
    for checks, name in (
        (list(verify_dcc(dcc, Against(anchors))), "content"),
        (list(verify_pdf(pdf, Against(anchors))), "pages"),
    ):
        assert [one.name for one in checks if one.holds is False and not one.name.startswith("DCC")] == []
        assert of(checks, name).holds is None
        assert "laid out by another version (layout 0123456789abcdef" in of(checks, name).found
        assert "nobody signed" not in of(checks, name).found
        assert of(checks, "record: results").holds is True  # the record inside is computed again all the same


def test_without_a_signature_it_is_said_that_nobody_answers(elsewhere: tuple[bytes, bytes], anchors: Anchors):
    for checks, name in (
        (list(verify_dcc(elsewhere[0], Against(anchors))), "content"),
        (list(verify_pdf(elsewhere[1], Against(anchors))), "pages"),
    ):
        assert of(checks, name).holds is None
        assert "nobody signed it: nothing here shows that it is what was issued" in of(checks, name).found


def test_whoever_changes_the_id_of_a_layout_breaks_the_signature(issued: Path, anchors: Anchors):
    dcc = (issued / "certificate.xml").read_bytes().replace(layout("dcc").encode(), OTHER)
    pdf = (issued / "certificate-en.pdf").read_bytes().replace(layout("pdf").encode(), OTHER)
    assert of(list(verify_dcc(dcc, Against(anchors))), "signature").holds is False
    assert of(list(verify_pdf(pdf, Against(anchors))), "signature").holds is False


def test_a_certificate_that_states_no_layout_is_not_compared(unsigned: Path, anchors: Anchors):
    data = (unsigned / "certificate.xml").read_bytes()
    older = re.sub(rb"\s*<calbench:layoutId>.*</calbench:layoutId>", b"", data)
    assert len(older) < len(data)
    check = of(list(verify_dcc(older, Against(anchors))), "content")
    assert check.holds is None
    assert "it does not say which; here is layout" in check.found
    strange = data.replace(layout("dcc").encode(), "\u202eabc".encode())
    assert "\u202e" not in of(list(verify_dcc(strange, Against(anchors))), "content").found


def test_a_record_of_another_program_is_compared_if_it_was_laid_out_here(run: Path, anchors: Anchors):
    from calbench.certificates import Source
    from calbench.documents.canonical import canonical
    from calbench.documents.record import Record

    record = Record.model_validate_json((run / "record.json").read_bytes())
    older = record.model_copy(
        update={"software": record.software.model_copy(update={"id": "fedcba9876543210"})}
    )
    dcc = Source(older, canonical(older), ("en", "zh")).dcc()
    checks = list(verify_dcc(dcc, Against(anchors)))
    assert of(checks, "program").holds is None
    assert of(checks, "content").holds is True
    altered = dcc.replace(b"<dcc:conformity>pass", b"<dcc:conformity>fail", 1)
    assert of(list(verify_dcc(altered, Against(anchors))), "content").holds is False


ASK = "from calbench.software import layout, software; print(layout('dcc'), layout('pdf'), software().id)"


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("certificates/typeset/blocks.typ", (False, True, False)),
        ("dcc/writing.py", (True, True, True)),
        ("cli/terminal.py", (False, False, False)),
        pytest.param("certificates/digital/tables.py", (True, True, False), marks=pytest.mark.repeated),
        pytest.param("certificates/wording.py", (True, True, False), marks=pytest.mark.repeated),
        pytest.param("metrology/risk.py", (False, False, True), marks=pytest.mark.repeated),
    ],
)
def test_an_id_changes_with_what_decides_it_and_with_nothing_else(
    file: str, changed: tuple[bool, bool, bool], tmp_path: Path
):
    shutil.copytree(Path(calbench.__file__).parent, tmp_path / "calbench")
    path = tmp_path / "calbench" / file
    comment = b"\n//\n" if path.suffix == ".typ" else b"\n#\n"
    path.write_bytes(path.read_bytes() + comment)
    asked = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=tmp_path,
        env=_env(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    here = (layout("dcc"), layout("pdf"), software().id)
    assert tuple(one != two for one, two in zip(here, asked.stdout.split(), strict=True)) == changed


def _env(first: Path) -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(first)}


def test_lines_that_end_as_on_windows_give_the_same_ids(tmp_path: Path):
    shutil.copytree(Path(calbench.__file__).parent, tmp_path / "calbench")
    for path in (tmp_path / "calbench").rglob("*"):
        if path.suffix in (".py", ".typ"):
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    asked = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=tmp_path,
        env=_env(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.split() == [layout("dcc"), layout("pdf"), software().id]
