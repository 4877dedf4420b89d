"""The words of the page in English and Chinese; problems of files, and what no table has, are in English."""

from __future__ import annotations

from calbench.server.wording.speaking import LANGUAGES, Speaker, language_of

__all__ = ["LANGUAGES", "Speaker", "language_of"]
