"""Where the hashes and entries of a log lie: the files of C2SP tlog-tiles, as bytes and paths.

A tile holds 256 hashes of one level of the tree, 8 levels above the tile below it; a bundle holds
the 256 entries behind a tile of level 0. The last of each is partial: it holds what there is and
says in its name how much, so that no file ever changes. Source: C2SP tlog-tiles.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.errors import ConfigError, TileError
from lineage_pipeline.trail.merkle import HASH_BYTES, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WIDTH: Final = 256
"""Hashes in a full tile."""
HEIGHT: Final = 8
"""Levels of the tree from one tile to the next above."""
ENTRIES: Final = -1
"""The level of the bundles of entries, below the hashes of level 0."""
MAX_ENTRY_BYTES: Final = 0xFFFF

_PATH: Final = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])"
    r"/(?P<number>(x[0-9]{3}/)*[0-9]{3})(\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class Tile(NamedTuple):
    """A file of the log: `width` hashes of one level, or as many entries.

    Attributes:
        level: 0 for the hashes of entries, each level above 256 times fewer; `ENTRIES` for them.
        number: which of its level, counted from 0.
        width: how many it holds; 256 if it is full.
    """

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it lies below the log's folder, such as `tile/0/x001/067.p/8`."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        groups = [f"{self.number % 1000:03d}"]
        rest = self.number // 1000
        while rest:
            groups.append(f"x{rest % 1000:03d}")
            rest //= 1000
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"

    @property
    def size(self) -> int:
        """The bytes of a tile of hashes."""
        return self.width * HASH_BYTES


def tile_at(path: str) -> Tile | None:
    """Return the tile that lies at `path` below a log's folder; None if no tile is called so."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level = ENTRIES if found["level"] == "entries" else int(found["level"])
    number = int(found["number"].replace("/", "").replace("x", ""))
    tile = Tile(level, number, int(found["width"] or WIDTH))
    # A number has one spelling, and a full tile is not called partial.
    return tile if tile.width <= WIDTH and tile.path == path else None


def tiles_of(size: int, old_size: int = 0) -> list[Tile]:
    """Return the tiles of hashes that a log of `size` entries has and one of `old_size` has not.

    A partial tile comes after the full ones of its level, and levels come from below.
    """
    tiles: list[Tile] = []
    level = 0
    while size:
        if size > old_size:
            full = size // WIDTH
            tiles += [Tile(level, number) for number in range(old_size // WIDTH, full)]
            if size % WIDTH:
                tiles.append(Tile(level, full, size % WIDTH))
        level, size, old_size = level + 1, size // WIDTH, old_size // WIDTH
    return tiles


def bundles_of(size: int, old_size: int = 0) -> list[Tile]:
    """Return the bundles of entries that a log of `size` has and one of `old_size` has not."""
    return [tile._replace(level=ENTRIES) for tile in tiles_of(size, old_size) if tile.level == 0]


def edge_of(size: int) -> list[Tile]:
    """Return the partial tiles of a log of `size`, from the highest level down.

    Their hashes, in this order, are those of the full subtrees that the whole tree is made of.
    """
    return [tile for tile in reversed(tiles_of(size)) if tile.width < WIDTH]


def place_of(node: Node, size: int) -> tuple[Tile, int, int]:
    """Return the tile of a log of `size` from which a node's hash follows, and which of its hashes.

    Returns:
        The tile, its first hash below the node, and how many of its hashes there are.
    """
    level, height = divmod(node.level, HEIGHT)
    first = node.number << height
    number, begin = divmod(first, WIDTH)
    width = min(WIDTH, (size >> (HEIGHT * level)) - number * WIDTH)
    return Tile(level, number, width), begin, 1 << height


def hashes_in(tile: Tile, data: bytes) -> list[bytes]:
    """Return the hashes in the bytes of a tile.

    Raises:
        TileError: it is shorter or longer than a tile of its width.
    """
    if len(data) != tile.size:
        raise TileError(
            tile.path, f"has {len(data)} bytes where {tile.width} hashes have {tile.size}"
        )
    return [data[n : n + HASH_BYTES] for n in range(0, len(data), HASH_BYTES)]


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bytes of a bundle: each entry after its length in two bytes.

    Raises:
        ConfigError: an entry is longer than two bytes can say.
    """
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise ConfigError(
                f"an entry of {len(entry)} bytes: the trail takes {MAX_ENTRY_BYTES} at most; "
                f"enter its digest"
            )
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entries_in(tile: Tile, data: bytes) -> list[bytes]:
    """Return the entries in the bytes of a bundle.

    Raises:
        TileError: it holds fewer or more entries than its name says, or ends inside one.
    """
    starts = [0]
    while starts[-1] < len(data):
        length = int.from_bytes(data[starts[-1] : starts[-1] + 2], "big")
        starts.append(starts[-1] + 2 + length)
    if starts[-1] != len(data):
        raise TileError(tile.path, f"ends inside entry {len(starts) - 2}")
    if len(starts) - 1 != tile.width:
        raise TileError(
            tile.path, f"holds {len(starts) - 1} entries where it should hold {tile.width}"
        )
    return [data[begin + 2 : end] for begin, end in pairwise(starts)]


def tile_bytes(tile: Tile, read: Callable[[Node], bytes]) -> bytes:
    """Return the bytes of a tile of hashes; `read` gives the hash of a full subtree."""
    first, level = tile.number * WIDTH, tile.level * HEIGHT
    return b"".join(read(Node(level, number)) for number in range(first, first + tile.width))
