"""The remote language that Fluke's 5700A and 5500A calibrators share (5500A manual, chapters 5, 6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Final

from calbench.simulation.answer import NOT_HANDLED, Answer, Result, Text, joined, made
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.status import ErrorQueue, Event, Status488
from calbench_sim.parts.sources.fluke_syntax import LARGEST_EXPONENT, TEXTS, Refused

OPER, REMOTE, SETTLED = 1 << 0, 1 << 11, 1 << 12
"""Bits of the instrument status register."""

ISCB: Final = 2
"""Status byte bit: an enabled bit of the instrument status has changed."""
EAV: Final = 3
"""Status byte bit: there are errors in the queue."""

_OF_SCPI = {-102: 1300, -104: 1304, -108: 1302, -109: 1302, -113: 1301, -222: 1306, -363: 1317, -410: 1308,
            -420: 1309, -430: 1307}  # fmt: skip
_COMMAND = re.compile(r"\*?[A-Z][A-Z0-9_]*\??")
_FIRST_COMMAND_ERROR = 1300

Handler = Callable[[list[str]], Result]


class Remote(Device):
    """Command interpreter, status registers and error queue of the family; a model adds its commands."""

    MESSAGE_ENDS = (b"\n", b"\r")
    SERIAL = "9600 8N1"
    CONTROLS = b"\x03\x14"  # ^C device clear, ^T group trigger
    IDENTITY: ClassVar[str]  # with {model} and {serial}

    def __init__(self, bench: Bench, model: str) -> None:
        super().__init__(bench)
        texts = {code: self.wording(text) for code, text in TEXTS.items()}
        self.errors = ErrorQueue(
            depth=16, texts=texts, no_error=(0, "No Error"), overflow=1, translate=_OF_SCPI
        )
        identity = self.IDENTITY.format(model=model, serial=bench.serial_number)
        self.reports = Status488(
            identity, errors=self.errors, error_bit=EAV, reset=self.reset, busy=self.busy
        )
        self.status = self.reports
        self._risen = self._fallen = 0
        self._isr = self.instrument_status()
        self._enabled_rises = self._enabled_falls = 0
        self.commands: dict[str, Handler] = {
            "*OPT?": self.none(lambda: "0"),
            "FAULT?": self.none(lambda: str(self.errors.pop()[0])),
            "EXPLAIN?": self._explain,
            "ISR?": self.none(lambda: str(self.instrument_status())),
            "ISCR?": self.none(lambda: str(self.read_changes(rising=True, falling=True))),
            "ISCE": lambda parameters: self.enable_changes(parameters, rising=True, falling=True),
            "ISCE?": self.none(lambda: str(self._enabled_rises | self._enabled_falls)),
        }

    # --- for the model ---

    def instrument_status(self) -> int:
        """Give the instrument status register (ISR) now. Every model overrides this."""
        raise NotImplementedError

    def busy(self) -> float:
        """Give the seconds until the output has settled. Every model overrides this."""
        raise NotImplementedError

    def reset(self) -> None:
        """Do `*RST`. Every model overrides this."""
        raise NotImplementedError

    def about_to_act(self) -> None:
        """Take note of the state before commands change it; here nothing."""

    def note_changes(self) -> None:
        """Compare the instrument status with what it was, and remember the bits that have changed."""
        now = self.instrument_status()
        self._risen |= now & ~self._isr
        self._fallen |= self._isr & ~now
        self._isr = now
        changed = self._risen & self._enabled_rises or self._fallen & self._enabled_falls
        self.reports.summary(ISCB, raised=bool(changed))

    def read_changes(self, *, rising: bool, falling: bool) -> int:
        """Give the bits that rose, fell or both, and forget them."""
        self.note_changes()
        bits = 0
        if rising:
            bits, self._risen = self._risen, 0
        if falling:
            bits, self._fallen = bits | self._fallen, 0
        return bits

    def enable_changes(self, parameters: list[str], *, rising: bool, falling: bool) -> None:
        """Set the mask of the changes that count for the status byte."""
        mask = self.integer(parameters, 0x7FFF)
        if rising:
            self._enabled_rises = mask
        if falling:
            self._enabled_falls = mask

    @staticmethod
    def none(action: Callable[[], Result]) -> Handler:
        """Make a handler of a command without parameters."""

        def handler(parameters: list[str]) -> Result:
            if parameters:
                raise Refused(1302)
            return action()

        return handler

    @staticmethod
    def choice(choose: Callable[[str], None], *allowed: str) -> Handler:
        """Make a handler of a command with one keyword."""

        def handler(parameters: list[str]) -> None:
            if len(parameters) != 1:
                raise Refused(1302)
            if parameters[0] not in allowed:
                raise Refused(501)
            choose(parameters[0])

        return handler

    @staticmethod
    def integer(parameters: list[str], top: int) -> int:
        """Read one whole number from 0 to `top`."""
        if len(parameters) != 1:
            raise Refused(1302)
        if not parameters[0].isdecimal() or not parameters[0].isascii():
            raise Refused(1304)
        number = int(parameters[0][:LARGEST_EXPONENT])
        if number > top:
            raise Refused(1306)
        return number

    # --- the interpreter ---

    def receive(self, line: str) -> None:
        """Carry out the commands of one message, `;` between them; one reply line for all its queries."""
        text = "".join(chr(ord(c) & 0x7F) for c in line)  # bit 7 is ignored, then control characters are
        text = "".join(c for c in text if c >= " ").upper()
        answer = self._carry_out_all([command.strip() for command in text.split(";")], ())
        if answer is not None:
            self.reply(answer.text, after=answer.after)

    def control(self, code: int) -> None:
        """Act on ^C (device clear) and ^T (group trigger) of the serial line."""
        if code == self.CONTROLS[0]:
            self.device_clear()
        else:
            self.trigger()

    def _carry_out_all(self, commands: list[str], before: Sequence[Text]) -> Answer | None:
        """Carry out commands; what takes time (`*WAI`, `*OPC?`) and is not the last suspends the rest."""
        self.about_to_act()
        texts: list[Text] = [*made(before)]
        after = 0.0
        for index, command in enumerate(commands):
            wait = self.busy() if command == "*WAI" else 0.0
            result = self._carry_out(command)
            if isinstance(result, Answer):
                wait = result.after
                texts.append(result.text)
            elif result is not None:
                texts.append(result)
            if wait > 0 and any(commands[index + 1 :]):
                self.hold(wait, partial(self._carry_out_all, commands[index + 1 :], texts))
                break
            after = max(after, wait)
        else:
            self.note_changes()
            return Answer(joined(texts), after) if texts else None
        self.note_changes()
        return None

    def _carry_out(self, command: str) -> Result:
        if not command:
            return None
        common = self.reports.common(command) if command.startswith("*") else NOT_HANDLED
        if common is not NOT_HANDLED:
            return common
        header, space, rest = command.partition(" ")
        handler = self.commands.get(header)
        if handler is None:
            self.queue(1301 if _COMMAND.fullmatch(header) else 1300)
            return None
        try:
            return handler([p.strip() for p in rest.split(",")] if space and rest.strip() else [])
        except Refused as refusal:
            self.queue(refusal.code)
            return None

    def queue(self, code: int) -> None:
        """Put an error into the queue, and its class into the event register."""
        event = Event.CME if code >= _FIRST_COMMAND_ERROR else Event.EXE
        self.reports.error(code, event=event)

    def _explain(self, parameters: list[str]) -> str:
        code = self.integer(parameters, 65535)
        if code == 0:
            return '"No Error"'
        if code not in TEXTS:
            raise Refused(1306)
        return f'"{self.wording(TEXTS[code])}"'

    def wording(self, text: str) -> str:
        """Give an error text as this family writes it."""
        return text
