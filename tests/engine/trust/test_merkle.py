"""Merkle trees, against the vectors of an implementation of RFC 6962 and RFC 9162 that was not written here.

Leaves, roots and inclusion proofs are those of github.com/transparency-dev/merkle, proof/verify_test.go (Apache-2.0),
which were those of Certificate Transparency; so are the ways in which its proofs are corrupted.
"""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calbench.errors import IntegrityFailure
from calbench.trust import merkle

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
PROOFS = [  # leaf and size count from 1, as there
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (3, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        2,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


def leads(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    try:
        return merkle.root_of_inclusion(leaf, index, size, path) == root
    except IntegrityFailure:
        return False


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_the_root_over_nothing_is_the_hash_of_nothing() -> None:
    assert merkle.root([]).hex() == EMPTY


@pytest.mark.parametrize(("leaf", "size", "path"), PROOFS)
def test_proofs_are_those_of_certificate_transparency(leaf: int, size: int, path: list[str]) -> None:
    assert [one.hex() for one in merkle.inclusion(LEAVES[:size], leaf - 1)] == path
    found = merkle.root_of_inclusion(LEAVES[leaf - 1], leaf - 1, size, [bytes.fromhex(one) for one in path])
    assert found.hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("leaf", "size", "path"), PROOFS)
def test_a_corrupted_proof_leads_nowhere(leaf: int, size: int, path: list[str]) -> None:
    good, index, root = [bytes.fromhex(one) for one in path], leaf - 1, bytes.fromhex(ROOTS[size - 1])
    some = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")
    data = LEAVES[index]
    assert leads(data, index, size, good, root)
    wrong = [
        *((data, at, size, good, root) for at in (index - 1, index + 1, index ^ 2)),
        *((data, index, other, good, root) for other in (size * 2, size // 2)),
        (b"WrongLeaf", index, size, good, root),
        (data, index, size, good, bytes.fromhex(EMPTY)),
        (data, index, size, good, some),
        *((data, index, size, [*good, more], root) for more in (b"", root)),
        *((data, index, size, [more, *good], root) for more in (b"", root)),
    ]
    for at, one in enumerate(good):
        flipped = [*good[:at], bytes([one[0] ^ 8]) + one[1:], *good[at + 1 :]]
        wrong.append((data, index, size, flipped, root))
    if good:
        wrong.append((data, index, size, good[:-1], root))
    if len(good) > 1:
        wrong.append((data, index, size, [good[0], some, *good[1:]], root))
    assert [one for one in wrong if leads(*one)] == []


def by_definition(leaves: list[bytes]) -> bytes:
    """The recursion of RFC 9162, 2.1.1, as it stands there: split at the largest power of two below n."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + by_definition(leaves[:half]) + by_definition(leaves[half:])).digest()


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=70), st.data())
def test_every_leaf_of_any_tree_is_proven_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    root = merkle.root(leaves)
    assert root == by_definition(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = merkle.inclusion(leaves, index)
    assert merkle.root_of_inclusion(leaves[index], index, len(leaves), path) == root
    assert not leads(leaves[index] + b"x", index, len(leaves), path, root)


def test_there_is_no_proof_of_a_leaf_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion(LEAVES, 8)
