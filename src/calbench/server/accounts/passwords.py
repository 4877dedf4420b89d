"""Passwords: scrypt (RFC 7914), each with a salt; the parameters stand beside the hash, so that they can grow."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import unicodedata
from dataclasses import dataclass

from calbench.errors import UsageError

SHORTEST, LONGEST = 10, 256  # characters
_MEMORY = 128 * 1024 * 1024
_AT_ONCE = threading.BoundedSemaphore(2)  # each takes 32 MiB: strangers must not fill the memory


@dataclass(frozen=True)
class Work:
    """What a password costs whoever tries one: the parameters of scrypt, 128·N·r bytes and N·r·p steps.

    That of a server is as OWASP, Password Storage Cheat Sheet: N = 2¹⁵, r = 8, p = 3, with 32 MiB.
    """

    n: int = 2**15
    r: int = 8
    p: int = 3

    @property
    def nobody(self) -> str:
        """A hash to check where there is no such account: the time of an answer does not tell who has one."""
        return f"scrypt${self.n}${self.r}${self.p}${'00' * 16}${'00' * 32}"


OF_A_SERVER = Work()


def hashed(password: str, work: Work = OF_A_SERVER) -> str:
    """Give `scrypt$N$r$p$salt$hash`.

    Raises:
        UsageError: It is too short or too long.
    """
    plain = _plain(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise UsageError(f"A password has {SHORTEST} to {LONGEST} characters. A sentence is a good one.")
    salt = secrets.token_bytes(16)
    derived = _derive(plain, salt, work.n, work.r, work.p)
    return f"scrypt${work.n}${work.r}${work.p}${salt.hex()}${derived.hex()}"


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
