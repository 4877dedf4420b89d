"""Operating conditions: bounds are inclusive to the last digit, and what cannot be computed does not hold.

100 L in 100 s are 3.6 m³/h: 1 m³/h is 1000 L in 3600 s.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calbench.documents.journal import Event
from calbench.documents.point import LimitPlan, OperatingPlan, Point
from calbench.documents.recorded import OperatingFound
from calbench.documents.remarks import in_language
from calbench.evaluation.operating import found
from calbench.execution.consulting import said_of
from calbench.quantities import Quantity, Value
from calbench.server.runs.story import line_of
from calbench.server.wording import Speaker

NAME = {"en": "Actual flow", "zh": "实际流量"}


def condition(value: str, lower: str | None = None, upper: str | None = None, **names: str) -> OperatingFound:
    """Evaluate one condition of a point with these names."""
    limit = LimitPlan(lower=lower, upper=upper, text="", nominal_lower=None, nominal_upper=None)
    point = Point(
        id="error/Q3",
        test="error",
        quantity="volume",
        unit="L",
        reference="none",
        operating=[OperatingPlan(name=NAME, value=value, limit=limit)],
    )
    known: dict[str, Value] = {name: Quantity.of(*text.split(" ", 1)) for name, text in names.items()}
    (one,) = found(point, known)
    return one


@pytest.mark.parametrize(
    ("volume", "holds"),
    [
        ("100 L", True),  # 3.6 m³/h: just at the lower bound
        ("99.999999 L", False),
        ("111.111111 L", True),
        ("111.111112 L", False),  # 4 m³/h are 1000/9 L in 100 s
    ],
)
def test_a_bound_belongs_to_its_window(volume: str, holds: bool) -> None:  # noqa: FBT001 - of a table
    one = condition("V / time", "0.9 Q3", "Q3", V=volume, time="100 s", Q3="4 m^3/h")
    assert one.holds is holds
    assert (one.lower, one.upper) == ("3.6 m³/h", "4 m³/h")


@settings(max_examples=60, deadline=None)
@given(
    flow=st.decimals("0.001", "999", places=4),
    seconds=st.integers(1, 86_400),
    unit=st.sampled_from(["m^3/h", "L/h", "L/min"]),
)
def test_just_at_a_bound_is_inside_whatever_the_units(flow: Decimal, seconds: int, unit: str) -> None:
    """Of a flow q, what passes in n seconds by that same flow is n · q, which has no end in decimals if per hour."""
    for lower, upper in (("q", None), (None, "q"), ("q", "q")):
        one = condition(
            "V / time", lower, upper, V=_volume(flow, seconds, unit), time=f"{seconds} s", q=f"{flow} {unit}"
        )
        assert one.holds, one


@settings(max_examples=30, deadline=None)
@given(flow=st.decimals("0.001", "999", places=4), part=st.sampled_from(["1e-9", "-1e-9"]))
def test_beside_a_bound_is_outside_and_printed_so(flow: Decimal, part: str) -> None:
    more = Decimal(part) > 0
    q = f"{flow} m^3/h"
    one = condition("q * (1 + part)", None if more else "q", "q" if more else None, q=q, part=f"{part} 1")
    assert not one.holds
    bound = one.shown_upper or one.shown_lower
    assert Decimal(one.shown) != Decimal(bound)
    assert (Decimal(one.shown) > Decimal(bound)) == more


def test_one_bound_is_enough_and_temperatures_are_points_on_a_scale() -> None:
    assert condition("tw", None, "30 degC", tw="30 degC").holds
    warm = condition("tw", None, "30 degC", tw="30.1 degC")
    assert (warm.holds, warm.found, warm.allowed) == (False, "30.1 °C", "≤ 30 °C")
    assert condition("p", "0.03 MPa", p="30 kPa").allowed == "≥ 0.03 MPa"


def test_what_cannot_be_computed_does_not_hold_and_says_why() -> None:
    one = condition("V / time", "1 m^3/h", V="1 L", time="0 s")
    assert not one.holds
    assert one.value is None
    assert one.says.startswith("Not judged: Actual flow could not be computed: ")
    assert "divided by zero" in one.says


def test_what_is_said_is_said_in_chinese_too() -> None:
    one = condition("V / time", "0.9 Q3", "Q3", V="90 L", time="100 s", Q3="4 m^3/h")
    assert one.says == "Not judged: Actual flow was 3.24 m³/h, allowed is 3.6 … 4 m³/h."
    said = in_language(f"{one.says} {one.says}", "zh", {"Actual flow": "实际流量"})
    assert said == " ".join(["不作判定：实际流量为 3.24 m³/h，允许范围 3.6 … 4 m³/h。"] * 2)


def _volume(flow: Decimal, seconds: int, unit: str) -> str:
    """Give n · q, to the 34 digits that quantities have."""
    q = Quantity.of(str(flow), unit)
    volume = q * Quantity.of(seconds, "s")
    return f"{volume.in_unit('m^3')} m^3"


def test_why_a_point_is_taken_again_is_no_sentence() -> None:
    one = condition("V / time", "0.9 Q3", "Q3", V="90 L", time="100 s", Q3="4 m^3/h")
    assert one.reason == "Actual flow was 3.24 m³/h, allowed is 3.6 … 4 m³/h"
    assert (
        in_language(one.reason, "zh", {"Actual flow": "实际流量"})
        == "实际流量为 3.24 m³/h，允许范围 3.6 … 4 m³/h"
    )


def test_the_page_says_it_in_the_language_of_the_reader() -> None:
    one = condition("V / time", "0.9 Q3", "Q3", V="90 L", time="100 s", Q3="4 m^3/h")
    event = Event(
        seq=1, prev="0" * 64, t_utc="2026-01-20T08:00:00Z", t_mono="0", actor="runner", type="outside",
        point="error/Q3", attempt=1, body={"says": said_of([one])},
    )  # fmt: skip
    line = line_of(event)
    assert line is not None
    assert line.sort == "warning"
    assert Speaker("en").line(line.key, line.values) == f"error/Q3: {one.says}"
    assert "实际流量为 3.24 m³/h" in Speaker("zh").line(line.key, line.values)
