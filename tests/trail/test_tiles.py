"""The files of a log are those of C2SP tlog-tiles; none of them is believed unchecked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.errors import ConfigError, TileError
from lineage_pipeline.trail.hashes import Growth, Hashes
from lineage_pipeline.trail.merkle import (
    EMPTY_ROOT,
    Node,
    Tree,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
)
from lineage_pipeline.trail.tiles import (
    ENTRIES,
    Tile,
    bundle,
    bundles_of,
    edge_of,
    entries_in,
    tile_at,
    tiles_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

EMPTY = Tree(0, EMPTY_ROOT)


def entries_of(size: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(size)]


def grown(files: dict[str, bytes], tree: Tree, entries: list[bytes], upto: int) -> Tree:
    """Add the files of a log that has grown to `upto` entries; return its tree."""
    leaves = [leaf_hash(entry) for entry in entries[tree.size : upto]]
    growth = Growth(Hashes(tree, files.get), leaves)
    for tile in tiles_of(upto, tree.size):
        files[tile.path] = growth.tile(tile)
    for tile in bundles_of(upto, tree.size):
        first = tile.number * 256
        files[tile.path] = bundle(entries[first : first + tile.width])
    return growth.tree


def log_of(*sizes: int) -> tuple[dict[str, bytes], Tree, list[bytes]]:
    """Return the files of a log that grew by these sizes, its tree and its entries."""
    files: dict[str, bytes] = {}
    entries, tree = entries_of(max(sizes)), EMPTY
    for size in sizes:
        tree = grown(files, tree, entries, size)
    return files, tree, entries


def everything(files: dict[str, bytes], tree: Tree) -> list[bytes]:
    """Return all entries, read with every check there is."""
    hashes = Hashes(tree, files.get)
    found = [entry for tile in bundles_of(tree.size) for entry in hashes.entries(tile.number)]
    for tile in tiles_of(tree.size):
        hashes.of_tile(tile)
    return found


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(1, 1067, 3), "tile/1/x001/067.p/3"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(4, 1234067, 1), "tile/4/x001/x234/067.p/1"),
        (Tile(63, 5, 255), "tile/63/005.p/255"),
        (Tile(ENTRIES, 1234067, 8), "tile/entries/x001/x234/067.p/8"),
    ],
)
def test_a_tile_lies_where_the_specification_says(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tile_at(path) == tile


@given(st.integers(-1, 63), st.integers(0, 1 << 60), st.integers(1, 256))
def test_a_path_names_one_tile(level: int, number: int, width: int) -> None:
    tile = Tile(level, number, width)
    assert tile_at(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "", "tile", "checkpoint", "tile/0", "tile/64/000", "tile/00/000", "tile/-1/000",
        "tile/data/000", "tile/0/1", "tile/0/0001", "tile/0/x000/001", "tile/0/001/002",
        "tile/0/x001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/257",
        "tile/0/000.p/01", "tile/0/000.p", "tile/0/000/", "/tile/0/000", "tile/0/000\n",
        "tile/0/x001/../000",
    ],
)  # fmt: skip
def test_no_tile_is_called_anything_else(path: str) -> None:
    assert tile_at(path) is None


def test_a_log_of_70000_has_the_tiles_of_the_specification() -> None:
    tiles = tiles_of(70_000)
    full = [sum(t.level == level and t.width == 256 for t in tiles) for level in range(3)]
    assert full == [273, 1, 0]
    assert edge_of(70_000) == [Tile(2, 0, 1), Tile(1, 1, 17), Tile(0, 273, 112)]
    assert len(tiles) == 273 + 1 + 3
    assert [t.path for t in bundles_of(70_000)][-1] == "tile/entries/273.p/112"
    assert [t.path for t in tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert tiles_of(0) == edge_of(0) == bundles_of(0) == []


def test_a_log_of_70000_is_read_by_its_tiles() -> None:
    files, tree, entries = log_of(300, 65_536, 70_000)
    assert tree.root == root_of([leaf_hash(entry) for entry in entries])
    asked: list[str] = []

    def read(path: str) -> bytes | None:
        asked.append(path)
        return files.get(path)

    hashes = Hashes(tree, read)
    assert asked == ["tile/2/000.p/1", "tile/1/001.p/17", "tile/0/273.p/112"]
    proof = inclusion_proof(12_345, 70_000, hashes.hash)
    check_inclusion(leaf_hash(entries[12_345]), 12_345, tree, proof)
    assert asked[3:] == ["tile/1/000", "tile/0/048"]
    assert hashes.entries(48) == entries[48 * 256 : 49 * 256]
    old = Tree(65_536, hashes.hash(Node(16, 0)))
    check_consistency(old, tree, consistency_proof(65_536, 70_000, hashes.hash))


@given(st.lists(st.integers(1, 2_000), min_size=1, max_size=4, unique=True).map(sorted))
@settings(max_examples=30, deadline=None)
def test_a_log_is_the_same_however_it_grew(sizes: list[int]) -> None:
    files, tree, entries = log_of(*sizes)
    whole, expected, _ = log_of(sizes[-1])
    assert tree == expected == Tree(sizes[-1], root_of([leaf_hash(entry) for entry in entries]))
    assert {path: files[path] for path in whole} == whole
    assert everything(files, tree) == entries
    written = {tile.path for n, size in enumerate(sizes)
               for old in [([0, *sizes])[n]] for tile in tiles_of(size, old)}  # fmt: skip
    assert written == {path for path in files if "entries" not in path}


@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_growing_writes_what_was_not_there(one: int, other: int) -> None:
    old_size, size = sorted((one, other))
    new = tiles_of(size, old_size)
    assert set(tiles_of(size)) - set(tiles_of(old_size)) <= set(new)
    assert not set(new) & set(tiles_of(old_size))
    assert set(new) <= set(tiles_of(size))


def test_a_partial_tile_is_read_from_the_full_one_that_took_its_place() -> None:
    files: dict[str, bytes] = {}
    entries = entries_of(600)
    early = grown(files, EMPTY, entries, 300)
    late = grown(files, early, entries, 600)
    for path in [path for path in files if path.startswith(("tile/0/001.p", "tile/entries/001.p"))]:
        del files[path]
    assert everything(files, late) == entries
    assert everything(files, early) == entries[:300]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 600])
def test_a_missing_file_is_named(size: int) -> None:
    files, tree, _ = log_of(size)
    for path in files:
        rest = {name: data for name, data in files.items() if name != path}
        with pytest.raises(TileError, match="is missing") as caught:
            everything(rest, tree)
        assert caught.value.path == path
        assert path in str(caught.value)
        assert "restore the file" in str(caught.value)


@pytest.mark.parametrize("size", [3, 257, 600])
def test_a_short_or_long_file_is_named(size: int) -> None:
    files, tree, _ = log_of(size)
    for path, data in files.items():
        for wrong in (b"", data[:-1], data[:-33], data[1:], data + b"\0", data + data):
            with pytest.raises(TileError, match=r"bytes where|ends inside|entries where") as caught:
                everything(files | {path: wrong}, tree)
            assert caught.value.path == path


@pytest.mark.parametrize("size", [3, 258])
def test_every_altered_byte_of_every_file_is_found_and_its_file_named(size: int) -> None:
    files, tree, _ = log_of(size)
    for path, data in files.items():
        for place in range(0, len(data), 1 if size == 3 else 61):
            wrong = bytearray(data)
            wrong[place] ^= 1 << place % 8
            with pytest.raises(TileError) as caught:
                everything(files | {path: bytes(wrong)}, tree)
            assert caught.value.path == path, place


def test_files_that_agree_with_each_other_and_not_with_the_root_are_refused() -> None:
    files, _, _ = log_of(600)
    other = {path: data for path, data in files.items() if "entries" not in path}
    with pytest.raises(TileError, match="does not give the root of 600 entries that was signed"):
        Hashes(Tree(600, b"\1" * 32), other.get)
    with pytest.raises(TileError, match="checkpoint"):
        Hashes(Tree(0, b"\1" * 32), other.get)


def test_swapped_tiles_are_found() -> None:
    files, tree, _ = log_of(600)
    files["tile/0/000"], files["tile/0/001"] = files["tile/0/001"], files["tile/0/000"]
    with pytest.raises(TileError, match="tile/0/000: was altered"):
        everything(files, tree)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_a_bundle_gives_back_its_entries(entries: Sequence[bytes]) -> None:
    assert entries_in(Tile(ENTRIES, 0, len(entries)), bundle(entries)) == entries


def test_a_bundle_has_the_bytes_of_the_specification() -> None:
    assert bundle([b"", b"ab", b"c" * 258]) == b"\0\0\0\2ab\1\2" + b"c" * 258


def test_an_entry_is_no_longer_than_its_length_can_say() -> None:
    longest = b"a" * 65_535
    assert entries_in(Tile(ENTRIES, 0, 1), bundle([longest])) == [longest]
    with pytest.raises(ConfigError, match=r"65536 bytes.*enter its digest"):
        bundle([longest + b"a"])
