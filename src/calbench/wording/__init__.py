"""What the program says, in Chinese: words that the terminal and the page both need."""

from __future__ import annotations

from calbench.wording.telling import in_chinese

__all__ = ["in_chinese"]
