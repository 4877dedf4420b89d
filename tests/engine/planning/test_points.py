"""Points as they are expanded: names, limits, contributions, predicted U, against the standards and against GTC."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

import GTC
import pytest

from calbench.documents.plan import Plan
from calbench.quantities import parse_quantity
from calbench.workflow import Options

if TYPE_CHECKING:
    from tests.engine.planning.conftest import Planner

DMM, SCALE = "electrical/dmm-34401a.yaml", "mass/scale-class3.yaml"

MASS = """\
procedure: Loads
id: loads
version: 1.0.0
language: 1
parameters:
  e:       {type: quantity, unit: g, default: 1 g}
  service: {type: choice, default: initial, choices: [initial, in_service]}
roles:
  uut: {needs: [measure.mass]}
limits:
  mpe:
    variable: abs(load)
    bands: [{up_to: 500 e, limit: 0.5 e}, {up_to: 2000 e, limit: 1.0 e}, {up_to: 10000 e, limit: 1.5 e}]
    multiply_by: {initial: 1, in_service: 2}
    selected_by: service
tests:
  - test: load
    read: uut.mass
    points: [LOADS]
    evaluate: {value: error, limit: mpe}
"""

VOLTS = """\
procedure: Volts
id: volts
version: 1.0.0
language: 1
parameters:
  again: {type: integer, default: 2}
roles:
  uut:    {needs: [measure.voltage.dc]}
  source: {needs: [source.voltage.dc]}
tests:
  - test: dcv
    apply: source.voltage.dc
    read: uut.voltage.dc
#more
    mpe: 1 mV
