"""`calbench review` and `calbench release`, with a key that has a passphrase."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calbench.cli import main
from calbench.workflow import Finished, Options, execute, prepare


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    options = Options(only=("dcv/10V/*",), operator="Olga")
    return execute(prepare("dmm-34401a", "demo", options), tmp_path_factory.mktemp("reviewed"))


def calbench(*words: object, typed: str = "") -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=typed)


def test_a_run_is_reviewed_and_released(
    finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALBENCH_KEYS", str(tmp_path / "keys"))
    monkeypatch.delenv("CALBENCH_KEY_PASSPHRASE", raising=False)
    made = calbench(
        "keys",
        "new",
        "signatory",
        "hana",
        "--name",
        "Hana",
        "--passphrase",
        typed="open sesame\nopen sesame\n",
    )
    assert made.exit_code == 0, made.output
    assert "ENCRYPTED" in (tmp_path / "keys/signatories/hana/key.pem").read_text()
    run, said = finished.folder, ("--accept", "--statement", "looked at")
    assert calbench("review", run, "--by", "Olga", *said).exit_code == 2
    assert calbench("release", run, "--by", "Hana", "--sign", "hana").exit_code == 2
    assert calbench("review", run, "--by", "Ravi").exit_code == 2
    accepted = calbench("review", run, "--by", "Ravi", *said, "--json")
    assert json.loads(accepted.stdout)["did"] == "accepted"
    refused = calbench("release", run, "--by", "Hana", "--sign", "hana", "--format", "dcc")
    assert refused.exit_code == 2
    assert "has a passphrase" in refused.output
    monkeypatch.setenv("CALBENCH_KEY_PASSPHRASE", "wrong")
    assert calbench("release", run, "--by", "Hana", "--sign", "hana", "--format", "dcc").exit_code == 2
    monkeypatch.setenv("CALBENCH_KEY_PASSPHRASE", "open sesame")
    released = calbench("release", run, "--by", "Hana", "--sign", "hana", "--format", "dcc", "--json")
    assert released.exit_code == 0, released.output
    shown = json.loads(calbench("review", run, "--json").stdout)
    assert shown["state"] == "released"
    assert [one["by"] for one in shown["entries"]] == ["Ravi", "Hana"]
    assert calbench("verify", run).exit_code == 0
