"""Some records of a file, in one piece of memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lineage_pipeline.formats.records import Records

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from lineage_pipeline.formats.rejection import Problem


class Block(NamedTuple):
    """Some records of a file.

    Attributes:
        records: the records.
        places: where in the file each of them begins.
        problems: offset, size and reason of what is no record.
        is_certain: whether the records were framed; lines may turn out to be parts of records.
    """

    records: Records
    places: npt.NDArray[np.int64]
    problems: list[tuple[int, int, Problem]]
    is_certain: bool

    def only(self, places: npt.NDArray[np.int64]) -> Block:
        """Return the block with some of its records."""
        data, offsets, sizes = self.records
        records = Records(data, offsets[places], sizes[places])
        return Block(records, self.places[places], [], self.is_certain)

    def texts(self) -> list[bytes]:
        """Return the records, each as bytes of its own."""
        data, offsets, sizes = self.records
        ends = (offsets + sizes).tolist()
        return [bytes(data[start:end]) for start, end in zip(offsets.tolist(), ends, strict=True)]
