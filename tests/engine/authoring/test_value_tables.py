"""A table by row means what its columns mean written out; both are written here by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from calbench.authoring.layout import laid_out
from calbench.authoring.loading import Surroundings, check, load_procedure
from calbench.authoring.source import Source
from calbench.documents.procedure import Procedure
from calbench.errors import PlanRefused
from calbench.quantities import parse_quantity
from calbench.workflow import Options, prepare
from calbench.workflow.comparing import compare

HEAD = """
procedure: Voltmeter
id: voltmeter
version: 1.0.0
language: 1
parameters:
  class: {type: choice, default: B, choices: [A, B, C]}
  wired: {type: choice, default: direct, choices: [direct, transformers]}
  full:  {type: quantity, unit: V, default: 10 V}
"""
TAIL = """
roles:
  uut:    {needs: [measure.voltage.dc], fallback: keyboard}
  source: {needs: [source.voltage.dc], fallback: keyboard}
tests:
  - test: dcv
    apply: source.voltage.dc
    read: uut.voltage.dc
    points: [5 V]
    mpe: low + start
    resolution: 10 uV
"""
ROWS = """
tables:
  classes:
    - [class, low,         months]
    - [A,     0.01 % full, 6]
    - [B,     0.02 % full, 12]
    - [C,     0.05 % full, ~]
  starting:
    - [wired,        class, start]
    - [direct,       A,     1 mV]
    - [direct,       B,     2 mV]
    - [transformers, A,     3 mV]
    - [transformers, B,     4 mV]
values:
  twice: 2 low
"""
OUT = """
values:
  low: {choices: {A: 0.01 % full, B: 0.02 % full, C: 0.05 % full}, selected_by: class}
  months: {choices: {A: 6, B: 12, C: ~}, selected_by: class}
  start:
    choices: {"direct, A": 1 mV, "direct, B": 2 mV, "transformers, A": 3 mV, "transformers, B": 4 mV}
    selected_by: [wired, class]
  twice: 2 low
