"""The bench for weights: comparisons in the order ABBA, and what the air carries; expected values by hand."""

from __future__ import annotations

import pytest

from calbench.documents.prompt import Ask
from calbench.errors import UsageError
from calbench.simulation.prompted import SimulatedOperator
from calbench.simulation.world import World
from calbench_sim.byeye.weight import air_density

QUIET = {
    "gain": "0",
    "linearity": "0 kg",
    "repeatability": "0 kg",
    "noise": "0 kg",
    "zero": "0 kg",
    "hysteresis": "0 kg",
}


def compared(bench, position, standard):
    """Weigh standard, unit, unit, standard; give the difference unit less standard in mg."""
    balance = bench.driver("comparator")
    hands = SimulatedOperator(bench.stage, position)
    seen = []
    for number, weight in enumerate((standard, "uut", "uut", standard)):
        ask = Ask(id=f"{number}/place", kind="place", text={"en": "Place it."}, weights=[weight])
        assert hands.answer(ask) == "yes"
        bench.world.clock.sleep(30.0)
        reading = balance.read_mass()
        assert reading.stable
        seen.append(float(reading.value) * 1e6)
        hands.answer(Ask(id=f"{number}/off", kind="place", text={"en": "Take it off."}))
        bench.world.clock.sleep(30.0)
    return (seen[1] + seen[2] - seen[0] - seen[3]) / 2


def test_drift_falls_out_of_abba(staged):
    bench = staged("demo-weights", comparator={**QUIET, "drift": "5 ug/s"}, _1={"density": "8000 kg/m^3"})
    difference = compared(bench, "1", "E1k")
    # 2.4 mg over nominal, and the standard as it really is; 5 ug/s would shift A against B by 0.3 mg a minute
    expected = 2.4 - (bench.stage.masses["E1k"] - 1) * 1e6
    assert difference == pytest.approx(expected, abs=0.11)  # steps of 0.1 mg
    assert bench.truth("1", "mass.error") == pytest.approx(2.4e-6)


def test_the_light_weight_is_found(staged):
    bench = staged("demo-weights")
    difference = compared(bench, "2", "E1k")
    assert difference == pytest.approx(-9.5 - 0.42, abs=1.0)


def test_air_carries_a_weight_of_aluminium_more(staged):
    bench = staged("demo-weights", comparator={**QUIET, "drift": "0 kg/s"})
    bench.world.ambient.set(
        temperature=20.0,
        humidity=50.0,
        pressure=85000.0,
        temperature_span=0,
        humidity_span=0,
        pressure_span=0,
    )
    difference = compared(bench, "3", "E500")
    # OIML R 111-1, E.3-1: (0.34848 * 850 - 0.009 * 50 * e^1.22) / 293.15 = 1.0052 kg/m^3
    assert bench.truth("3", "air.density") == pytest.approx(1.0052, abs=1e-4)
    # in lighter air than 1.2 kg/m^3 it seems heavier: 0.5 kg (1.2 - 1.0052) (1/2700 - 1/8000) = 23.90 mg
    own = 0.8 - (bench.stage.masses["E500"] - 0.5) * 1e6
    assert difference - own == pytest.approx(23.9, abs=0.15)


def test_the_density_of_air():
    # OIML R 111-1, E.3-1 by hand: (0.34848 * 1013.25 - 0.009 * 50 * 3.3872) / 293.15 = (353.0974 - 1.5242) / 293.15
    assert air_density(20.0, 50.0, 101325.0) == pytest.approx(1.19929, abs=1e-5)


def test_the_barometer_and_the_logger_say_what_the_density_needs(staged):
    bench = staged("demo-weights")
    hectopascals, unit = bench.reads("barometer", "pressure")
    assert (hectopascals, unit) == (pytest.approx(bench.world.ambient.pressure() / 100, abs=0.06), "hPa")
    assert bench.driver("climate").read_humidity().unit == "%RH"


@pytest.mark.parametrize(
    ("text", "put"),
    [
        ("Put the weight under test on the pan, alone.", True),
        ("将被检砝码单独放在秤盘上。放上被检砝码后确认。", True),
        ("Take the weight under test off.", False),
        ("Look at the balance.", False),
    ],
)
def test_the_operator_puts_the_unit_down_where_the_prompt_says_so(staged, text, put):
    bench = staged("demo-weights")
    hands = SimulatedOperator(bench.stage, "3")
    hands.answer(Ask(id="a/place", kind="place", text={"en": "Place it."}, weights=["E200"]))
    hands.answer(Ask(id="b/ready", kind="confirm", text={"en": text}))
    kilograms = bench.world.pan("comparator.pan").load()
    assert kilograms == pytest.approx(0.5 if put else 0.2, abs=1e-4)


def test_a_weight_that_is_wired_to_no_pan_is_refused(staged):
    bench = staged("demo-weights")
    bench.world.disconnect("1.pan")
    with pytest.raises(UsageError, match="wired to no pan"):
        SimulatedOperator(bench.stage, "1").answer(
            Ask(id="p", kind="place", text={"en": "x"}, weights=["uut"])
        )


@pytest.mark.parametrize("settings", [{"nominal": 0.0}, {"density": 1.0}])
def test_a_weight_that_cannot_be_is_refused(settings):
    with pytest.raises(UsageError, match="give more than 0"):
        World().add("1", "byeye/weight", settings)
