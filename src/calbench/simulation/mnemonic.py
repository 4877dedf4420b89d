"""Mnemonics: exactly the short or exactly the long form, in any case (SCPI-99, volume 1, 6.2.1)."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4096)
def forms(mnemonic: str) -> tuple[str, str]:
    """Give short and long form in capitals: `VOLTage` → `VOLT`, `VOLTAGE`."""
    return "".join(letter for letter in mnemonic if not letter.islower()), mnemonic.upper()


def matches(mnemonic: str, text: str) -> bool:
    """Tell whether `text` is the short or the long form of `mnemonic`."""
    return text.upper() in forms(mnemonic)
