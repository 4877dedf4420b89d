"""Specifications: a procedure with the ranges of a model in it, and every problem told where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from calbench.authoring.loading import Surroundings, check, load_procedure
from calbench.documents.loaded import Loaded
from calbench.documents.procedure import Procedure
from calbench.errors import InvalidFile, PlanRefused, Problem
from calbench.workflow import Options, prepare

METHOD = """
procedure: {en: Multimeter, zh: 万用表}
id: meter
version: 2.0.0
language: 1
kind: calibration
regulation: {id: JJF 1587, year: 2016}
sources: {limits: unconfirmed, method: secondary}
words: {zh: {left: 左}}
parameters:
  readings: {type: integer, default: 10, min: 1}
roles:
  uut: {needs: [measure.voltage.dc, measure.resistance.4w], fallback: keyboard}
  source: {needs: [source.voltage.dc, source.resistance.4w]}
setup:
  - identify: {at: each}
connections:
  leads: {title: Leads, text: Connect them., picture: leads.svg}
tests:
  - test: ohm4w
    apply: source.resistance.4w
    read: uut.resistance.4w
    ranges: []
  - test: ohm-spread
    of: ohm4w
    across: all
    evaluate: {value: max(error) - min(error), limit: 1 Ohm}
  - test: dcv
    connection: leads
    sources: [limits]
    apply: source.voltage.dc
    read: uut.voltage.dc
    readings: $readings
    ranges: []
    uncertainty:
      - {name: Resolution, half_width: resolution / 2, shape: rectangular}
"""
GIVEN = """
specification: {en: Model X}
id: model-x
version: 1.2.0
language: 1
use: meter.yaml
applies_to: {model: [X1]}
sources: {limits: confirmed}
words: {zh: {right: 右}}
with: {readings: 3}
setup:
  - warm_up: {uut: 30 min}
ranges:
  dcv:
    - {range: 10 V, points: [1 V, 9 V], mpe: 0.01 % rdg + 2 resolution, resolution: 1 mV}
"""


@pytest.fixture
def put(tmp_path: Path, around: Surroundings):
    """Write the procedure beside a specification with something replaced, and give what loading makes of it."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "meter.yaml").write_text(METHOD.lstrip(), encoding="utf-8")
    (tmp_path / "leads.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")

    def write(old: str = "", new: str = "") -> Path:
        assert old in GIVEN
        path = tmp_path / "sub" / "model-x.yaml"
        path.write_text(GIVEN.lstrip().replace(old, new) if old else GIVEN.lstrip(), encoding="utf-8")
        return path

    return write


def loaded(path: Path, around: Surroundings) -> tuple[Loaded[Procedure], dict[str, Loaded[Procedure]]]:
    return load_procedure(path, around)


def told(path: Path, around: Surroundings) -> list[Problem]:
    return check([path], around)[0]


def test_the_specification_is_the_procedure_with_its_ranges(put, around):
    path = put()
    whole, used = loaded(path, around)
    model = whole.model

    assert (model.id, model.version, whole.path) == ("model-x", "1.2.0", str(path))
    assert model.procedure == {"en": "Multimeter (Model X)", "zh": "万用表（Model X）"}
    assert model.regulation is not None
    assert (model.regulation.id, model.kind) == ("JJF 1587", "calibration")
    assert model.applies_to == {"model": ["X1"]}
    assert model.sources == {"limits": "confirmed", "method": "secondary"}
    assert model.words == {"zh": {"left": "左", "right": "右"}}
    assert model.parameters["readings"].default == "3"
    assert [step.identify is not None for step in model.setup] == [True, False]
    assert [one.range for one in model.tests[-1].ranges or []] == ["10 V"]
    assert {name: one.model.id for name, one in used.items()} == {
        "meter.yaml": "meter"
    }  # its hash is in the plan


def test_what_it_does_not_name_is_left_out_with_what_follows_from_it_and_what_only_that_needs(put, around):
    model = loaded(put(), around)[0].model

    assert [test.test for test in model.tests] == ["dcv"]
    assert model.roles["uut"].needs == ["measure.voltage.dc"]
    assert model.roles["source"].needs == ["source.voltage.dc"]


def test_pictures_lie_beside_the_procedure(put, around):
    whole, _ = loaded(put(), around)
    assert Path(whole.beside).name == "meter.yaml"
    assert told(put(), around) == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "line"),
    [
        ("dcv:", "dcw:", "P120", 13),
        ("dcv:\n    - {range: 10 V, points: [1 V, 9 V], mpe: 0.01 % rdg + 2 resolution, resolution: 1 mV}",
         "dcv: []", "P120", 13),
        ("readings: 3", "reading: 3", "P029", 9),
        ("readings: 3", "readings: 0", "P006", 9),
        ("uut: 30 min", "uut: 30 V", "P024", 11),
        ("meter.yaml", "metre.yaml", "P027", 5),
        ("2 resolution", "2 resolutoin", "P020", 14),
        ("2 resolution", "2 A", "P020", 14),
        ("[1 V, 9 V]", "[1 A, 9 V]", "P022", 14),
        ("version: 1.2.0", "version: one", "S", 3),
        ("mpe:", "mpo:", "S", 14),
    ],
)  # fmt: skip
def test_a_problem_is_told_in_the_file_that_has_it(put, around, old, new, rule, line):
    found = told(put(old, new), around)

    assert found
    assert {(Path(one.file).name, one.line) for one in found} == {("model-x.yaml", line)}
    assert any(one.rule.startswith(rule) for one in found), [one.rule for one in found]


def test_a_problem_of_the_procedure_is_told_there(put, around, tmp_path):
    path = put()
    bad = (tmp_path / "meter.yaml").read_text(encoding="utf-8").replace("resolution / 2", "resolutoin / 2")
    (tmp_path / "meter.yaml").write_text(bad, encoding="utf-8")

    found = told(path, around)

    assert [(Path(one.file).name, one.rule) for one in found] == [("meter.yaml", "P020")]


def test_a_column_within_an_expression_is_that_of_the_specification(put, around):
    (found,) = told(put("2 resolution", "2 resolutoin"), around)
    line = put("2 resolution", "2 resolutoin").read_text(encoding="utf-8").splitlines()[13]
    assert line[found.column - 1 :].startswith("resolutoin")


def test_a_specification_is_no_sub_procedure(put, around, tmp_path):
    put()
    outer = tmp_path / "outer.yaml"
    outer.write_text(
        "procedure: Outer\nid: outer\nversion: 1.0.0\nlanguage: 1\ntests:\n  - use: sub/model-x.yaml\n",
        encoding="utf-8",
    )
    with pytest.raises(InvalidFile) as refused:
        load_procedure(outer, around)
    assert [one.rule for one in refused.value.problems] == ["F002"]


def test_the_procedure_alone_can_be_checked_and_is_not_planned(around):
    shipped = Path(__file__).parents[3] / "procedures" / "electrical" / "dmm-jjf1587.yaml"
    assert told(shipped, around) == []
    with pytest.raises(PlanRefused) as refused:
        prepare("dmm-jjf1587", "demo-dmm", Options(position="1"))
    assert "its ranges are those of a specification" in str(refused.value)
