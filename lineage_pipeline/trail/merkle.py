"""The Merkle tree of RFC 6962 and RFC 9162: hashes, proofs, and what a proof must stand up to.

A tree over n leaves splits at the largest power of two below n, so that every full subtree of
2**level leaves stands at a place of its own, `Node(level, number)`, and never changes again as the
tree grows. Whoever keeps those hashes can prove; whoever verifies needs none of them.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.errors import ProofError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()


class Node(NamedTuple):
    """The full subtree over the leaves `number * 2**level` to `(number + 1) * 2**level`."""

    level: int
    number: int


class Tree(NamedTuple):
    """How many leaves a tree has, and its root."""

    size: int
    root: bytes


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf that holds `entry`."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two others."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root of a tree whose leaves, or whose full subtrees of one level, have `hashes`.

    The last of them may belong to a subtree that is not full.
    """
    row = list(hashes)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        above = [node_hash(*pair) for pair in zip(row[::2], row[1::2], strict=False)]
        row = above + row[len(above) * 2 :]
    return row[0]


def nodes_of(begin: int, end: int) -> list[Node]:
    """Return the full subtrees that a subtree over the leaves `begin` to `end` is made of.

    Args:
        begin: a multiple of the smallest power of two that is not below `end - begin`.
        end: the first leaf that is no longer part of it.
    """
    nodes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        nodes.append(Node(level, begin >> level))
        begin += 1 << level
    return nodes


def range_hash(begin: int, end: int, read: Callable[[Node], bytes]) -> bytes:
    """Return the hash of a subtree, full or at the right edge; `begin` as for `nodes_of`."""
    return folded([read(node) for node in nodes_of(begin, end)])


def folded(hashes: Sequence[bytes]) -> bytes:
    """Return the hash above the full subtrees of a range, largest first."""
    if not hashes:
        return EMPTY_ROOT
    *larger, above = hashes
    for left in reversed(larger):
        above = node_hash(left, above)
    return above


def inclusion_proof(index: int, size: int, read: Callable[[Node], bytes]) -> list[bytes]:
    """Return the hashes that lead from leaf `index` to the root of the first `size` leaves.

    Args:
        index: the leaf, counted from 0.
        size: how many leaves the tree has.
        read: gives the hash of a full subtree below `size`.

    Raises:
        ProofError: the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ProofError(f"leaf {index}: a tree of {size} leaves has none")
    begin, end = 0, size
    proof = []
    while end - begin > 1:
        middle = _middle(begin, end)
        if index < middle:
            proof.append(range_hash(middle, end, read))
            end = middle
        else:
            proof.append(range_hash(begin, middle, read))
            begin = middle
    return proof[::-1]


def consistency_proof(old_size: int, size: int, read: Callable[[Node], bytes]) -> list[bytes]:
    """Return the hashes which show that the first `old_size` of `size` leaves are still the same.

    Args:
        old_size: how many leaves the tree had.
        size: how many it has.
        read: gives the hash of a full subtree below `size`.

    Raises:
        ProofError: the tree never had, or does not have yet, so many leaves.
    """
    if not 0 <= old_size <= size:
        raise ProofError(f"a tree of {size} leaves did not grow from one of {old_size}")
    if old_size in (0, size):
        return []
    begin, end = 0, size
    proof = []
    while end != old_size:
        middle = _middle(begin, end)
        if old_size <= middle:
            proof.append(range_hash(middle, end, read))
            end = middle
        else:
            proof.append(range_hash(begin, middle, read))
            begin = middle
    if begin:
        proof.append(range_hash(begin, end, read))
    return proof[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """Return the root of a tree of `size` leaves, if `leaf` is the hash of the one at `index`.

    Raises:
        ProofError: the tree has no such leaf, or the proof is not one for this leaf and size.
    """
    if not 0 <= index < size:
        raise ProofError(f"leaf {index}: a tree of {size} leaves has none")
    _check_hashes(leaf, *proof)
    found, last = leaf, size - 1
    for sibling in proof:
        if last == 0:
            raise ProofError(f"leaf {index} of {size}: the proof is longer than the tree is high")
        if index & 1 or index == last:
            found = node_hash(sibling, found)
            # A node without a right neighbour moves up as it is.
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        index, last = index >> 1, last >> 1
    if last:
        raise ProofError(f"the proof ends below the root of a tree of {size} leaves")
    return found


def check_inclusion(leaf: bytes, index: int, tree: Tree, proof: Sequence[bytes]) -> None:
    """Return if `leaf` is the hash of the leaf at `index` of `tree`.

    Raises:
        ProofError: the proof does not show it.
    """
    _check_hashes(tree.root)
    if root_from_inclusion(leaf, index, tree.size, proof) != tree.root:
        raise ProofError(f"leaf {index} of {tree.size}: the proof leads to another root")


def check_consistency(old: Tree, new: Tree, proof: Sequence[bytes]) -> None:
    """Return if `new` begins with the leaves of `old`.

    Raises:
        ProofError: the proof does not show it.
    """
    _check_hashes(old.root, new.root, *proof)
    if not 0 <= old.size <= new.size:
        raise ProofError(f"a tree of {new.size} leaves did not grow from one of {old.size}")
    if old.size in (0, new.size):
        expected = new.root if old.size == new.size else EMPTY_ROOT
        if old.size == 0 and old.root != EMPTY_ROOT:
            raise ProofError("a tree without leaves has one root alone, and not this one")
        if proof or old.root != expected:
            raise ProofError(f"two trees of {old.size} and {new.size} leaves are at odds")
        return
    _check_growth(old, new, proof)


def _check_growth(old: Tree, new: Tree, proof: Sequence[bytes]) -> None:
    at_odds = f"the trees of {old.size} and {new.size} leaves are at odds, or the proof is no proof"
    # An old tree that is one full subtree is the proof's first hash; it is not said twice.
    hashes = [old.root, *proof] if old.size & (old.size - 1) == 0 else list(proof)
    index, last = old.size - 1, new.size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    if not hashes:
        raise ProofError(at_odds)
    before = after = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofError(at_odds)
        if index & 1 or index == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        index, last = index >> 1, last >> 1
    if last or before != old.root or after != new.root:
        raise ProofError(at_odds)


def _middle(begin: int, end: int) -> int:
    """Return where a subtree splits: after the largest power of two of leaves below its own."""
    return begin + (1 << (end - begin - 1).bit_length() - 1)


def _check_hashes(*hashes: bytes) -> None:
    for found in hashes:
        if len(found) != HASH_BYTES:
            raise ProofError(f"{found.hex() or 'nothing'}: not the {HASH_BYTES} bytes of a hash")
