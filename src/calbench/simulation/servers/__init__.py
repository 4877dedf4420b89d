"""Loopback servers: simulated instruments behind real ports of this machine, each by the protocol of its kind.

From the bottom up: `errand`, `channel` (with its handler) and `loop`; a module or two for each protocol; `serving`.
"""

from calbench.simulation.servers.serving import LoopbackServer

__all__ = ["LoopbackServer"]
