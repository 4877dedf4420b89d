"""Procedures with results that follow from others, run with readings typed in at a bench without remote interfaces."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from calbench.clock import VirtualClock
from calbench.workflow import Finished, Options, execute, prepare

GAUGE = """\
procedure: {en: Pressure gauge, zh: 压力表}
id: gauge
version: 1.0.0
language: 1
words: {zh: {before: 轻敲前, after: 轻敲后}}
parameters:
  span: {type: quantity, unit: MPa, default: 1 MPa}
roles:
  uut: {needs: [measure.pressure], fallback: keyboard}
limits:
  mpe:
    variable: nominal
    bands:
      - {up_to: 0.89 span, limit: 1.6 % span}
      - {up_to: span, limit: 2.5 % span}
tests:
  - test: indication
    title: {en: Error of indication, zh: 示值误差}
    read: uut.pressure
    points: {up: [0.2 MPa, 0.6 MPa, 1 MPa], down: [0.6 MPa, 0.2 MPa]}
    for_each: {tap: [before, after]}
    prompt: "{tap} tapping, {direction}: read at {nominal}."
    resolution: 0.001 MPa
    evaluate: {value: error, limit: mpe}
  - test: hysteresis
    title: {en: Hysteresis, zh: 回程误差}
    of: indication
    across: direction
    evaluate: {value: abs(up.error - down.error), limit: mpe}
  - test: tap-shift
    title: {en: Shift by tapping, zh: 轻敲位移}
    of: indication
    across: tap
    evaluate: {value: abs(after.indication - before.indication), limit: {upper: 0.5 * 1.6 % span}}
"""
READ = {
    "before": {"up": ["0.195", "0.590", "0.990"], "down": ["0.610", "0.205"]},
    "after": {"up": ["0.196", "0.592", "0.999"], "down": ["0.609", "0.203"]},
}
AT = {"up": ["0.2", "0.6", "1"], "down": ["0.6", "0.2"]}
READINGS = {
    f"indication/{tap}/{direction}/{at}MPa": f"{read} MPa"
    for tap, each in READ.items()
    for direction, several in each.items()
    for at, read in zip(AT[direction], several, strict=True)
}

LOT = """\
procedure: Prepackages of one lot
id: lot
version: 1.0.0
language: 1
parameters:
  Qn:      {type: quantity, unit: g, default: 330 g}
  tolerable: {type: quantity, unit: g, default: 9.9 g}
  factor:  {type: number, default: 1.028}
  allowed: {type: integer, default: 0}
roles:
  uut: {needs: [measure.mass], fallback: keyboard}
limits:
  twice_T:                        # OIML R 87, the tolerable deficiency, twice
    variable: Qn
    bands:
      - {up_to: 50 g,    limit: 2 * 9 % Qn}
      - {up_to: 100 g,   limit: 2 * 4.5 g}
      - {up_to: 200 g,   limit: 2 * 4.5 % Qn}
      - {up_to: 300 g,   limit: 2 * 9 g}
      - {up_to: 500 g,   limit: 2 * 3 % Qn}
      - {up_to: 1000 g,  limit: 2 * 15 g}
      - {up_to: 10000 g, limit: 2 * 1.5 % Qn}
      - {up_to: 15000 g, limit: 2 * 150 g}
      - {up_to: 50000 g, limit: 2 * 1 % Qn}
tests:
  - test: contents
    read: uut.mass
    load: Qn
    times: 10
    prompt: Weigh the contents of package {repeat}.
    resolution: 0.5 g
  - test: mean
    of: contents
    across: all
    resolution: 0.001 g
    evaluate: {value: mean(indication) - nominal + factor * stdev(indication), limit: {lower: 0 g}}
  - test: short
    of: contents
    across: all
    evaluate: {value: count(-error > tolerable and -error <= 2 tolerable), limit: {upper: allowed}}
  - test: far-short
    of: contents
    across: all
    evaluate: {value: count(-error > 2 tolerable), limit: {upper: 0}}
  - test: worst
    of: contents
    across: all
    evaluate: {value: max(-error), limit: twice_T}
"""


def weighed(*contents: str) -> dict[str, str]:
    """Give the readings of packages, in order."""
    return {f"contents/{number}": f"{one} g" for number, one in enumerate(contents, start=1)}


def typed(
    folder: Path,
    procedure: str,
    readings: Mapping[str, str],
    *changes: tuple[str, str],
    only: tuple[str, ...] = (),
) -> Finished:
    """Run a procedure at the shipped bench without remote interfaces, its readings from an answers file."""
    for old, new in changes:
        assert old in procedure, old
        procedure = procedure.replace(old, new)
    (folder / "procedure.yaml").write_text(procedure, encoding="utf-8")
    lines = "\n".join(f"  {name}: {value}" for name, value in readings.items())
    text = f"language: 1\noperator: A. Berg\nconfirm: all\nanswers:\n{lines}\n"
    (folder / "answers.yaml").write_text(text, encoding="utf-8")
    clock = VirtualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    options = Options(answers=folder / "answers.yaml", only=only)
    return execute(
        prepare(str(folder / "procedure.yaml"), "keyboard", options, clock), folder / "runs", clock=clock
    )
