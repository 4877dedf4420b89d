"""`verify`: an altered journal, record or plan is found, and every result is recomputed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calbench.cli import main
from calbench.workflow import Finished


@pytest.fixture
def copy(multimeter: Finished, tmp_path: Path) -> Path:
    shutil.copytree(multimeter.folder, tmp_path / "run")
    return tmp_path / "run"


def verify(what: Path) -> Result:
    return CliRunner().invoke(main, ["verify", str(what)])


def test_an_untouched_run_verifies(copy: Path) -> None:
    result = verify(copy)
    assert result.exit_code == 0
    assert "record recomputed from the readings, the same to the byte" in result.output
    assert "BAD" not in result.output


def test_an_untouched_record_verifies_by_itself(copy: Path) -> None:
    result = verify(copy / "record.json")
    assert result.exit_code == 0
    assert "22 results recomputed from the readings" in result.output


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_altered_reading_in_the_journal_is_found(copy: Path) -> None:
    replaced(copy / "journal.jsonl", '"unit":"V","value":"', '"unit":"V","value":"1')
    result = verify(copy)
    assert result.exit_code == 4
    assert "BAD journal" in result.output


def test_a_journal_written_again_from_end_to_end_does_not_give_the_record(copy: Path) -> None:
    lines = [json.loads(line) for line in (copy / "journal.jsonl").read_bytes().splitlines()]
    reading = next(one for one in lines if one["type"] == "reading" and one["point"] == "dcv/10V/10V")
    reading["body"]["value"] = reading["body"]["text"] = "10.0009"
    rechain(lines, copy / "journal.jsonl")
    result = verify(copy)
    assert result.exit_code == 4
    assert "ok  journal" in result.output  # a chain alone cannot show that the whole file was replaced
    assert "dcv/10V/10V: the record says" in result.output


def rechain(lines: list[dict[str, object]], path: Path) -> None:
    import hashlib

    import rfc8785

    prev, out = "0" * 64, b""
    for line in lines:
        data = rfc8785.dumps({**line, "prev": prev})  # type: ignore[dict-item] # plain JSON
        prev = hashlib.sha256(data).hexdigest()
        out += data + b"\n"
    path.write_bytes(out)


def test_a_cut_tail_is_found(copy: Path) -> None:
    data = (copy / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (copy / "journal.jsonl").write_bytes(b"".join(data[:-1]))
    result = verify(copy)
    assert result.exit_code == 4
    assert "the journal has no end" in result.output


@pytest.mark.parametrize(
    "change", [('"verdict":"pass"', '"verdict":"fail"'), ('"seed":1', '"seed":2'), ('"k":"1.9', '"k":"2.9')]
)
def test_an_altered_record_is_found(copy: Path, change: tuple[str, str]) -> None:
    replaced(copy / "record.json", *change)
    assert verify(copy).exit_code == 4


@pytest.mark.parametrize(
    "change", [('"verdict":"pass"', '"verdict":"fail"'), ('"k":"1.9', '"k":"2.9'), ("dcv/10V", "dcv/11V")]
)
def test_an_altered_record_is_found_by_itself(copy: Path, change: tuple[str, str]) -> None:
    replaced(copy / "record.json", *change)
    assert verify(copy / "record.json").exit_code == 4


def test_an_altered_plan_is_found(copy: Path) -> None:
    replaced(
        copy / "plan.json", '"upper":"0.0050 % rdg + 0.0035 % rng"', '"upper":"0.0500 % rdg + 0.0350 % rng"'
    )
    result = verify(copy)
    assert result.exit_code == 4
    assert "BAD plan and journal: the journal was written for another plan" in result.output


def test_the_plan_of_another_run_is_found(copy: Path, scale: Finished) -> None:
    shutil.copyfile(scale.folder / "plan.json", copy / "plan.json")
    assert verify(copy).exit_code == 4


def test_a_folder_that_is_no_run_is_a_usage_error(tmp_path: Path) -> None:
    result = verify(tmp_path)
    assert result.exit_code == 2
    assert "is not the folder of a run" in result.output


def test_an_altered_copy_of_a_source_is_found(copy: Path) -> None:
    replaced(copy / "sources" / "asset-REF-0017.yaml", "7 ppm", "1 ppm")
    result = verify(copy)
    assert result.exit_code == 4
    assert "BAD sources: altered since the plan was made: asset-REF-0017.yaml" in result.output


def test_a_source_that_was_not_kept_is_said_but_is_not_bad(copy: Path) -> None:
    (copy / "sources" / "station-demo.yaml").unlink()
    result = verify(copy)
    assert result.exit_code == 0
    assert "--  sources: not kept with the run: station-demo.yaml" in result.output.replace("-- ", "-- ")


def test_the_program_that_made_the_record_is_named(copy: Path) -> None:
    assert "ok  program: calbench 0.1.0, id " in verify(copy).output
    assert "ok  program" in verify(copy / "record.json").output


def test_a_record_that_was_altered_is_not_certified(copy: Path) -> None:
    replaced(copy / "record.json", '"verdict":"pass"', '"verdict":"fail"')
    result = CliRunner().invoke(main, ["certify", str(copy), "--format", "csv"])
    assert result.exit_code == 4
    assert "is not certified" in result.output
    assert not (copy / "results.csv").exists()


def test_a_run_without_a_record_is_told_how_to_get_one(copy: Path) -> None:
    (copy / "record.json").unlink()
    assert f"compute it with calbench evaluate {copy}" in verify(copy).output
    CliRunner().invoke(main, ["evaluate", str(copy)])
    assert verify(copy).exit_code == 0
