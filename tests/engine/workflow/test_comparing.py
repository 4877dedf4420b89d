"""What `diff` tells a metrologist: changes by what they are about, wording apart; nothing of what means the same."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from calbench.cli import main
from calbench.errors import UsageError
from calbench.workflow import Finished
from calbench.workflow.comparing import Told, compare

ROOT = Path(__file__).parents[3]
METER = ROOT / "procedures/electrical/dmm-34401a.yaml"
SCALE = ROOT / "procedures/mass/scale-class3.yaml"


@pytest.fixture
def copy(tmp_path: Path):
    """Give a function that copies a procedure with replacements."""

    def made(path: Path, *replacements: tuple[str, str]) -> str:
        text = path.read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        shutil.copytree(path.parent / "img", tmp_path / "img", dirs_exist_ok=True)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
        return str(tmp_path / path.name)

    return made


def lines(found: list[Told]) -> list[tuple[str, str, str]]:
    return [(one.kind, ", ".join(one.at), str(one.change)) for one in found]


WARM_UP = "  - warm_up: {uut: 60 min, source: 30 min}\n"
CONFIGURE = "  - configure: {role: uut, at: each, with: {nplc: $nplc, autozero: true, digits: 6.5}}\n"
# Each line: what is written otherwise, and what a metrologist must be told of it.
CHANGES = {
    "point": (METER, ("[0 V, 5 V, 10 V, -10 V]", "[0 V, 7 V, 10 V, -10 V]"), [
        ("points", "dcv", "ranges.10 V.points.5 V: 5 V → nothing"),
        ("points", "dcv", "ranges.10 V.points.7 V: nothing → 7 V"),
    ]),
    "order of points": (METER, ("[0 V, 5 V, 10 V, -10 V]", "[5 V, 0 V, 10 V, -10 V]"), [
        ("points", "dcv", "ranges.10 V.points.order: 0 V, 5 V, 10 V, -10 V → 5 V, 0 V, 10 V, -10 V"),
    ]),
    "limit": (METER, ("0.0035 % rdg + 0.0005 % rng", "0.0030 % rdg + 0.0005 % rng"), [
        ("limits", "dcv", "ranges.10 V.mpe: 0.0035 % rdg + 0.0005 % rng → 0.0030 % rdg + 0.0005 % rng"),
    ]),
    "band": (SCALE, ("limit: 0.5 e", "limit: 0.4 e"), [("limits", "", "limits.mpe.bands.1.limit: 0.5 e → 0.4 e")]),
    "contribution": (METER, ("half_width: 0.5 uV", "half_width: 0.7 uV"), [
        ("contributions", "dcv", "uncertainty.Thermal EMF.half_width: 0.5 uV → 0.7 uV"),
    ]),
    "where a contribution holds": (METER, ("abs(nominal) <= 1 V", "abs(nominal) <= 2 V"), [
        ("contributions", "dcv", "uncertainty.Thermal EMF.only_if: abs(nominal) <= 1 V → abs(nominal) <= 2 V"),
    ]),
    "wait": (METER, ("settle: 5 s", "settle: 9 s"), [("measuring", "dcv", "settle: 5 s → 9 s")]),
    "answer": (SCALE, ("must_be: centred", "must_be: not centred"), [
        ("prompts", "", "setup.prompt.ask.level_ok.must_be: centred → not centred"),
    ]),
    "decision": (METER, ("rule: $decision_rule, coverage: 0.95", "rule: simple, coverage: 0.95"), [
        ("decision", "", "decision.rule: $decision_rule → simple"),
    ]),
    "policy": (METER, ("comms_retry: 2", "comms_retry: 3"), [("policy", "", "policy.comms_retry: 2 → 3")]),
    "environment": (METER, ("tolerance: 2 delta_degC", "tolerance: 1 delta_degC"), [
        ("environment", "", "environment.temperature.tolerance: 2 delta_degC → 1 delta_degC"),
    ]),
    "role": (METER, ("min_tur: 4", "min_tur: 3"), [("roles", "", "roles.source.min_tur: 4 → 3")]),
    "step": (METER, (WARM_UP, "  - wait: 5 s\n"), [
        ("work", "", "setup.warm_up: (2 entries) → nothing"), ("work", "", "setup.wait: nothing → 5 s"),
    ]),
    "order of steps": (METER, (WARM_UP + CONFIGURE, CONFIGURE + WARM_UP), [
        ("work", "", "setup.order: identify, warm_up, configure → identify, configure, warm_up"),
    ]),
    "prompt that comes": (SCALE, (
        "  - preload: {at: each, load: max, times: 3}\n", "  - prompt: {text: W}\n  - preload: {load: max, times: 3}\n"
    ), [("prompts", "", "setup.prompt 2: nothing → ")]),
    "title": (METER, ("en: DC voltage", "en: Direct voltage"), [
        ("wording", "dcv", "title.en: DC voltage → Direct voltage"),
    ]),
    "what is confirmed, in other words": (METER, ("en: Four wires connected", "en: All four connected"), [
        ("wording", "", "connections.ohm4w.confirm.1.en: Four wires connected → All four connected"),
    ]),
    "instruction": (SCALE, ("en: Check the bubble level.", "en: Look at the bubble level."), [
        ("wording", "", "setup.prompt.text.en"),
    ]),
    "what a sub-procedure is given": (METER, ("[Display complete, Fuses fitted, Feet and handle sound]",
        "[Display complete]"), [
        ("measuring", "procedures/common/visual-inspection.yaml",
         "with.checklist: Display complete, Fuses fitted, Feet and handle sound → Display complete"),
    ]),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_under_what_it_is_about(name: str, copy) -> None:
    path, replacement, wanted = CHANGES[name]
    found = lines(compare(str(path), copy(path, replacement)))
    assert [
        (kind, at, line[: len(w)]) for (kind, at, line), (_, _, w) in zip(found, wanted, strict=True)
    ] == wanted


def test_what_means_the_same_is_no_change(copy) -> None:
    same = copy(
        METER,
        ("stdev / sqrt(n)", "stdev/sqrt(n)"),
        ("tests:\n", "# a comment\ntests:\n"),
        ("{type: number, default: 100,", "{default: 100, type: number,"),
        ("FRONT/REAR switch", "FRONT/REAR switch"),
    )
    assert compare(str(METER), same) == []


def test_a_rule_that_means_another_value_is_a_change(copy) -> None:
    assert compare(str(METER), copy(METER, ("stdev / sqrt(n)", "stdev / sqrt(n - 1)"))) != []


def test_on_a_station_the_points_of_the_plans_are_compared(copy) -> None:
    new = copy(
        METER, ("[0 V, 5 V, 10 V, -10 V]", "[0 V, 7 V, 10 V, -10 V]"), ("0.0035 % rdg", "0.0030 % rdg")
    )
    found = lines(compare(str(METER), new, "demo"))
    assert [one for one in found if one[0] != "predictions"] == [
        ("points", "", "points.dcv/10V/5V: (32 entries) → nothing"),
        ("points", "", "points.dcv/10V/7V: nothing → (32 entries)"),
        (
            "limits",
            "dcv/10V/0V, dcv/10V/10V, dcv/10V/-10V",
            "limit.text: ± (0.0035 % rdg + 0.0005 % rng) → ± (0.0030 % rdg + 0.0005 % rng)",
        ),
    ]
    turs = [line for kind, _, line in found if kind == "predictions"]
    assert any(line.startswith("predicted.tur:") for line in turs)


def test_a_run_is_compared_with_what_its_procedure_says_now(scale: Finished, copy) -> None:
    run = str(scale.folder)
    assert compare(run, str(SCALE)) == []
    assert compare(run, run) == []
    changed = compare(run, copy(SCALE, ("limit: 0.5 e", "limit: 0.4 e")))
    assert {one.kind for one in changed} <= {"limits", "predictions"}
    assert any("linearity/" in at for one in changed for at in one.at)
    back = compare(copy(SCALE, ("limit: 0.5 e", "limit: 0.4 e")), run)
    assert [(one.at, one.change.now, one.change.before) for one in back] == [
        (one.at, one.change.before, one.change.now) for one in changed
    ]


def test_a_run_has_a_station_of_its_own(scale: Finished) -> None:
    with pytest.raises(UsageError, match="leave --station"):
        compare(str(scale.folder), str(SCALE), "demo")
    with pytest.raises(UsageError, match="--set needs --station"):
        compare(str(SCALE), str(SCALE), None, {"e": "1 g"})


def test_the_verb_says_by_its_exit_code_whether_something_changed(
    copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALBENCH_LANG", "en")
    changed = copy(METER, ("comms_retry: 2", "comms_retry: 3"), ("en: DC voltage", "en: Direct voltage"))
    same = CliRunner().invoke(main, ["diff", str(METER), str(METER)])
    told = CliRunner().invoke(main, ["diff", str(METER), changed])
    wrong = CliRunner().invoke(main, ["diff", str(METER), "nothing-of-this-name"])
    assert (same.exit_code, told.exit_code, wrong.exit_code) == (0, 1, 2)
    assert told.output == (
        "Policy and safe state\n  policy.comms_retry: 2 → 3\nWording only\n  dcv: title.en\n"
    ), "the wording itself is not shown, only where"
    monkeypatch.setenv("CALBENCH_LANG", "zh")
    chinese = CliRunner().invoke(main, ["diff", str(METER), changed]).output
    assert re.search("处置策略.*\n.*\n仅措辞", chinese)


def test_json_has_every_change_with_both_values(copy) -> None:
    out = (
        CliRunner()
        .invoke(main, ["diff", str(METER), copy(METER, ("min_tur: 4", "min_tur: 3")), "--json"])
        .output
    )
    assert json.loads(out) == {
        "same": False,
        "changes": [
            {"kind": "roles", "where": ["roles", "source", "min_tur"], "at": [], "before": "4", "now": "3"}
        ],
    }
