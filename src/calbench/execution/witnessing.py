"""Witnesses: who measures at the terminals of a source that cannot say itself whether it is off (`seen_by`).

A witness is believed as a voltage tester is: it must have seen the source on, then it must see nothing for a while.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from calbench.clock import Clock
from calbench.documents.plan import Binding
from calbench.errors import RunFailed
from calbench.execution.bench import KEYBOARD, Bench
from calbench.execution.calling import Caller
from calbench.instruments.reading import Safe

RAMP_TIME = 3.0
"""Seconds within which a source that was switched on or off is up or down."""
LOOK_INTERVAL = 0.5
LOOKS = 3
"""So often in succession must a witness see nothing: a meter that changes its range may show nothing once."""
LOOKED_WITHIN = 6.0
"""Seconds that all looks at one source may take, a fresh line to the witness included."""
LOOKED_AGAIN_WITHIN = 2.0
"""Seconds that a last look may take before a source is switched off, over each of two lines."""
_NO_AMOUNT = ("angle", "frequency", "phases", "loaded")


@contextlib.contextmanager
def seen_on(bench: Bench, source: Binding, told: Mapping[str, object], call: Caller) -> Iterator[None]:
    """Switch a source on in this block, and have its witness see that: after each safe state, and from time to time.

    Raises:
        InstrumentError: The witness does not answer, or answers wrongly.
        RunFailed: It sees nothing, so that it could not tell later whether the source is off.
    """
    name, sightings = source.seen_by, bench.sightings
    amounts = [value for key, value in told.items() if key not in _NO_AMOUNT]
    if not name or source.driver == KEYBOARD:
        yield
        return
    if not any(Decimal(str(value)) for value in amounts):
        yield
        sightings.over(source.instrument)
        return
    before = source.instrument in sightings
    sightings.switched_on(source.instrument)
    yield
    if sightings.fresh(source.instrument):
        return
    opened = bench.opened.get(name)
    if opened is None or not call(opened, lambda: _becomes_on(opened.driver.sees_output, bench.clock)):
        sightings.lost(source.instrument)
        raise RunFailed(
            f"{source.instrument} {'is' if before else 'was switched'} on, and {name}, which must see whether it is "
            "off, sees neither voltage nor current. Check its leads and ranges, and the output of "
            f"{source.instrument}."
        )
    sightings.seen(source.instrument)


def look_again(bench: Bench) -> None:
    """Have each source that is on seen once more, right before it is switched off; what is not seen is noted."""
    for source in bench.sources():
        if source.instrument in bench.sightings and not {source.instrument, source.seen_by} & bench.taken:
            if _sees_on(bench, source.seen_by):
                bench.sightings.seen(source.instrument)
            else:
                bench.sightings.lost(source.instrument)


def _sees_on(bench: Bench, name: str) -> bool:
    binding = bench.binding(name)
    for fresh in (False, True):
        if binding is None or name in bench.strangers:
            return False
        with contextlib.suppress(Exception), bench.gate.within(LOOKED_AGAIN_WITHIN, name):
            if fresh or bench.driver(name) is None:
                bench.reopen(binding)
            opened = bench.opened[name]
            if opened.link is not None:
                opened.link.clear()
            return _becomes_on(opened.driver.sees_output, bench.clock, LOOKED_AGAIN_WITHIN / 2)
    return False


def sees_off(bench: Bench, source: Binding) -> tuple[Safe, str]:
    """Ask the witness of a source whether nothing is there, and stays away; gives what is known now, and why.

    If its line fails, it is asked once more over a fresh one.
    """
    name = source.seen_by
    binding = bench.binding(name)
    if doubt := bench.sightings.doubt(source.instrument, name):
        return Safe.SENT_UNVERIFIED, doubt
    why = f"{name}, which would see whether it is off, is not in this run"
    for fresh in (False, True):
        if binding is None or name in bench.strangers or name in bench.taken:
            return Safe.SENT_UNVERIFIED, why
        try:
            with bench.gate.within(LOOKED_WITHIN, name):
                if fresh or bench.driver(name) is None:
                    bench.reopen(binding)
                off = _is_off(bench, name)
        except Exception as error:  # noqa: BLE001 - a fault of a driver must not keep the next source on
            why = f"{name} does not see whether it is off: {error}"
            continue
        if off:
            return Safe.VERIFIED, f"{name} sees neither voltage nor current"
        return Safe.SENT_UNVERIFIED, f"{name} still sees voltage or current"
    return Safe.SENT_UNVERIFIED, why


def _is_off(bench: Bench, name: str) -> bool:
    opened = bench.opened[name]
    if opened.link is not None:
        opened.link.clear()  # or a late reply to an earlier query could pass for what it sees now
    return _stays_off(opened.driver.sees_output, bench.clock)


def _becomes_on(sees_output: Callable[[], bool], clock: Clock, within: float = RAMP_TIME) -> bool:
    begun = clock.monotonic()
    while not sees_output():
        if clock.monotonic() - begun >= within:
            return False
        clock.sleep(LOOK_INTERVAL)
    return True


def _stays_off(sees_output: Callable[[], bool], clock: Clock) -> bool:
    begun, quiet = clock.monotonic(), 0
    while True:
        quiet = 0 if sees_output() else quiet + 1
        if quiet == LOOKS:
            return True
        if not quiet and clock.monotonic() - begun >= RAMP_TIME:
            return False
        clock.sleep(LOOK_INTERVAL)
