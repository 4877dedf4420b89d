"""Points of alternating quantities: their names, and what certificates say at value and frequency."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from calbench.documents.asset import Asset, Entry
from calbench.planning import standards
from calbench.quantities import parse_quantity
from calbench.workflow import Options

if TYPE_CHECKING:
    from tests.engine.planning.conftest import Planner

AC = """\
procedure: AC volts
id: ac-volts
version: 1.0.0
language: 1
parameters:
  high: {type: quantity, unit: Hz, default: 20 kHz}
roles:
  uut:    {needs: [measure.voltage.ac]}
  source: {needs: [source.voltage.ac]}
tests:
  - test: acv
    apply: source.voltage.ac
    read: uut.voltage.ac
    frequency: $high
    prompt: "{nominal} at {frequency}."
#more
    mpe: 1 mV
"""

READ = """\
procedure: Panel meter
id: panel-meter
version: 1.0.0
language: 1
roles:
  uut:      {needs: [measure.voltage.dc]}
  standard: {needs: [measure.voltage.ac]}
tests:
  - test: acv
    read: standard.voltage.ac
    reading_is: reference
    frequency: 50 Hz
    points: [10 V]
    mpe: 100 mV
"""

CERTIFIED = """\
  source.voltage.ac:
    - {from: 2.2 V, to: 22 V, frequency: {from: 40 Hz, to: 20 kHz}, expanded: 1 mV, k: 2}
    - {from: 2.2 V, to: 22 V, frequency: {from: 20 kHz, to: 50 kHz}, expanded: 2 mV, k: 2}
    - {from: 2.2 V, to: 22 V, frequency: 1 kHz, expanded: 3 mV, k: 2}
    - {at: 10 V, frequency: {from: 40 Hz, to: 100 Hz}, expanded: 4 mV, k: 2}
