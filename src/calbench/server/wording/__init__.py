"""The words of the page in English and Chinese."""

from __future__ import annotations

from calbench.server.wording.speaking import LANGUAGES, Speaker, language_of

__all__ = ["LANGUAGES", "Speaker", "language_of"]
