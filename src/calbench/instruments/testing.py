"""The test of a driver is the exchange on its line, written down.

```python
with exchange("> CONF:VOLT:DC 10", "> SYST:ERR?", '< +0,"No error"', "~ 0.5", "> READ?", "< 1.0E+00") as link:
    reading = A34401A(link).measure_dc_voltage(on_range=10)
```

Lines: `> text` the driver must write this, `< text` the instrument replies this, `~ seconds` the driver must
wait this long, `! timeout` and `! lost` make a read fail so, `! clear` and `! discard` the driver must clear the
line, or throw away what has come. Bytes are written in hexadecimal: `>> 68 AA` the driver must send, `<< 68 AA` come;
a frame may come in several such lines. A query is a write and a read. Everything must happen, in this order, and
nothing else. No real time passes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from calbench.clock import Clock
from calbench.errors import ConnectionLost, LinkTimeout
from calbench.instruments.arrival import await_frame
from calbench.instruments.link import FrameFormat, Link

_FORM = re.compile(r"(>>|<<|>|<|~|!)( .*)?", re.DOTALL)
_EVENTS = ("timeout", "lost", "clear", "discard")


class _Script:
    """The lines still to come; remembers the first thing that went wrong, lest a driver swallow it."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        self.position = 0
        self.failure: AssertionError | None = None
        for line in lines:
            form = _FORM.fullmatch(line)
            if form is None or (form[1] == "!" and line[2:] not in _EVENTS):
                raise ValueError(
                    f"{line!r} is no line of an exchange. Write '> …', '< …', '>> hex', '<< hex', '~ seconds' or "
                    f"'! event'."
                )

    def expect(self, mark: str, got: str) -> str:
        """Take the next line if it has this mark, and give its text."""
        line = self.lines[self.position] if self.position < len(self.lines) else None
        if line is None or line.partition(" ")[0] != mark:
            self.fail(got)
        self.position += 1
        return line.partition(" ")[2]

    def comes(self) -> bytes | None:
        """Take the next line if bytes come in it; None if it is none of those."""
        line = self.lines[self.position] if self.position < len(self.lines) else ""
        if not line.startswith("<<"):
            return None
        return bytes.fromhex(self.expect("<<", ""))

    def fails(self, where: str, timeout: float | None) -> None:
        """Raise the failure that the next line wants, if it wants one."""
        line = self.lines[self.position : self.position + 1]
        if line == ("! timeout",):
            self.position += 1
            raise LinkTimeout(f"{where}: no reply within {timeout or 'the given'} seconds.")
        if line == ("! lost",):
            self.position += 1
            raise ConnectionLost(f"{where}: the connection was lost.")

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

    def __init__(self, script: _Script, unit: str, framing: str) -> None:
        self.resource = "exchange"
        self.unit = unit
        self.framing = framing
        self._pending = bytearray()
        self.clock: Clock = _ScriptClock(script)
        self._script = script

    def write(self, message: str) -> None:
        if self._script.expect(">", f"> {message}") != message:
            self._script.position -= 1
            self._script.fail(f"> {message}")

    def read(self, *, timeout: float | None = None) -> str:
        self._script.fails(self.resource, timeout)
        return self._script.expect("<", "a read")

    def query(self, message: str, *, timeout: float | None = None) -> str:
        self.write(message)
        return self.read(timeout=timeout)

    def send(self, data: bytes) -> None:
        got = f">> {data.hex(' ').upper()}"
        if bytes.fromhex(self._script.expect(">>", got)) != data:
            self._script.position -= 1
            self._script.fail(got)

    def receive(self, form: FrameFormat, *, timeout: float | None = None) -> bytes:
        def more() -> bytes:
            self._script.fails(self.resource, timeout)
            chunk = self._script.comes()
            if chunk is None and not self._pending:
                self._script.fail(f"a wait for a {form.name} frame")
            if chunk is None:
                raise LinkTimeout(
                    f"{self.resource}: no complete frame within {timeout or 'the given'} seconds."
                )
            return chunk

        return await_frame(self._pending, form, more, self.resource)

    def discard(self) -> None:
        self._event("discard")

    def wait(self, seconds: float) -> None:
        self.clock.sleep(seconds)

    def clear(self) -> None:
        self._event("clear")

    def _event(self, name: str) -> None:
        self._pending.clear()
        if self._script.expect("!", f"! {name}") != name:
            self._script.position -= 1
            self._script.fail(f"! {name}")

    def close(self) -> None:
        pass


@contextmanager
def exchange(*lines: str, unit: str = "", framing: str = "") -> Iterator[Link]:
    """Give a link on which exactly this exchange must happen.

    Args:
        *lines: The exchange in order; see the module for their form.
        unit: The address of the instrument on its bus.
        framing: How Modbus goes over this line, `rtu` or `tcp`.

    Raises:
        AssertionError: Something else happened, in another order, or lines are left at the end.
        ValueError: A line has no such form.
    """
    script = _Script(lines)
    yield _ScriptLink(script, unit, framing)
    script.finish()