"""


@pytest.fixture
def ac(planner: Planner) -> Planner:
    """The demonstration bench, its calibrator certified for AC voltage."""
    provides = "[source.voltage.dc, source.resistance.4w]"
    planner.station((provides, "[source.voltage.dc, source.voltage.ac]"))
    planner.asset("REF-0017", ("provides:\n", f"provides:\n{CERTIFIED}"))
    return planner


def test_the_frequency_of_a_test_is_no_part_of_the_names_of_its_points(ac: Planner) -> None:
    plan = ac.plan(AC, ("#more", "    points: [5 V, 10 V]"))
    assert [(point.id, point.frequency, point.prompt["en"]) for point in plan.points] == [
        ("acv/5V", "20 kHz", "5 V at 20 kHz."),
        ("acv/10V", "20 kHz", "10 V at 20 kHz."),
    ]


def test_labels_repeats_and_frequencies_stand_together_in_a_name(ac: Planner) -> None:
    more = (
        "    for_each: {side: [left]}\n    times: 2\n    ranges:\n"
        "      - {range: 10 V, frequency: 1.5 kHz, points: [10 V], mpe: 1 mV, resolution: 10 uV}"
    )
    plan = ac.plan(AC, ("#more", more), ("    mpe: 1 mV\n", ""))
    assert [point.id for point in plan.points] == [
        "acv/left/10V/1.5kHz/10V/1",
        "acv/left/10V/1.5kHz/10V/2",
    ]
    assert plan.points[0].labels == {
        "side": "left", "range": "10 V", "frequency": "1.5 kHz", "repeat": "1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "frequency", "expanded"),
    [
        ("5 V", "40 Hz", "1 mV"),  # ends are included
        ("5 V", "20 kHz", "1 mV"),  # where two bands meet, the narrower counts: 19.96 kHz against 30 kHz
        ("5 V", "20001 Hz", "2 mV"),
        ("5 V", "50 kHz", "2 mV"),
        ("5 V", "1 kHz", "3 mV"),  # a single frequency is narrower than any span
        ("10 V", "50 Hz", "4 mV"),  # a single value is narrower than any span, whatever the frequencies
        ("10 V", "1 kHz", "3 mV"),
        ("5 V", "39.9 Hz", None),
        ("5 V", "50001 Hz", None),
        ("2 V", "1 kHz", None),
    ],
)
def test_a_certificate_is_looked_up_by_value_and_frequency(
    ac: Planner, value: str, frequency: str, expanded: str | None
) -> None:
    options = Options(settings={"high": frequency})
    changes = ("#more", f"    points: [{value}]")
    if expanded is not None:
        u = ac.plan(AC, changes, options=options).points[0].predicted.standard_u
        assert u is not None
        assert parse_quantity(u) == parse_quantity(expanded)
        return
    (reason,) = ac.refused(AC, changes, options=options)
    assert f"has no certified source.voltage.ac at {value} and {frequency}" in reason
    assert "covers 2.2 V to 22 V at 40 Hz to 20 kHz, 2.2 V to 22 V at 20 kHz to 50 kHz, " in reason
    assert reason.endswith("2.2 V to 22 V at 1 kHz, 10 V at 40 Hz to 100 Hz.")


def test_a_frequency_of_zero_that_a_parameter_brings_is_refused(ac: Planner) -> None:
    (reason,) = ac.refused(AC, ("#more", "    points: [5 V]"), options=Options(settings={"high": "0 Hz"}))
    assert reason == "Test acv: its frequency, 0 Hz, is not above zero."


def test_a_standard_that_is_read_is_looked_up_at_the_frequency_of_the_test(planner: Planner) -> None:
    planner.station(
        (
            "  climate:\n",
            "  meter: {driver: agilent/a34401a, link: {visa: GPIB0::5::INSTR}, asset: DMM-0031}\n  climate:\n",
        )
    )
    entry = "  measure.voltage.ac:\n    - {from: 1 V, to: 12 V, frequency: {from: 45 Hz, to: 65 Hz}, "
    planner.asset("DMM-0031", ("provides:\n", f"provides:\n{entry}expanded: 7 mV, k: 2}}\n"))
    (point,) = planner.plan(READ).points
    assert (point.reference, point.frequency) == ("read", "50 Hz")
    assert point.predicted.standard_u is not None
    assert parse_quantity(point.predicted.standard_u).value == Decimal("0.007")
    (reason,) = planner.refused(READ, ("frequency: 50 Hz", "frequency: 400 Hz"))
    assert "has no certified measure.voltage.ac at 10 V and 400 Hz" in reason


def test_what_does_not_alternate_has_the_influence_that_it_always_had(planner: Planner) -> None:
    plan = planner.plan("electrical/dmm-34401a.yaml")
    point = plan.point("dcv/10V/5V")
    assert point.contributions[0].influence == "asset:REF-0017/DEMO-2025-0117/source.voltage.dc@5V"
    assert "frequency" not in point.model_dump()
    assert "frequency" not in point.labels


def test_frequencies_in_other_units_are_the_same_frequency() -> None:
    entry = Entry.model_validate({"at": "10 V", "frequency": "1 kHz", "expanded": "1 mV", "k": "2"})
    asset = Asset.model_validate(
        {
            "asset": "CAL-9", "language": "1", "kind": "calibrator", "maker": "Fluke", "model": "5730A",
            "serial": "1", "due": "2036-11-17", "provides": {"source.voltage.ac": [entry.model_dump(by_alias=True)]},
            "certificate": {"number": "C-1", "issuer": "a laboratory", "date": "2025-11-17"},
        }
    )  # fmt: skip
    volts = parse_quantity("10000 mV")
    assert standards.at(asset, "source.voltage.ac", volts, parse_quantity("1000 Hz")) is not None
    assert standards.at(asset, "source.voltage.ac", volts, parse_quantity("1000.1 Hz")) is None
    assert standards.at(asset, "source.voltage.ac", volts) is None