"""


def written(folder: Path, values: str, name: str = "voltmeter") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(HEAD.lstrip() + values.lstrip("\n") + TAIL.lstrip("\n"), encoding="utf-8")
    return path


def loaded(path: Path, around: Surroundings) -> Procedure:
    return load_procedure(path, around)[0].model


def test_the_columns_of_tables_are_values_before_those_that_are_written(
    tmp_path: Path, around: Surroundings
) -> None:
    short, out = loaded(written(tmp_path, ROWS), around), loaded(written(tmp_path, OUT, "out"), around)

    assert list(short.values) == list(out.values) == ["low", "months", "start", "twice"]
    assert short.values == out.values


def test_a_table_and_its_columns_do_not_differ_and_another_cell_is_told_as_that_of_its_value(
    tmp_path: Path,
) -> None:
    short = written(tmp_path, ROWS)

    assert compare(str(short), str(written(tmp_path, OUT, "out"))) == []
    other = written(tmp_path, ROWS.replace("0.02 % full", "0.03 % full"), "other")
    (told,) = compare(str(short), str(other))
    assert (told.kind, told.change.where) == ("limits", ("values", "low", "choices", "B"))
    assert (told.change.before, told.change.now) == ("0.02 % full", "0.03 % full")


@pytest.mark.parametrize(
    ("given", "start"),
    [({"class": "A"}, "1 mV"), ({}, "2 mV"), ({"wired": "transformers", "class": "A"}, "3 mV"),
     ({"wired": "transformers"}, "4 mV")],
)  # fmt: skip
def test_a_row_is_chosen_by_all_its_parameters(tmp_path: Path, given: dict[str, str], start: str) -> None:
    plan = prepare(str(written(tmp_path, ROWS)), "demo", Options(settings=given)).plan

    values = {one.name: one.value for one in plan.values}
    assert parse_quantity(values["start"]) == parse_quantity(start)
    (point,) = plan.points
    assert point.limit is not None
    wanted = parse_quantity(values["low"]) + parse_quantity(start)
    assert parse_quantity(point.limit.nominal_upper or "") == wanted


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (ROWS, "Value 'months' cannot be computed: the regulation gives no value there: class = C."),
        (ROWS.replace(", ~]", ", 24]"), "the regulation gives no value there: wired, class = direct, C."),
    ],
)
def test_a_cell_or_a_row_that_is_not_there_refuses_the_plan(tmp_path: Path, rows: str, said: str) -> None:
    with pytest.raises(PlanRefused) as refused:
        prepare(str(written(tmp_path, rows)), "demo", Options(settings={"class": "C"}))
    assert said in str(refused.value)


def test_a_mistake_in_a_cell_is_told_once_where_it_stands(tmp_path: Path, around: Surroundings) -> None:
    path = written(tmp_path, ROWS.replace("0.02 % full", "0.02 % ful"))

    problems, sources = check([path], around)

    assert [(one.rule, sources[0].line(one.line).strip()) for one in problems] == [
        ("P020", "- [B,     0.02 % ful, 12]")
    ]


@pytest.mark.parametrize(
    ("tables", "rules"),
    [
        ("tables: 5\n", {"S001"}),
        ("tables: {classes: 5}\n", {"S001"}),
        ("tables: {classes: [class, low]}\n", {"S001"}),
        ("tables: {classes: [[class, low], [A, [1 mV]]]}\n", {"S001"}),
        ("tables: {classes: []}\n", {"P160"}),
        ("tables: {classes: [[class, ~], [A, 1 mV]]}\n", {"S012"}),
        ("tables: {classes: [[class, 1st], [A, 1 mV]]}\n", {"S011"}),
        ("tables: {classes: [[full, low], [A, 1 mV]]}\n", {"P160"}),
        ("tables: {classes: [[class, low], []]}\n", {"P160"}),
        ("tables: {classes: [[class, full], [A, 1 mV]]}\n", {"P069"}),
    ],
)
def test_what_is_no_table_is_told(tmp_path: Path, around: Surroundings, tables: str, rules: set[str]) -> None:
    path = written(tmp_path, tables)
    path.write_text(path.read_text(encoding="utf-8").replace("low + start", "1 mV"), encoding="utf-8")

    problems, _ = check([path], around)

    assert {one.rule for one in problems} == rules


def test_a_table_that_makes_too_many_values_is_refused(tmp_path: Path, around: Surroundings) -> None:
    """As aliases are: 100,000 values, whatever they are written like."""
    wide = 300
    names = ", ".join(f"v{number}" for number in range(wide))
    row = ", ".join(["1 V"] * wide)
    rows = "".join(f"    - [A{number}, {row}]\n" for number in range(200))
    choices = ", ".join(f"A{number}" for number in range(200))
    text = f"tables:\n  classes:\n    - [class, {names}]\n{rows}"
    path = written(tmp_path, text)
    changed = path.read_text(encoding="utf-8").replace(
        "default: B, choices: [A, B, C]", f"choices: [{choices}]"
    )
    path.write_text(changed.replace("low + start", "1 mV"), encoding="utf-8")

    problems, _ = check([path], around)

    assert [one.rule for one in problems] == ["Y012"]


def test_columns_that_one_row_pads_are_laid_out_as_columns() -> None:
    text = HEAD.lstrip() + ROWS.lstrip("\n") + TAIL.lstrip("\n")
    ragged = text.replace("- [A,     0.01 % full, 6]", "- [A, 0.01 % full, 6]").replace(
        "class, start]", "class,    start]"
    )
    parted = "roles:\n".join(f"{part.rstrip()}\n" for part in text.split("roles:\n"))

    assert ragged != text
    assert laid_out(Source("x.yaml", ragged)).replace("\n\n", "\n") == parted.replace("\n\n", "\n")
