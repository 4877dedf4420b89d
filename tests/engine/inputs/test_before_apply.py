"""A register is read before and after what passes through a meter: the passage is their difference."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from calbench.documents.journal import parse
from calbench.workflow import JOURNAL, Options, execute, prepare

PROCEDURE = """\
procedure: Volume of a water meter
id: passage
version: 1.0.0
language: 1
roles:
  uut:    {needs: [measure.volume], fallback: keyboard}
  supply: {needs: [source.volume]}
tests:
  - test: flow
    apply: supply.volume
    with: {value: 100 L, flow: 2.5 m^3/h}
    inputs:
      V0: {read: uut.volume, before_apply: true}
      V1: {read: uut.volume}
    indication: V1 - V0
    model: (indication - reference) / reference
    unit: "%"
    mpe: 2 %
    resolution: 0.01 L
"""


def test_a_register_that_goes_on_is_read_before_the_source_is_set(tmp_path: Path) -> None:
    path = tmp_path / "passage.yaml"
    path.write_text(PROCEDURE, encoding="utf-8")
    finished = execute(prepare(str(path), "demo-water", Options(position="3")), tmp_path / "runs")
    events, _ = parse((finished.folder / JOURNAL).read_bytes())
    order = [str(one.body.get("input", one.type)) for one in events if one.type in ("reading", "applied")]
    assert order == ["V0", "applied", "V1"]
    (result,) = finished.record.results
    # the station says how unit 3 is: its register begins at 12.345 m³, and at 2.5 m³/h, between Q2 40 L/h (+0.5 %)
    # and Q3 4 m³/h (-0.7 %), its error lies on a line over the logarithm of the flow: -0.58 %, stops of the bench aside
    readings = [Decimal(one.value) for one in finished.record.attempts["flow/1"][0].readings]
    assert abs(readings[0] - Decimal("12.345")) < Decimal("0.01")
    assert result.value is not None
    assert abs(float(result.value.split()[0]) + 0.58) < 0.3
    assert result.verdict == "pass"
