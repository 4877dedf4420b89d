"""What loading gives for good files, and that nothing good is refused."""

from __future__ import annotations

import hashlib
import inspect
import time
from pathlib import Path

import pytest

from calbench.authoring.decision_rules import DECISION_RULES
from calbench.authoring.loading import check, load_answers, load_asset, load_procedure, load_station
from calbench.authoring.rulebook import RULES, as_markdown
from calbench.authoring.setup_rules import SETTINGS
from calbench.errors import InvalidFile, UsageError
from calbench.instruments.capabilities import CAPABILITIES
from calbench.instruments.roles import Configurable
from calbench.metrology import RULES as DECISIONS
from calbench.workflow.preparing import surroundings

ROOT = Path(__file__).parents[3]
PROCEDURES = sorted((ROOT / "procedures").rglob("*.yaml"))
STATIONS = sorted((ROOT / "stations").glob("*.yaml"))
ASSETS = sorted((ROOT / "stations" / "assets").glob("*.yaml"))


@pytest.mark.parametrize("path", [*PROCEDURES, *STATIONS, *ASSETS], ids=lambda path: path.stem)
def test_shipped_files_have_no_problems(path):
    assert check([path], surroundings())[0] == []  # with the drivers and simulators that there are


def test_a_procedure_comes_with_its_sub_procedures(around):
    path = ROOT / "procedures" / "electrical" / "dmm-34401a.yaml"
    procedure, used = load_procedure(path, around)

    assert (procedure.model.id, procedure.path) == ("dmm-34401a", str(path))
    assert procedure.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert {text: one.model.id for text, one in used.items()} == {
        "procedures/common/visual-inspection.yaml": "visual-inspection"
    }


def test_a_station_comes_with_its_assets(around):
    station, assets = load_station(ROOT / "stations" / "demo.yaml", around)

    assert station.model.station == "demo"
    assert {name: one.model.serial for name, one in assets.items()} == {
        "REF-0017": "1730017",
        "ENV-0004": "E0400004",
        "W-M1-15": "W-4711",
    }


def test_an_asset_and_answers_load_alone(tmp_path):
    answers = tmp_path / "answers.yaml"
    answers.write_text("language: 1\nconfirm: all\nanswers: {connect/dcv: yes}\n", encoding="utf-8")

    assert load_asset(ROOT / "stations" / "assets" / "REF-0017.yaml").model.asset == "REF-0017"
    assert load_answers(answers).model.answers == {"connect/dcv": "yes"}


def test_a_file_that_is_not_there_is_a_wrong_use(around, tmp_path):
    with pytest.raises(UsageError, match="There is no file"):
        check([tmp_path / "none.yaml"], around)
    with pytest.raises(UsageError, match="There is no file"):
        load_procedure(tmp_path / "none.yaml", around)


def test_a_station_is_no_procedure(around):
    with pytest.raises(InvalidFile) as refused:
        load_procedure(ROOT / "stations" / "demo.yaml", around)

    assert [problem.rule for problem in refused.value.problems] == ["F002"]


def test_a_look_up_that_fails_finds_nothing(around, tmp_path):
    def fail(name: str, by: Path) -> Path | None:
        raise OSError(36, "File name too long")

    lost = type(around)(around.drivers, around.simulators, fail, fail)
    problems, _ = check(
        [ROOT / "procedures" / "electrical" / "dmm-34401a.yaml", ROOT / "stations" / "keyboard.yaml"], lost
    )

    assert [problem.rule for problem in problems] == ["P027", "T006", "T006", "T006"]


