"""Frames of bytes: how the protocols of meters and scales mark them, check them, and pack values into them.

One layer for all of them: a `Layout` says how long the frame is that begins at a place, and what is wrong with it; the
search is the same everywhere. It is driven by length and checksum, steps over preambles, noise and broken frames, and
takes frames in any chunks. What is found is checked strictly by the module of its protocol.
"""

from calbench.instruments.frames.asking import ask
from calbench.instruments.frames.layout import NO_FRAME, Layout, Search

__all__ = ["NO_FRAME", "Layout", "Search", "ask"]
