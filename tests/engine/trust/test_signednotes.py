"""Signed notes, against the vector of the reference implementation (golang.org/x/mod/sumdb/note, note_test.go)."""

from __future__ import annotations

import base64

import pytest

from calbench.errors import IntegrityFailure
from calbench.trust import signednotes
from calbench.trust.signednotes import PublicKey, Signature

VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
NOTE = f"{TEXT}\n— PeterNeumann {SIGNATURE}\n".encode()


def test_the_note_of_the_reference_is_read_and_its_signature_is_good() -> None:
    note, key = signednotes.read(NOTE, "note"), PublicKey.of(VKEY)
    (one,) = note.signatures
    assert (note.text, one.name, one.id.hex()) == (TEXT, "PeterNeumann", "c74f20a3")
    assert one.of(key)
    assert key.checks(one.signature, note.text.encode())
    assert not key.checks(one.signature, note.text.replace("graphy", "graphY").encode())
    assert note.data() == NOTE


def test_the_private_key_of_the_reference_makes_its_note_to_the_byte() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(SEED)
    key = PublicKey("PeterNeumann", private.public_key().public_bytes_raw())
    assert key.text() == VKEY
    signature = Signature(key.name, key.id, private.sign(TEXT.encode()))
    assert signednotes.Note(TEXT, (signature,)).data() == NOTE


def test_every_part_of_a_key_is_needed() -> None:
    # as TestNewVerifier of the reference: cut at any place, or with any character changed, it is none
    cut = [
        VKEY[i:j] for i in range(len(VKEY)) for j in range(i + 1, len(VKEY) + 1) if (i, j) != (0, len(VKEY))
    ]
    changed = [VKEY[:i] + chr(ord(VKEY[i]) + 1) + VKEY[i + 1 :] for i in range(len(VKEY))]
    for text in [*cut, *changed]:
        with pytest.raises(ValueError, match="public key"):
            PublicKey.of(text)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "a text, an empty line"),
        (TEXT.encode(), "a text, an empty line"),
        (NOTE[:-1], "a text, an empty line"),
        (NOTE + b"\n", "a text, an empty line"),
        (NOTE.replace("—".encode(), b"-"), "signature line 1"),
        (NOTE.replace(b"AM=\n", b"AN=\n"), "signature line 1"),  # the same bytes, written in another way
        (NOTE.replace(b"nAM=", b"nA=="), "signature line 1"),
        (NOTE.replace(b"think", b"th\xffnk"), "byte 10 is not UTF-8"),
        (NOTE.replace(b"think", b"th\x00nk"), "control characters"),
        (NOTE.replace(b"\n", b"\r\n"), "a text, an empty line"),
        (NOTE + NOTE.split(b"\n\n")[1] * 100, "101 signatures"),
        (b"x" * 1_000_001, "larger than"),
    ],
)
def test_what_is_no_signed_note_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(IntegrityFailure, match=says):
        signednotes.read(data, "seal.txt")
