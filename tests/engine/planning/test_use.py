"""Sub-procedures: nested, with values handed on, and tests that are left out by a parameter."""

from __future__ import annotations

from pathlib import Path

from calbench.quantities import parse_quantity
from calbench.workflow import Options, prepare

INNER = """
procedure: Inner
id: inner
version: 1.0.0
language: 1
parameters:
  items: {type: list, default: [a]}
tests:
  - test: look
    for_each: {item: $items}
    prompt: "{item}?"
    ask: [{name: found, question: Fine?, answers: [fine, bad], must_be: fine}]
"""
MIDDLE = """
procedure: Middle
id: middle
version: 1.0.0
language: 1
parameters:
  things: {type: list, default: [b]}
tests:
  - use: inner.yaml
    with: {items: $things}
"""
OUTER = """
procedure: Outer
id: outer
version: 1.0.0
language: 1
parameters:
  thorough: {type: choice, default: "no", choices: ["yes", "no"]}
roles:
  uut: {needs: [measure.voltage.dc], fallback: keyboard}
tests:
  - use: middle.yaml
    with: {things: [c, d]}
  - test: extra
    only_if: thorough == 'yes'
    prompt: Look twice.
    ask: [{name: found, question: Fine?, answers: [fine, bad], must_be: fine}]
"""


def written(folder: Path) -> str:
    for name, text in (("inner", INNER), ("middle", MIDDLE), ("outer", OUTER)):
        (folder / f"{name}.yaml").write_text(text.lstrip(), encoding="utf-8")
    return str(folder / "outer.yaml")


def test_a_used_procedure_may_use_another_and_hand_its_values_on(tmp_path: Path) -> None:
    plan = prepare(written(tmp_path), "keyboard", Options()).plan
    assert [point.id for point in plan.points] == ["look/c", "look/d"]
    assert {one.id for one in plan.sources if one.kind == "procedure"} == {"outer", "middle", "inner"}
    assert {(test.procedure, test.procedure_version) for test in plan.tests} == {("inner", "1.0.0")}


def test_a_test_is_left_out_or_done_by_its_condition(tmp_path: Path) -> None:
    plan = prepare(written(tmp_path), "keyboard", Options(settings={"thorough": "yes"})).plan
    assert [point.id for point in plan.points] == ["look/c", "look/d", "extra/1"]


def test_the_plan_names_files_and_not_the_folders_of_this_machine(tmp_path: Path) -> None:
    plan = prepare(written(tmp_path), "keyboard", Options()).plan
    assert {source.path for source in plan.sources} >= {"outer.yaml", "middle.yaml", "inner.yaml"}
    assert str(tmp_path) not in plan.model_dump_json()


def test_words_are_translated_in_prompts_and_named_for_labels_and_answers(tmp_path: Path) -> None:
    path = written(tmp_path)
    text = OUTER.replace("parameters:", "words:\n  zh: {c: 丙, fine: 好}\nparameters:", 1)
    (tmp_path / "outer.yaml").write_text(text.lstrip(), encoding="utf-8")
    inner = INNER.replace('prompt: "{item}?"', 'prompt: {en: "{item}?", zh: "{item}？"}')
    (tmp_path / "inner.yaml").write_text(inner.lstrip(), encoding="utf-8")
    first, second = prepare(path, "keyboard", Options()).plan.points
    assert first.prompt == {"en": "c?", "zh": "丙？"}
    assert second.prompt == {"en": "d?", "zh": "d？"}
    assert first.words == {"zh": {"c": "丙", "fine": "好"}}
    assert second.words == {"zh": {"fine": "好"}}
    assert first.questions[0].choices == ["fine", "bad"]
    assert first.questions[0].words == {"zh": {"fine": "好"}}


def test_contributions_with_chinese_names_are_quantities_of_their_own(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "procedures/electrical/dmm-34401a.yaml").read_text(encoding="utf-8")
    for english, chinese in (("Meter resolution", "分辨力"), ("Thermal EMF", "热电势")):
        text = text.replace(f"{{en: {english}, zh: {chinese}}}", chinese)
    folder = Path(__file__).parents[3] / "procedures/electrical/img"
    (tmp_path / "img").mkdir()
    for picture in folder.iterdir():
        (tmp_path / "img" / picture.name).write_bytes(picture.read_bytes())
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    plan = prepare(str(tmp_path / "own.yaml"), "demo", Options(only=("dcv/1V/0V",))).plan
    own = [one.influence for one in plan.points[0].contributions if one.influence.startswith("run:")]
    assert own == ["run:dcv/1V/0V/repeatability", "run:dcv/1V/0V/分辨力", "run:dcv/1V/0V/热电势"]


OF_VALUES = """
procedure: Outer
id: outer
version: 1.0.0
language: 1
parameters:
  Ib: {type: quantity, unit: A, default: 5 A}
values:
  Itr: Ib / 15
roles:
  uut: {needs: [measure.current.dc], fallback: keyboard}
tests:
  - use: inner.yaml
    with: {start: $Itr}
"""
WITH_VALUES = """
procedure: Inner
id: inner
version: 1.0.0
language: 1
parameters:
  start: {type: quantity, unit: A}
values:
  Itr: 3 start
roles:
  uut: {needs: [measure.current.dc], fallback: keyboard}
tests:
  - test: dci
    read: uut.current.dc
    points: [start, {at: Itr, only_if: Itr > start}]
    mpe: Itr
"""


def test_a_value_is_handed_on_and_each_procedure_has_its_own(tmp_path: Path) -> None:
    for name, text in (("inner", WITH_VALUES), ("outer", OF_VALUES)):
        (tmp_path / f"{name}.yaml").write_text(text.lstrip(), encoding="utf-8")
    plan = prepare(str(tmp_path / "outer.yaml"), "keyboard", Options()).plan
    third = parse_quantity(f"0.{'3' * 34} A")  # 5 A / 15, to the 34 digits that are kept
    assert [parse_quantity(point.nominal or "") for point in plan.points] == [third, 3 * third]
    assert [(one.name, parse_quantity(one.value)) for one in plan.values] == [("Itr", third)]
    assert {point.scope["Itr"] for point in plan.points} == {str(3 * third)}
