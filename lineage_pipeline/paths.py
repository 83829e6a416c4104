"""Where things lie in a workspace. Paths only: nothing here reads or writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS_FILE: Final = "lineage.toml"
WAREHOUSE_FILE: Final = "warehouse.duckdb"
LANDING: Final = "landing"

LANDING_FOLDERS: Final = (
    "openlineage",
    "audit/cloudtrail",
    "audit/kubernetes",
    "audit/mlflow",
    "audit/cloudevents",
    "audit/generic",
    "registry/mlflow",
    "registry/sagemaker",
    "registry/files",
    "monitoring",
    "governance",
    "compliance",
    "self",
)
"""Every landing folder of a workspace; the folder decides which formats are admissible in it."""

OPENLINEAGE_FOLDERS: Final = ("openlineage", "self")
"""The landing folders that hold OpenLineage events."""

AUDIT_FOLDERS: Final = tuple(folder for folder in LANDING_FOLDERS if folder.startswith("audit/"))
"""The landing folders that hold audit logs."""

CLOUDTRAIL_FOLDER: Final = "audit/cloudtrail"
"""The landing folder of CloudTrail's log files, and of what vouches for them."""

GENERIC_FOLDER: Final = "audit/generic"
"""The landing folder of audit logs that the workspace itself declares."""

REGISTRATION_FOLDER: Final = "registry/files"
"""The landing folder of what teams register by hand, model cards among it."""

ACTS_FOLDER: Final = "governance"
"""The landing folder of what people did: approvals, waivers, holds."""

COMPLIANCE_FOLDER: Final = "compliance"
"""The landing folder of what people state about obligations, and of the records they keep."""

SEALED_FOLDERS: Final = (ACTS_FOLDER, COMPLIANCE_FOLDER)
"""The landing folders whose files are sealed before they are read: they count where they came."""

DOCUMENT_FOLDERS: Final = (
    "registry/mlflow", "registry/sagemaker", REGISTRATION_FOLDER, "monitoring", ACTS_FOLDER,
    COMPLIANCE_FOLDER,
)  # fmt: skip
"""The landing folders that hold documents: what registries answered, monitors found, people did."""

SCANNED_FOLDERS: Final = (*OPENLINEAGE_FOLDERS, *AUDIT_FOLDERS, *DOCUMENT_FOLDERS)
"""The landing folders that a scan reads."""


_UNUSABLE: Final = re.compile(r"%[0-9A-Fa-f]{2}|[*?\[\x00-\x1f\x7f]")


def workspace_paths(root: Path) -> WorkspacePaths:
    """Return the paths of the workspace at `root`, made absolute.

    Raises:
        ConfigError: its tables could not be found again: Delta takes `%20` for a space, and readers
            of Parquet take `*`, `?` and `[` for patterns.
    """
    resolved = root.resolve()
    if found := _UNUSABLE.search(str(resolved)):
        raise ConfigError(
            f"{str(resolved)!r}: tables cannot be kept under a path that holds {found[0]!r}; "
            f"use a folder without it"
        )
    return WorkspacePaths(resolved)


@dataclass(frozen=True, slots=True)
class WorkspacePaths:
    """The files and folders of one workspace, below its root."""

    root: Path

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.root / SETTINGS_FILE

    @property
    def landing(self) -> Path:
        """The folder that producers write to."""
        return self.root / LANDING

    @property
    def lake(self) -> Path:
        """The folder of the Delta tables."""
        return self.root / "lake"

    @property
    def policy(self) -> Path:
        """The folder of governance, retention and control settings."""
        return self.root / "policy"

    @property
    def warehouse(self) -> Path:
        """The published DuckDB file that people open."""
        return self.root / WAREHOUSE_FILE

    @property
    def trail(self) -> Path:
        """The folder of the log: tiles and checkpoints."""
        return self.root / "trail"

    @property
    def trail_key(self) -> Path:
        """The file that holds the log's key, unless the environment names another."""
        return self.root / "keys" / "trail.key"

    @property
    def subject_key(self) -> Path:
        """The file that holds the key behind the handles of people whose erasure is asked for."""
        return self.root / "keys" / "subject.key"

    @property
    def lock(self) -> Path:
        """The file whose lock a writer of the workspace holds."""
        return self.lake / ".lock"

    @property
    def disposal_lock(self) -> Path:
        """The file whose lock is held by who carries out a plan of disposal."""
        return self.lake / ".lock.disposal"

    @property
    def hold_lock(self) -> Path:
        """The file whose lock is held while an object is deleted, or a hold placed."""
        return self.lake / ".lock.hold"

    @property
    def rebuilding(self) -> Path:
        """The file that stands while silver and graph are made again from nothing."""
        return self.lake / ".rebuilding"

    @property
    def manifests(self) -> Path:
        """The folder of the table whose rows make a batch of bronze visible."""
        return self.table("bronze", "segment")

    def table(self, layer: str, name: str) -> Path:
        """Return the folder of the Delta table `layer/name`."""
        return self.lake / layer / name
