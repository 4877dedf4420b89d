"""`calbench keys` as somebody types it, and runs that are sealed with them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calbench.cli import main
from calbench.trust.ring import Ring
from calbench.trust.stationkeys import new_key

VISUAL = ("run", "visual-inspection", "demo", "--format", "")


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CALBENCH_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("CALBENCH_LANG", "en")
    return tmp_path / "keys"


def calbench(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def ran(tmp_path: Path) -> Path:
    outcome = json.loads(calbench(*VISUAL, "--out", tmp_path / "runs", "--json").stdout)
    return Path(outcome["folder"])


def test_a_station_without_key_is_told_how_to_get_one(tmp_path: Path) -> None:
    said = calbench(*VISUAL, "--out", tmp_path / "runs").output
    assert "Not sealed: no key for station demo; make one with calbench keys new station demo" in said


def test_from_a_new_key_to_a_proof_that_an_auditor_checks_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = json.loads(calbench("keys", "new", "station", "demo", "--comment", "bench 3", "--json").stdout)
    run = ran(tmp_path)
    assert calbench("verify", run, "--sealed").exit_code == 0
    public, proof = tmp_path / "demo.pub", tmp_path / "proof.json"
    assert calbench("keys", "export", "demo", "--into", public).exit_code == 0
    assert calbench("keys", "prove", run, "3", "--into", proof).exit_code == 0
    shutil.copyfile(run / "seal.txt", tmp_path / "seal.txt")
    shutil.rmtree(run)
    monkeypatch.setenv("CALBENCH_KEYS", str(tmp_path / "auditor"))
    assert "--  seal key: not checked: demo" in calbench("keys", "check", proof).output
    trusted = calbench("keys", "trust", public).output
    groups = " ".join(made["fingerprint"][start : start + 4] for start in range(0, 32, 4))
    assert groups in trusted
    checked = calbench("keys", "check", proof, "--seal", tmp_path / "seal.txt")
    assert checked.exit_code == 0
    assert "ok  seal key: demo" in checked.output
    assert b"PRIVATE" not in public.read_bytes()


def test_a_second_key_of_a_station_is_a_roll(tmp_path: Path) -> None:
    first = json.loads(calbench("keys", "new", "station", "demo", "--json").stdout)
    refused = calbench("keys", "new", "station", "demo")
    assert (refused.exit_code, "keys roll demo" in refused.output) == (2, True)
    run = ran(tmp_path)
    rolled = calbench("keys", "roll", "demo", "--reason", "yearly change")
    assert rolled.exit_code == 0
    listed = json.loads(calbench("keys", "list", "--json").stdout)
    assert [one["replaced_by"] != "" for one in listed] == [True, False]
    assert listed[0]["id"] == first["id"]
    assert calbench("verify", run, "--sealed").exit_code == 0  # sealed before the change
    assert calbench("verify", ran(tmp_path), "--sealed").exit_code == 0  # by the new key


@pytest.mark.parametrize(
    "words",
    [
        ("new", "station", "a b"),
        ("new", "station", "../demo"),
        ("new", "station", "demo", "--until", "2020-01-01"),
        ("show", "nobody"),
        ("export", "nobody"),
        ("roll", "demo", "--reason", "x"),
        ("countersign", "{run}", "--key", "nobody"),
        ("prove", "{run}", "3"),
        ("seal", "{run}"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    words: tuple[str, ...], tmp_path: Path, keys: Path
) -> None:
    run = ran(tmp_path)
    done = calbench("keys", *(word.format(run=run) for word in words))
    assert done.exit_code == 2, done.output
    assert done.output.startswith("calbench: ")
    assert not keys.exists()


def test_a_roll_needs_a_reason_of_one_line() -> None:
    calbench("keys", "new", "station", "demo")
    assert calbench("keys", "roll", "demo", "--reason", "a\nb").exit_code == 2
    assert len(json.loads(calbench("keys", "list", "--json").stdout)) == 1


def test_a_passphrase_that_nobody_gives_ends_a_run_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALBENCH_KEY_PASSPHRASE", "correct horse")
    assert calbench("keys", "new", "station", "demo", "--passphrase").exit_code == 0
    assert calbench("verify", ran(tmp_path), "--sealed").exit_code == 0
    monkeypatch.delenv("CALBENCH_KEY_PASSPHRASE")
    refused = calbench(*VISUAL, "--out", tmp_path / "other")
    assert (refused.exit_code, "nobody is here to type it" in refused.output) == (2, True)
    assert not (tmp_path / "other").exists()


def test_a_sealed_record_that_becomes_another_needs_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calbench("keys", "new", "station", "demo")
    run = ran(tmp_path)
    monkeypatch.setattr("calbench.evaluation.recording.TUR_DEFINITION", "another")
    refused = calbench("evaluate", run)
    assert (refused.exit_code, "--reason" in refused.output) == (2, True)
    amended = calbench("evaluate", run, "--reason", "TUR by the new definition")
    assert amended.exit_code == 0
    assert "the former one is kept as record-1.json, with seal-1.txt" in amended.output
    verified = calbench("verify", run, "--sealed")
    assert verified.exit_code == 0
    assert "ok  former record 1: record-1.json" in verified.output


def test_the_key_that_a_station_names_is_used(tmp_path: Path, keys: Path) -> None:
    made = json.loads(calbench("keys", "new", "station", "demo", "--json").stdout)
    stem = f"demo-{made['id']}"
    (tmp_path / "stick").mkdir()
    shutil.move(keys / "stations" / f"{stem}.pem", tmp_path / "stick" / "k.pem")
    shutil.move(keys / "trusted" / f"{stem}.pub", tmp_path / "stick" / "k.pub")
    root = Path(__file__).parents[3]
    shutil.copytree(root / "stations", tmp_path / "stations")
    station = tmp_path / "stations" / "demo.yaml"
    text = station.read_text(encoding="utf-8").replace(
        "language: 1\n", "language: 1\nkey: ../stick/k.pem\n", 1
    )
    station.write_text(text, encoding="utf-8")
    done = calbench("run", "visual-inspection", station, "--format", "", "--out", tmp_path / "runs", "--json")
    seal = Path(json.loads(done.stdout)["seal"])
    assert made["key"] in seal.read_text(encoding="utf-8")
    seal.unlink()
    assert calbench("keys", "seal", seal.parent).exit_code == 2  # no key in the folder of keys
    assert calbench("keys", "seal", seal.parent, "--key", tmp_path / "stick" / "k.pem").exit_code == 0
    assert "when later\n" in seal.read_text(encoding="utf-8")
    (tmp_path / "stick" / "k.pub").unlink()
    refused = calbench("run", "visual-inspection", station, "--format", "", "--out", tmp_path / "runs")
    assert (refused.exit_code, "there is no k.pub beside it" in refused.output) == (2, True)


def test_the_demonstration_ends_sealed_and_says_with_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from calbench.cli import demo

    monkeypatch.setattr(demo, "SHOWN_FORMATS", ())
    said = calbench("demo", "--out", tmp_path / "runs").output
    assert said.count("Sealed with a key for demonstrations, which shows nothing about who sealed") == 2
    runs = sorted((tmp_path / "runs").glob("2*"))
    assert len(runs) == 2
    for run in runs:
        verified = calbench("verify", run)
        assert verified.exit_code == 0
        assert "ok  seal signature" in verified.output
        assert "--  seal key: not checked: a key for demonstrations" in verified.output
        assert calbench("verify", run, "--sealed").exit_code == 4


def _kept(keys: Path, start: str, end: str) -> str:
    signer = new_key("demo", start, end)
    Ring(keys).keep(signer)
    return signer.entry.stem


@pytest.mark.parametrize(
    ("start", "end", "says", "advises", "chinese"),
    [
        ("2020-01-01", "2021-12-31", "expired on 2021-12-31T00:00:00Z", "keys new station demo", "过期"),
        (
            "9000-01-01",
            "9001-01-01",
            "not valid before 9000-01-01T00:00:00Z",
            "set the clock right",
            "之前无效",
        ),
    ],
)
def test_a_key_that_is_not_valid_now_is_not_no_key(
    start: str,
    end: str,
    says: str,
    advises: str,
    chinese: str,
    tmp_path: Path,
    keys: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stem = _kept(keys, f"{start}T00:00:00Z", f"{end}T00:00:00Z")
    said = calbench(*VISUAL, "--out", tmp_path / "runs").output
    assert f"Not sealed: the key {stem} {says if 'expired' in says else 'is ' + says}" in said
    run = next((tmp_path / "runs").glob("2*"))
    for words in (("seal", run), ("countersign", run, "--key", "demo"), ("roll", "demo", "--reason", "x")):
        refused = calbench("keys", *words)
        assert refused.exit_code == 2
        assert stem in refused.output
        assert says in refused.output
        assert advises in refused.output
    (listed,) = json.loads(calbench("keys", "list", "--json").stdout)
    assert (listed["signs_here"], listed["state"]) == (False, "expired" if "expired" in says else "early")
    assert "no: " in calbench("keys", "list").output
    monkeypatch.setenv("CALBENCH_LANG", "zh")
    assert chinese in calbench(*VISUAL, "--out", tmp_path / "runs").output


def test_an_expired_key_is_followed_by_a_new_one_that_seals_the_run_later(tmp_path: Path, keys: Path) -> None:
    _kept(keys, "2020-01-01T00:00:00Z", "2021-12-31T00:00:00Z")
    run = ran(tmp_path)
    assert calbench("keys", "new", "station", "demo").exit_code == 0  # as the message advises
    assert calbench("keys", "seal", run).exit_code == 0
    assert calbench("verify", run, "--sealed").exit_code == 0


def test_a_replaced_key_signs_no_more_and_is_said_to_be_replaced(tmp_path: Path, keys: Path) -> None:
    calbench("keys", "new", "station", "demo")
    new = json.loads(calbench("keys", "roll", "demo", "--reason", "yearly change", "--json").stdout)
    old, current = json.loads(calbench("keys", "list", "--json").stdout)
    assert (old["signs_here"], old["state"], current["signs_here"]) == (False, "replaced", True)
    assert "no: replaced" in calbench("keys", "list").output
    (keys / "stations" / f"demo-{new['id']}.pem").unlink()
    said = calbench(*VISUAL, "--out", tmp_path / "runs").output
    assert f"the key demo-{new['id']} does not sign here: its private half is elsewhere" in said
    (keys / "trusted" / f"demo-{new['id']}.pub").unlink()
    said = calbench(*VISUAL, "--out", tmp_path / "runs").output
    assert f"the key demo-{old['id']} was replaced on " in said
    assert f"bring the private half of demo-{new['id']} here" in said
