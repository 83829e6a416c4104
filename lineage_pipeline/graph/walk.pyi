import numpy as np
from numpy.typing import NDArray

def grouped(
    near: NDArray[np.int32], far: NDArray[np.int32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]: ...
def breadth_first(
    starts: NDArray[np.int64], far: NDArray[np.int32], seeds: NDArray[np.int32], limit: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], bool]: ...
def components(starts: NDArray[np.int64], far: NDArray[np.int32]) -> NDArray[np.int32]: ...
