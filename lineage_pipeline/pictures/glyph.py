"""The small sign of each kind of node."""

from collections.abc import Mapping
from typing import Final

GLYPH_SIZE: Final = 11

# Strokes on a square of GLYPH_SIZE, in absolute coordinates.
_PATH_BY_KIND: Final[Mapping[str, str]] = {
    # a cylinder
    "dataset": (
        "M1.5 2.7C1.5 .9 9.5 .9 9.5 2.7V8.3C9.5 10.1 1.5 10.1 1.5 8.3Z"
        "M1.5 2.7C1.5 4.5 9.5 4.5 9.5 2.7"
    ),
    # a table with one column marked
    "datasetField": "M1.3 1.5H9.7V9.5H1.3ZM4.1 1.5V9.5M6.9 1.5V9.5M4.1 5.5H6.9",
    # a triangle that starts something
    "job": "M2.5 1.5L9.5 5.5L2.5 9.5Z",
    # a hexagon
    "model": "M5.5 .8L9.7 3.1V7.9L5.5 10.2L1.3 7.9V3.1Z",
    # the hexagon as a solid: three faces seen from a corner
    "modelVersion": (
        "M5.5 .8L9.7 3.1V7.9L5.5 10.2L1.3 7.9V3.1ZM1.3 3.1L5.5 5.5L9.7 3.1M5.5 5.5V10.2"
    ),
    # an arrow that goes out of a tray
    "deployment": "M5.5 7V1.2M2.8 3.6L5.5 1L8.2 3.6M1.2 6.5V9.8H9.8V6.5",
}
_OTHER_PATH: Final = "M5.5 2.5L8.5 5.5L5.5 8.5L2.5 5.5Z"
_NAME_BY_KIND: Final[Mapping[str, str]] = {
    "datasetField": "field",
    "modelVersion": "model version",
}


def glyph_path(kind: str) -> str:
    """Return the SVG path data of the kind's sign; one and the same for all unknown kinds."""
    return _PATH_BY_KIND.get(kind, _OTHER_PATH)


def kind_name(kind: str) -> str:
    """Return the kind as words; what is not a known kind stays as it is."""
    return _NAME_BY_KIND.get(kind, kind)
