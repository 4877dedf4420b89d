"""A load of several quantities: put out by a simulated power source, read by a simulated reference meter as unit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from calbench.execution.saying import set_load
from calbench.quantities import parse_quantity

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engine.execution.conftest import Lab

    from calbench.documents.prompt import Ask

POWER = """\
procedure: Power points
id: power-points
version: 1.0.0
language: 1
parameters:
  Un:   {type: quantity, unit: V, default: 220 V}
  Ib:   {type: quantity, unit: A, default: 5 A}
  Imax: {type: quantity, unit: A, default: 20 A}
values:
  Itr: Ib / 10
roles:
  uut:    {needs: [measure.power.active]}
  source: {needs: [source.power.active]}
limits:
  mpe:
    variable: current
    selected_by: angle
    bands:
      - {below: 0.2 Ib, limit: {1.0: 1.5 % rdg, 0.5L: ~}}
      - {up_to: Imax, limit: {1.0: 1 % rdg, 0.5L: 1.5 % rdg}}
tests:
  - test: balanced
    apply: source.power.active
    with: {voltage: Un, current: $current, angle: $angle, frequency: 50 Hz, phases: 3}
    vary:
      current: [0.5 Imax, Ib, {at: Itr, only_if: angle == 0 deg}]
      angle: [{at: 0 deg, label: "1.0"}, {at: 60 deg, label: 0.5L}]
    read: uut.power.active
    settle: 3 * 1 s
    evaluate: {value: error, limit: mpe}
    uncertainty:
      - {name: Meter, half_width: 0.05 % rdg, shape: rectangular}
"""
WATTS = {  # 3 x 220 V x I x cos phi
    "0.5Imax/1.0": 6600, "0.5Imax/0.5L": 3300, "Ib/1.0": 3300, "Ib/0.5L": 1650, "Itr/1.0": 330,
}  # fmt: skip


def station(lab: Lab) -> Path:
    source = '{driver: fluke/f6105a, link: {visa: "GPIB0::9::INSTR"}}'
    return lab.station(
        ("  climate:\n", f"  power: {source}\n  climate:\n"),
        (
            '{driver: agilent/a34401a, link: {visa: "GPIB0::22::INSTR", timeout: 5 s}}',
            "{driver: zera/mt, link: {serial: COM9}}",
        ),
        ("    1: {gain: 6 ppm, offset: 0.4 uV}\n", ""),
        (
            "{from: calibrator.output, to: [1.input], lead: {resistance: 20 mOhm, emf: 0.2 uV}}",
            "{from: power.output, to: [1.input]}",
        ),
    )


def test_power_points_are_put_out_and_judged(lab: Lab) -> None:
    plan = lab.plan(POWER, station=station(lab))
    ran = lab.run(plan)
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    applied = {event.point.removeprefix("balanced/"): event.body for event in ran.of("applied")}
    assert {name: round(Decimal(str(body["value"]))) for name, body in applied.items()} == WATTS
    assert applied["0.5Imax/0.5L"]["with"] == {
        "voltage": "220 V", "current": "10 A", "angle": "60 °", "frequency": "50 Hz", "phases": "3",
    }  # fmt: skip
    results = {one.id.removeprefix("balanced/"): one for one in ran.record.results}
    assert results.keys() == WATTS.keys()
    for name, watts in WATTS.items():
        assert float(parse_quantity(results[name].indication or "").value) == pytest.approx(watts, rel=2e-3)
        assert results[name].verdict == "pass"
        assert results[name].labels.keys() == {"current", "angle"}


def test_one_phase_of_three_is_loaded_alone(lab: Lab) -> None:
    """The meter sees one third of the power; its phases a, b, c in turn."""
    plan = lab.plan(
        POWER,
        ("phases: 3}", "phases: 3, loaded: $loaded}"),
        ("    vary:\n", '    vary:\n      loaded: ["a", "b", "c"]\n'),
        ("[0.5 Imax, Ib, {at: Itr, only_if: angle == 0 deg}]", "[Ib]"),
        station=station(lab),
    )
    ran = lab.run(plan)
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    assert [event.body["with"]["loaded"] for event in ran.of("applied")] == ["a", "a", "b", "b", "c", "c"]  # type: ignore[index] # a map
    found = {one.id: float(parse_quantity(one.indication or "").value) for one in ran.record.results}
    assert found == pytest.approx(
        {
            f"balanced/{phase}/Ib/{pf}": watts
            for phase in "abc"
            for pf, watts in (("1.0", 1100), ("0.5L", 550))
        },
        rel=2e-3,
    )


class Typist:
    """A person who sets every load, and types what was written down."""

    name = "A. Berg"

    def __init__(self, shown: dict[str, str]) -> None:
        self.shown = shown
        self.asks: list[Ask] = []

    def answer(self, ask: Ask) -> str:
        self.asks.append(ask)
        return self.shown.get(ask.id, "yes" if ask.kind == "confirm" else "-")

    def tell(self, text: str) -> None:
        raise AssertionError(text)


def test_a_person_sets_a_load_that_is_shown_to_them_in_full(lab: Lab) -> None:
    where = lab.station(
        ("  climate:\n", "  power: {driver: keyboard, provides: [source.power.active]}\n  climate:\n"),
        ('{driver: agilent/a34401a, link: {visa: "GPIB0::22::INSTR", timeout: 5 s}}', "{driver: keyboard}"),
        ("    1: {gain: 6 ppm, offset: 0.4 uV}\n", ""),
        ("    - {from: calibrator.output, to: [1.input], lead: {resistance: 20 mOhm, emf: 0.2 uV}}\n", ""),
        ("  wiring:\n", ""),
    )
    plan = lab.plan(
        POWER,
        ("needs: [measure.power.active]", "needs: [measure.power.active], fallback: keyboard"),
        station=where,
    )
    shown = {f"balanced/{name}/apply": f"{watts}.5 W" for name, watts in WATTS.items()}
    shown |= {f"balanced/{name}": f"{watts / 1000} kW" for name, watts in WATTS.items()}
    typist = Typist(shown)
    ran = lab.run(plan, operator=lambda _: typist)
    assert ran.outcome.status == "COMPLETED", ran.outcome.reason
    (ask,) = (one for one in typist.asks if one.id == "balanced/0.5Imax/0.5L/apply")
    assert ask.text["en"].startswith(
        "Set the source to 220 V, 10 A, current 60 ° behind voltage, 50 Hz, on 3 phase(s)."
    )
    assert "220 V、10 A、电流滞后电压 60 °、50 Hz、3 相" in ask.text["zh"]
    assert {one.value for one in ran.record.results} == {"-0.5 W"}


def test_a_person_is_told_which_phase_is_loaded() -> None:
    load = {"voltage": "220 V", "current": "5 A", "angle": "0 °", "frequency": "50 Hz", "phases": "3"}
    assert set_load(load) == set_load({**load, "loaded": "abc"})
    said = set_load({**load, "loaded": "b"})
    assert "on 3 phase(s). Current flows in phase B alone; the others have voltage. Then type" in said["en"]
    assert "3 相，仅 B 相通电流，其余各相只加电压，然后输入" in said["zh"]
