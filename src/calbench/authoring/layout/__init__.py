"""The layout of authored files: keys in the order of the language, one indentation, tables in columns; nothing lost.

`parts` reads a file with the text of every scalar, `comments` says where comments belong, `ordering` knows the order of
keys, `rows` renders what stands on one line, `writing` writes blocks, `keeping` proves that the file says what it said.
"""

from __future__ import annotations

from calbench.authoring.layout.laying import laid_out

__all__ = ["laid_out"]
