"""Our driver of MT-SICS scales on mt-sics-emulator 0.1.1, a terminal of 300 kg in steps of 0.1 kg, on a socket.

Names and numbers are those of its profile mt-ind570; the forms of replies are compared with the table of MT-SICS.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from calbench.errors import DeviceError, Overload, UnexpectedReply
from calbench_drivers.mettler.mtsics import MTSICS

pytestmark = pytest.mark.pair(
    "mettler/mtsics", "mt-sics-emulator", "server", line="socket", exchanged="I2, I3, I4, SI, SIH, T, Z"
)


@pytest.fixture
def scale(start: Callable[..., Any], drive: Callable[..., Any]) -> tuple[Any, MTSICS]:
    server = start("mt-sics-emulator", "mtsics_server.py", "mt-ind570")
    return server, drive(MTSICS, f"127.0.0.1:{server.port}")


def test_it_says_who_it_is(scale: tuple[Any, MTSICS]) -> None:
    identity = scale[1].identify()
    assert (identity.serial, identity.firmware) == ("C987654321", "3.05")
    # I2 is type and capacity (MT-SICS, level 0); the emulator has the serial number there, and the type at I1.
    assert identity.model == "C987654321"


def test_tare_is_what_lies_on_the_pan(scale: tuple[Any, MTSICS]) -> None:
    server, driver = scale
    server.tell("load 12.5")
    tare = driver.tare()
    assert (tare.value, tare.unit, tare.stable) == (Decimal("12.5"), "kg", True)
    assert tare.text == "T S       12.5 kg"  # ten characters for the value, as the table says


def test_a_moving_scale_refuses_to_tare_and_to_zero(scale: tuple[Any, MTSICS]) -> None:
    server, driver = scale
    server.tell("moving 1")
    with pytest.raises(DeviceError, match="'T I'"):
        driver.tare()
    with pytest.raises(DeviceError, match="'Z I'"):
        driver.zero()
    server.tell("load 1")
    driver.zero()


def test_zero_outside_of_the_weighing_range_is_an_overload(scale: tuple[Any, MTSICS]) -> None:
    server, driver = scale
    server.tell("load 301")
    with pytest.raises(Overload, match=r"'Z \+'"):
        driver.zero()
    server.tell("load -5")
    with pytest.raises(Overload, match="'Z -'"):
        driver.zero()


def test_its_form_of_the_immediate_weight_is_refused(scale: tuple[Any, MTSICS]) -> None:
    # The table: the reply to SI begins with `S`. The emulator begins it with `SI`.
    server, driver = scale
    server.tell("load 12.5")
    with pytest.raises(UnexpectedReply, match=r"'SI S       12\.5 kg'"):
        driver.read_mass()


def test_a_command_that_it_does_not_know_is_a_syntax_error(scale: tuple[Any, MTSICS]) -> None:
    with pytest.raises(DeviceError, match="'ES'"):
        scale[1].read_mass_high_resolution()
