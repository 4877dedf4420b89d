"""What a call under a fault may come to: the result without it, or an error of the instrument with its address."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tests.pairs.sweeping import LATER, SLOW, Outcome, Script

from calbench.errors import InstrumentError
from calbench.instruments.reading import Applied, Identity, Reading, Safe
from calbench.simulation.faults import Fault

ADDRESS = re.compile(r"GPIB0::5|calbench://|127\.0\.0\.1")
REPEATS = (
    1,
    2,
    3,
    5,
    8,
)  # random numbers, and seconds, after which the script is run again, to see its noise
QUANTA = 3  # of the last digit
SPREADS = 4  # of the range of six readings, which is 2.5 standard deviations: 10 of them
REGULATED = {
    "Pa": Decimal("0.0005"),
    "degC": Decimal("0.005"),
}  # within what a controller calls stable, of the value
WARM_UP = Decimal("2E-5")  # of the value: what switching off and on changes in the first minutes
SHARE = Decimal("0.01")  # of an output, and of what grows with time
UNSAFE = (Safe.FAILED, Safe.SENT_UNVERIFIED)
AFTER = {  # call: the one without which it means nothing
    "net mass": "tare",
    "mass on the tare": "net mass",  # or, after that has failed, the tare may be gone with the power
    "zeroed mass": "zero",
    "a while later": "make_safe again",
}


@dataclass(frozen=True)
class Expected:
    """What a call gives without a fault."""

    outcome: Outcome
    spread: Decimal
    slope: Decimal  # of its value per second

    def wrong(self, found: Outcome, *, digits: bool = True) -> str:
        """Say what is wrong with a call under a fault; empty: nothing.

        Args:
            found: What came of the call.
            digits: Whether values and names must be right. Where a line has no check, nothing tells that one bit of
                a digit or letter is another; see `docs/explanations/what-a-driver-can-notice.md`.
        """
        if found.error is not None:
            return self._wrong_error(found.error)
        if self.outcome.error is not None:
            return f"gave {found.result}, where {self.outcome.error!r} is right"
        if not digits and type(found.result) is type(self.outcome.result):
            return self._wrong_output(found)
        return self._wrong_result(found) or self._wrong_output(found)

    def _wrong_error(self, error: BaseException) -> str:
        if not isinstance(error, InstrumentError):
            return f"raised {error!r}"
        return "" if ADDRESS.search(str(error)) else f"names no address: {error!r}"

    def _wrong_result(self, found: Outcome) -> str:
        mine, theirs = found.result, self.outcome.result
        if isinstance(theirs, (Reading, Applied)) and isinstance(mine, (Reading, Applied)):
            time = Decimal(found.seconds - self.outcome.seconds)
            grown = self.slope * time
            quantum = Decimal(1).scaleb(int(theirs.value.as_tuple().exponent))
            margin = (
                SPREADS * self.spread + QUANTA * quantum + abs(grown) * SHARE + abs(theirs.value) * WARM_UP
            )
            if isinstance(theirs, Applied) and theirs.unit in REGULATED:
                margin += theirs.value * REGULATED[theirs.unit]
            off = abs(mine.value - theirs.value - grown)
            fits = mine.unit == theirs.unit and off <= margin
            return "" if fits else f"gave {mine} ({mine.text!r}), where {theirs} +- {margin:.2g} is right"
        if isinstance(theirs, Identity) and isinstance(mine, Identity):
            mine, theirs = replace(mine, text=""), replace(theirs, text="")  # the text may be a reading
        if isinstance(theirs, Safe):
            return "" if isinstance(mine, Safe) else f"gave {mine!r}"
        if isinstance(theirs, int) and isinstance(mine, int):
            return "" if abs(mine - theirs) <= 1 else f"gave {mine}, where {theirs} is right"
        if isinstance(theirs, list):
            return ""  # errors: a fault may bring some
        return "" if mine == theirs else f"gave {mine!r}, where {theirs!r} is right"

    def _wrong_output(self, found: Outcome) -> str:
        off = found.call in ("standby", "a while later") or found.result is Safe.VERIFIED
        if not off and not isinstance(found.result, Applied):
            return ""
        for what, right in self.outcome.outputs.items():
            mine = found.outputs[what]
            slow = what.endswith(SLOW)
            if slow and off and found.call != "a while later":
                continue
            if (mine is None) != (right is None):
                return f"gave {found.result} with {what} {mine}, where {right} is right"
            if mine is None or right is None:
                continue
            beyond = mine - right if slow and off else abs(mine - right)
            if beyond > 0.01 * abs(right) + 1e-6:
                return f"gave {found.result} with {what} {mine:g}, where {right:g} is right"
        return ""


def expected(script: Script) -> list[Expected]:
    """Run the script without a fault, again and again, and give what is right."""
    script.run()  # finds the ranges
    first = script.run()
    others = [script.run(later=more, drawn=more) for more in REPEATS]
    last = script.run(later=LATER)
    right = []
    for at, outcome in enumerate(first):
        reading = isinstance(outcome.result, Reading)
        slope = (_value(last[at]) - _value(outcome)) / Decimal(LATER) if reading else Decimal(0)
        values = [_value(outcome)]
        values += [
            _value(other[at]) - slope * Decimal(other[at].seconds - outcome.seconds) for other in others
        ]
        right.append(Expected(outcome, max(values) - min(values), slope))
    return right


def findings(script: Script, right: list[Expected], fault: Fault) -> list[str]:
    """Run the script with a fault, and say what is wrong with each call."""
    digits = fault.kind != "garble" or script.checked
    wrong = []
    failed: dict[str, bool] = {}
    for wanted, found in zip(right, script.run(fault), strict=False):
        failed[found.call] = found.error is not None or found.result in UNSAFE
        if failed.get(AFTER.get(found.call, "")):
            failed[found.call] = True
            continue
        if text := wanted.wrong(found, digits=digits):
            wrong.append(f"{found.call}: {text}")
    return wrong


def _value(outcome: Outcome) -> Decimal:
    result: Any = outcome.result
    return result.value if isinstance(result, (Reading, Applied)) else Decimal(0)
