from typing import Any, Final

MOST_TEXTS: Final[int]
WORN_TEXTS: Final[int]
WORN_BYTES: Final[int]

class Interned:
    arena: Any
    start: Any
    size: Any
    context: Any
    count: int
    filled: int
    def __init__(self) -> None: ...
    @property
    def is_worn(self) -> bool: ...
    def forget(self) -> None: ...
    def make_room(self, more_bytes: int) -> None: ...
    def text(self, number: int) -> bytes: ...
    def number_of(self, text: bytes, context: int) -> int: ...
