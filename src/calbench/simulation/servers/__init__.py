"""Loopback servers: simulated instruments behind real ports of this machine, each by the protocol of its kind."""

from calbench.simulation.servers.serving import LoopbackServer

__all__ = ["LoopbackServer"]
