"""A platinum resistance thermometer in an ice bath that is not quite at 0 °C: the bath correction of JJG 229.

Formulas of reference/legal-metrology.md, section 10: t_i = (R*_i - R*_0) / (dR/dt)*_0, R_0 = R_i - (dR/dt)_0 t_i, error
(R_0 - 100 Ohm) / (dR/dt)_0. One bridge reads both, so that the values of its certificate move together. u is compared
with GTC, which takes the same correlation and knows nothing of this program.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path
from statistics import stdev

import GTC
import pytest

from calbench.clock import VirtualClock
from calbench.documents.canonical import canonical
from calbench.errors import PlanRefused
from calbench.evaluation.verifying import verify_record
from calbench.quantities import parse_quantity
from calbench.workflow import Finished, Options, execute, prepare

PROCEDURE = """\
procedure: Resistance thermometer at 0 degC
id: rtd
version: 1.0.0
language: 1
parameters:
  slope:   {type: quantity, unit: Ohm/K, default: 0.39083 Ohm/K}
  Rs0:     {type: quantity, unit: Ohm, default: 25.0123 Ohm}
  slope_s: {type: quantity, unit: Ohm/K, default: 0.1 Ohm/K}
roles:
  uut:    {needs: [measure.temperature], fallback: keyboard}
  bridge: {needs: [measure.resistance.4w]}
tests:
  - test: ice
    points: [0 degC]
    inputs:
      Rs: {read: bridge.resistance.4w, expected: 25 Ohm, readings: 4}
      Ri: {read: bridge.resistance.4w, expected: 100 Ohm, readings: 4}
    indication: Ri - slope * (Rs - Rs0) / slope_s
    reference: 100 Ohm
    model: (indication - reference) / slope
    unit: K
    mpe: 0.15 K
    uncertainty:
      - {name: Bridge, from: bridge.uncertainty}
      - {name: Thermometer read, type: A, std: Ri.stdev / sqrt(Ri.n), dof: Ri.n - 1, input: Ri}
      - {name: Standard read, type: A, std: Rs.stdev / sqrt(Rs.n), dof: Rs.n - 1, input: Rs}
#more
"""

STATION = """\
station: bath
language: 1
laboratory: {name: Laboratory, address: somewhere, country: CN}
instruments:
  bridge: {driver: keyboard, asset: BR-1, provides: [measure.resistance.4w]}
positions:
  1: {driver: keyboard}
"""

BRIDGE = """\
asset: BR-1
language: 1
kind: bridge
maker: Example
model: B
serial: "1"
certificate: {number: C-1, issuer: Example (invented), date: 2026-01-10}
due: 2036-01-10
provides:
  measure.resistance.4w:
    - {from: 10 Ohm, to: 200 Ohm, expanded: 40 ppm * out, k: 2, correction: 1 mOhm}
