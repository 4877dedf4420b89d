"""Which results used a standard: two runs in a folder with strange and broken files among them."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from calbench.cli import main
from calbench.trust.issuing import Holder, new_signatory
from calbench.verification.attesting import prove_line
from calbench.workflow import Signing, certify

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def runs(multimeter, scale, tmp_path):
    """Give a folder with a run of a multimeter and one of a scale, at different depths."""
    shutil.copytree(multimeter.folder, tmp_path / "runs" / "a")
    shutil.copytree(scale.folder, tmp_path / "runs" / "2026" / "b")
    return tmp_path / "runs"


def asked(runs: Path, *words: str):
    result = CliRunner().invoke(main, ["impact", *words, "--in", str(runs), "--json"])
    return result.exit_code, json.loads(result.stdout)


@pytest.mark.parametrize(
    ("name", "run", "results"),
    [
        ("REF-0017", "a", 19),  # 22 points, three of them an inspection
        ("DEMO-2025-0117", "a", 19),
        ("W-M1-15", "b", 20),  # 22 results, two without a weight
        ("W100", "b", 2),  # up and down
    ],
)
def test_what_used_a_standard(runs, name, run, results):
    code, data = asked(runs, name)

    assert code == 0
    (one,) = data["runs"]
    assert Path(one["path"]).parent.name == run
    assert len({each["result"] for each in one["results"]}) == results
    assert data["not_read"] == []


def test_what_watched_the_room_is_in_every_result(runs):
    _, data = asked(runs, "ENV-0004")

    assert [len(one["results"]) for one in data["runs"]] == [22, 22]


def test_shares_are_those_of_the_budgets(runs, multimeter):
    _, data = asked(runs, "REF-0017")
    shares = {each["result"]: each["share"] for each in data["runs"][0]["results"]}

    for result in multimeter.record.results:
        own = [float(line.share) for line in result.budget if line.influence.startswith("asset:REF-0017/")]
        assert shares.get(result.id) == (pytest.approx(own[0]) if own else None)


def test_nothing_used_what_nobody_has(runs):
    shown = CliRunner().invoke(main, ["impact", "REF-9", "--in", str(runs)])

    assert shown.exit_code == 0
    assert shown.stdout == f"No run in {runs} used REF-9.\n"


def test_since_a_day(runs):
    assert len(asked(runs, "REF-0017", "--since", "2026-01-05")[1]["runs"]) == 1
    assert asked(runs, "REF-0017", "--since", "2026-01-06")[1]["runs"] == []


def test_strange_files_are_named(runs):
    (runs / "notes.json").write_text('{"a": 1}', encoding="utf-8")

    code, data = asked(runs, "REF-0017")

    assert code == 0
    assert [(Path(one["path"]).name, one["damaged"]) for one in data["not_read"]] == [("notes.json", False)]


@pytest.mark.parametrize("damage", [b"", b"{", b'{"format":"calbench.record/2"}', b"\xff\xfe"])
def test_a_damaged_record_is_named_and_the_answer_may_lack_it(runs, damage):
    (runs / "a" / "record.json").write_bytes(damage)

    code, data = asked(runs, "W-M1-15")

    assert code == 4
    assert len(data["runs"]) == 1
    (one,) = data["not_read"]
    assert one["damaged"]
    assert Path(one["path"]).parent.name == "a"


def test_a_run_without_a_record_is_named(runs):
    (runs / "a" / "record.json").unlink()

    code, data = asked(runs, "REF-0017")

    assert code == 4
    assert data["not_read"][0]["why"] == "a run without a record: calbench evaluate it"


def test_for_people(runs):
    shown = CliRunner().invoke(main, ["impact", "W100", "--in", str(runs), "--results"])

    assert "linearity/down/0.1kg" in shown.stdout
    assert "1 run with 2 results used W100." in shown.stdout


def test_no_such_folder(tmp_path):
    assert CliRunner().invoke(main, ["impact", "W100", "--in", str(tmp_path / "none")]).exit_code == 2


def test_other_files_of_calbench_are_no_news_unless_they_are_damaged(runs, sealed):
    shutil.copytree(sealed.folder, runs / "c")
    signatory = new_signatory(Holder("Li Mei"), AT - timedelta(1), AT + timedelta(1))
    certify(runs / "c", ("dcc",), ("en",), None, Signing(signatory, AT))
    proof = prove_line(runs / "c", "dcv/10V/5V", 1)
    (runs / "c" / f"proof-{proof.seq}.json").write_bytes(proof.data)
    (runs / "report.json").write_text('{"format": "calbench.proof/1"}')
    code, data = asked(runs, "REF-0017")
    assert (code, data["not_read"]) == (0, [])

    for path in ((runs / "c" / "issue.json"), (runs / "c" / f"proof-{proof.seq}.json")):
        path.write_bytes(path.read_bytes()[:-9])
    _, data = asked(runs, "REF-0017")
    assert {Path(one["path"]).name: one["why"] for one in data["not_read"]} == {
        "issue.json": "a damaged issue of a certificate",
        f"proof-{proof.seq}.json": "not a record of calbench",
    }
