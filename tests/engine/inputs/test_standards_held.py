"""`max_error_share` and `min_tur` of standards that inputs are read from, against derivatives by hand.

The fuel dispenser of test_fuel.py. At the plan VJ = VB = 20 L, tJ = tB = 25 degC, so Vs = 20 L (1 + 50e-6 · 5) =
20.005 L. With E = VJ / Vs - 1: |dE/dVB| = VJ / (Vs VB) = 1 / 20.005 L; dE/dtJ = -VJ VB by / Vs², dE/dtB =
-VJ VB (bB - by) / Vs², which together are -VJ VB bB / Vs². A third of 0.30 % is 0.1 %.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from tests.engine.inputs.conftest import CAN, FUEL

from calbench.documents.point import Point
from calbench.errors import PlanRefused
from calbench.quantities import parse_quantity
from calbench.workflow import Prepared

Fuel = Callable[..., Prepared]
SHARE = ("can:         {needs: [measure.volume]}", "can: {needs: [measure.volume], max_error_share: 1 / 3}")
OF_BOTH = (
    "thermometer: {needs: [measure.temperature]}",
    "thermometer: {needs: [measure.temperature], max_error_share: 1 / 3}",
)
AT_REST = ("default: 50e-6 1/K", "default: 0 1/K")
"""A can that does not expand: Vs is VB."""


def can(mpe: str) -> tuple[str, str]:
    return "expanded: 5 mL, k: 2}", f"expanded: 5 mL, k: 2, mpe: {mpe}}}"


def thermometer(mpe: str) -> tuple[str, str]:
    return "expanded: 0.1 delta_degC, k: 2}", f"expanded: 0.1 delta_degC, k: 2, mpe: {mpe}}}"


def tur(least: str) -> tuple[str, str]:
    return SHARE[0], f"can: {{needs: [measure.volume], min_tur: {least}}}"


def planned(fuel: Fuel, *changes: tuple[str, str]) -> Point:
    (point,) = fuel(*changes).plan.points
    return point


def percent(text: str | None) -> float:
    return float(parse_quantity(text or "").in_unit("%"))


def refused(fuel: Fuel, *changes: tuple[str, str]) -> str:
    with pytest.raises(PlanRefused) as found:
        fuel(*changes)
    (reason,) = found.value.reasons
    return reason


def test_the_mpe_of_a_can_reaches_the_error_by_the_derivative(fuel: Fuel) -> None:
    """0.025 % of 20 L is 5 mL; 5 mL / 20.005 L is 0.0249938 %, not 0.025 %."""
    point = planned(fuel, SHARE, can("0.025 % * out"))
    assert percent(point.predicted.standard_mpe) == pytest.approx(0.00500 / 20.005 * 100, rel=1e-5)


def test_a_can_of_more_than_its_share_is_refused_with_figures(fuel: Fuel) -> None:
    """21 mL / 20.005 L = 0.104974 %, where 0.1 % is allowed."""
    reason = refused(fuel, SHARE, can("21 mL"))
    assert "Role 'can'" in reason
    assert "above 1 / 3 of the limit (max_error_share) at 1 point" in reason
    head, row = (line.split() for line in reason.splitlines()[1:])
    assert row == ["delivery/20L", "0.104974", "%", "0.1", "%", "0.3", "%", "VB:", "21", "mL"]
    assert head[-3:] == ["of", "the", "instrument"]


def test_a_can_of_just_its_share_is_good_enough(fuel: Fuel) -> None:
    """20 mL / 20 L is just 0.1 %; a hundredth of a millilitre more is 0.10005 %."""
    assert percent(planned(fuel, SHARE, AT_REST, can("20 mL")).predicted.standard_mpe) == pytest.approx(0.1)
    assert "0.10005" in refused(fuel, SHARE, AT_REST, can("20.01 mL"))


def test_two_readings_at_one_value_have_one_error(fuel: Fuel) -> None:
    """The thermometer is off by 0.5 K in the stream and in the can alike: 0.5 K · 20² · 50e-6 / 20.005²."""
    point = planned(fuel, OF_BOTH, thermometer("0.5 delta_degC"))
    hand = 0.5 * 20 * 20 * 50e-6 / 20.005**2 * 100
    assert percent(point.predicted.standard_mpe) == pytest.approx(hand, rel=1e-5)


def test_readings_at_two_values_may_be_off_to_different_sides(fuel: Fuel) -> None:
    """tB = 24 degC: |dE/dtJ| + |dE/dtB| = VJ VB (by + by - bB) / Vs², Vs = 20 (1 + 50e-6 · 4 + 12e-4 · 1)."""
    apart = (
        "tB: {read: thermometer.temperature, expected: 25 degC",
        "tB: {read: thermometer.temperature, expected: 24 degC",
    )
    vs = 20 * (1 + 50e-6 * 4 + 12e-4)
    hand = 0.4 * 20 * 20 * (2 * 12e-4 - 50e-6) / vs**2 * 100
    point = planned(fuel, OF_BOTH, apart, thermometer("0.4 delta_degC"))
    assert percent(point.predicted.standard_mpe) == pytest.approx(hand, rel=1e-5)  # 0.0937 %
    assert "Role 'thermometer'" in refused(fuel, OF_BOTH, apart, thermometer("0.5 delta_degC"))  # 0.117 %


def test_each_role_is_held_against_its_own_share(fuel: Fuel) -> None:
    reason = refused(fuel, SHARE, OF_BOTH, can("21 mL"), thermometer("0.5 delta_degC"))
    assert "Role 'can'" in reason
    assert "thermometer" not in reason


def test_a_standard_without_an_mpe_is_refused_with_what_to_do(fuel: Fuel) -> None:
    assert refused(fuel, SHARE) == (
        "Role 'can' has max_error_share, and CAN-1 states no maximum permissible error at delivery/20L: "
        "write mpe: into that entry of CAN-1.yaml, as its specification or class says."
    )


def test_a_standard_without_an_asset_is_refused(fuel: Fuel) -> None:
    without = ("can: {driver: keyboard, asset: CAN-1, ", "can: {driver: keyboard, ")
    line = ("      - {name: Proving can, from: can.uncertainty}\n", "")
    assert "'can' has no asset that states its maximum permissible error" in refused(
        fuel, SHARE, without, line
    )


def test_min_tur_looks_at_the_u_of_its_own_role_as_it_reaches_the_error(fuel: Fuel) -> None:
    """U = 5 mL / 20.005 L = 0.0249938 %, TUR = 0.6 % / (2 · 0.0249938 %) = 12.003."""
    planned(fuel, tur("12"))
    row = refused(fuel, tur("12.1")).splitlines()[2].split()
    assert row[:2] == ["delivery/20L", "12.0"]
    assert Decimal(row[2]) == pytest.approx(Decimal("0.0249938"), rel=Decimal("1e-5"))


def test_min_tur_needs_no_line_of_the_budget(fuel: Fuel) -> None:
    line = ("      - {name: Proving can, from: can.uncertainty}\n", "")
    assert refused(fuel, tur("12.1"), line).splitlines()[2].split()[:2] == ["delivery/20L", "12.0"]


# --- weights that lie on the pan while an input is read ---

SCALE = """\
procedure: Sensitivity
id: fuel
version: 1.0.0
language: 1
roles:
  uut: {needs: [measure.mass], fallback: keyboard}
  can: {needs: [standard.mass], max_error_share: 1 / 3}
