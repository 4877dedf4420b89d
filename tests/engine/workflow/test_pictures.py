"""Pictures of prompts: each run keeps what its operator saw, and only pictures are taken for one."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from calbench.authoring.pictures import MOST, picture_problem
from calbench.documents.journal import parse
from calbench.documents.origin import picture_names
from calbench.errors import InvalidFile, UsageError
from calbench.evaluation.verifying import verify_sources
from calbench.workflow import Options, execute, prepare
from calbench.workflow.differing import differences

ROOT = Path(__file__).parents[3]
PNG = (ROOT / "procedures" / "electrical" / "img" / "34401a-dcv.png").read_bytes()
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
PROCEDURE = """\
procedure: One voltage
id: one-voltage
version: 1.0.0
language: 1
roles:
  uut:    {needs: [measure.voltage.dc]}
  source: {needs: [source.voltage.dc]}
connections:
  leads: {title: Leads, text: Connect the leads., picture: leads.png}
setup:
  - prompt: {text: Look., picture: look.svg}
tests:
  - test: dcv
    connection: leads
    apply: source.voltage.dc
    read: uut.voltage.dc
    ranges:
      - {range: 10 V, points: [5 V], mpe: 1 mV, resolution: 10 uV}
"""


@pytest.fixture
def procedure(tmp_path: Path) -> Path:
    (tmp_path / "leads.png").write_bytes(PNG)
    (tmp_path / "look.svg").write_bytes(SVG)
    path = tmp_path / "procedure.yaml"
    path.write_text(PROCEDURE, encoding="utf-8")
    return path


def test_a_run_keeps_what_the_operator_saw_and_the_plan_its_hash(procedure: Path, tmp_path: Path) -> None:
    finished = execute(prepare(str(procedure), "demo", Options()), tmp_path / "runs")
    plan = finished.record.plan
    hashes = {one.id: one.sha256 for one in plan.sources if one.kind == "picture"}
    assert hashes == {
        "leads.png": hashlib.sha256(PNG).hexdigest(),
        "look.svg": hashlib.sha256(SVG).hexdigest(),
    }
    kept = picture_names(plan.sources)
    assert (finished.folder / "sources" / kept["leads.png"]).read_bytes() == PNG
    events = parse((finished.folder / "journal.jsonl").read_bytes())[0]
    shown = [one.body["picture"] for one in events if one.type == "asked" and "picture" in one.body]
    assert shown == ["look.svg", "leads.png"]
    assert set(shown) <= set(kept)


def test_a_copy_that_was_altered_or_taken_away_is_found(procedure: Path, tmp_path: Path) -> None:
    folder = execute(prepare(str(procedure), "demo", Options()), tmp_path / "runs").folder
    plan = (folder / "plan.json").read_bytes()
    kept = {path.name: path.read_bytes() for path in (folder / "sources").iterdir()}
    assert verify_sources(plan, kept).holds
    picture = next(name for name in kept if name.endswith(".png"))
    assert verify_sources(plan, {**kept, picture: PNG + b"x"}).holds is False
    del kept[picture]
    assert verify_sources(plan, kept, sealed=True).holds is False


def test_another_picture_makes_another_plan(procedure: Path) -> None:
    before = prepare(str(procedure), "demo", Options()).plan
    (procedure.parent / "leads.png").write_bytes(PNG + b"\0")
    (told,) = differences(before, prepare(str(procedure), "demo", Options()).plan)
    assert told.startswith("pictures.leads.png: picture-")


def test_two_pictures_of_one_name_are_refused(procedure: Path) -> None:
    other = procedure.parent / "other"
    other.mkdir()
    (other / "leads.png").write_bytes(PNG + b"\0")
    shutil.copyfile(procedure.parent / "look.svg", other / "look.svg")
    changed = PROCEDURE.replace("one-voltage", "other").replace("test: dcv", "test: other")
    (other / "other.yaml").write_text(changed, encoding="utf-8")
    with procedure.open("a", encoding="utf-8") as file:
        file.write("  - use: other/other.yaml\n")
    with pytest.raises(UsageError, match="different pictures of one name"):
        prepare(str(procedure), "demo", Options())


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.png", PNG, None),
        ("a.PNG", PNG, None),
        ("a.png", b"", "no PNG"),
        ("a.png", b"GIF89a", "no PNG"),
        ("a.png", SVG, "no PNG"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF", None),
        ("a.jpeg", PNG, "no JPEG"),
        ("a.svg", SVG, None),
        ("a.svg", b"<html><svg/></html>", "its root is another element"),
        ("a.svg", b"<svg/>", "its root is another element"),
        ("a.svg", SVG[:-3], "no SVG"),
        ("a.svg", b'<!DOCTYPE svg [<!ENTITY a "aa">]>' + SVG, "declares a document type"),
        ("a.svg", PNG, "no SVG"),
        ("a.png", PNG + b"\0" * MOST, "more than"),
    ],
)
def test_a_picture_is_known_by_its_content(name: str, data: bytes, said: str | None) -> None:
    found = picture_problem(data, name)
    assert found is None if said is None else said in (found or "")


def test_a_file_that_only_calls_itself_a_picture_is_refused(procedure: Path) -> None:
    (procedure.parent / "leads.png").write_bytes(b"<script>alert(1)</script>")
    with pytest.raises(InvalidFile) as refused:
        prepare(str(procedure), "demo", Options())
    assert [(one.rule, "its content is no PNG" in one.message) for one in refused.value.problems] == [
        ("P003", True)
    ]
