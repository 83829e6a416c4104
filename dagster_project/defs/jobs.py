"""The whole path as one job: what `lineage run` does, and the checks behind it."""

from __future__ import annotations

import dagster as dg

lineage_run = dg.define_asset_job(
    "lineage_run",
    selection=dg.AssetSelection.all(),
    description="Scans what is new, builds, publishes and checks.",
)
