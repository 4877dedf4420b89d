"""What is drawn in each run of a proof: where certificates are looked up, in the units that the simulated world speaks.

Figures: certificates of the assets TMP-1524 (8 mK at 0 degC, 12 mK at 100 degC, k = 2) and DMM-0461 (40 ppm + 5 mOhm on
1 kOhm, 40 ppm + 1 mOhm on 100 Ohm, k = 2) of the station demo-prt.
"""

from __future__ import annotations

import pytest

from calbench.proof import population
from calbench.proof.drawing import Drawn
from calbench.proof.sketching import Sketch, sketch
from calbench.workflow import Options, prepare


@pytest.fixture(scope="module")
def drawn() -> Sketch:
    return sketch(prepare("rtd-jjg229", "demo-prt", Options(position="1")), population("none"))


def test_temperatures_are_looked_up_in_degrees_celsius(drawn: Sketch) -> None:
    stated = {one.value: [part.u for part in one.open] for one in drawn.standards["thermometer"]}
    assert stated == {0.0: [pytest.approx(0.004)], 100.0: [pytest.approx(0.006)]}


def test_a_thermometer_is_wrong_as_its_certificate_says_where_it_is_read(drawn: Sketch) -> None:
    deviation = Drawn(drawn, 1).deviation("thermometer")
    assert deviation is not None
    cold, hot = deviation("temperature", 0.01, 0.0), deviation("temperature", 99.9, 0.0)
    assert cold is not None
    assert hot is not None
    # one draw for the whole certificate: corrections of 8 mK and -2 mK, and what is left open as 4 mK to 6 mK
    assert (cold - 0.008) / 0.004 == pytest.approx((hot + 0.002) / 0.006)


def test_an_input_is_drawn_on_the_range_on_which_it_is_read(drawn: Sketch) -> None:
    u = {one.value: one.open[0].u for one in drawn.standards["meter1"]}
    assert u[100.0] == pytest.approx((40e-6 * 100 + 5e-3) / 2)
