"""The pressure benches. Expected values are worked out by hand from the settings of the units."""

from __future__ import annotations

import pytest

from calbench.documents.prompt import Ask
from calbench.errors import UsageError
from calbench.simulation.byeye import ReadByEye
from calbench.simulation.nature import Deviation, Shift
from calbench.simulation.prompted import Eyes, SimulatedOperator
from calbench.simulation.world import World

EXACT = {"gain": "0", "offset": "0 Pa", "linearity": "0 Pa", "noise": "0 Pa"}
KPA_PER_MMHG = 0.133322387415


def to(bench, controller, kilopascals):
    controller.apply_pressure(f"{kilopascals}E3")
    bench.world.clock.sleep(30.0)


def gauge(bench, name="1"):
    return bench.device(name)


def test_a_pointer_hangs_back_until_it_is_tapped(staged):
    bench = staged("demo-pressure", controller=EXACT)
    controller = bench.driver("controller")
    to(bench, controller, 300)
    # rising: 300 kPa and 3.4 kPa of the zone, less 2.5 kPa of friction: 300.9 kPa, read in steps of 2 kPa
    assert bench.reads("1", "pressure") == (0.300, "MPa")
    assert bench.truth("1", "pressure.friction") == pytest.approx(-2500.0, abs=1.0)
    gauge(bench).tap()
    assert bench.reads("1", "pressure") == (0.304, "MPa")  # 303.4 kPa
    assert bench.truth("1", "pressure") == pytest.approx(300e3, abs=5.0)
    assert bench.truth("1", "pressure.error") == pytest.approx(3400.0, abs=1.0)
    assert bench.truth("1", "pressure.friction") == 0.0


def test_on_the_way_down_it_shows_more(staged):
    bench = staged("demo-pressure", controller=EXACT)
    controller = bench.driver("controller")
    to(bench, controller, 600)
    to(bench, controller, 300)
    # falling from 600 kPa: half way down, so all of the hysteresis of 2 kPa, and 2.5 kPa of friction: 307.9 kPa
    assert bench.reads("1", "pressure") == (0.308, "MPa")
    gauge(bench).tap()
    assert bench.reads("1", "pressure") == (0.306, "MPa")  # 305.4 kPa
    assert bench.truth("1", "pressure.error") == pytest.approx(5400.0, abs=1.0)


def test_the_bad_gauge_is_bad_where_it_says(staged):
    bench = staged("demo-pressure", controller=EXACT)
    to(bench, bench.driver("controller"), 500)
    gauge(bench, "2").tap()
    assert bench.reads("2", "pressure") == (0.514, "MPa")
    # the limit of class 1.6 is 9.6 kPa of 600 kPa
    assert bench.truth("2", "pressure.error") == pytest.approx(14e3, abs=1.0)


def test_the_standard_beside_shows_the_pressure_of_the_manifold(staged):
    bench = staged("demo-pressure", controller=EXACT, reference={**EXACT, "hysteresis": "0 Pa"})
    controller = bench.driver("controller")
    to(bench, controller, 412)
    assert bench.reads("reference", "pressure")[0] == pytest.approx(412.0, abs=0.011)
    assert float(controller.read_pressure().value) == pytest.approx(412e3, abs=10)


def test_a_digital_gauge_drifts_by_what_it_says(staged):
    bench = staged("demo-pressure", _4={"noise": "0 Pa"})
    before, unit = bench.reads("4", "pressure")
    bench.world.clock.sleep(3600.0)
    assert (bench.reads("4", "pressure")[0] - before, unit) == (pytest.approx(3.0, abs=0.11), "kPa")


def test_a_sphygmomanometer_is_read_in_millimetres_of_mercury(staged):
    bench = staged("demo-bp", controller=EXACT)
    to(bench, bench.driver("controller"), 20)
    gauge(bench).tap()
    # 20 kPa are 150.01 mmHg; 1.2 mmHg of its zone; read in steps of 0.4 mmHg
    assert bench.reads("1", "pressure") == (151.2, "mmHg")
    assert bench.truth("1", "pressure.error") == pytest.approx(1.2e3 * KPA_PER_MMHG, abs=1.0)


@pytest.mark.parametrize(("position", "kilopascals"), [("1", 0.1), ("2", 1.5)])
def test_what_a_sphygmomanometer_encloses_leaks(staged, position, kilopascals):
    bench = staged("demo-bp", controller=EXACT, reference={**EXACT, "hysteresis": "0 Pa"})
    bench.stage.hands.connect("", only=position)
    controller = bench.driver("controller")
    to(bench, controller, 38)
    controller.standby()
    before = bench.reads("reference", "pressure")[0]
    by_controller = float(controller.read_pressure().value)
    bench.world.clock.sleep(60.0)
    assert before == pytest.approx(38.0, abs=0.02)
    assert before - bench.reads("reference", "pressure")[0] == pytest.approx(kilopascals, abs=0.021)
    # the controller measures too; some seconds go by while it is asked
    lost = by_controller - float(controller.read_pressure().value)
    assert lost == pytest.approx(1e3 * kilopascals, abs=40 * kilopascals)


