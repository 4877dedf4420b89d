"""From an amended record to the certificate that says which one it replaces, and why (ISO/IEC 17025:2017, 7.8.8)."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calbench.cli import main
from calbench.dcc import read
from calbench.workflow import Finished

REASON = "Definition of the TUR corrected"
Calbench = Callable[..., Result]


@pytest.fixture
def calbench(tmp_path: Path) -> Calbench:
    """Give the command line with a folder of keys of its own: of the station, and of a signatory."""

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, words, env={"CALBENCH_KEYS": str(tmp_path / "keys")})

    assert call("keys", "new", "station", "demo").exit_code == 0
    assert call("keys", "new", "signatory", "mei", "--name", "Li Mei").exit_code == 0
    return call


@pytest.fixture
def run(multimeter: Finished, tmp_path: Path, calbench: Calbench) -> Path:
    """Give a run that is sealed and whose certificates are issued."""
    folder = tmp_path / "runs" / multimeter.folder.name
    shutil.copytree(multimeter.folder, folder)
    assert calbench("keys", "seal", str(folder)).exit_code == 0
    issued = calbench("certify", str(folder), "--format", "pdf,dcc,html", "--sign", "mei")
    assert issued.exit_code == 0, issued.output
    return folder


@pytest.fixture
def updated(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the program compute another record, as after an update: it names another definition of the TUR."""
    return lambda word: monkeypatch.setattr("calbench.evaluation.recording.TUR_DEFINITION", word)


def sign(calbench: Calbench, run: Path, *more: str) -> Result:
    return calbench("certify", str(run), "--format", "pdf,dcc,html", "--sign", "mei", *more)


def test_the_certificate_of_an_amended_record_says_what_it_replaces_and_why(
    run: Path, calbench: Calbench, updated: Callable[[str], None]
):
    number, before = run.name, (run / "certificate.xml").read_bytes()
    updated("second")
    amended = calbench("evaluate", str(run), "--reason", "new rules")
    assert "The record was amended" in amended.output
    assert f"--replaces {number} --reason" in amended.output

    for refused in (sign(calbench, run), calbench("certify", str(run), "--format", "html")):
        assert refused.exit_code == 2
        assert f"Certificate {number}, issued on " in refused.output
        assert f"--replaces {number} --reason TEXT" in refused.output
    assert (run / "certificate.xml").read_bytes() == before

    done = sign(calbench, run, "--replaces", number, "--reason", REASON)
    assert done.exit_code == 0, done.output
    where = run / "issues" / f"{number}-R1"
    _says(where, number)
    assert (run / "certificate.xml").read_bytes() == before

    checked = calbench("verify", str(run))
    lines = checked.output.splitlines()
    assert (checked.exit_code, [line for line in lines if line.startswith("BAD")]) == (0, [])
    assert any(line.startswith("--  certificate.xml: run: made from record-1.json") for line in lines)
    new = f"issues/{where.name}/certificate-zh.pdf: run: made from record.json of this run"
    assert any(line.startswith(f"ok  {new}") for line in lines)


def _says(where: Path, number: str) -> None:
    from calbench.certificates.attachments import contents

    dcc = read((where / "certificate.xml").read_bytes())
    amends = dcc.administration.core.amends
    assert amends is not None
    assert (amends.change, amends.replaced) == ("amended", f"SIMULATED-{number}")
    (says,) = [one for one in dcc.administration.statements if one.ref_type == "calbench_replaces"]
    for language, sentence in (
        ("en", f"This certificate amends certificate {number}, and replaces it. Reason: {REASON}."),
        ("zh", f"本证书为证书 {number} 的修改件，取代原证书。原因：{REASON}。"),
    ):
        assert says.declaration[language] == sentence
        assert sentence in (where / f"certificate-{language}.html").read_text(encoding="utf-8")
        text = _text(where / f"certificate-{language}.pdf")
        assert re.sub(r"\s", "", sentence) in re.sub(r"\s", "", text)
    inside = contents((where / "certificate-en.pdf").read_bytes())
    assert REASON.encode() in inside.files["issue.json"]


def _text(path: Path) -> str:
    import subprocess

    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed")
    done = subprocess.run([program, "-layout", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def test_only_the_certificate_in_force_is_replaced(
    run: Path, calbench: Calbench, updated: Callable[[str], None]
):
    number = run.name
    updated("second")
    calbench("evaluate", str(run), "--reason", "new rules")
    unknown = sign(calbench, run, "--replaces", "20250101-ffffffff", "--reason", REASON)
    assert "was not issued from this run; in force is" in unknown.output
    first = ("--replaces", number, "--reason", REASON)
    assert sign(calbench, run, *first).exit_code == 0
    assert sign(calbench, run, *first).exit_code == 0  # the same again is written anew

    updated("third")
    assert f"--replaces {number}-R1 --reason" in calbench("evaluate", str(run), "--reason", "again").output
    plain = sign(calbench, run)
    assert plain.exit_code == 2
    assert f"Certificate {number}-R1, issued on" in plain.output
    twice = sign(calbench, run, *first, "--number", "K-7")
    assert twice.exit_code == 2
    assert f"Certificate {number} was replaced already; in force is {number}-R1" in twice.output
    assert f"--replaces {number}-R1" in sign(calbench, run, *first).output
    done = sign(calbench, run, "--replaces", f"{number}-R1", "--reason", "Once more")
    assert done.exit_code == 0, done.output
    assert calbench("verify", str(run)).exit_code == 0
    assert sorted(path.name for path in (run / "issues").iterdir()) == [f"{number}-R1", f"{number}-R2"]


def test_a_record_that_was_not_certified_is_certified_as_ever(
    multimeter: Finished, tmp_path: Path, calbench: Calbench, updated: Callable[[str], None]
):
    folder = tmp_path / "fresh"
    shutil.copytree(multimeter.folder, folder)
    updated("second")
    assert "--replaces" not in calbench("evaluate", str(folder)).output
    assert sign(calbench, folder).exit_code == 0


def test_a_damaged_issue_stops_certificates_and_not_the_record(run: Path, calbench: Calbench):
    (run / "issue.json").write_bytes(b"{}")
    evaluated = calbench("evaluate", str(run))
    assert evaluated.exit_code == 0
    assert "Which certificate was issued is not known" in evaluated.output
    assert sign(calbench, run).exit_code == 4
    assert (
        "BAD certificate.xml: issue beside it: issue.json says something else"
        in calbench("verify", str(run)).output
    )