GOOD = """
procedure: {en: Everything that is allowed}
id: everything
version: 1.0.0
language: 1
parameters:
  max: {type: quantity, unit: V, default: 10 V, min: 1 V, max: 1 kV}
  e: {type: number, default: 0.5, choices: [0.5, 1.0]}
  d: {type: quantity, unit: mV, default: 1 mV}
  rounding: {type: number, default: 0.1}
  kind: {type: choice, default: a b, choices: [a b, c]}
  note: {type: text}
  room: {type: quantity, unit: degC, default: 23 degC}
  spots: {type: list, default: [left, right]}
  rule: {type: choice, default: guarded/1, choices: [simple, guarded/1, jjf1094/1]}
roles:
  uut: {needs: [measure.voltage.dc, measure.temperature]}
  source: {needs: [source.voltage.dc], min_tur: 4, max_error_share: 1/3}
  meter: {needs: [measure.voltage.dc, source.voltage.dc]}
decision: {rule: $rule, coverage: 0.9545}
environment:
  temperature: {nominal: 23 degC, tolerance: 2 K, drift: 1 K, check_every: 1 min}
  humidity: {max: 80 %, drift: 10 %RH}
limits:
  banded:
    variable: abs(nominal)
    bands: [{up_to: 1 V, limit: 1 mV}, {up_to: $max, limit: 0.1 % nominal}]
    multiply_by: {a b: 1, c: 0.5}
    selected_by: kind
setup:
  - configure: {role: uut, with: {nplc: $e, autozero: false, digits: 6.5}}
  - prompt:
      text: "Position {position}"
      ask: [{name: t, question: Room?, answers: number, unit: degC, min: 10 degC, max: 30 degC}]
  - wait: 0 s
defaults: {stable: {within: 2 d, for: 3 s, timeout: 30 s}}
tests:
  - test: asymmetric
    read: uut.voltage.dc
    apply: source.voltage.dc
    ranges:
      - {range: 10 V, points: [0 V, -max, max / 3, max], mpe: {lower: -1 mV, upper: 1 % rdg + 2 ppm rng}, resolution: d}
    uncertainty:
      - {name: Source, from: source.uncertainty}
      - {name: A, type: A, std: stdev(readings) / sqrt(count(readings)), dof: n - 1}
      - {name: Both, half_width: "min(abs(error), 1 mV)", shape: arcsine, influence: x}
      - {name: Rest, half_width: 0 V + abs(error), shape: triangular, only_if: kind == 'a b' and not rdg > 1 V}
      - {name: Normal, std: 1 uV, shape: normal, dof: 10}
      - {name: Other, expanded: max(abs(series.error)) + series.stdev, k: sqrt(3)}
  - test: series
    read: uut.voltage.dc
    apply: source.voltage.dc
    load: 0.5 max
    times: 5
    resolution: 1 mV
    model: (indication - reference) * 1
    evaluate: {value: max(indication) - min(indication), limit: banded}
  - test: by-hand
    read: meter.voltage.dc
    reading_is: reference
    points: {up: [1 V, 1000 mV + 1 V], down: [1 V]}
    passes: [rising, falling]
    for_each: {spot: $spots}
    prompt: "{direction} {pass} {spot} {nominal} {position}"
    resolution: 1 mV
    mpe: e * max / 100
    scale: {unit: div, value: max / 100}
    rounding: {interval: rounding * max / 100}
    judge_on: rounded
    only_if: $kind == c
    uncertainty: [{name: Meter, from: meter.uncertainty}]
  - test: thermal
    read: uut.temperature
    points: [20 degC, $room]
    stable: {within: 0.1 K, for: 3 s, timeout: 30 s}
    resolution: 0.1 K
    mpe: 0.5 K
  - test: measured-only
    read: uut.voltage.dc
    load: 1 V
"""


def test_everything_that_the_language_allows(around, tmp_path):
    path = tmp_path / "everything.yaml"
    path.write_text(GOOD, encoding="utf-8")

    assert check([path], around)[0] == []


def test_nested_use_is_found_and_checked(around, tmp_path):
    head = "procedure: {0}\nid: {0}\nversion: 1.0.0\nlanguage: 1\ntests:\n"
    inspection = "  - test: {0}-look\n    ask: [{{name: ok, question: In order?}}]\n"
    for name, inner in (("a", "b"), ("b", "c")):
        text = (head + inspection).format(name) + f"  - use: {inner}.yaml\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "c.yaml").write_text((head + inspection).format("c"), encoding="utf-8")

    _, used = load_procedure(tmp_path / "a.yaml", around)
    assert {text: one.model.id for text, one in used.items()} == {"b.yaml": "b", "c.yaml": "c"}

    (tmp_path / "c.yaml").write_text(
        head.format("c") + "  - test: dcv\n    read: uut.voltage.dc\n    load: 1 V\n"
    )
    problems, _ = check([tmp_path / "a.yaml"], around)
    assert [(Path(problem.file).name, problem.rule) for problem in problems] == [("c.yaml", "P008")]


def test_a_file_is_checked_in_a_few_milliseconds(around):
    path = ROOT / "procedures" / "electrical" / "dmm-34401a.yaml"
    times = []
    for _ in range(5):
        start = time.perf_counter()
        check([path], around)
        times.append(time.perf_counter() - start)

    assert min(times) < 0.15  # 10 ms on a quiet machine


def test_the_documented_rules_are_the_rules():
    page = ROOT / "docs" / "reference" / "rules.md"

    assert page.read_text(encoding="utf-8") == as_markdown()
    assert {rule[0] for rule in RULES} == set("YSFPTADBU")


def test_words_that_authoring_repeats_from_the_stages_agree_with_them():
    assert set(DECISION_RULES) == {rule.id for rule in DECISIONS.values()}
    assert set(SETTINGS) == set(inspect.signature(Configurable.configure).parameters) - {"self"}
    assert "measure.voltage.dc" in CAPABILITIES
