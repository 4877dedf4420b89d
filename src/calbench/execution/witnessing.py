"""Witnesses: who measures at the terminals of a source that cannot say itself whether it is off (`seen_by`).

A witness is believed as a voltage tester is: it must have seen the source on, then it must see nothing for a while.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
_NO_AMOUNT = ("angle", "frequency", "phases", "loaded")


def require_seen_on(bench: Bench, source: Binding, told: Mapping[str, object], call: Caller) -> None:
    """Have the witness of a source see that it is on, once after each time that it was made safe.

    Raises:
        InstrumentError: The witness does not answer, or answers wrongly.
        RunFailed: It sees nothing, so that it could not tell later whether the source is off.
    """
    name, amounts = source.seen_by, [value for key, value in told.items() if key not in _NO_AMOUNT]
    known = source.instrument in bench.seen_on or source.driver == KEYBOARD
    if not name or known or not any(Decimal(str(value)) for value in amounts):
        return
    opened = bench.opened.get(name)
    bench.unseen.add(source.instrument)
    if opened is None or not call(opened, lambda: _becomes_on(opened.driver.sees_output, bench.clock)):
        raise RunFailed(
            f"{source.instrument} was switched on, and {name}, which must see whether it is off, sees neither voltage "
            f"nor current. Check its leads and ranges, and the output of {source.instrument}."
        )
    bench.unseen.discard(source.instrument)
    bench.seen_on.add(source.instrument)


def sees_off(bench: Bench, source: Binding) -> tuple[Safe, str]:
    """Ask the witness of a source whether nothing is there, and stays away; gives what is known now, and why.

    If its line fails, it is asked once more over a fresh one.
    """
    name = source.seen_by
    binding = bench.binding(name)
    if source.instrument in bench.unseen:
        return (
            Safe.SENT_UNVERIFIED,
            f"{name} has not seen it while it was on, so it cannot tell that it is off",
        )
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


def _becomes_on(sees_output: Callable[[], bool], clock: Clock) -> bool:
    begun = clock.monotonic()
    while not sees_output():
        if clock.monotonic() - begun >= RAMP_TIME:
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
