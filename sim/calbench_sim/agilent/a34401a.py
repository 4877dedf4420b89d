"""HP, Agilent and Keysight 34401A multimeter.

Written from protocols.md, section 3.2, and the 34401A user's guide, chapter 4.
"""

from __future__ import annotations

from functools import wraps

from calbench.simulation.answer import Result
from calbench.simulation.bench import Bench
from calbench.simulation.connection import Connection
from calbench.simulation.parameters import ScpiError
from calbench.simulation.scpi import Handler
from calbench_sim.multimeter_functions import FUNCTIONS
from calbench_sim.multimeter_remote import Multimeter

_LOCAL = 550  # 34401A user's guide, chapter 5


class A34401A(Multimeter):
    """34401A: 6½ digits, GPIB and RS-232 (9600 7E2).

    Over RS-232 it measures only after `SYSTem:REMote`. Terminal: `input`.
    """

    SERIAL = "9600 7E2"
    IDENTITY = "HEWLETT-PACKARD,34401A,0,11-5-2"  # the real one has no serial number in it
    FUNCTIONS = FUNCTIONS
    SCPI_VERSION = "1991.0"
    MOST_SAMPLES = 50_000

    def __init__(self, bench: Bench) -> None:
        self._remote = False
        self._serial = False
        super().__init__(bench)

    def deliver(self, message: str, connection: Connection) -> None:
        """Note what kind of line a message came over: RS-232 does not put the meter into remote."""
        self._serial = connection.serial
        super().deliver(message, connection)

    def commands(self) -> dict[str, Handler]:
        """Give the command table, with the RS-232 commands."""
        table = super().commands()
        for header, handler in table.items():
            if header in {"READ?", "INITiate[:IMMediate]"} or header.startswith("MEASure"):
                table[header] = self._only_remote(handler)
        for header, remote in (("SYSTem:REMote", True), ("SYSTem:RWLock", True), ("SYSTem:LOCal", False)):
            table[header] = self._switch_remote(remote=remote)
        return table

    def _switch_remote(self, *, remote: bool) -> Handler:
        def handler() -> None:
            self._remote = remote

        return handler

    def _only_remote(self, handler: Handler) -> Handler:
        @wraps(handler)
        def checked(*parameters: str) -> Result:
            if self._serial and not self._remote:
                raise ScpiError(_LOCAL, text="Command not allowed in local")
            return handler(*parameters)

        return checked
