"""Small procedures for several units, on the shipped benches."""

VOLTS = """\
procedure: Two voltages
id: two-voltages
version: 1.0.0
language: 1
positions: {max: 48, sharing: parallel}
roles:
  uut:    {needs: [measure.voltage.dc]}
  source: {needs: [source.voltage.dc], must_be_in_calibration: true}
environment:
  temperature: {nominal: 23 degC, tolerance: 2 delta_degC, check_every: 20 s, on_violation: suspend}
setup:
  - identify: {at: each}
  - warm_up: {uut: 1 min}
  - configure: {role: uut, at: each, with: {nplc: 10, autozero: true, digits: 6.5}}
connections:
  leads: {title: Leads, text: Connect the leads., confirm: [Connected]}
tests:
  - test: low
    connection: leads
    apply: source.voltage.dc
    read: uut.voltage.dc
    settle: 5 s
    readings: 2
    ranges:
      - {range: 1 V, points: [0 V, 1 V], mpe: 0.0040 % rdg + 0.0007 % rng, resolution: 1 uV}
    uncertainty:
      - {name: Calibrator, from: source.uncertainty}
  - test: high
    connection: leads
    apply: source.voltage.dc
    read: uut.voltage.dc
    settle: 5 s
    readings: 2
    ranges:
      - {range: 10 V, points: [5 V, 10 V, -10 V], mpe: 0.0035 % rdg + 0.0005 % rng, resolution: 10 uV}
    uncertainty:
      - {name: Calibrator, from: source.uncertainty}
policy: {on_fail: continue, comms_retry: 0}
"""

POINTS = ("low/1V/0V", "low/1V/1V", "high/10V/5V", "high/10V/10V", "high/10V/-10V")


def changed(text: str, *changes: tuple[str, str]) -> str:
    """Give a procedure with these changes; each must apply."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text
