"""The truth log: the last value that became known, whatever was looked at before."""

from __future__ import annotations

from calbench.simulation.truth import TruthLog


def test_the_latest_is_what_became_known_last_also_behind_a_look_at_the_whole() -> None:
    log = TruthLog()
    assert log.latest("1", "voltage") is None
    log.add((5.0, "1", "voltage", 10.0))
    log.add((4.0, "1", "voltage", 11.0))  # became known later, of an earlier time
    log.add((4.0, "2", "voltage", 99.0))
    assert log.latest("1", "voltage") == 11.0
    assert [one.value for one in log.of("1")] == [11.0, 10.0]
    assert (log.latest("1", "voltage"), log.latest("2", "voltage")) == (11.0, 99.0)
    log.add((3.0, "1", "voltage", 12.0))
    assert len(log) == 4
    assert (log.latest("1", "voltage"), log.latest("1", "mass")) == (12.0, None)
