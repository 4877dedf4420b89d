"""IEEE 488.2 status reporting: status byte, standard event register, common commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntFlag

from calbench.simulation.answer import NOT_HANDLED, Answer, NotHandled, Result
from calbench.simulation.errorqueue import ErrorQueue
from calbench.simulation.parameters import ScpiError, number
from calbench.simulation.registers import EventRegister

__all__ = ["NOT_HANDLED", "ErrorQueue", "Event", "EventRegister", "NotHandled", "Status488"]


Hold = Callable[[float, Callable[[], Answer | None] | None], None]
"""Holds messages for seconds, then acts on the rest of the present one."""

_BYTE = 255


class Event(IntFlag):
    """Bits of the standard event status register (IEEE 488.2, 11.5.1)."""

    OPC = 1
    RQC = 2
    QYE = 4
    DDE = 8
    EXE = 16
    CME = 32
    URQ = 64
    PON = 128


def event_of(code: int) -> Event:
    """Give the event bit of a SCPI error code (SCPI-99, 21.8.2); positive codes are device-dependent."""
    classes = {1: Event.CME, 2: Event.EXE, 3: Event.DDE, 4: Event.QYE}
    return classes.get(-code // 100, Event.DDE) if code < 0 else Event.DDE


class Status488:
    """Status of one device, composed by its model; `Device.status = Status488(...)` binds it.

    Args:
        identity: reply to `*IDN?`: maker, model, serial number, firmware; None if the device has no `*IDN?`.
        errors: the error queue; also sets its depth and texts.
        error_bit: status byte bit that says that the queue is not empty: 2 in SCPI, 3 in Fluke's 5500 series;
            None if the family has no such bit.
        reset: what `*RST` does.
        self_test: result of `*TST?`, 0 is passed.
        busy: seconds until the operations that are under way are finished, for `*OPC`, `*OPC?` and `*WAI`.
        registers: SCPI registers by status byte bit: `{3: questionable, 7: operation}`.
        power_on: whether the PON event is set at the start.
    """

    def __init__(
        self,
        identity: str | Callable[[], str] | None = None,
        *,
        errors: ErrorQueue | None = None,
        error_bit: int | None = 2,
        reset: Callable[[], None] | None = None,
        self_test: Callable[[], int] = lambda: 0,
        busy: Callable[[], float] = lambda: 0.0,
        registers: Mapping[int, EventRegister] | None = None,
        power_on: bool = True,
    ) -> None:
        self.errors = errors if errors is not None else ErrorQueue()
        self.events = Event.PON if power_on else Event(0)
        self.event_enable = 0
        self.service_enable = 0
        self.busy = busy
        self.registers = dict(registers or {})
        self._summaries: dict[int, bool] = {}
        self._identity = identity
        self._error_mask = 0 if error_bit is None else 1 << error_bit
        self._reset = reset
        self._self_test = self_test
        self._pending = 0
        self._mav: Callable[[], bool] = lambda: False
        self._changed: Callable[[], None] = lambda: None
        self._after: Callable[[float, Callable[[], None]], None] | None = None
        self._hold: Hold | None = None
        self._setters: dict[str, Callable[[int], None]] = {
            "*ESE": self._set_event_enable,
            "*SRE": self._set_service_enable,
        }
        self._others: dict[str, Callable[[], Result]] = {
            "*CLS": self.clear,
            "*ESE?": lambda: str(self.event_enable),
            "*ESR?": self._read_events,
            "*OPC": self._operation_complete,
            "*OPC?": lambda: Answer("1", max(self.busy(), 0.0)),
            "*RST": self.reset,
            "*SRE?": lambda: str(self.service_enable),
            "*STB?": self._read_byte,
            "*TST?": lambda: str(self._self_test()),
            "*WAI": lambda: self.suspend(self.busy()),
        }
        if identity is not None:
            self._others["*IDN?"] = self._identify
        for register in self.registers.values():
            register.on_change = self.changed

    def bind(
        self,
        mav: Callable[[], bool],
        changed: Callable[[], None],
        after: Callable[[float, Callable[[], None]], None],
        hold: Hold,
    ) -> None:
        """Tie this status to its device: message available, what to do on a change, how to wait, how to hold."""
        self._mav, self._changed, self._after, self._hold = mav, changed, after, hold

    def suspend(self, seconds: float, rest: Callable[[], Answer | None] | None = None) -> None:
        """Have messages, and first the `rest` of the present one, wait for so many seconds."""
        if self._hold is not None:
            self._hold(seconds, rest)

    @property
    def bound(self) -> bool:
        """Whether this status belongs to a device, which can wait."""
        return self._hold is not None

    def common(self, command: str) -> Result | NotHandled:
        """Act on one common command such as `*ESE 36` or `*ESR?`.

        Returns:
            The reply, None for commands without one, `NOT_HANDLED` if this is none of the mandatory ones.
        """
        header, _, parameter = command.strip().partition(" ")
        header, parameter = header.upper(), parameter.strip()
        setter = self._setters.get(header)
        if setter is not None:
            self._set(setter, parameter)
            return None
        action = self._others.get(header)
        if action is None:
            return NOT_HANDLED
        if parameter:
            self.error(-108)
            return None
        return action()

    def action(self, header: str) -> Callable[[], Result] | None:
        """Give what acts on a common command without parameter, such as `*ESR?`; None if there is none."""
        return self._others.get(header.upper())

    def byte(self, *, mav: bool) -> int:
        """Give the status byte without bit 6."""
        byte = self._error_mask if self._error_mask and self.errors else 0
        if mav:
            byte |= 0x10
        if self.events & self.event_enable:
            byte |= 0x20
        for bit, register in self.registers.items():
            if register.summary:
                byte |= 1 << bit
        for bit, raised in self._summaries.items():
            if raised:
                byte |= 1 << bit
        return byte

    def error(self, code: int, text: str = "", *, detail: str = "", event: Event | None = None) -> None:
        """Report an error: into the queue, and its class into the event register.

        Args:
            code: SCPI code, or one of the family's own.
            text: text of the entry; empty means the standard one.
            detail: put behind the text after a semicolon.
            event: event bit; None derives it from a SCPI code.
        """
        self.errors.push(code, text, detail)
        self.raise_event(event_of(code) if event is None else event)

    def raise_event(self, event: Event) -> None:
        """Set bits of the standard event register."""
        self.events |= event
        self.changed()

    def summary(self, bit: int, *, raised: bool) -> None:
        """Set or clear one further bit of the status byte, for families that place bits of their own."""
        self._summaries[bit] = raised
        self.changed()

    def changed(self) -> None:
        """Look whether a service request is due; registers call it."""
        if self.service_enable:
            self._changed()

    def clear(self) -> None:
        """Do `*CLS`: events, event registers, error queue and a pending `*OPC`; enable registers stay."""
        self.events = Event(0)
        self.errors.clear()
        self._pending += 1
        for register in self.registers.values():
            register.event = 0
        self.changed()

    def reset(self) -> None:
        """Do `*RST`: the model's reset; a pending `*OPC` is forgotten; status registers stay."""
        self._pending += 1
        if self._reset is not None:
            self._reset()

    def _identify(self) -> str | None:
        return self._identity() if callable(self._identity) else self._identity

    def _read_events(self) -> str:
        events, self.events = self.events, Event(0)
        self.changed()
        return str(int(events))

    def _read_byte(self) -> str:
        byte = self.byte(mav=self._mav())
        return str(byte | 0x40 if byte & self.service_enable else byte)

    def _operation_complete(self) -> None:
        wait = self.busy()
        self._pending += 1
        if wait <= 0 or self._after is None:
            self.raise_event(Event.OPC)
            return
        mine = self._pending
        self._after(wait, lambda: self.raise_event(Event.OPC) if self._pending == mine else None)

    def _set(self, setter: Callable[[int], None], parameter: str) -> None:
        if not parameter:
            return self.error(-109)
        try:
            value = number(parameter)
        except ScpiError as error:
            return self.error(error.code)
        mask = (
            round(value) if abs(value) <= _BYTE + 1 else -1
        )  # decimal data is rounded (IEEE 488.2, 7.7.2.4.1)
        if not 0 <= mask <= _BYTE:
            return self.error(-222)
        setter(mask)
        return self.changed()

    def _set_event_enable(self, value: int) -> None:
        self.event_enable = value

    def _set_service_enable(self, value: int) -> None:
        self.service_enable = value & 0xBF
