"""The guide from a regulation to YAML: its example is laid out, planned and run as the page says."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calbench.cli import main

PAGE = (Path(__file__).parents[2] / "docs/how-to/from-regulation-to-yaml.md").read_text(encoding="utf-8")
EXAMPLE = Path("procedures/mass/our-scale.yaml")


def calbench(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.fixture(autouse=True)
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALBENCH_LANG", "en")
    (block,) = re.findall(r"^```yaml\n# checked\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    EXAMPLE.parent.mkdir(parents=True)
    EXAMPLE.write_text(block, encoding="utf-8", newline="\n")


def test_the_example_has_the_layout_and_passes_check() -> None:
    for words in (["check"], ["fmt", "--check"]):
        done = calbench(*words, str(EXAMPLE))
        assert done.exit_code == 0, done.output


# The table of the page (OIML R 76-1:2006, class III, as public sources give it), e = 5 g, in gram: load to initial mpe.
MPE = {"100": "2.5", "2500": "2.5", "10000": "5", "15000": "7.5"}


def gram(text: str) -> Decimal:
    value, unit = text.split()
    return Decimal(value) * {"kg": 1000, "g": 1}[unit]


@pytest.mark.parametrize(("service", "factor"), [("initial", 1), ("in_service", 2)])
def test_the_plan_has_every_item_and_at_each_load_the_limit_of_the_table(service: str, factor: int) -> None:
    plan = json.loads(calbench("plan", "our-scale", "demo", "--set", f"service={service}", "--json").output)
    inspected = ["discrimination"] if service == "initial" else []
    assert [one["id"] for one in plan["tests"]] == [
        "visual-inspection", "zero", "weighing", "eccentricity", "repeatability", *inspected,
    ]  # fmt: skip
    weighing = [one for one in plan["points"] if one["test"] == "weighing"]
    assert len(weighing) == 7
    assert {gram(one["nominal"]): gram(one["limit"]["nominal_upper"]) for one in weighing} == {
        Decimal(load): Decimal(mpe) * factor for load, mpe in MPE.items()
    }


def test_it_runs_on_the_simulated_bench() -> None:
    ran = calbench("run", "our-scale", "demo", "--format", "", "--json")
    assert ran.exit_code in (0, 1), ran.output
    assert json.loads(ran.output)["status"] == "COMPLETED"


def test_diff_tells_what_the_guide_promises() -> None:
    told = calbench("diff", "scale-class3", "our-scale")
    assert told.exit_code == 1
    assert "Points" in told.output
    assert "Wording only" in told.output
    assert calbench("diff", "scale-class3", "our-scale", "--station", "demo").exit_code == 1
