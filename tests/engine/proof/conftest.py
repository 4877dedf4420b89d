"""Small procedures on the demo bench, made to be proven: each variant of a budget is one line of YAML."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from calbench.proof import Report, population, prove
from calbench.proof.judging import Promised
from calbench.workflow import Options, prepare

VOLTAGE = """
procedure: {{en: Ten volts, zh: 十伏}}
id: ten-volts
version: 1.0.0
language: 1
sources: {{limits: unconfirmed, points: unconfirmed}}
roles:
  uut:    {{needs: [measure.voltage.dc]}}
  source: {{needs: [source.voltage.dc]}}
decision: {{rule: {rule}, coverage: 0.95}}
connections:
  leads:
    title: {{en: Leads, zh: 测试线}}
    text: {{en: Connect them., zh: 连接。}}
tests:
  - test: dcv
    title: {{en: DC voltage, zh: 直流电压}}
    connection: leads
    apply: source.voltage.dc
    read: uut.voltage.dc
    settle: 5 s
    readings: {readings}
    ranges: [{{range: 10 V, points: [{points}], mpe: {mpe}, resolution: 10 uV}}]
    uncertainty:
{uncertainty}
"""

MASS = """
procedure: {{en: Loads, zh: 载荷}}
id: loads
version: 1.0.0
language: 1
sources: {{limits: unconfirmed, loads: unconfirmed}}
roles:
  uut:     {{needs: [measure.mass]}}
  weights: {{needs: [standard.mass]}}
decision: {{rule: simple, coverage: 0.95}}
defaults:
  read: uut.mass
  stable: {{within: 1 g, for: 3 s, timeout: 30 s, on_timeout: fail}}
  place: weights
tests:
  - test: loads
    title: {{en: Loads, zh: 载荷}}
    points: [4 kg]
    resolution: 1 mg
    mpe: 1 g
    uncertainty:
{uncertainty}
      - {{name: {{en: Rounding, zh: 修约}}, half_width: resolution / 2, shape: rectangular}}
      - {{name: {{en: Loading, zh: 加载}}, std: 1 mg}}
"""

FINE_SCALE = (
    "max: 15 kg, d: 1 mg, gain: 0, linearity: 0 g, hysteresis: 0 g, repeatability: 1 mg, noise: 0.1 mg"
)
CERTIFICATE = "{name: {en: Calibrator, zh: 校准器}, from: source.uncertainty}"
REPEATABILITY = "{name: {en: Repeatability, zh: 重复性}, type: A, std: stdev / sqrt(n), dof: n - 1}"
RESOLUTION = "{name: {en: Resolution, zh: 分辨力}, half_width: resolution / 2, shape: rectangular}"

Prover = Callable[..., Report]


def listed(contributions: tuple[str, ...]) -> str:
    return "\n".join(f"      - {one}" for one in contributions)


@pytest.fixture
def voltage(tmp_path: Path) -> Prover:
    """Proves the ten-volt procedure with these contributions, in this process."""

    def proven(
        *contributions: str,
        runs: int = 120,
        readings: int = 4,
        rule: str = "simple",
        mpe: str = "0.0035 % rdg + 0.0005 % rng",
        points: str = "10 V",
        noise: str = "1 uV",
        units: str = "normal 0.5",
        promise: Promised | None = None,
        seed: int = 1,
    ) -> Report:
        procedure = tmp_path / "ten-volts.yaml"
        text = VOLTAGE.format(
            rule=rule, readings=readings, mpe=mpe, points=points, uncertainty=listed(contributions)
        )
        procedure.write_text(text, encoding="utf-8")
        station = tmp_path / "station.yaml"
        demo = Path(__file__).parents[3] / "stations" / "demo.yaml"
        changed = demo.read_text(encoding="utf-8").replace(
            "gain: 6 ppm,", f"gain: 0, warmup: 0, noise: {noise},"
        )
        station.write_text(changed, encoding="utf-8")
        prepared = prepare(str(procedure), str(station), Options(position="1"))
        return prove(
            prepared, runs, seed=seed, workers=1, population=population(units), promise=promise
        ).report

    return proven


@pytest.fixture
def mass(tmp_path: Path) -> Prover:
    """Proves the procedure that puts two weights on a fine scale, in this process."""

    def proven(*contributions: str, runs: int = 200) -> Report:
        procedure = tmp_path / "loads.yaml"
        procedure.write_text(MASS.format(uncertainty=listed(contributions)), encoding="utf-8")
        station = tmp_path / "station.yaml"
        demo = Path(__file__).parents[3] / "stations" / "demo.yaml"
        text = demo.read_text(encoding="utf-8")
        changed = text.replace("max: 15 kg, d: 5 g, gain: 200 ppm", FINE_SCALE)
        assert changed != text
        station.write_text(changed, encoding="utf-8")
        return prove(prepare(str(procedure), str(station), Options(position="2")), runs, workers=1).report

    return proven
