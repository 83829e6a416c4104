"""Reading the committed story back: where it lies, its files unpacked, its lines."""

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zstandard

ROOT = Path(__file__).resolve().parents[1]
LANDING = ROOT / "landing"
_UNPACKED_LIMIT = 1 << 27


def plain(path: Path) -> bytes:
    """The content of a landing file, unpacked."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(content)
    if path.suffix == ".zst":
        return zstandard.ZstdDecompressor().decompress(content, max_output_size=_UNPACKED_LIMIT)
    return content


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an OpenLineage file; `event` is none for what cannot be read as an object."""

    delivery: str
    path: str
    raw: bytes
    event: dict[str, Any] | None
