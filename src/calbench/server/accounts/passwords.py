"""Passwords: scrypt (RFC 7914), each with a salt; the parameters stand beside the hash, so that they can grow."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import unicodedata

from calbench.errors import UsageError

SHORTEST, LONGEST = 10, 256  # characters
N, R, P = 2**15, 8, 3  # OWASP, Password Storage Cheat Sheet: a setting of scrypt with 32 MiB
_MEMORY = 128 * 1024 * 1024
_AT_ONCE = threading.BoundedSemaphore(2)  # each takes 32 MiB: strangers must not fill the memory


def hashed(password: str) -> str:
    """Give `scrypt$N$r$p$salt$hash`.

    Raises:
        UsageError: It is too short or too long.
    """
    plain = _plain(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise UsageError(f"A password has {SHORTEST} to {LONGEST} characters. A sentence is a good one.")
    salt = secrets.token_bytes(16)
    return f"scrypt${N}${R}${P}${salt.hex()}${_derive(plain, salt, N, R, P).hex()}"


def matches(password: str, stored: str) -> bool:
    """Tell whether it is the password of this hash; takes the same time for one that is too long."""
    _, n, r, p, salt, known = stored.split("$")
    plain = _plain(password[: 4 * LONGEST])
    derived = _derive(plain, bytes.fromhex(salt), int(n), int(r), int(p))
    return hmac.compare_digest(derived, bytes.fromhex(known))


def _plain(password: str) -> str:
    return unicodedata.normalize("NFC", password)  # the same letters from another keyboard are the same


def _derive(plain: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    with _AT_ONCE:
        return hashlib.scrypt(plain.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=32)


NOBODY = f"scrypt${N}${R}${P}${'00' * 16}${'00' * 32}"
"""Checked when there is no such account, so that the time of an answer does not tell who has one."""
