"""The test of a driver is the exchange on its line, written down.

```python
with exchange("> CONF:VOLT:DC 10", "> SYST:ERR?", '< +0,"No error"', "~ 0.5", "> READ?", "< 1.0E+00") as link:
    reading = A34401A(link).measure_dc_voltage(on_range=10)
```

Lines: `> text` the driver must write this, `< text` the instrument replies this, `~ seconds` the driver must
wait this long, `! timeout` and `! lost` make a read fail so, `! clear` the driver must clear the line. A
query is a write and a read. Everything must happen, in this order, and nothing else. No real time passes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from calbench.clock import Clock
from calbench.errors import ConnectionLost, LinkTimeout
from calbench.instruments.link import Link

_MARKS = {">": "a write of", "<": "a read that gives", "~": "a wait of seconds", "!": "a failure or clear"}
_EVENTS = ("timeout", "lost", "clear")


class _Script:
    """The lines still to come; remembers the first thing that went wrong, lest a driver swallow it."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        self.position = 0
        self.failure: AssertionError | None = None
        for line in lines:
            if (
                line[:1] not in _MARKS
                or (line[1:2] not in ("", " "))
                or (line[:1] == "!" and line[2:] not in _EVENTS)
            ):
                raise ValueError(
                    f"{line!r} is no line of an exchange. Write '> …', '< …', '~ seconds' or '! event'."
                )

    def expect(self, mark: str, got: str) -> str:
        """Take the next line if it has this mark, and give its text."""
        line = self.lines[self.position] if self.position < len(self.lines) else None
        if line is None or line[0] != mark:
            self.fail(got)
        self.position += 1
        return line[2:]

    def fail(self, got: str) -> NoReturn:
        """Raise what differs, with its place in the exchange."""
        expected = self.lines[self.position] if self.position < len(self.lines) else "nothing more"
        done = "".join(f"\n    {line}" for line in self.lines[: self.position])
        self.failure = self.failure or AssertionError(
            f"line {self.position + 1} of {len(self.lines)} of the exchange:\n"
            f"  expected: {expected}\n"
            f"  got:      {got}\n"
            f"  before it:{done or ' nothing'}"
        )
        raise self.failure

    def finish(self) -> None:
        """Raise if something went wrong or is left."""
        if self.failure is not None:
            raise self.failure
        if self.position < len(self.lines):
            left = "".join(f"\n    {line}" for line in self.lines[self.position :])
            raise AssertionError(
                f"the driver stopped before line {self.position + 1} of the exchange; left:{left}"
            )


class _ScriptClock:
    """A clock whose every wait must be in the script."""

    def __init__(self, script: _Script) -> None:
        self._script = script
        self._now = 0.0

    def monotonic(self) -> float:
        return self._now

    def utc(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self._now)

    def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return
        expected = float(self._script.expect("~", f"~ {seconds:g}"))
        if not math.isclose(expected, seconds, abs_tol=1e-9):
            self._script.position -= 1
            self._script.fail(f"~ {seconds:g}")
        self._now += seconds


class _ScriptLink:
    """The line of a scripted instrument."""

    def __init__(self, script: _Script) -> None:
        self.resource = "exchange"
        self.clock: Clock = _ScriptClock(script)
        self._script = script

    def write(self, message: str) -> None:
        if self._script.expect(">", f"> {message}") != message:
            self._script.position -= 1
            self._script.fail(f"> {message}")

    def read(self, *, timeout: float | None = None) -> str:
        line = self._script.lines[self._script.position :][:1]
        if line == ("! timeout",):
            self._script.position += 1
            raise LinkTimeout(f"{self.resource}: no reply within {timeout or 'the given'} seconds.")
        if line == ("! lost",):
            self._script.position += 1
            raise ConnectionLost(f"{self.resource}: the connection was lost.")
        return self._script.expect("<", "a read")

    def query(self, message: str, *, timeout: float | None = None) -> str:
        self.write(message)
        return self.read(timeout=timeout)

    def wait(self, seconds: float) -> None:
        self.clock.sleep(seconds)

    def clear(self) -> None:
        if self._script.expect("!", "! clear") != "clear":
            self._script.position -= 1
            self._script.fail("! clear")

    def close(self) -> None:
        pass


@contextmanager
def exchange(*lines: str) -> Iterator[Link]:
    """Give a link on which exactly this exchange must happen.

    Args:
        *lines: The exchange in order; see the module for their form.

    Raises:
        AssertionError: Something else happened, in another order, or lines are left at the end.
        ValueError: A line has no such form.
    """
    script = _Script(lines)
    yield _ScriptLink(script)
    script.finish()
