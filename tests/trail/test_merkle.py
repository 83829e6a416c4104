"""The tree is that of RFC 6962, and a proof shows one thing: anything else about it is refused."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage_pipeline.errors import IntegrityError, ProofError
from lineage_pipeline.trail.merkle import (
    EMPTY_ROOT,
    Node,
    Tree,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    nodes_of,
    range_hash,
    root_of,
)
from tests.trail import naive

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
"""The leaves of the tree that implementations of RFC 6962 are compared by."""
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
SOME = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")

sizes = st.integers(1, 70)


def entries_of(size: int) -> list[bytes]:
    return [n.to_bytes(2) for n in range(size)]


def reader(entries: list[bytes]) -> Callable[[Node], bytes]:
    def read(node: Node) -> bytes:
        wanted = entries[node.number << node.level : (node.number + 1) << node.level]
        assert len(wanted) == 1 << node.level, "only full subtrees are kept"
        return naive.tree_hash(wanted)

    return read


def tree_of(entries: list[bytes]) -> Tree:
    return Tree(len(entries), naive.tree_hash(entries))


def refused_inclusion(leaf: bytes, index: int, tree: Tree, proof: list[bytes]) -> bool:
    try:
        check_inclusion(leaf, index, tree, proof)
    except ProofError:
        return True
    return False


def refused_consistency(old: Tree, new: Tree, proof: list[bytes]) -> bool:
    try:
        check_consistency(old, new, proof)
    except ProofError:
        return True
    return False


def flipped(hashes: list[bytes], place: int, bit: int) -> list[bytes]:
    wrong = bytes([hashes[place][0] ^ 1 << bit]) + hashes[place][1:]
    return [*hashes[:place], wrong, *hashes[place + 1 :]]


def test_a_proof_that_fails_is_a_failure_of_integrity() -> None:
    assert issubclass(ProofError, IntegrityError)
    assert ProofError.exit_code == 3


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_tree_has_the_known_roots(size: int) -> None:
    assert root_of([leaf_hash(entry) for entry in ENTRIES[:size]]).hex() == ROOTS[size - 1]


def test_a_tree_without_leaves_has_the_hash_of_nothing() -> None:
    assert root_of([]) == EMPTY_ROOT == naive.tree_hash([])
    assert range_hash(0, 0, reader([])) == EMPTY_ROOT
    assert EMPTY_ROOT.hex().startswith("e3b0c44298fc1c14")


@given(st.lists(st.binary(max_size=3), max_size=70))
def test_the_root_is_the_one_of_the_definition(entries: list[bytes]) -> None:
    expected = naive.tree_hash(entries)
    assert root_of([leaf_hash(entry) for entry in entries]) == expected
    assert range_hash(0, len(entries), reader(entries)) == expected


@given(st.integers(1, 200), st.integers(0, 4))
def test_the_root_can_be_had_from_the_subtrees_of_a_level(size: int, level: int) -> None:
    entries = entries_of(size)
    step = 1 << level
    subtrees = [naive.tree_hash(entries[n : n + step]) for n in range(0, size, step)]
    assert root_of(subtrees) == naive.tree_hash(entries)


@given(st.integers(0, 2000))
def test_a_range_is_made_of_full_subtrees_the_largest_first(size: int) -> None:
    nodes = nodes_of(0, size)
    assert [node.level for node in nodes] == sorted({n.level for n in nodes}, reverse=True)
    covered = [n.number << n.level for n in nodes] + [size]
    assert covered == [0, *((n.number + 1) << n.level for n in nodes)]


@given(sizes, st.data())
def test_proofs_are_those_of_the_definition_and_hold(size: int, data: st.DataObject) -> None:
    entries = entries_of(size)
    read, tree = reader(entries), tree_of(entries)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, read)
    assert proof == naive.path(index, entries)
    check_inclusion(leaf_hash(entries[index]), index, tree, proof)
    old_size = data.draw(st.integers(1, size))
    grown = consistency_proof(old_size, size, read)
    assert grown == naive.growth(old_size, entries)
    check_consistency(tree_of(entries[:old_size]), tree, grown)


@given(sizes, st.data())
def test_an_inclusion_proof_shows_one_leaf_at_one_place(size: int, data: st.DataObject) -> None:
    entries = entries_of(size)
    index = data.draw(st.integers(0, size - 1))
    tree, leaf = tree_of(entries), leaf_hash(entries[index])
    proof = naive.path(index, entries)
    cut = data.draw(st.integers(0, len(proof)))
    inserted = [*proof[:cut], SOME, *proof[cut:]]
    assert refused_inclusion(leaf, index, tree, inserted)
    for other in range(-1, size + 2):
        if other != index:
            assert refused_inclusion(leaf, other, tree, proof)
            if 0 <= other < size:
                assert refused_inclusion(leaf_hash(entries[other]), index, tree, proof)


@pytest.mark.parametrize(
    ("index", "size"), [(0, 1), (0, 8), (5, 8), (2, 3), (1, 5), (4, 5), (6, 7), (7, 8)]
)
def test_whatever_is_wrong_with_an_inclusion_proof_is_refused(index: int, size: int) -> None:
    tree, leaf = tree_of(ENTRIES[:size]), leaf_hash(ENTRIES[index])
    proof = naive.path(index, ENTRIES[:size])
    check_inclusion(leaf, index, tree, proof)
    places = {index - 1, index + 1, index ^ 2, size, -1, 1 << 70} - {index}
    sized = {size * 2, size // 2, 0, -size} - {size}
    wrong = {
        "place": [(leaf, other, tree, proof) for other in places],
        "size": [(leaf, index, Tree(other, tree.root), proof) for other in sized],
        "leaf": [(other, index, tree, proof) for other in (b"", b"WrongLeaf", SOME, tree.root[:-1])
                 if other != leaf],
        "root": [(leaf, index, Tree(size, other), proof)
                 for other in (b"", EMPTY_ROOT, SOME, tree.root + b"\0")],
        "trailing": [(leaf, index, tree, [*proof, other]) for other in (b"", tree.root, SOME)],
        "leading": [(leaf, index, tree, [other, *proof]) for other in (b"", tree.root, SOME)],
        "bit": [(leaf, index, tree, flipped(proof, n, bit))
                for n in range(len(proof)) for bit in range(8)],
        "removed": [(leaf, index, tree, proof[:n] + proof[n + 1 :]) for n in range(len(proof))],
        "replaced": [(leaf, index, tree, [*proof[:n], other, *proof[n + 1 :]])
                     for n in range(len(proof)) for other in (b"", proof[n][:31], proof[n] + b"a")],
        "swapped": [(leaf, index, tree, proof[::-1])] if len(proof) > 1 else [],
    }  # fmt: skip
    for what, probes in wrong.items():
        for probe in probes:
            assert refused_inclusion(*probe), what


@pytest.mark.parametrize(("index", "size"), [(0, 0), (0, 1), (1, 0), (2, 1)])
@pytest.mark.parametrize("leaf", [SOME, b""])
@pytest.mark.parametrize("root", [EMPTY_ROOT, b""])
def test_a_tree_that_has_no_such_leaf_includes_nothing(
    index: int, size: int, leaf: bytes, root: bytes
) -> None:
    assert refused_inclusion(leaf, index, Tree(size, root), [])


@pytest.mark.parametrize(("old_size", "size"), [*combinations(range(1, 9), 2)])
def test_whatever_is_wrong_with_a_consistency_proof_is_refused(old_size: int, size: int) -> None:
    old, new = tree_of(ENTRIES[:old_size]), tree_of(ENTRIES[:size])
    proof = naive.growth(old_size, ENTRIES[:size])
    check_consistency(old, new, proof)
    old_sizes = {old_size - 1, old_size + 1, old_size ^ 2, -1} - {old_size}
    new_sizes = {size * 2, size // 2, 0} - {size}
    wrong = {
        "old size": [(Tree(other, old.root), new, proof) for other in old_sizes],
        "new size": [(old, Tree(other, new.root), proof) for other in new_sizes],
        "old root": [(Tree(old_size, other), new, proof)
                     for other in (b"", b"WrongRoot", SOME, EMPTY_ROOT, new.root)],
        "new root": [(old, Tree(size, other), proof)
                     for other in (b"", b"WrongRoot", SOME, EMPTY_ROOT, old.root)],
        "swapped roots": [(Tree(old_size, new.root), Tree(size, old.root), proof)],
        "none": [(old, new, [])],
        "trailing": [(old, new, [*proof, other]) for other in (b"", old.root, new.root, SOME)],
        "leading": [(old, new, [other, *proof])
                    for other in (b"", old.root, new.root, SOME, proof[0])],
        "bit": [(old, new, flipped(proof, n, bit)) for n in range(len(proof)) for bit in range(8)],
        "removed": [(old, new, proof[:n] + proof[n + 1 :]) for n in range(len(proof))],
        "replaced": [(old, new, [*proof[:n], other, *proof[n + 1 :]])
                     for n in range(len(proof)) for other in (b"", proof[n][:31], proof[n] + b"a")],
    }  # fmt: skip
    for what, probes in wrong.items():
        for probe in probes:
            assert refused_consistency(*probe), what


def test_trees_of_one_size_are_consistent_if_they_are_equal() -> None:
    one = tree_of(ENTRIES[:3])
    check_consistency(one, one, [])
    assert refused_consistency(one, Tree(3, SOME), [])
    assert refused_consistency(Tree(3, SOME), one, [])
    assert refused_consistency(one, one, [SOME])
    assert refused_consistency(one, one, [one.root])


def test_every_tree_grew_from_the_one_without_leaves_and_from_no_other() -> None:
    none, one = Tree(0, EMPTY_ROOT), tree_of(ENTRIES[:5])
    check_consistency(none, none, [])
    check_consistency(none, one, [])
    assert refused_consistency(Tree(0, SOME), one, [])
    assert refused_consistency(Tree(0, SOME), Tree(0, SOME), [])
    assert refused_consistency(Tree(0, b""), one, [])
    assert refused_consistency(none, one, [SOME])
    assert refused_consistency(none, none, [EMPTY_ROOT])
    assert refused_consistency(one, none, [])


@pytest.mark.parametrize("root", [b"", b"don't care 1", EMPTY_ROOT[:31], EMPTY_ROOT + b"\0"])
def test_what_has_not_the_length_of_a_hash_is_the_root_of_nothing(root: bytes) -> None:
    for size in (0, 1, 5):
        assert refused_consistency(Tree(size, root), Tree(size, root), [])


def test_nobody_proves_what_a_tree_has_not() -> None:
    read = reader(ENTRIES)
    for index, size in ((0, 0), (8, 8), (-1, 8)):
        with pytest.raises(ProofError, match="has none"):
            inclusion_proof(index, size, read)
    for old_size, size in ((9, 8), (-1, 8)):
        with pytest.raises(ProofError, match="did not grow"):
            consistency_proof(old_size, size, read)
    assert consistency_proof(0, 8, read) == consistency_proof(8, 8, read) == []
