"""Surroundings that know the instruments of the shipped stations, with files found beside the file that names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from calbench.authoring.loading import Surroundings

READ_BY_EYE = {
    f"byeye/{model}"
    for model in (
        "bath", "bell_prover", "charge_load", "charger", "climate", "flow_meter", "flow_supply", "heat_meter",
        "packages", "pipe_thermometer", "pointer_voltmeter", "proving_can", "rollers", "scale", "taximeter",
        "voltmeter", "weighing_tank",
    )
}  # fmt: skip
DRIVERS = {
    "agilent/a34401a": ("measure.voltage.dc", "measure.resistance.4w", "measure.resistance.2w"),
    "fluke/f5522a": ("source.voltage.dc", "source.resistance.4w"),
    "fluke/f5730a": ("source.voltage.dc", "source.resistance.4w"),
    "keysight/k34461a": ("measure.voltage.dc",),
    "dlt645/v2007": ("measure.energy.active",),
    "eastron/sdm630": ("measure.energy.active",),
    "keithley/kdmm6500": ("measure.voltage.dc",),
    "keysight/k34465a": ("measure.voltage.dc",),
    "keysight/k34470a": ("measure.voltage.dc",),
    "mbus/meter": ("measure.volume", "measure.energy.heat", "measure.energy.active"),
    "clou/cl309": ("source.power.active",),
    "clou/cl3115": ("measure.power.active", "measure.frequency"),
    "mettler/mtsics": ("measure.mass",),
    "vaisala/hmt330": ("environment.temperature", "environment.humidity"),
    "keyboard": (),
}


def _near(name: str, by: Path) -> Path | None:
    """Find a sub-procedure beside the file, or in one of the folders above it."""
    folders = (by.parent, Path(), *by.absolute().parents)
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


@pytest.fixture(scope="session")
def around() -> Surroundings:
    return Surroundings(
        drivers=DRIVERS,
        simulators=frozenset(DRIVERS) - {"keyboard", "keysight/k34461a"} | READ_BY_EYE,
        find_procedure=_near,
        find_asset=lambda name, station: station.parent / "assets" / f"{name}.yaml",
        witnesses=frozenset({"clou/cl3115"}),
    )
