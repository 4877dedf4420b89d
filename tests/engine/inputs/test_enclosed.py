"""A leak test: the source goes to standby before anything is read, and what it put out is enclosed."""

from __future__ import annotations

from pathlib import Path

import pytest

from calbench.documents.journal import parse
from calbench.documents.plan import Plan
from calbench.quantities import parse_quantity
from calbench.workflow import JOURNAL, Options, execute, prepare

PROCEDURE = """\
procedure: Leak
id: leak
version: 1.0.0
language: 1
roles:
  uut:        {needs: [measure.pressure], fallback: keyboard}
  controller: {needs: [source.pressure, measure.pressure]}
connections:
  manifold: {title: Manifold, text: Connect it.}
tests:
  - test: leak
    connection: manifold
    apply: controller.pressure
    points: [38 kPa]
    settle: 30 s
    enclosed: true
    inputs:
      begun: {read: controller.pressure}
      ended: {read: controller.pressure, settle: 1 min}
    indication: begun
    reference: ended
    mpe: {upper: 0.5 kPa}
    resolution: 10 Pa
"""


@pytest.fixture
def leaking(tmp_path: Path) -> Path:
    path = tmp_path / "leak.yaml"
    path.write_text(PROCEDURE, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("position", "fall", "verdict"),
    # the station says: unit 1 loses 0.1 kPa in a minute, unit 2 1.5 kPa; some seconds more go by while it is asked
    [("1", 100.0, "pass"), ("2", 1500.0, "fail")],
)
def test_the_fall_is_that_of_the_unit_alone(
    leaking: Path, tmp_path: Path, position: str, fall: float, verdict: str
) -> None:
    finished = execute(prepare(str(leaking), "demo-bp", Options(position=position)), tmp_path / "runs")
    (result,) = [one for one in finished.record.results if one.test == "leak"]
    assert float(parse_quantity(result.value or "").value) == pytest.approx(fall, rel=0.03, abs=5)
    assert (result.verdict, finished.record.run.status) == (verdict, "COMPLETED")
    events, _ = parse((finished.folder / JOURNAL).read_bytes())
    order = [str(one.body.get("input", one.type)) for one in events if one.type in ("reading", "applied")]
    assert order == ["applied", "begun", "ended"]


def test_without_it_the_source_makes_up_for_the_leak(leaking: Path, tmp_path: Path) -> None:
    leaking.write_text(PROCEDURE.replace("    enclosed: true\n", ""), encoding="utf-8")
    finished = execute(prepare(str(leaking), "demo-bp", Options(position="2")), tmp_path / "runs")
    (result,) = [one for one in finished.record.results if one.test == "leak"]
    assert float(parse_quantity(result.value or "").value) == pytest.approx(0, abs=10)


def test_a_plan_without_it_is_written_as_before(leaking: Path) -> None:
    leaking.write_text(PROCEDURE.replace("    enclosed: true\n", ""), encoding="utf-8")
    plan: Plan = prepare(str(leaking), "demo-bp", Options(position="1")).plan
    written = plan.points[0].model_dump()
    assert "enclosed" not in written
    assert "range" not in written["inputs"][0]
