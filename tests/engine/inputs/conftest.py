"""Tests with inputs: a fuel dispenser that is read by eye, with the standards and the numbers of a public example."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from calbench.clock import VirtualClock
from calbench.workflow import Finished, Options, Prepared, execute, prepare

FUEL = """\
procedure: Fuel dispenser
id: fuel
version: 1.0.0
language: 1
parameters:
  bB: {type: quantity, unit: 1/K, default: 50e-6 1/K}
  by: {type: quantity, unit: 1/K, default: 12e-4 1/K}
roles:
  uut:         {needs: [measure.volume], fallback: keyboard}
  can:         {needs: [measure.volume]}
  thermometer: {needs: [measure.temperature]}
tests:
  - test: delivery
    points: [20 L]
    inputs:
      VJ: {read: uut.volume, prompt: Deliver into the can; what does the dispenser show?, resolution: 0.01 L}
      VB: {read: can.volume, resolution: 0.01 L}
      tJ: {read: thermometer.temperature, expected: 25 degC, prompt: In the stream.}
      tB: {read: thermometer.temperature, expected: 25 degC, prompt: In the can., settle: 30 s}
    indication: VJ
    reference: VB * (1 + bB * (tB - 20 degC) + by * (tJ - tB))
    model: indication / reference - 1
    unit: "%"
    mpe: 0.3 %
    uncertainty:
      - {name: Proving can, from: can.uncertainty}
      - {name: Thermometer, from: thermometer.uncertainty}
      - {name: Display, half_width: VJ.resolution / 2, shape: rectangular, input: VJ}
      - {name: Reading of the can, half_width: VB.resolution / 2, shape: rectangular, input: VB}
      - {name: Temperature in the stream, half_width: 0.5 K, shape: rectangular, input: tJ}
#more
"""

STATION = """\
station: pump
language: 1
title: Proving can
laboratory: {name: Laboratory, address: somewhere, country: CN}
instruments:
  can: {driver: keyboard, asset: CAN-1, provides: [measure.volume]}
  thermometer: {driver: keyboard, asset: T-1, provides: [measure.temperature]}
positions:
  1: {driver: keyboard}
"""

CAN = """\
asset: CAN-1
language: 1
kind: proving can
maker: Example
model: 20 L
serial: "1"
certificate: {number: C-1, issuer: Example (invented), date: 2026-01-10}
due: 2036-01-10
provides:
  measure.volume:
    - {from: 19 L, to: 21 L, expanded: 5 mL, k: 2}
"""

THERMOMETER = """\
asset: T-1
language: 1
kind: thermometer
maker: Example
model: digital
serial: "2"
certificate: {number: C-2, issuer: Example (invented), date: 2026-01-10}
due: 2036-01-10
provides:
  measure.temperature:
    - {from: 0 degC, to: 50 degC, expanded: 0.1 delta_degC, k: 2}
"""

ANSWERS = """\
language: 1
operator: A. Berg
confirm: all
answers:
  delivery/20L/VJ: 20.03 L
  delivery/20L/VB: 20.00 L
  delivery/20L/tJ: 25.0 degC
  delivery/20L/tB: 24.5 degC
"""

Fuel = Callable[..., Prepared]


def at(folder: Path) -> Fuel:
    """Prepare the fuel dispenser in a folder, with changes to any of its files."""

    def prepared(*changes: tuple[str, str]) -> Prepared:
        files = {
            "fuel.yaml": FUEL, "pump.yaml": STATION, "assets/CAN-1.yaml": CAN, "assets/T-1.yaml": THERMOMETER,
            "answers.yaml": ANSWERS,
        }  # fmt: skip
        for old, new in changes:
            assert any(old in text for text in files.values()), old
            files = {name: text.replace(old, new) for name, text in files.items()}
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        clock = VirtualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
        options = Options(answers=folder / "answers.yaml")
        return prepare(str(folder / "fuel.yaml"), str(folder / "pump.yaml"), options, clock)

    return prepared


@pytest.fixture
def fuel(tmp_path: Path) -> Fuel:
    """Prepare the fuel dispenser, with changes to any of its files."""
    return at(tmp_path)


@pytest.fixture(scope="session")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Finished]:
    """Run the fuel dispenser, with changes to any of its files: once for all tests; each gets a copy of the outcome."""

    @cache
    def ran(*changes: tuple[str, str]) -> Finished:
        folder = tmp_path_factory.mktemp("fuel")
        prepared = at(folder)(*changes)
        return execute(prepared, folder / "runs", clock=VirtualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC)))

    return lambda *changes: deepcopy(ran(*changes))
