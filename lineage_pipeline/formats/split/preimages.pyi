from typing import Any, Final

from lineage_pipeline.formats.split.interned import Interned
from lineage_pipeline.formats.split.lines import Lines

DIGEST: Final[int]

def members(table: Interned, holders: Any) -> tuple[Any, Any]: ...
def of_holders(
    table: Interned, holders: Any, numbers: Any, bounds: Any, units: Any
) -> tuple[Any, Any]: ...
def of_events(
    data: Any, table: Interned, lines: Lines, chosen: Any, marks: Any, digests: Any
) -> tuple[Any, Any]: ...
def gathered(data: Any, starts: Any, ends: Any) -> tuple[Any, Any]: ...
