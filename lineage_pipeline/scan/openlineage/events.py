"""OpenLineage records on their way into bronze, in the way that costs least.

Lines in their usual shape are read by compiled code (`plain.py`). What that declines, what is too
little to be worth it, and everything where the package was built without a compiler is decoded
record by record (`decoded.py`). Both give the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lineage_pipeline.scan.lines import line_bounds
from lineage_pipeline.scan.openlineage.decoded import DecodedScan
from lineage_pipeline.scan.openlineage.envelopes import decode_block
from lineage_pipeline.scan.openlineage.facets import FacetStore
from lineage_pipeline.scan.openlineage.holders import HolderStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from lineage_pipeline.scan.block import Block
    from lineage_pipeline.scan.blocks import RecordBlocks
    from lineage_pipeline.scan.counts import Counts
    from lineage_pipeline.scan.openlineage.known_facets import KnownFacets
    from lineage_pipeline.scan.openlineage.plain import PlainScan
    from lineage_pipeline.scan.writer import BatchWriter


class EventScan:
    """The OpenLineage side of one task: what it has met, and where its rows go."""

    def __init__(self, known: KnownFacets, writer: BatchWriter, default_zone: str) -> None:
        """Start from the `known` facet bodies; times without an offset are of `default_zone`."""
        facets = FacetStore(known, writer)
        holders = HolderStore(facets, writer)
        self._decoded = DecodedScan(holders, writer, default_zone)
        self._plain = _plain_scan(facets, holders, writer)

    @property
    def find_lines(self) -> Callable[[bytes], tuple[np.ndarray, np.ndarray, int]]:
        """What tells where the lines of a block begin and end."""
        return line_bounds if self._plain is None else self._plain.find_lines

    def read(self, blocks: RecordBlocks, source_file: str, counts: Counts) -> RecordBlocks:
        """Write the rows of every record of one file, count them, return how far it was read."""
        for block in blocks:
            is_left = self._declined(block)
            left = block if is_left is None else block.only(np.flatnonzero(is_left))
            envelopes = decode_block(left)
            if envelopes is None:
                blocks.frame_again()
                continue
            for offset, size, problem in block.problems:
                counts.set_aside(offset, size, problem)
            if is_left is not None and self._plain is not None:
                self._plain.write(block, source_file, counts)
            if len(left.places):
                self._decoded.write(left, envelopes, source_file, counts)
        return blocks

    def _declined(self, block: Block) -> np.ndarray | None:
        """Return which lines of the block are left to be decoded; None if all are."""
        if self._plain is None or block.is_certain:
            return None
        declined: np.ndarray = self._plain.declined(block)
        return declined


def _plain_scan(facets: FacetStore, holders: HolderStore, writer: BatchWriter) -> PlainScan | None:
    """Return what reads plain lines; None where the package was built without a compiler."""
    try:
        from lineage_pipeline.scan.openlineage.plain import PlainScan
    except ImportError:
        return None
    return PlainScan(facets, holders, writer)
