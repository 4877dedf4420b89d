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


@pytest.fixture(scope="module")
def calbench(tmp_path_factory: pytest.TempPathFactory) -> Calbench:
    """Give the command line with a folder of keys of its own: of the station, and of a signatory."""
    keys = tmp_path_factory.mktemp("replacing") / "keys"

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, words, env={"CALBENCH_KEYS": str(keys)})

    assert call("keys", "new", "station", "demo").exit_code == 0
    assert call("keys", "new", "signatory", "mei", "--name", "Li Mei").exit_code == 0
    return call


@pytest.fixture(scope="module")
def issued(multimeter: Finished, tmp_path_factory: pytest.TempPathFactory, calbench: Calbench) -> Path:
    """Give a run that is sealed and whose certificates are issued, to be copied."""
    folder = tmp_path_factory.mktemp("issued") / multimeter.folder.name
    shutil.copytree(multimeter.folder, folder)
    assert calbench("keys", "seal", str(folder)).exit_code == 0
    done = calbench("certify", str(folder), "--format", "pdf,dcc,html", "--sign", "mei")
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def run(issued: Path, tmp_path: Path) -> Path:
    """Give a copy of the run whose certificates are issued."""
    return Path(shutil.copytree(issued, tmp_path / "runs" / issued.name))


@pytest.fixture
def updated(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the program compute another record, as after an update: it names another definition of the TUR."""
    return lambda word: monkeypatch.setattr("calbench.evaluation.recording.TUR_DEFINITION", word)


def sign(calbench: Calbench, run: Path, *more: str, formats: str = "dcc") -> Result:
    return calbench("certify", str(run), "--format", formats, "--sign", "mei", *more)


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

    done = sign(calbench, run, "--replaces", number, "--reason", REASON, formats="pdf,dcc,html")
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
    assert f"Issued were {number}. Nothing was signed." in unknown.output
    first = ("--replaces", number, "--reason", REASON)
    assert sign(calbench, run, *first).exit_code == 0
    assert "is not overwritten" in sign(calbench, run, *first).output

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


def test_an_issued_certificate_is_never_overwritten(run: Path, calbench: Calbench):
    before = {path.name: path.read_bytes() for path in run.glob("*.*")}
    for formats in ("dcc", "pdf", "pdf,dcc,html"):
        for signed in (("--sign", "mei"), ()):
            refused = calbench("certify", str(run), "--format", formats, *signed)
            assert refused.exit_code == 2, refused.output
    assert "signed again it would be another file" in sign(calbench, run).output
    assert {path.name: path.read_bytes() for path in run.glob("*.*")} == before

    (run / "issue.json").unlink()  # a file that is signed is not overwritten either way
    assert "is not overwritten" in calbench("certify", str(run), "--format", "pdf,dcc").output
    assert "is not overwritten" in sign(calbench, run, formats="pdf,dcc,html").output


def test_formats_without_signature_are_written_at_any_time(run: Path, calbench: Calbench):
    signed = {path.name: path.read_bytes() for path in run.glob("*.*")}
    done = calbench("certify", str(run), "--format", "csv,html,xlsx")
    assert done.exit_code == 0, done.output
    assert "CSV and HTML and XLSX carry no signature" in done.output
    now = {path.name: path.read_bytes() for path in run.glob("*.*")}
    new = {"results.csv", "results-en.xlsx", "results-zh.xlsx"}
    assert now.keys() - signed.keys() == new
    assert {name: now[name] for name in signed} == signed  # the pages name the issue, as before
    checks = calbench("verify", str(run))
    assert (checks.exit_code, "BAD" in checks.output) == (0, False)
    assert all(f"ok  {name}: the same as what record.json gives" in checks.output for name in new)

    sign(calbench, run, "--replaces", run.name, "--reason", REASON)
    again = calbench("certify", str(run), "--format", "xlsx")
    assert again.output.count(f"issues/{run.name}-R1/results-") == 2


def test_what_was_issued_elsewhere_is_said_to_be(multimeter: Finished, tmp_path: Path, calbench: Calbench):
    folder = tmp_path / "fresh"
    shutil.copytree(multimeter.folder, folder)
    words = ("--replaces", "nosuch", "--reason", "x")
    refused = sign(calbench, folder, *words)
    assert (refused.exit_code, "--issued-elsewhere" in refused.output) == (2, True)
    assert not (folder / "issues").exists()
    done = calbench("certify", str(folder), "--format", "dcc", "--sign", "mei", *words, "--issued-elsewhere")
    assert done.exit_code == 0, done.output
    assert (folder / "issues" / "nosuch-R1" / "certificate.xml").is_file()
    assert (
        "is for certificates that are signed" in calbench("certify", str(folder), "--issued-elsewhere").output
    )


@pytest.mark.parametrize(
    ("day", "says"), [("2999-01-01", "is in the future"), ("2026-01-04", "before the end")]
)
def test_a_date_of_issue_is_between_run_and_today(
    day: str, says: str, multimeter: Finished, tmp_path: Path, calbench: Calbench
):
    folder = tmp_path / "fresh"
    shutil.copytree(multimeter.folder, folder)
    refused = calbench("certify", str(folder), "--format", "dcc", "--sign", "mei", "--issued", day)
    assert (refused.exit_code, says in refused.output) == (2, True)
    assert not (folder / "certificate.xml").exists()
