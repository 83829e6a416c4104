import numpy as np
from numpy.typing import NDArray

KINDS: dict[str, int]

def write_rows(
    columns: list[tuple[int, int, int, int, int, bytes]],
    row_count: int,
    salts: int,
    salt_size: int,
) -> tuple[bytes, NDArray[np.int64]]: ...
