from typing import Any

from lineage_pipeline.formats.split.interned import Interned

class Lines:
    start: Any
    end: Any
    is_plain: Any
    time_start: Any
    time_end: Any
    ns: Any
    event_type: Any
    producer: Any
    schema_url: Any
    first_use: Any
    holder: Any
    role: Any
    position: Any
    line: Any
    count: int
    used: int
    line_breaks: int
    block_bytes: int
    def __init__(self, block_bytes: int) -> None: ...
    def read(self, block: bytes, table: Interned) -> bool: ...
