"""Private keys as files: PKCS#8 in PEM, readable by their owner alone.

POSIX: mode 0600 in a folder of mode 0700; a file that others may read is refused. Windows has no modes: when the
file is made, `icacls` takes away what it inherits and leaves its owner alone, and a file where that fails is not
kept. When it is read there, its access list is not looked at again.
"""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from calbench.errors import UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

VARIABLE = "CALBENCH_KEYS"
WINDOWS = os.name == "nt"
_OTHERS = 0o077
_LARGEST = 10_000  # bytes; a PEM of an Ed25519 key has 119, one of RSA 4096 some 3300
_ICACLS_SECONDS = 30


def key_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Give the folder of keys: what CALBENCH_KEYS names, else `.calbench/keys` of the user; it need not exist."""
    named = environment.get(VARIABLE)
    return Path(named) if named else Path.home() / ".calbench" / "keys"


def write_private(path: Path, pem: bytes) -> None:
    """Write a private key into a new file that its owner alone may read.

    Raises:
        UsageError: There is a file already, it cannot be written, or others could read it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            if WINDOWS:
                _only_owner(path)
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise UsageError(f"{path} is there already; a key is never overwritten.") from error
    except OSError as error:
        raise UsageError(f"The key {path} cannot be written: {error.strerror}.") from error


def _only_owner(path: Path) -> None:
    user = os.environ.get("USERNAME", "")
    command = ["icacls", str(path), "/inheritance:r", "/grant:r", f"{user}:F"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=_ICACLS_SECONDS)  # noqa: S603 - fixed words and a path, no shell
    if done.returncode:
        path.unlink()
        raise UsageError(f"The key {path} was not written: icacls could not keep others from reading it.")


def read_private(path: Path, passphrase: str | None) -> Ed25519PrivateKey:
    """Read a private key.

    Raises:
        UsageError: Others may read the file, it is no Ed25519 key in PEM, or the passphrase is missing or wrong.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - only signing needs it
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - as above

    data = owned(path)
    encrypted = _encrypted(data)
    if encrypted and passphrase is None:
        raise UsageError(f"The key {path} has a passphrase: give it in CALBENCH_KEY_PASSPHRASE.")
    try:
        key = load_pem_private_key(data, passphrase.encode() if encrypted and passphrase else None)
    except (ValueError, TypeError) as error:
        why = (
            "the passphrase is wrong, or the file is damaged"
            if encrypted
            else "it is no private key in PEM (PKCS#8)"
        )
        raise UsageError(
            f"The key {path} cannot be used: {why}. Restore it from a copy, or make a new one."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"The key {path} cannot be used: it is no Ed25519 key.")
    return key


def locked(path: Path) -> bool:
    """Tell whether a private key has a passphrase.

    Raises:
        UsageError: It cannot be read, or others may read it.
    """
    return _encrypted(owned(path))


def _encrypted(data: bytes) -> bool:
    return b"ENCRYPTED" in data.partition(b"\n")[0]


def owned(path: Path, again: str = "calbench keys roll") -> bytes:
    """Read the file of a private key; `again` is the command that makes another one of its kind.

    Raises:
        UsageError: Others may read it, or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if not WINDOWS and mode & _OTHERS:
                raise UsageError(
                    f"The key {path} may be read by others (mode {mode:04o}): it is not used. If nobody did, "
                    f"`chmod 600 {path}`; otherwise make a new one with {again}."
                )
            return file.read(_LARGEST)
    except OSError as error:
        raise UsageError(f"The key {path} cannot be read: {error.strerror}.") from error
