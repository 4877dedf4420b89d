"""What holds for every driver with a simulator of its name: both were written from the protocol, by different hands.

Nothing is listed here: a pair is tested because both files are there.
"""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from calbench.errors import DeviceError, InstrumentError, OutOfRange, Overload
from calbench.instruments import catalog
from calbench.instruments.capabilities import CAPABILITIES, Capability
from calbench.instruments.opening import LinkSpec, open_driver
from calbench.instruments.reading import Applied, Reading, Safe
from calbench.instruments.roles import accepts
from calbench.simulation import catalog as models
from calbench.simulation import registry
from calbench.simulation.faults import Fault
from calbench.simulation.serialurl import register_handler
from calbench.simulation.world import World

PAIRS = sorted(set(catalog.names()) & set(models.models()))
ON_RANGE = (
    "1",
    "10",
    "100",
    "1000",
    "0.1",
    "0.01",
    "1e-3",
    "1e-6",
    "1e-9",
    "2",
    "20",
    "20e-3",
    "200e-6",
    "1e4",
)
FAR_TOO_MUCH = Decimal("1e15")
MODEST = {"V": "1", "A": "1e-3", "Ohm": "100", "F": "1e-8", "Pa": "5e4", "degC": "50"}
FREQUENCY = "1000"
TOLD = {"constant": "1000", "pulses": 10, "seconds": "1"}
register_handler()


@pytest.fixture
def opened(request):
    """Give a driver on its simulated instrument, over the line that the instrument has."""
    name = request.param
    driver: Any = catalog.find(name)
    model = models.find(name)
    world = World(seed=7)
    words = {"framing": "rtu"} if "framing" in model.SETTINGS else {}
    world.add("unit", model, words, serial_number="4711", resource="GPIB0::5::INSTR")
    with registry.registered(world) as bench:
        spec = _line(driver, model, f"calbench://{bench}/unit", f"{bench}@calbench")
        instrument = open_driver(driver, spec, clock=world.clock)
        yield world, world.device("unit"), instrument
    world.close()


def _line(driver: Any, model: Any, url: str, library: str) -> LinkSpec:
    """Choose the line by what the driver says it can be connected by."""
    if {"GPIB", "LAN"} & set(driver.LINKS):
        return LinkSpec("visa", "GPIB0::5::INSTR", library=library)
    if driver.LINKS != ("socket",):  # what neither has from the other
        assert driver.LINE.serial == model.SERIAL
    if "Modbus RTU" in driver.LINKS:
        return LinkSpec("modbus", f"rtu://{url}", line=model.SERIAL)
    return LinkSpec("serial", url, line=model.SERIAL)


each = pytest.mark.parametrize("opened", PAIRS, indirect=True)


@each
def test_identity(opened):
    _, device, instrument = opened
    identity = instrument.identify()
    by_address = "unit" in device.SETTINGS and set(instrument.LINKS) & {"RS-485", "optical", "Modbus RTU"}

    assert identity.text
    assert (
        identity.serial == "" or "4711" in identity.serial or by_address
    )  # a meter on a bus tells its address


@each
def test_no_errors_are_left_after_opening(opened):
    _, _, instrument = opened
    if hasattr(instrument, "read_errors"):
        assert instrument.read_errors() == []


@each
def test_a_source_is_verified_off_or_says_that_it_cannot_know(opened):
    _, _, instrument = opened
    if hasattr(instrument, "make_safe"):
        assert instrument.make_safe() in (Safe.VERIFIED, Safe.ACKNOWLEDGED, Safe.SENT_UNVERIFIED)
        assert instrument.make_safe() in (Safe.VERIFIED, Safe.ACKNOWLEDGED, Safe.SENT_UNVERIFIED)


@each
def test_readings_have_the_unit_of_their_capability(opened):
    _, _, instrument = opened
    for capability in _of(instrument, "measure", "environment"):
        reading = _measured(instrument, capability)
        if reading is not None:
            assert isinstance(reading, Reading)
            assert reading.unit == capability.unit
            assert reading.value.is_finite()
            assert reading.text


@each
def test_stimuli_have_the_unit_of_their_capability_and_can_be_switched_off(opened):
    world, _, instrument = opened
    for capability in _of(instrument, "source"):
        applied = getattr(instrument, capability.method)(*_stimulus(capability))
        assert isinstance(applied, Applied)
        assert applied.unit == capability.unit
        assert instrument.make_safe() in (Safe.VERIFIED, Safe.ACKNOWLEDGED, Safe.SENT_UNVERIFIED)
        world.clock.sleep(1.0)
    if hasattr(instrument, "read_errors"):
        assert instrument.read_errors() == []


@each
def test_too_much_is_refused_and_nothing_is_clipped(opened):
    _, _, instrument = opened
    for capability in _of(instrument, "source"):
        arguments = _stimulus(capability)
        with pytest.raises(OutOfRange):
            getattr(instrument, capability.method)(FAR_TOO_MUCH, *arguments[1:])
    if hasattr(instrument, "read_errors"):
        assert instrument.read_errors() == []


@each
@pytest.mark.parametrize("kind", ["garbage", "silence", "drop"])
def test_a_fault_is_an_error_of_calbench_and_never_a_reading(opened, kind):
    world, _, instrument = opened
    world.fault("unit", Fault(kind))
    with suppress(
        InstrumentError
    ):  # a model that is mere text may be anything, but then it is none of the driver's
        assert not accepts(instrument, instrument.identify().model)
    for capability in _of(instrument, "measure", "environment"):
        with pytest.raises(InstrumentError):
            _measured(instrument, capability, anything=True)


def _of(instrument: Any, *kinds: str) -> list[Capability]:
    return [CAPABILITIES[name] for name in instrument.PROVIDES if CAPABILITIES[name].kind in kinds]


def _measured(instrument: Any, capability: Capability, *, anything: bool = False) -> Reading | None:
    """Take a reading on the first range that there is; None if the open input has none (ohms, say)."""
    method = getattr(instrument, capability.method)
    if "on_range" not in capability.arguments:
        told = [TOLD[name] for name in capability.arguments]
        try:
            return _reading(lambda: method(*told), anything=anything)
        except DeviceError:  # nothing flows, so no energy can be compared
            if anything or "constant" not in capability.arguments:
                raise
            return None
        except OutOfRange:  # a water meter has no register of heat
            if anything:
                raise
            return None
    for on_range in ON_RANGE:
        try:
            return _reading(lambda on=on_range: method(on), anything=anything)
        except OutOfRange:
            continue
    raise AssertionError(f"{capability.name} has none of the ranges {', '.join(ON_RANGE)}")


def _reading(method: Any, *, anything: bool) -> Reading | None:
    try:
        return method()  # type: ignore[no-any-return]
    except Overload:
        if anything:
            raise
        return None


def _stimulus(capability: Capability) -> tuple[Any, ...]:
    if capability.name == "source.power.active":
        return ("230", "5", "60", "50", 3)
    if capability.name == "source.pulses":
        return ("50", FREQUENCY, "3")
    frequency = (FREQUENCY,) if "frequency" in capability.arguments else ()
    return (MODEST[capability.unit], *frequency)
