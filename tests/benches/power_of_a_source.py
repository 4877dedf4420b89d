"""The procedure of what a source puts out, as its standard meter sees it: for runs in which the source stays on."""

from __future__ import annotations

PROCEDURE = """\
procedure: Power of a source
id: power-of-a-source
version: 1.0.0
language: 1
roles:
  uut:       {needs: [measure.energy.active]}
  source:    {needs: [source.power.active]}
  reference: {needs: [measure.power.active]}
tests:
  - test: power
    apply: source.power.active
    read: reference.power.active
    with: {voltage: 220 V, current: current, angle: 0 deg, frequency: 50 Hz, phases: 1}
    vary: {current: [CURRENTS]}
    settle: SETTLE
    resolution: 1 W
    evaluate: {value: error, limit: 11 W}
"""


def procedure(currents: str, settle: str) -> str:
    """Give its text for these currents, each of which is left to settle as long."""
    return PROCEDURE.replace("CURRENTS", currents).replace("SETTLE", settle)