"""


def limits(plan: Plan) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    found = {}
    for point in plan.points:
        assert point.limit is not None
        found[point.id] = tuple(
            None if text is None else parse_quantity(text).value
            for text in (point.limit.nominal_lower, point.limit.nominal_upper)
        )
    return found  # type: ignore[return-value] # two of each


# OIML R 76-1:2006 table 6, class III, in e; a load on the edge of a band belongs to the band below.
TABLE_6 = [
    ("0 g", "0.5"), ("499 g", "0.5"), ("500 g", "0.5"), ("501 g", "1"), ("1999.9 g", "1"), ("2000 g", "1"),
    ("2000.1 g", "1.5"), ("10000 g", "1.5"),
]  # fmt: skip


@pytest.mark.parametrize(("service", "factor"), [("initial", 1), ("in_service", 2)])
def test_the_limits_of_a_class_iii_scale_at_the_edges_of_the_bands(
    planner: Planner, service: str, factor: int
) -> None:
    loads = ", ".join(load for load, _ in TABLE_6)
    plan = planner.plan(MASS, ("LOADS", loads), options=Options(settings={"service": service}))
    grams = [Decimal(mpe) * factor / 1000 for _, mpe in TABLE_6]
    assert list(limits(plan).values()) == [(-one, one) for one in grams]


def test_the_bands_move_with_e(planner: Planner) -> None:
    # e = 5 g: 500 e = 2.5 kg, 2000 e = 10 kg
    plan = planner.plan(
        MASS, ("LOADS", "2.5 kg, 2.501 kg, 10 kg, 10.001 kg"), options=Options(settings={"e": "5 g"})
    )
    assert [upper for _, upper in limits(plan).values()] == [
        Decimal(x) for x in ("0.0025", "0.005", "0.005", "0.0075")
    ]


def test_a_load_above_the_last_band_has_no_limit_and_no_plan(planner: Planner) -> None:
    (reason,) = planner.refused(MASS, ("LOADS", "1 kg, 10.001 kg"))
    assert reason.startswith(
        "load/10.001kg: its limit cannot be computed: abs(load) = 10.001 kg lies above the last band"
    )


@pytest.mark.parametrize(
    ("mpe", "expected"),
    [
        ("{lower: -1 mV, upper: 2 mV}", (Decimal("-0.001"), Decimal("0.002"))),
        ("{upper: 2 mV}", (None, Decimal("0.002"))),
        ("{lower: -0.1 % rdg}", (Decimal("-0.01"), None)),
        ("0.1 % rdg + 1 mV", (Decimal("-0.011"), Decimal("0.011"))),
    ],
)
def test_limits_on_one_side_or_not_the_same_on_both(
    planner: Planner, mpe: str, expected: tuple[Decimal | None, Decimal | None]
) -> None:
    plan = planner.plan(VOLTS, ("#more", "    points: [-10 V]"), ("mpe: 1 mV", f"mpe: {mpe}"))
    assert limits(plan) == {"dcv/-10V": expected}


def test_names_of_points_from_labels_values_and_repeats(planner: Planner) -> None:
    more = (
        "    for_each: {side: [1 left, 2 right], way: [up, 下]}\n    points: [100 mV, -1 V]\n    times: again"
    )
    plan = planner.plan(VOLTS, ("#more", more))
    assert len(plan.points) == 2 * 2 * 2 * 2
    assert [point.id for point in plan.points][:4] == [
        "dcv/1-left/up/100mV/1", "dcv/1-left/up/100mV/2", "dcv/1-left/up/-1V/1", "dcv/1-left/up/-1V/2",
    ]  # fmt: skip
    last = plan.points[-1]
    assert last.id == "dcv/2-right/下/-1V/2"
    assert last.labels == {"side": "2 right", "way": "下", "repeat": "2"}
    assert len({point.id for point in plan.points}) == 16


def test_passes_go_there_and_back(planner: Planner) -> None:
    more = "    points: [1 V, 2 V, 3 V]\n    passes: [rising, falling, again]"
    plan = planner.plan(VOLTS, ("#more", more))
    steps = [step.id for step in plan.steps if step.kind == "measure"]
    assert steps == [
        f"dcv/{point}/{name}"
        for name, order in (("rising", "123"), ("falling", "321"), ("again", "123"))
        for point in (f"{digit}V" for digit in order)
    ]
    assert all(point.scope["n"] == "3" for point in plan.points)


def test_a_contribution_holds_only_where_its_condition_does(planner: Planner) -> None:
    plan = planner.plan(DMM)
    with_emf = {p.id for p in plan.points if any(c.name.get("en") == "Thermal EMF" for c in p.contributions)}
    # only_if: abs(nominal) <= 1 V, which -1 V, 1 V and every zero fulfil
    assert with_emf == {
        "dcv/100mV/0mV", "dcv/100mV/100mV", "dcv/100mV/-100mV", "dcv/1V/0V", "dcv/1V/1V", "dcv/1V/-1V",
        "dcv/10V/0V", "dcv/100V/0V", "dcv/1000V/0V",
    }  # fmt: skip


@pytest.mark.parametrize(
    "names", ["{en: Resolution, zh: 分辨力}|{en: Thermal EMF, zh: 分辨力}", "Zero|Zero 2"]
)
def test_contributions_of_different_names_are_never_one_quantity(planner: Planner, names: str) -> None:
    # two quantities of the same id would be taken as fully correlated: their sum, not their root sum of squares
    one, two = names.split("|")
    more = (
        "    points: [1 V]\n    uncertainty:\n"
        f"      - {{name: {one}, half_width: 3 uV, shape: rectangular}}\n"
        f"      - {{name: {two}, half_width: 4 uV, shape: rectangular}}"
    )
    plan = planner.plan(VOLTS, ("#more", more))
    (point,) = plan.points
    assert len({one.influence for one in point.contributions}) == 2
    assert point.predicted.u is not None
    k = 1.959963984540054
    expected = k * math.hypot(3, 4) / math.sqrt(3) * 1e-6
    assert float(parse_quantity(point.predicted.u).value) == pytest.approx(expected, rel=5e-3)  # three digits


# point: half width of the certificate's U (k = 2) / V, resolution / V, thermal EMF / V, limit / V
PREDICTED = {
    "dcv/100mV/100mV": (7e-6 * 0.1 + 0.5e-6, 0.1e-6, 0.5e-6, 8.5e-6),
    "dcv/10V/10V": (4e-6 * 10 + 3e-6, 10e-6, 0.0, 400e-6),
    "dcv/1000V/-500V": (7e-6 * 500 + 500e-6, 1e-3, 0.0, 32.5e-3),
}


@pytest.mark.parametrize(("name", "facts"), PREDICTED.items())
def test_predicted_u_and_tur_are_those_that_gtc_gives(
    planner: Planner, name: str, facts: tuple[float, float, float, float]
) -> None:
    expanded, resolution, emf, limit = facts
    parts = [
        GTC.ureal(0, expanded / 2),
        GTC.ureal(0, resolution / math.sqrt(10), 9),  # ten readings that are predicted to scatter by one step
        GTC.ureal(0, resolution / 2 / math.sqrt(3)),
    ]
    if emf:
        parts.append(GTC.ureal(0, emf / math.sqrt(3)))
    total = sum(parts[1:], parts[0])
    U = GTC.reporting.k_factor(total.df, p=95) * total.u  # noqa: N806 - the symbol
    predicted = planner.plan(DMM).point(name).predicted
    assert predicted.u is not None
    assert predicted.tur is not None
    assert predicted.standard_tur is not None
    assert predicted.standard_u is not None
    assert float(parse_quantity(predicted.u).value) == pytest.approx(U, rel=5e-3)
    assert float(predicted.tur) == pytest.approx(limit / U, rel=5e-3)
    assert float(parse_quantity(predicted.standard_u).value) == pytest.approx(expanded, rel=1e-12)
    assert float(predicted.standard_tur) == pytest.approx(limit / expanded, rel=5e-3)


def test_the_narrowest_entry_of_a_certificate_counts(planner: Planner) -> None:
    # 0.1 V lies in all six ranges; the 220 mV range says 7 ppm + 0.5 uV = 1.2 uV
    (one,) = [p for p in planner.plan(DMM).points if p.id == "dcv/100mV/100mV"]
    assert one.predicted.standard_u is not None
    assert parse_quantity(one.predicted.standard_u).value == Decimal("1.2e-6")


# stations/assets/W-M1-15.yaml; fewest weights, heaviest first
PICKED = {
    "linearity/up/0kg": ([], "0"),
    "linearity/up/0.1kg": (["W100"], "0.1000004"),
    "linearity/up/2.5kg": (["W2k", "W500"], "2.500020"),
    "linearity/up/15kg": (["W10k", "W5k"], "15.000043"),
    "repeatability/1": (["W5k", "W2k", "W500"], "7.499982"),
}


def test_weights_are_the_fewest_and_their_certified_masses_are_added(planner: Planner) -> None:
    plan = planner.plan(SCALE)
    for name, (weights, mass) in PICKED.items():
        point = plan.point(name)
        assert point.place == weights, name
        assert point.certified is not None
        assert parse_quantity(point.certified).value == Decimal(mass), name


def test_the_same_request_gives_the_same_plan_to_the_byte(planner: Planner) -> None:
    from calbench.documents.canonical import canonical

    assert canonical(planner.plan(DMM)) == canonical(planner.plan(DMM))
