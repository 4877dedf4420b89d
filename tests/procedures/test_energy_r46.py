"""Electricity meters of classes A to E, as of JJG 596-2026 and OIML R 46: section 5 and vector G of the facts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.procedures.energy import (
    CLEAN,
    TRUE,
    failing,
    limits_in_percent,
    settings,
)

from calbench.errors import PlanRefused
from calbench.quantities import parse_quantity
from calbench.testing.bench import Bench
from calbench.workflow import Options

R46 = "meter-jjg596-2026"
# Section 5: class: (Itr to Imax at 1.0, at 0.5L and 0.8C, Imin to Itr at 1.0), in %
BASE = {
    "A": (2.0, 2.0, 2.5),
    "B": (1.0, 1.0, 1.5),
    "C": (0.5, 0.6, 1.0),
    "D": (0.2, 0.3, 0.4),
    "E": (0.1, 0.15, 0.2),
}


@pytest.fixture(scope="module")
def single(calbench_bench: Callable[[str], Bench]) -> Bench:
    return calbench_bench("demo-meter").unit("reference", **TRUE).unit("source", **TRUE)


@pytest.fixture(scope="module")
def precise(calbench_bench: Callable[[str], Bench], tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Give a bench whose standard is good enough for class E: a third of 0.1 %."""
    bench, folder = calbench_bench("demo-meter"), tmp_path_factory.mktemp("precise")
    (folder / "assets").mkdir()
    for asset in ("REF-3115", "CNT-0053", "ENV-0004"):
        text = (bench.root / f"stations/assets/{asset}.yaml").read_text(encoding="utf-8")
        (folder / f"assets/{asset}.yaml").write_text(
            text.replace("mpe: 0.05 %", "mpe: 0.03 %"), encoding="utf-8"
        )
    path = folder / "demo-meter.yaml"
    path.write_text((bench.root / "stations/demo-meter.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return Bench(str(path), bench.root, bench.out)


@pytest.mark.parametrize("wired", ["direct", "transformers"])
@pytest.mark.parametrize("accuracy_class", BASE)
def test_every_class_has_its_base_limits_at_its_load_points(
    precise: Bench, accuracy_class: str, wired: str
) -> None:
    given = {"accuracy_class": accuracy_class, "wired": wired}
    if (accuracy_class, wired) == ("E", "direct"):
        with pytest.raises(PlanRefused, match="the regulation gives no value there"):
            precise.plan(R46, Options(settings=given))
        return
    unity, shifted, low = BASE[accuracy_class]
    currents = ["Imax", "0.5Imax", "10Itr", "Itr"]
    wanted = {f"1.0/{one}": unity for one in currents}
    if accuracy_class != "A":
        wanted["1.0/Imin"] = low
    for factor in ("0.5L",) if accuracy_class == "A" else ("0.5L", "0.8C"):
        wanted |= {f"{factor}/{one}": shifted for one in currents}
    found = limits_in_percent(precise, R46, given, "basic-error")
    assert found == pytest.approx(wanted)
    assert list(found) == list(wanted)


def test_vector_g_of_the_times_of_class_a(single: Bench) -> None:
    """0.25-0.5(60) A, 1000 pulses per kWh: creep 2380 s, Ist 0.025 A, a pulse between 638.18 s and 670.91 s."""
    values = {one.name: one.value for one in single.plan(R46, settings(constant="1000 1/kWh")).values}
    assert parse_quantity(values["Imin"]) == parse_quantity("0.25 A")
    assert parse_quantity(values["Ist"]) == parse_quantity("0.025 A")
    creep = float(parse_quantity(values["creep_time"]).value)
    assert creep / 3600 == pytest.approx(0.661157, abs=1e-6)
    assert creep == pytest.approx(2380, abs=0.5)
    assert float(parse_quantity(values["first_pulse"]).value) == pytest.approx(638.18, abs=0.005)
    assert float(parse_quantity(values["last_pulse"]).value) == pytest.approx(670.91, abs=0.005)


@pytest.mark.parametrize(
    ("wired", "accuracy_class", "least", "start"),
    [
        ("direct", "A", 0.25, 0.025), ("direct", "B", 0.2, 0.02), ("direct", "C", 0.2, 0.02),
        ("direct", "D", 0.2, 0.02),
        ("transformers", "A", 0.1, 0.025), ("transformers", "B", 0.1, 0.02), ("transformers", "C", 0.1, 0.01),
        ("transformers", "D", 0.1, 0.01), ("transformers", "E", 0.1, 0.01),
    ],
)  # fmt: skip
def test_least_and_starting_current_follow_class_and_wiring(
    precise: Bench, wired: str, accuracy_class: str, least: float, start: float
) -> None:
    """Itr is 0.5 A: Imin 0.5 or 0.4 Itr, 0.2 Itr via transformers; Ist 0.05, 0.04 or 0.02 Itr."""
    plan = precise.plan(R46, settings(wired=wired, accuracy_class=accuracy_class))
    values = {one.name: parse_quantity(one.value).value for one in plan.values}
    assert (float(values["Imin"]), float(values["Ist"])) == pytest.approx((least, start))


def test_a_reading_takes_ten_seconds_of_pulses_at_least_one(single: Bench) -> None:
    """ceil(10 s C P / 3.6e6): 58.7 pulses at 13.2 kW, 0.24 at 55 W, with 1600 pulses per kWh."""
    points = {point.id: point.told for point in single.plan(R46, settings(accuracy_class="B")).points}
    assert points["basic-error/1.0/Imax"]["pulses"] == "59"
    assert points["basic-error/0.5L/Itr"]["pulses"] == "1"


def test_a_standard_that_is_too_coarse_for_class_e_is_refused(single: Bench) -> None:
    with pytest.raises(PlanRefused, match="not of a class that is good enough"):
        single.plan(R46, settings(accuracy_class="E", wired="transformers"))


GOOD_B = {**CLEAN, "curve": "at 0.2 A: 1.45 %, at 0.49 A: 1.45 %, at 0.5 A: 0.98 %, at 60 A: 0.98 %"}


def test_a_meter_of_class_b_just_inside_passes(single: Bench) -> None:
    bench = single.unit("1", **GOOD_B, start_current="19 mA", creep="0.4 W", register_ratio="0.998")
    assert failing(bench.run(R46, settings={"accuracy_class": "B"})) == set()


@pytest.mark.parametrize(
    ("wrong", "test"),
    [
        ({"creep": "6 W"}, "creep"),
        ({"start_current": "21 mA"}, "starting"),  # nothing at 20 mA
        (
            {"curve": "at 0.02 A: 130 %, at 0.1 A: 0.1 %, at 60 A: 0 %"},
            "starting-not-fast",
        ),  # twice as fast at Ist
        (
            {"curve": "at 0.02 A: 0 %, at 0.2 A: 1.7 %, at 0.4 A: 0 %, at 60 A: 0 %"},
            "basic-error",
        ),  # at Imin alone
        ({"phase": "8 mrad"}, "basic-error"),
        ({"register_ratio": "0.97"}, "register"),
    ],
)
def test_a_meter_of_class_b_that_is_wrong_in_one_respect_fails_that_test_alone(
    single: Bench, wrong: dict[str, str], test: str
) -> None:
    good = {**CLEAN, "curve": "at 0.2 A: 0.1 %, at 60 A: 0 %"}
    assert failing(single.unit("1", **{**good, **wrong}).run(R46, settings={"accuracy_class": "B"})) == {test}
