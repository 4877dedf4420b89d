"""The Merkle tree of a journal (RFC 9162, 2.1): its root, and proofs that one line is in it.

Leaves are the lines without their line ends. All hashes are SHA-256, 32 bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from calbench.errors import IntegrityFailure

_LEAF, _NODE = b"\x00", b"\x01"  # RFC 9162, 2.1.1: a leaf can never be taken for a node
SIZE = 32


def leaf_hash(leaf: bytes) -> bytes:
    """Give the hash of a leaf: SHA-256 of 0x00 and its bytes."""
    return hashlib.sha256(_LEAF + leaf).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Give the root over leaves in their order (RFC 9162, 2.1.1); without leaves, the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = [leaf_hash(leaf) for leaf in leaves]
    while len(level) > 1:
        level = _above(level)
    return level[0]


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Give the hashes that lead from leaf `index` (from 0) to the root (RFC 9162, 2.1.3.1), nearest first.

    Raises:
        IndexError: There is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"There is no leaf {index} among {len(leaves)}.")
    level, path = [leaf_hash(leaf) for leaf in leaves], []
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):  # the last of an odd number goes up as it is
            path.append(level[beside])
        level, index = _above(level), index // 2
    return path


def root_of_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Give the root that leaf `index` (from 0) of `size` and its path lead to (RFC 9162, 2.1.3.2).

    Raises:
        IntegrityFailure: Index, size and number of hashes do not fit together.
    """
    if not 0 <= index < size or any(len(one) != SIZE for one in path):
        raise IntegrityFailure(
            f"There is no leaf {index} in a tree of {size}, or a hash is not of {SIZE} bytes."
        )
    found, number, last = leaf_hash(leaf), index, size - 1
    for beside in path:
        if last == 0:
            raise IntegrityFailure("The proof has more hashes than a tree of its size.")
        if number & 1 or number == last:
            found = _node(beside, found)
            while not number & 1 and number:  # levels at which it went up as it is
                number, last = number >> 1, last >> 1
        else:
            found = _node(found, beside)
        number, last = number >> 1, last >> 1
    if last:
        raise IntegrityFailure("The proof has fewer hashes than a tree of its size.")
    return found


def _above(level: list[bytes]) -> list[bytes]:
    pairs = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return pairs + level[-1:] if len(level) % 2 else pairs


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()
