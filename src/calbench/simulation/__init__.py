"""Simulated instruments in a simulated world.

A simulator in `calbench_sim/<vendor>/<model>.py` is one subclass of `Device`; it is handed a `Bench` and
never sees sockets, VISA or threads. A `World` couples instruments through physics and puts them behind VISA
resource names, sockets or serial lines.
"""

from calbench.simulation.ambient import Ambient
from calbench.simulation.answer import NOT_HANDLED, Answer
from calbench.simulation.bench import Bench
from calbench.simulation.device import Device
from calbench.simulation.electrical import Electrical, Terminal
from calbench.simulation.errorqueue import ErrorQueue
from calbench.simulation.faults import Fault
from calbench.simulation.pan import Pan
from calbench.simulation.parameters import ScpiError
from calbench.simulation.registers import EventRegister
from calbench.simulation.scpi import CommandTree
from calbench.simulation.status import Event, Status488
from calbench.simulation.truth import Truth
from calbench.simulation.world import World

__all__ = [
    "NOT_HANDLED",
    "Ambient",
    "Answer",
    "Bench",
    "CommandTree",
    "Device",
    "Electrical",
    "ErrorQueue",
    "Event",
    "EventRegister",
    "Fault",
    "Pan",
    "ScpiError",
    "Status488",
    "Terminal",
    "Truth",
    "World",
]
