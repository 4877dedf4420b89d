"""Keys as files: who may read them, what is refused, and what the folder of keys says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from calbench.errors import IntegrityFailure, UsageError
from calbench.trust.ring import Ring
from calbench.trust.stationkeys import entry_data, new_key, read_entry

FROM, UNTIL = "2025-01-01T00:00:00Z", "2030-12-31T23:59:59Z"
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes of files")


@posix
def test_a_private_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)  # even where everything else is open to all
    try:
        path = Ring(tmp_path / "keys").keep(new_key("demo", FROM, UNTIL))
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o666])
def test_a_private_key_that_others_may_use_is_refused(mode: int, tmp_path: Path) -> None:
    ring, signer = Ring(tmp_path), new_key("demo", FROM, UNTIL)
    path = ring.keep(signer)
    path.chmod(mode)
    with pytest.raises(UsageError, match=rf"{path}.*mode {mode:04o}.*chmod 600"):
        ring.signer(signer.entry, None)


def test_openssl_reads_the_private_key_and_agrees_on_the_public_one(tmp_path: Path) -> None:
    signer = new_key("demo", FROM, UNTIL)
    path = Ring(tmp_path).keep(signer)
    command = ["openssl", "pkey", "-in", str(path), "-pubout", "-outform", "DER"]
    der = subprocess.run(command, capture_output=True, check=True).stdout
    assert der[-32:] == signer.entry.public.raw  # RFC 8410: the key stands at the end


def test_a_key_with_a_passphrase_needs_it(tmp_path: Path) -> None:
    ring, signer = Ring(tmp_path), new_key("demo", FROM, UNTIL)
    path = ring.keep(signer, "correct horse")
    assert b"ENCRYPTED" in path.read_bytes()
    assert ring.signer(signer.entry, "correct horse").entry == signer.entry
    with pytest.raises(UsageError, match="CALBENCH_KEY_PASSPHRASE"):
        ring.signer(signer.entry, None)
    with pytest.raises(UsageError, match="the passphrase is wrong"):
        ring.signer(signer.entry, "wrong")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"-----BEGIN PRIVATE KEY-----\n",
        b"\x00" * 50,
        b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n",
        b"x" * 100_000,
    ],
)
def test_a_broken_private_key_is_refused_with_its_path(data: bytes, tmp_path: Path) -> None:
    ring, signer = Ring(tmp_path), new_key("demo", FROM, UNTIL)
    path = ring.keep(signer)
    path.write_bytes(data)
    with pytest.raises(UsageError, match=f"{path}.*cannot be used"):
        ring.signer(signer.entry, None)


def test_a_private_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    ring, signer = Ring(tmp_path), new_key("demo", FROM, UNTIL)
    path = ring.keep(signer)
    command = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
    path.write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)
    with pytest.raises(UsageError, match="no Ed25519 key"):
        ring.signer(signer.entry, None)


def test_two_halves_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    ring, one, two = Ring(tmp_path), new_key("demo", FROM, UNTIL), new_key("demo", FROM, UNTIL)
    path, other = ring.keep(one), ring.keep(two)
    path.write_bytes(other.read_bytes())
    with pytest.raises(IntegrityFailure, match="not the private half"):
        ring.signer(one.entry, None)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    ring, signer = Ring(tmp_path), new_key("demo", FROM, UNTIL)
    ring.keep(signer)
    with pytest.raises(UsageError, match="never overwritten"):
        ring.keep(signer)


def test_the_key_that_signs_is_the_newest_that_is_valid_and_here(tmp_path: Path) -> None:
    ring = Ring(tmp_path)
    old, new = new_key("demo", FROM, UNTIL), new_key("demo", "2026-01-01T00:00:00Z", UNTIL)
    elsewhere = new_key("demo", "2027-01-01T00:00:00Z", UNTIL)
    for signer in (old, new):
        ring.keep(signer)
    ring.trust(elsewhere.entry)
    assert Ring(tmp_path).own("demo", "2025-06-01T00:00:00Z") == old.entry
    assert Ring(tmp_path).own("demo", "2028-06-01T00:00:00Z") == new.entry
    assert Ring(tmp_path).own("demo", "2031-06-01T00:00:00Z") is None
    assert Ring(tmp_path).own("other", "2028-06-01T00:00:00Z") is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"key": "demo+00000000+AAAA"}, "no public key"),
        ({"valid_from": "yesterday"}, "valid_from"),
        ({"valid_until": "2020-01-01T00:00:00Z"}, "never"),
        ({"format": "calbench.key/2"}, "format"),
        ({"more": 1}, "more"),
    ],
)
def test_what_is_no_public_key_is_refused(change: dict[str, object], says: str) -> None:
    import json

    plain = json.loads(entry_data(new_key("demo", FROM, UNTIL).entry))
    with pytest.raises(IntegrityFailure, match=rf"k\.pub.*{says}"):
        read_entry(json.dumps({**plain, **change}).encode(), "k.pub")


def test_a_public_key_under_the_name_of_another_is_found(tmp_path: Path) -> None:
    ring, one, two = Ring(tmp_path), new_key("demo", FROM, UNTIL), new_key("demo", FROM, UNTIL)
    path = ring.trust(one.entry)
    path.write_bytes(entry_data(two.entry))
    with pytest.raises(IntegrityFailure, match="its name must be that of the key"):
        Ring(tmp_path).trusted  # noqa: B018 - reads the folder