tests:
  - test: delivery
    points: [20 kg]
    inputs:
      low:  {read: uut.mass, expected: 10 kg, place: can, load: 10 kg}
      high: {read: uut.mass, place: can, load: 20 kg}
    indication: high - low
    reference: high.load - low.load
    mpe: LIMIT
"""
WEIGHTS = """\
asset: CAN-1
language: 1
kind: weights
maker: Example
model: set
serial: "1"
class: M1
certificate: {number: C-1, issuer: Example (invented), date: 2026-01-10}
due: 2036-01-10
weights:
  - {id: A, nominal: 10 kg, mass: 10 kg, expanded: 16 mg, mpe: 500 mg}
  - {id: B, nominal: 10 kg, mass: 10 kg, expanded: 16 mg, mpe: 400 mg}
"""


@pytest.mark.parametrize(("limit", "good"), [("1.2 g", True), ("1.19 g", False)])
def test_a_weight_that_lies_there_twice_has_one_error(fuel: Fuel, limit: str, good: bool) -> None:  # noqa: FBT001
    """A lies on the pan both times, and its error of 500 mg cancels; B comes on top: 400 mg is a third of 1.2 g."""
    files = (
        (FUEL, SCALE.replace("LIMIT", limit)),
        (CAN, WEIGHTS),
        (
            "can: {driver: keyboard, asset: CAN-1, provides: [measure.volume]}",
            "can: {asset: CAN-1, provides: [standard.mass]}",
        ),
    )
    if good:
        assert percent_of_gram(planned(fuel, *files)) == pytest.approx(0.4)
    else:
        assert refused(fuel, *files).splitlines()[2].split()[:3] == ["delivery/20kg", "400", "mg"]


def percent_of_gram(point: Point) -> float:
    return float(parse_quantity(point.predicted.standard_mpe or "").in_unit("g"))
