"""A client for programs that drive runs through the operator page's interface, `/api/v1`."""

from calbench.client.client import Client
from calbench.client.problems import GapInStream, Refused, Unreachable
from calbench.client.shapes import Cell, Prompt, RunEntry, RunNow, Said

__all__ = ["Cell", "Client", "GapInStream", "Prompt", "Refused", "RunEntry", "RunNow", "Said", "Unreachable"]
