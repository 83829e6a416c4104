"""A pack of a version that was approved, deployed and decided on, made once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest

from lineage_pipeline.release import checking
from tests.governed import SUBMITTED, approved, governed, when
from tests.pack.packs import Members, first_key, members_of, pack_of

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pack.making import Made
    from lineage_pipeline.pipeline import Workspace


class Packed(NamedTuple):
    """A workspace, the pack of its version, the files of that, and the log's first key."""

    workspace: Workspace
    made: Made
    members: Members
    key: str


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Packed:
    """Return a pack; who changes its workspace must work on a copy."""
    folder: Path = tmp_path_factory.mktemp("packed")
    workspace = approved(governed(folder / "workspace"))
    asker = checking.Asker("ci")
    at = when(SUBMITTED + timedelta(hours=5))
    checking.check(workspace, "risk@1", "production", asker, at)
    made = pack_of(workspace, "risk@1", folder / "pack.zip")
    return Packed(workspace, made, members_of(made.file), first_key(workspace))
