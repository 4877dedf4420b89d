"""Clocks: the only place where time is read or waited for.

Everything that waits is handed a clock. A real clock waits; a virtual clock runs the events that are due
on the way and jumps. Drivers and procedures cannot tell which one they have.
"""

from calbench.clock.lanes import give_way, together
from calbench.clock.protocols import Clock, EventClock
from calbench.clock.real import RealClock
from calbench.clock.virtual import VirtualClock

__all__ = ["Clock", "EventClock", "RealClock", "VirtualClock", "give_way", "together"]
