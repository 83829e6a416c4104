"""How files of a source are read, as a digest: what was set aside is read anew once it changes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from lineage_pipeline import __version__
from lineage_pipeline.paths import GENERIC_FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage_pipeline.settings.lineage_toml import AuditDeclaration, ScanSettings


def reader_digest(
    source: str, settings: ScanSettings, declared: Mapping[str, AuditDeclaration]
) -> str:
    """Return what tells apart ways of reading: a SHA-256, cut.

    Args:
        source: the landing folder.
        settings: the limits of the scan.
        declared: the audit logs that `lineage.toml` declares, which only one folder holds.
    """
    own = dict(declared) if source == GENERIC_FOLDER else {}
    content = msgspec.json.encode((__version__, source, settings, own), order="deterministic")
    return hashlib.sha256(content).hexdigest()[:16]
