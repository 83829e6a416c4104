"""The hashes of a log of which only the root is trusted: no tile is believed before it is checked.

The partial tiles of a log together give its root. Every full tile gives one hash of a tile above
it. So each tile is checked against what was checked before it, and one that does not agree is
known by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.errors import TileError
from lineage_pipeline.trail.merkle import (
    Node,
    Tree,
    folded,
    leaf_hash,
    node_hash,
    nodes_of,
    root_of,
)
from lineage_pipeline.trail.tiles import (
    ENTRIES,
    HEIGHT,
    WIDTH,
    Tile,
    edge_of,
    entries_in,
    hashes_in,
    place_of,
    tile_bytes,
)

if TYPE_CHECKING:
    from collections.abc import Callable


class Hashes:
    """Reads and checks the hashes and entries of a log at one size."""

    def __init__(self, tree: Tree, read: Callable[[str], bytes | None]) -> None:
        """Read the partial tiles.

        Args:
            tree: the size and root that were signed.
            read: gives the bytes of a file below the log's folder; None if there is none.

        Raises:
            TileError: a partial tile is missing or short, or together they give another root.
        """
        self.tree = tree
        self._read = read
        self._tiles: dict[Tile, list[bytes]] = {}
        edge = edge_of(tree.size)
        for tile in edge:
            self._tiles[tile] = hashes_in(tile, self._bytes(tile))
        if not self._gives_the_root():
            altered = [tile for tile in edge if self._would_heal(tile)] or edge
            named = ", ".join(tile.path for tile in altered) or "checkpoint"
            raise TileError(named, f"does not give the root of {tree.size} entries that was signed")

    def hash(self, node: Node) -> bytes:
        """Return the hash of a full subtree.

        Raises:
            TileError: a tile that it follows from is missing, short or altered.
        """
        tile, begin, count = place_of(node, self.tree.size)
        return root_of(self.of_tile(tile)[begin : begin + count])

    def of_tile(self, tile: Tile) -> list[bytes]:
        """Return the hashes of a tile of this log.

        Raises:
            TileError: it, or one above it, is missing, short or altered.
        """
        known = self._tiles.get(tile)
        if known is not None:
            return known
        found = hashes_in(tile, self._bytes(tile))
        if root_of(found) != self.hash(Node((tile.level + 1) * HEIGHT, tile.number)):
            raise TileError(tile.path, "was altered: the tile above holds another hash of it")
        self._tiles[tile] = found
        return found

    def entries(self, number: int) -> list[bytes]:
        """Return the entries of bundle `number`, each of which has the hash in the tree.

        Raises:
            TileError: the bundle or a tile above it is missing, short or altered.
        """
        width = min(WIDTH, self.tree.size - number * WIDTH)
        tile = Tile(ENTRIES, number, width)
        found = entries_in(tile, self._bytes(tile))
        for place, (entry, known) in enumerate(
            zip(found, self.of_tile(Tile(0, number, width)), strict=True)
        ):
            if leaf_hash(entry) != known:
                index = number * WIDTH + place
                raise TileError(tile.path, f"was altered: entry {index} has another hash")
        return found

    def _gives_the_root(self) -> bool:
        hashes = [self.hash(node) for node in nodes_of(0, self.tree.size)]
        return folded(hashes) == self.tree.root

    def _would_heal(self, tile: Tile) -> bool:
        """Whether the root comes out right if a tile is made afresh from the files below it."""
        stored = self._tiles[tile]
        try:
            self._tiles[tile] = self._from_below(tile)
        except TileError:
            return False
        healed = self._gives_the_root()
        self._tiles[tile] = stored
        return healed

    def _from_below(self, tile: Tile) -> list[bytes]:
        if tile.level == 0:
            entries = tile._replace(level=ENTRIES)
            return [leaf_hash(entry) for entry in entries_in(entries, self._bytes(entries))]
        first = tile.number * WIDTH
        below = [Tile(tile.level - 1, number) for number in range(first, first + tile.width)]
        return [root_of(hashes_in(full, self._bytes(full))) for full in below]

    def _bytes(self, tile: Tile) -> bytes:
        data = self._read(tile.path)
        if data is not None:
            return data
        full = tile._replace(width=WIDTH)
        data = self._read(full.path) if tile.width < WIDTH else None
        if data is None:
            raise TileError(tile.path, "is missing")
        return _beginning(full, data, tile.width)


class Growth:
    """The hashes of a log to which leaves were added."""

    def __init__(self, old: Hashes, leaves: list[bytes]) -> None:
        """Add `leaves`, hashes of entries, to the right of the old ones."""
        self._old = old
        self._size = old.tree.size
        self._leaves = leaves
        self._known: dict[Node, bytes] = {}
        self.tree = Tree(self._size + len(leaves), b"")
        self.tree = self.tree._replace(
            root=folded([self.hash(node) for node in nodes_of(0, self.tree.size)])
        )

    def hash(self, node: Node) -> bytes:
        """Return the hash of a full subtree of what the log has become."""
        if (node.number + 1) << node.level <= self._size:
            return self._old.hash(node)
        if node.level == 0:
            return self._leaves[node.number - self._size]
        if node not in self._known:
            left = Node(node.level - 1, node.number * 2)
            right = left._replace(number=left.number + 1)
            self._known[node] = node_hash(self.hash(left), self.hash(right))
        return self._known[node]

    def tile(self, tile: Tile) -> bytes:
        """Return the bytes of a tile of what the log has become."""
        return tile_bytes(tile, self.hash)


def _beginning(full: Tile, data: bytes, width: int) -> bytes:
    """Return what a partial tile held, from the full one that has taken its place."""
    if full.level != ENTRIES:
        return b"".join(hashes_in(full, data)[:width])
    kept = entries_in(full, data)[:width]
    return data[: sum(2 + len(entry) for entry in kept)]
