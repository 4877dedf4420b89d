"""Programs of others read what calbench certifies, and find nothing wrong with it.

The schemas and rules are PTB's; they lie in a folder beside the checkout, or where CALBENCH_DCC_SCHEMAS says.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("schemas")
ROOT = Path(__file__).resolve().parents[1]
JOBS = {
    "meter": ("dmm-34401a", "demo", "--uut", "serial=US36000017"),
    "scale": ("scale-class3", "demo", "--uut", "model=ES-15", "--uut", "serial=B4711"),
}


@pytest.fixture(scope="module")
def schemas() -> Path:
    named = os.environ.get("CALBENCH_DCC_SCHEMAS")
    folder = Path(named or ROOT.parent / "shared" / "dcc")
    if not (folder / "v3.3.0" / "dcc.xsd").is_file():
        missing = f"No schemas of the DCC in {folder}: name their folder in CALBENCH_DCC_SCHEMAS."
        if named:
            pytest.fail(missing, pytrace=False)
        pytest.skip(f"DIGITAL CERTIFICATES WERE NOT VALIDATED. {missing}")
    return folder


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Run both jobs of the demonstration in virtual time; gives their folders. The first certificate is signed."""
    folders = {}
    keys = {**os.environ, "CALBENCH_KEYS": str(tmp_path_factory.mktemp("keys"))}

    def calbench(*words: str) -> None:
        command = [sys.executable, "-m", "calbench", *words]
        ran = subprocess.run(
            command, cwd=ROOT, env=keys, capture_output=True, text=True, check=False, timeout=120
        )
        assert ran.returncode in (0, 1), ran.stderr

    calbench("keys", "new", "signatory", "mei", "--name", "Li Mei", "--role", "Technical manager")
    for name, words in JOBS.items():
        out = tmp_path_factory.mktemp(name)
        calbench("run", *words, "--format", "", "--out", str(out))
        (folders[name],) = (path.parent for path in out.rglob("record.json"))
        signed = ("--sign", "mei") if name == "meter" else ()
        calbench("certify", str(folders[name]), "--format", "dcc", *signed)
    return folders


@pytest.fixture(scope="module")
def said(peer: Callable[[str], Any], schemas: Path, certified: dict[str, Path]) -> dict[str, Any]:
    """Give what each program says of each certificate; of the last, without its methods, that it is wrong."""
    broken = certified["meter"] / "broken.xml"
    text = (certified["meter"] / "certificate.xml").read_text(encoding="utf-8")
    head, _, rest = text.partition("<dcc:usedMethods>")
    broken.write_text(head + rest.partition("</dcc:usedMethods>")[2], encoding="utf-8")
    files = {name: str(folder / "certificate.xml") for name, folder in certified.items()} | {
        "broken": str(broken)
    }
    found = peer("dcclib").run("dcc_readers.py", str(schemas), *files.values())
    return {name: found[file] for name, file in files.items()}


@pytest.mark.parametrize("name", JOBS)
def test_dcclib_finds_neither_error_nor_warning(name: str, said: dict[str, Any]) -> None:
    # the rules that dcclib 0.4.0 ships, compiled, are older than PTB's current ones: they refuse each empty
    # element, and XAdES has eight: CanonicalizationMethod, SignatureMethod, two Transform, four DigestMethod
    older = {"error in signature": 8} if name == "meter" else {}
    assert said[name]["dcclib"] == {"valid": True, "rules": {"current": {}, "shipped": older}}


def test_dcclib_does_find_missing_methods(said: dict[str, Any]) -> None:
    assert said["broken"]["dcclib"]["rules"]["current"]["error"] > 0


@pytest.mark.parametrize("name", JOBS)
def test_pydcc_reads_identity_and_every_error_with_its_uncertainty(
    name: str, said: dict[str, Any], certified: dict[str, Path]
) -> None:
    record = json.loads((certified[name] / "record.json").read_bytes())
    read = said[name]["pydcc"]
    expected = sorted(
        (one["shown"]["error"].removeprefix("+"), one["shown"]["expanded"], one["shown"]["k"])
        for one in record["results"]
        if one["of"] == "point" and one["shown"]["expanded"]
    )
    found: list[tuple[str, str, str]] = []
    for heading, content in read["results"]:
        numbers = content.get("realListXMLList", {}) if isinstance(content, dict) else {}
        spread = numbers.get("measurementUncertaintyUnivariateXMLList", {}).get("expandedMUXMLList")
        if heading.endswith("Error") and spread:
            values = numbers["valueXMLList"].split()
            factors = spread["coverageFactorXMLList"].split()
            factors = factors * len(values) if len(factors) == 1 else factors
            found += zip(values, spread["valueExpandedMUXMLList"].split(), factors, strict=True)

    assert read["loaded"] is True
    assert read["uid"] == f"SIMULATED-{record['run']['id']}"
    assert (read["version"], read["language"], read["date"][:10]) == ("3.3.0", "en", "2026-01-05")
    assert sorted(set(found)) == sorted(set(expected))
    assert expected


@pytest.mark.parametrize("name", JOBS)
def test_dcc_json_toolkit_reads_all_and_finds_it_valid(
    name: str, said: dict[str, Any], certified: dict[str, Path]
) -> None:
    record = json.loads((certified[name] / "record.json").read_bytes())
    read = said[name]["toolkit"]
    text = json.dumps(read["content"], ensure_ascii=False)

    assert read["errors"] == []
    assert read["content"]["@schemaVersion"] == "3.3.0"
    assert record["journal"]["head"] in text
    assert all(test["title"]["zh"] in text for test in record["tests"])
