"""Budgets and results, computed again by other means: GTC as an independent program, and by hand."""

from __future__ import annotations

import math
import statistics
from decimal import Decimal
from typing import TYPE_CHECKING

import GTC
import pytest

from calbench.quantities import parse_quantity
from calbench.workflow import Finished

if TYPE_CHECKING:
    from tests.engine.evaluation.conftest import Desk

    from calbench.documents.record import Raw, Result


def result(finished: Finished, name: str) -> Result:
    return next(one for one in finished.record.results if one.id == name)


def number(text: str | None) -> float:
    assert text is not None
    return float(parse_quantity(text).value)


def counting(finished: Finished, name: str) -> list[float]:
    (attempt,) = [one for one in finished.record.attempts[name] if one.counts]
    return [float(raw.value) for raw in attempt.readings]


def k95(dof: float) -> float:
    """k by GTC; it takes very many degrees of freedom for infinite: there, the expansion in 1 / dof.

    Source: Abramowitz and Stegun 26.7.5, first term.
    """
    if dof < 1e5:
        return float(GTC.reporting.k_factor(dof, p=95))
    z = 1.959963984540054
    return z + (z**3 + z) / (4 * dof)


def against(found: Result, parts: list[GTC.core.UncertainReal]) -> None:
    """Compare u, degrees of freedom, k and U with those of a sum of independent quantities."""
    total = sum(parts[1:], parts[0])
    assert number(found.std_uncertainty) == pytest.approx(total.u, rel=1e-9)
    assert found.dof is not None
    assert found.k is not None
    assert float(found.dof) == pytest.approx(total.df, rel=1e-9)
    k = k95(total.df)
    assert float(found.k) == pytest.approx(k, rel=1e-9)
    assert number(found.expanded) == pytest.approx(k * total.u, rel=1e-9)


# point: U of the certificate at the point (k = 2) in V or Ohm, resolution, limit of thermal EMF
# stations/assets/REF-0017.yaml and procedures/electrical/dmm-34401a.yaml
POINTS = {
    "dcv/100mV/0mV": (0.5e-6, 0.1e-6, 0.5e-6),
    "dcv/100mV/-100mV": (7e-6 * 0.1 + 0.5e-6, 0.1e-6, 0.5e-6),
    "dcv/1V/1V": (5e-6 * 1 + 0.8e-6, 1e-6, 0.5e-6),
    "dcv/10V/10V": (4e-6 * 10 + 3e-6, 10e-6, 0.0),
    "dcv/1000V/-500V": (7e-6 * 500 + 500e-6, 1e-3, 0.0),
    "ohm4w/10kOhm/10kOhm": (80e-3, 10e-3, 0.0),
}


@pytest.mark.parametrize(("name", "facts"), POINTS.items())
def test_budgets_of_the_demonstration_are_those_of_gtc(
    multimeter: Finished, name: str, facts: tuple[float, float, float]
) -> None:
    certificate, resolution, emf = facts
    readings = counting(multimeter, name)
    assert len(readings) == 10
    parts = [
        GTC.ureal(0, certificate / 2),
        GTC.ureal(0, statistics.stdev(readings) / math.sqrt(10), 9),
        GTC.ureal(0, resolution / 2 / math.sqrt(3)),
    ]
    if emf:
        parts.append(GTC.ureal(0, emf / math.sqrt(3)))
    against(result(multimeter, name), parts)


def test_the_error_is_the_mean_minus_what_the_calibrator_says(multimeter: Finished) -> None:
    for name in POINTS:
        (attempt,) = multimeter.record.attempts[name]
        mean = sum((Decimal(raw.value) for raw in attempt.readings), Decimal(0)) / 10
        found = result(multimeter, name)
        assert found.value is not None
        assert parse_quantity(found.value).value == mean - Decimal(attempt.applied[-1].value), name


def masses(finished: Finished, name: str) -> list[Raw]:
    (attempt,) = [one for one in finished.record.attempts[name] if one.counts]
    return attempt.readings


