"""What the numbers of a compiled scan are numbers of; `lines.pxd` says the same to the compiler."""

from __future__ import annotations

from typing import Final

KEY: Final = 0
EVENT_TYPE: Final = 1
RUN_ID: Final = 2
TEXT: Final = 3
HOLDER: Final = 8
"""And more, after the holder's role."""
FACET: Final = 16
"""And more: `STEPS` times the number of the facet's key, and the kind of its holder."""
STEPS: Final = 8
NAMES: Final = 2
"""How many of the numbers that a holder is made of are names."""
