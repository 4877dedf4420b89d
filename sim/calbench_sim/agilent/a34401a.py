"""HP, Agilent and Keysight 34401A multimeter.

Written from protocols.md, section 3.2, and the 34401A user's guide, chapter 4.
"""

from __future__ import annotations

from functools import wraps

from calbench.simulation.answer import Result
from calbench.simulation.bench import Bench
from calbench.simulation.connection import Connection
from calbench.simulation.parameters import ScpiError
from calbench.simulation.scpi import CommandTree, Handler
from calbench_sim.parts.multimeters.multimeter_functions import FUNCTIONS
from calbench_sim.parts.multimeters.multimeter_remote import Multimeter

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
        super().__init__(bench)
        self._in_remote = self.tree
        self._in_local = CommandTree(self._local_commands(), self.reports)

    def connect(self, *, message_based: bool, serial: bool = False) -> Connection:
        """Open a connection and select its interface, one at a time; RS-232 does not put the meter into remote."""
        self._switch(remote=not serial)
        return super().connect(message_based=message_based, serial=serial)

    def commands(self) -> dict[str, Handler]:
        """Give the command table, with the RS-232 commands."""
        return super().commands() | {
            "SYSTem:REMote": lambda: self._switch(remote=True),
            "SYSTem:RWLock": lambda: self._switch(remote=True),
            "SYSTem:LOCal": lambda: self._switch(remote=False),
        }

    def _local_commands(self) -> dict[str, Handler]:
        table = self.commands()
        for header, handler in table.items():
            if header in {"READ?", "INITiate[:IMMediate]"} or header.startswith("MEASure"):
                table[header] = _refused(handler)
        return table

    def _switch(self, *, remote: bool) -> None:
        self.tree = self._in_remote if remote else self._in_local


def _refused(handler: Handler) -> Handler:
    @wraps(handler)
    def refuse(*_: str) -> Result:
        raise ScpiError(_LOCAL, text="Command not allowed in local")

    return refuse