def test_a_point_of_the_scale_by_hand(scale: Finished) -> None:
    # Weights W10k + W5k of stations/assets/W-M1-15.yaml: 10000.081 g + 4999.962 g, U = 160 mg + 80 mg (k = 2)
    found = result(scale, "linearity/up/15kg")
    (reading,) = masses(scale, "linearity/up/15kg")
    assert found.value is not None
    assert parse_quantity(found.value).value == Decimal(reading.value) - Decimal("15.000043")
    # OIML R 76-1 table 6: 3000 e lies in the third band, 1.5 e = 7.5 g, doubled in service
    assert (number(found.lower), number(found.upper)) == (-0.015, 0.015)
    repeated = [float(masses(scale, f"repeatability/{n}")[0].value) for n in range(1, 6)]
    eccentric = {one.id: number(one.value) for one in scale.record.results if one.test == "eccentricity"}
    assert len(eccentric) == 5
    centre = sum(eccentric.values()) / 5  # what all spots share is no effect of eccentricity
    spread = max(abs(one - centre) for one in eccentric.values()) / 2 * 15 / 5
    against(
        found,
        [
            GTC.ureal(0, 0.24e-3 / 2),
            GTC.ureal(0, statistics.stdev(repeated), 4) if statistics.stdev(repeated) else GTC.ureal(0, 0.0),
            GTC.ureal(0, 2.5e-3 / math.sqrt(3)),
            GTC.ureal(0, 2.5e-3 / math.sqrt(3)),
            GTC.ureal(0, spread / math.sqrt(3)),
            GTC.ureal(0, 15e-6 / math.sqrt(3)),
        ],
    )


def test_eccentricity_is_judged_against_the_certified_5_kg(scale: Finished) -> None:
    for one in (one for one in scale.record.results if one.test == "eccentricity"):
        (reading,) = masses(scale, one.id)
        assert one.value is not None
        assert parse_quantity(one.value).value == Decimal(reading.value) - Decimal("4.999962")
        assert number(one.upper) == 0.010  # 1000 e: 1 e, doubled in service


def test_repeatability_is_the_largest_minus_the_smallest(scale: Finished) -> None:
    (series,) = [one for one in scale.record.results if one.of == "test"]
    values = [Decimal(masses(scale, f"repeatability/{n}")[0].value) for n in range(1, 6)]
    assert series.value is not None
    assert parse_quantity(series.value).value == max(values) - min(values)
    assert series.verdict == ("pass" if max(values) - min(values) <= Decimal("0.010") else "fail")


# --- a model of its own ---

RELATIVE = ("#more", """\
    model: (indication - reference) * 2
    uncertainty:
      - {name: One, std: 30 uV, dof: 5}
      - {name: Two, std: 40 uV, input: reference}
""")  # fmt: skip


def test_sensitivities_of_a_model_that_is_not_the_difference(desk: Desk) -> None:
    found = desk.judged("10.0003", RELATIVE)
    assert number(found.value) == pytest.approx(0.0006, rel=1e-12)
    one, two = GTC.ureal(10.0003, 30e-6, 5), GTC.ureal(10, 40e-6)
    expected = (one - two) * 2
    assert number(found.std_uncertainty) == pytest.approx(expected.u, rel=1e-9)
    assert float(found.dof) == pytest.approx(expected.df, rel=1e-9)
    assert [float(line.sensitivity) for line in found.budget] == pytest.approx([2, -2], rel=1e-9)


def test_a_curved_model(desk: Desk) -> None:
    curved = ("#more", """\
    model: indication * indication / reference - reference
    uncertainty:
      - {name: One, std: 3 mV}
      - {name: Two, std: 4 mV, input: reference}
""")  # fmt: skip
    found = desk.judged("10.2", curved)
    one, two = GTC.ureal(10.2, 3e-3), GTC.ureal(10, 4e-3)
    expected = one * one / two - two
    assert number(found.value) == pytest.approx(expected.x, rel=1e-12)
    assert number(found.std_uncertainty) == pytest.approx(expected.u, rel=1e-9)


def test_one_influence_in_both_inputs_cancels(desk: Desk) -> None:
    # the same quantity on both sides of a difference: c = 1 - 1 = 0 for it
    same = ("#more", """\
    uncertainty:
      - {name: One, std: 30 uV, influence: thermometer}
      - {name: One, std: 30 uV, influence: thermometer, input: reference}
      - {name: Rest, std: 7 uV}
""")  # fmt: skip
    assert number(desk.judged("10", same).std_uncertainty) == pytest.approx(7e-6, rel=1e-9)