"""

RS = (25.0211, 25.0214, 25.0213, 25.0214)
RI = (100.058, 100.060, 100.057, 100.061)
SLOPE, SLOPE_S, RS0 = 0.39083, 0.1, 25.0123


def answers() -> str:
    said = ["language: 1", "operator: A. Berg", "confirm: all", "answers:"]
    for name, values in (("Rs", RS), ("Ri", RI)):
        said.append(f"  ice/0degC/{name}: {sum(values) / len(values):.6f} Ohm")
    return "\n".join(said) + "\n"


def measured(folder: Path, *changes: tuple[str, str]) -> Finished:
    """Run it, the readings typed in one after the other."""
    (folder / "assets").mkdir()
    text = PROCEDURE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    (folder / "rtd.yaml").write_text(text, encoding="utf-8")
    (folder / "bath.yaml").write_text(STATION, encoding="utf-8")
    (folder / "assets" / "BR-1.yaml").write_text(BRIDGE, encoding="utf-8")
    (folder / "answers.yaml").write_text(answers(), encoding="utf-8")
    clock = VirtualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    options = Options(answers=folder / "answers.yaml")
    prepared = prepare(str(folder / "rtd.yaml"), str(folder / "bath.yaml"), options, clock)
    left = {"Rs": list(RS), "Ri": list(RI)}
    person = Typing(left)
    return execute(prepared, folder / "runs", clock=clock, operator=person)


class Typing:
    """A person who types one reading after the other."""

    name = "A. Berg"

    def __init__(self, left: dict[str, list[float]]) -> None:
        self._left = left

    def answer(self, ask: object) -> str:
        name = str(ask.id).rsplit("/", 1)[-1]  # type: ignore[attr-defined] # an Ask
        return f"{self._left[name].pop(0)} Ohm" if name in self._left else "yes"

    def tell(self, text: str) -> None:
        """Take note."""


def test_limits_that_move_together_cannot_be_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = BRIDGE.replace("expanded: 40 ppm * out, k: 2", "half_width: 40 ppm * out")
    monkeypatch.setattr("tests.engine.inputs.test_rtd.BRIDGE", limits)
    with pytest.raises(PlanRefused) as refused:
        measured(tmp_path, ("#more", "    monte_carlo: {draws: 100000, seed: 3}"))
    assert "'Bridge' has limits, and moves together" in str(refused.value)


def by_gtc() -> tuple[float, float, float]:
    """Give E, u and degrees of freedom."""
    us, ui = 40e-6 * 25 / 2, 40e-6 * 100 / 2
    es, ei = GTC.ureal(0.001, us, independent=False), GTC.ureal(0.001, ui, independent=False)
    GTC.set_correlation(1.0, es, ei)
    rs = GTC.ureal(sum(RS) / 4, stdev(RS) / 2, 3) + es
    ri = GTC.ureal(sum(RI) / 4, stdev(RI) / 2, 3) + ei
    r0 = ri - SLOPE * (rs - RS0) / SLOPE_S
    error = (r0 - 100) / SLOPE
    return GTC.value(error), GTC.uncertainty(error), GTC.dof(error)


@pytest.fixture
def finished(tmp_path: Path) -> Finished:
    return measured(tmp_path)


def test_error_and_u_are_those_of_gtc(finished: Finished) -> None:
    (one,) = finished.record.results
    error, u, dof = by_gtc()
    assert float(parse_quantity(one.value or "").value) == pytest.approx(error, rel=1e-9)
    assert float(parse_quantity(one.std_uncertainty or "").value) == pytest.approx(u, rel=1e-6)
    assert float(one.dof or "nan") == pytest.approx(dof, rel=1e-3)
    assert one.value is not None
    assert one.value.endswith(" K")
    assert one.verdict == "pass"


def test_sensitivities_are_the_derivatives_by_hand(finished: Finished) -> None:
    (one,) = finished.record.results
    slopes = {line.input: float(line.sensitivity) for line in one.budget if line.kind == "A"}
    assert slopes == pytest.approx({"Ri": 1 / SLOPE, "Rs": -1 / SLOPE_S}, rel=1e-9)
    bridge = [line for line in one.budget if line.name["en"] == "Bridge"]
    assert [line.input for line in bridge] == ["Rs", "Ri"]
    # moving together, they take from each other: without the correlation u would be larger
    together = sum(float(line.contribution) for line in bridge)
    assert together == pytest.approx(20e-6 * (100 / SLOPE - 25 / SLOPE_S), rel=1e-6)


def test_a_record_of_inputs_can_be_verified(finished: Finished) -> None:
    checks = {one.name: one.holds for one in verify_record(canonical(finished.record))}
    assert checks["results"] is True
    assert checks["readings"] is True
    (attempt,) = finished.record.attempts["ice/0degC"]
    assert [raw.input for raw in attempt.readings] == ["Rs"] * 4 + ["Ri"] * 4


def test_an_altered_reading_of_an_input_is_found(finished: Finished) -> None:
    data = canonical(finished.record).replace(b'"value":"100.058"', b'"value":"100.059"')
    checks = {one.name: one.holds for one in verify_record(data)}
    assert checks["readings"] is False


def test_draws_agree_with_the_law_of_propagation(tmp_path: Path) -> None:
    drawn = measured(
        tmp_path,
        ("#more", "    monte_carlo: {draws: 100000, seed: 3}"),
        ("Ri.n - 1", "60"),
        ("Rs.n - 1", "60"),
    )
    (one,) = drawn.record.results
    _, u, _ = by_gtc()
    assert one.coverage_rule == "monte-carlo"
    assert float(parse_quantity(one.std_uncertainty or "").value) == pytest.approx(
        u * math.sqrt(60 / 58), rel=0.02
    )
