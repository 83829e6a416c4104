"""Audit files that no declaration claims: left lying until `lineage.toml` says how to read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.paths import GENERIC_FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage_pipeline.landing.listing import Listing
    from lineage_pipeline.settings.lineage_toml import AuditDeclaration

REASON: Final = "no [audit.generic.NAME] in lineage.toml has a `files` pattern that fits its name"


def leave_out_undeclared(listing: Listing, declared: Mapping[str, AuditDeclaration]) -> Listing:
    """Return the listing without generic audit logs that no declaration names.

    Raises:
        ConfigError: a declaration that cannot be used.
    """
    if not declared and not any(file.source == GENERIC_FOLDER for file in listing.files):
        return listing
    from lineage_pipeline.formats.audit.mapping import admissible, generic_mappings

    mappings = generic_mappings(declared).values()
    left_out = {
        file
        for file in listing.files
        if file.source == GENERIC_FOLDER
        and not admissible(mappings, GENERIC_FOLDER, file.source_file.rpartition("/")[2])
    }
    return listing.without(left_out, REASON)
