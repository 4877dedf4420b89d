"""`verify RUN` looks at the certificates in the folder too, file by file, and holds them against the run."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from calbench.cli import main
from calbench.cli.demo import KEYS
from calbench.evaluation.verifying import Check
from calbench.trust.anchors import Anchors
from calbench.trust.issuing import Holder, new_signatory
from calbench.trust.signatories import Signatory, store
from calbench.verification.issued import verify_issued
from calbench.verification.signatories import Against
from calbench.workflow import Signing, certify

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
Made = Callable[..., Path]


@pytest.fixture(scope="module")
def anybody() -> Signatory:
    return new_signatory(Holder("SIMULATED signatory"), AT - timedelta(days=1), AT + timedelta(days=1))


@pytest.fixture
def folder(run: Path, tmp_path: Path) -> Path:
    shutil.copytree(run, tmp_path / "runs" / run.name)
    return tmp_path / "runs" / run.name


@pytest.fixture(scope="module")
def certified(run: Path, signing: Signing, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certified") / run.name
    shutil.copytree(run, folder)
    certify(folder, ("dcc", "pdf"), ("en",), None, signing)
    return folder


@pytest.fixture
def signed(certified: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(certified, tmp_path / "signed" / certified.name))


def verify(folder: Path, *more: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(main, ["verify", str(folder), "--keys", str(folder.parent), *more])
    return result.exit_code, result.output.splitlines()


def held(folder: Path, anchors: Anchors, *, simulated: bool = True) -> list[Check]:
    return list(verify_issued(folder, Against(anchors), simulated=simulated))


def bad(checks: Sequence[Check]) -> list[tuple[str, str]]:
    return [(one.name, one.found) for one in checks if one.holds is False]


def test_a_stranger_sees_no_bad_line_for_what_a_demonstration_signed(folder: Path, anybody: Signatory):
    store(folder.parent / KEYS, "signatories", "simulated", anybody)
    certify(folder, ("dcc", "pdf"), ("en",), None, Signing(anybody, AT))
    code, lines = verify(folder)
    assert code == 0
    assert [line for line in lines if line.startswith("BAD")] == []
    for name in ("certificate.xml", "certificate-en.pdf"):
        says = "signed by a key for demonstrations, which shows nothing about who answers for it"
        assert f"--  {name}: signatory: {says}" in lines
        assert f"ok  {name}: run: made from record.json of this run, to the byte" in lines
    assert "ok  certificate-en.pdf: DCC: the same as in certificate.xml, to the byte: see there" in lines
    assert not [line for line in lines if "its head must be" in line]  # the journal is here


def test_a_key_for_demonstrations_signs_no_measurement(folder: Path, anybody: Signatory):
    store(folder.parent / KEYS, "signatories", "simulated", anybody)
    certify(folder, ("dcc",), ("en",), None, Signing(anybody, AT))
    assert bad(held(folder, Anchors())) == []
    assert [name for name, _ in bad(held(folder, Anchors(), simulated=False))] == [
        "certificate.xml: signatory"
    ]


def test_an_unknown_signatory_is_bad_as_it_is_for_the_file(signed: Path):
    code, lines = verify(signed)
    assert code == 4
    found = [line for line in lines if line.startswith("BAD")]
    assert {line.split(": ")[0] for line in found} == {"BAD certificate.xml", "BAD certificate-en.pdf"}
    assert all("calbench keys trust FILE" in line for line in found)


def test_a_trusted_signatory_and_what_replaces_is_looked_at_too(
    signed: Path, signing: Signing, anchors: Anchors
):
    again = dataclasses.replace(signing, replaces=signed.name, reason="Serial number corrected")
    where = certify(signed, ("dcc", "pdf"), ("en",), None, again)[0].parent
    checks = held(signed, anchors)
    assert bad(checks) == []
    names = {one.name.rpartition(": ")[0].split(": ")[0] for one in checks}
    assert {f"issues/{where.name}/certificate.xml", f"issues/{where.name}/certificate-en.pdf"} <= names


@pytest.mark.parametrize("name", ["certificate.xml", "certificate-en.pdf"])
def test_an_altered_certificate_is_named(name: str, signed: Path, anchors: Anchors):
    data = bytearray((signed / name).read_bytes())
    data[len(data) // 2] ^= 1
    (signed / name).write_bytes(data)
    assert {one.split(": ")[0] for one, _ in bad(held(signed, anchors))} == {name}


def test_a_certificate_of_another_run_is_found(signed: Path, anchors: Anchors):
    for name in ("record.json", "plan.json"):  # another run of the same item: what matters is the record
        data = (signed / name).read_bytes()
        (signed / name).write_bytes(data.replace(b"US36000017", b"US36000018"))
    found = bad(held(signed, anchors))
    assert ("certificate.xml: run", "made from a record that is none of this run") in found
    assert ("certificate-en.pdf: run", "made from a record that is none of this run") in found


def test_the_issue_beside_it_is_the_one_inside(signed: Path, anchors: Anchors):
    path = signed / "issue.json"
    data = path.read_bytes()
    path.write_bytes(data.replace(b"2026-03-02", b"2026-03-03"))
    assert ("certificate.xml: issue beside it", "issue.json says something else") in bad(
        held(signed, anchors)
    )
    path.unlink()
    says = "issue.json is not there: it was taken away"
    assert ("certificate-en.pdf: issue beside it", says) in bad(held(signed, anchors))
    path.write_bytes(data)
    for file in signed.glob("certificate*"):
        file.unlink()
    (alone,) = held(signed, anchors)
    assert (alone.name, alone.holds) == ("issue.json", None)


def test_of_a_run_without_certificates_nothing_is_said(folder: Path):
    code, lines = verify(folder)
    assert (code, [line for line in lines if "certificate" in line]) == (0, [])


@pytest.mark.parametrize(
    ("missing", "name", "says"),
    [
        ("pyhanko", "certificate-en.pdf", "package 'pyhanko"),
        pytest.param("signxml", "certificate.xml", "package 'signxml", marks=pytest.mark.repeated),
        pytest.param("typst", "certificate-en.pdf: pages", "package 'typst", marks=pytest.mark.repeated),
    ],
)
def test_what_is_not_installed_is_not_bad(
    missing: str, name: str, says: str, signed: Path, laboratory: Signatory
):
    from calbench.trust.signatories import pem

    own = signed.parent / "trusted.pem"
    own.write_bytes(pem(laboratory.certificate))
    code = f"import sys; sys.modules[{missing!r}] = None; from calbench.cli import main; main()"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            code,
            "verify",
            str(signed),
            "--keys",
            str(signed.parent),
            "--trust",
            str(own),
        ],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    lines = done.stdout.splitlines()
    assert (done.returncode, [line for line in lines if line.startswith("BAD")]) == (0, []), done.stderr
    (line,) = [line for line in lines if line.startswith(f"--  {name}: not ") and says in line]
    assert "pip install" in line


def test_what_a_library_finds_odd_in_an_altered_pdf_is_not_written_to_the_terminal(signed: Path):
    path = signed / "certificate-en.pdf"
    data = path.read_bytes()
    middle = len(data) // 2
    path.write_bytes(data[:middle] + b" " + data[middle:])  # what follows is not where the file says
    done = subprocess.run(
        [sys.executable, "-m", "calbench", "verify", str(path), "--keys", str(signed.parent)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (4, "")
    assert "BAD signature" in done.stdout
