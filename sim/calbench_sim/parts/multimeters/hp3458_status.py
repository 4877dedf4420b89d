"""Status byte, error register and auxiliary error register of the 3458A (protocols.md, section 3.1)."""

from __future__ import annotations

from calbench_sim.parts.multimeters.hp3458_syntax import Fault

POWER_ON, ERROR, READY, SRQ_COMMAND, DATA = 8, 32, 16, 4, 128
_ALL_ERRORS = 32767
_TEXTS = {
    Fault.HARDWARE: "HARDWARE ERROR", Fault.CALIBRATION: "CALIBRATION ERROR",
    Fault.TOO_FAST: "TRIGGER TOO FAST", Fault.SYNTAX: "SYNTAX ERROR",
    Fault.NOT_REMOTE: "COMMAND NOT ALLOWED FROM REMOTE", Fault.UNDEFINED: "UNDEFINED PARAMETER RECEIVED",
    Fault.RANGE: "PARAMETER OUT OF RANGE", Fault.MEMORY: "MEMORY ERROR",
    Fault.OVERLOAD: "DESTRUCTIVE OVERLOAD DETECTED", Fault.OUT_OF_CAL: "OUT OF CALIBRATION",
    Fault.CAL_REQUIRED: "CALIBRATION REQUIRED", Fault.CONFLICT: "SETTINGS CONFLICT",
    Fault.MATH: "MATH ERROR", Fault.SUBPROGRAM: "SUBPROGRAM ERROR", Fault.SYSTEM: "SYSTEM ERROR",
}  # fmt: skip


class Registers:
    """The registers; what the texts of errors say exactly is assumed, their numbers are not."""

    def __init__(self) -> None:
        self.errors = Fault(0)
        self.auxiliary = 0
        self.error_mask = _ALL_ERRORS
        self.enable = 0
        """What requests service (`RQS`)."""
        self._events = POWER_ON
        self._reasons = 0

    def report(self, fault: Fault) -> None:
        """Remember an error."""
        self.errors |= fault

    def raise_event(self, bit: int) -> None:
        """Set a bit of the status byte that stays until `CSB`."""
        self._events |= bit

    def clear(self) -> None:
        """Do `CSB`: what still is the case stays."""
        self._events = 0

    def byte(self, *, data: bool, ready: bool) -> int:
        """Give the status byte without bit 6."""
        error = ERROR if self.errors & self.error_mask else 0
        return self._events | error | (READY if ready else 0) | (DATA if data else 0)

    def newly(self, byte: int) -> bool:
        """Tell whether a bit that requests service has risen since the last time."""
        reasons = byte & self.enable
        new = bool(reasons & ~self._reasons)
        self._reasons = reasons
        return new

    def read_errors(self) -> str:
        """Answer `ERR?`."""
        errors, self.errors = self.errors, Fault(0)
        return str(int(errors))

    def read_auxiliary(self) -> str:
        """Answer `AUXERR?`; bit 0 of the error register stays."""
        errors, self.auxiliary = self.auxiliary, 0
        return str(errors)

    def read_string(self) -> str:
        """Answer `ERRSTR?`: the lowest bit, of the auxiliary register first."""
        if self.auxiliary:
            bit = self.auxiliary & -self.auxiliary
            self.auxiliary &= ~bit
            return f'{200 + bit.bit_length() - 1},"AUXILIARY ERROR"'
        if not self.errors:
            return '0,"NO ERROR"'
        lowest = Fault(int(self.errors) & -int(self.errors))
        self.errors &= ~lowest
        return f'{100 + int(lowest).bit_length() - 1},"{_TEXTS[lowest]}"'