@pytest.mark.parametrize(
    ("kilopascals", "milliamperes"),
    # 4 mA + 16 mA p / 600 kPa, with the error of the curve: 0.2, 0.5 and -0.3 kPa
    [(0, 4 + 16 * 0.2 / 600), (300, 4 + 16 * 300.5 / 600), (600, 4 + 16 * 599.7 / 600)],
)
def test_a_transmitter_puts_its_current_through_the_multimeter(staged, kilopascals, milliamperes):
    bench = staged("demo-pressure-tx", controller=EXACT)
    to(bench, bench.driver("controller"), kilopascals)
    reading = bench.driver("meter1").measure_dc_current("0.1")
    assert 1e3 * float(reading.value) == pytest.approx(milliamperes, abs=0.004)  # what a good 34461A is off
    assert 1e3 * bench.truth("1", "current.dc") == pytest.approx(4 + 16 * kilopascals / 600, abs=2e-4)
    assert 1e3 * bench.truth("1", "current.dc.error") == pytest.approx(
        milliamperes - 4 - 16 * kilopascals / 600, abs=2e-4
    )


def test_a_transmitter_has_hysteresis(staged):
    bench = staged("demo-pressure-tx", controller=EXACT)
    controller, meter = bench.driver("controller"), bench.driver("meter2")
    to(bench, controller, 300)
    up = meter.measure_dc_current("0.1").value
    to(bench, controller, 600)
    to(bench, controller, 300)
    down = meter.measure_dc_current("0.1").value
    assert 1e3 * float(down - up) == pytest.approx(16 * 2 / 600, abs=1e-3)  # 2 kPa


def ask(name, kind, text, unit=""):
    return Ask(id=name, kind=kind, text={"en": text}, unit_position=unit)


@pytest.mark.parametrize(
    ("text", "tapped"), [("Tap the gauge.", True), ("轻敲表壳。", True), ("Look at the tape.", False)]
)
def test_the_operator_taps_where_the_prompt_says_so(staged, text, tapped):
    bench = staged("demo-pressure", controller=EXACT)
    to(bench, bench.driver("controller"), 300)
    hands = SimulatedOperator(bench.stage, "1", eyes=Eyes(readings={"after": ("1", "pressure")}))
    assert hands.answer(ask("p/ready", "confirm", text)) == "yes"
    assert hands.answer(ask("after", "number", "Pressure")) == ("0.304 MPa" if tapped else "0.300 MPa")


@pytest.mark.parametrize("where", ["text", "title"])
def test_a_reading_whose_text_says_so_is_taken_after_the_tap(staged, where):
    bench = staged("demo-pressure", controller=EXACT)
    to(bench, bench.driver("controller"), 300)
    hands = SimulatedOperator(bench.stage, "1", eyes=Eyes(readings={"after": ("1", "pressure")}))
    said = {"text": {"en": "Reading"}, where: {"en": "Tap the gauge and read it"}}
    assert hands.answer(Ask(id="after", kind="number", **said)) == "0.304 MPa"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"from": 6e5}, "from < to"),
        ({"unit": "psi"}, "give one of Pa, hPa"),
        ({"curve": "0 kPa: 1 kPa"}, "at 1 Pa: 0.1 Pa"),
        ({"curve": "at 0 V: 1 kPa"}, "Write points"),
        ({"curve": "at 1 kPa: 1 kPa, at 1 kPa: 2 kPa"}, "each x once"),
        ({"curve": 0.5}, "Write points"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings, said):
    with pytest.raises(UsageError, match=said):
        World().add("1", "byeye/pressure_gauge", settings)


@pytest.mark.parametrize("model", ["byeye/pressure_gauge", "byeye/digital_gauge"])
def test_nothing_but_pressure_is_shown(model):
    device = World().add("1", model)
    assert isinstance(device, ReadByEye)
    with pytest.raises(UsageError, match="shows pressure"):
        device.shown("mass")


class Decided:
    """A nature in which the controller really has 50 Pa more than it says at 300 kPa, and the gauge shows 7 Pa more."""

    def deviation(self, instrument: str) -> Deviation | None:
        return (
            (lambda quantity, value, _: 50.0 if (quantity, value) == ("pressure", 3e5) else None)
            if (instrument == "controller")
            else None
        )

    def shift(self, instrument: str) -> Shift | None:
        return (
            (lambda quantity, _value, _range: 7.0 if quantity == "pressure" else 0.0)
            if (instrument == "1")
            else None
        )


def test_what_a_proof_decides_of_controller_and_gauge_is_so():
    world = World(nature=Decided())
    controller = world.add("controller", "druck/pace5000")
    world.add("1", "byeye/digital_gauge", {"offset": 0.0, "gain": 0.0, "linearity": 0.0, "hysteresis": 0.0})
    world.connect("controller.port", "1.port")
    line = controller.connect(message_based=True)
    for command in (b":UNIT:PRES PA\n", b":SOUR:PRES 300000\n", b":OUTP:STAT 1\n"):
        line.write(command)
    world.clock.sleep(120.0)
    device = world.device("1")
    assert isinstance(device, ReadByEye)
    shown = float(device.shown("pressure").split()[0])
    assert world.truth.latest("1", "pressure") == pytest.approx(300050.0, abs=0.1)
    assert world.truth.latest("1", "pressure.error") == pytest.approx(7.0)
    assert shown == pytest.approx(300.057, abs=0.02)
