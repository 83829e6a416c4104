"""A workspace with an archive beside it, landing files that are cold, and one that is not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lineage_pipeline import pipeline
from lineage_pipeline.disposal import restoring
from lineage_pipeline.disposal.cooling import Asked, archive_files
from lineage_pipeline.release.acting import Statement
from lineage_pipeline.warehouse.query import open_warehouse
from tests.builders import make_event
from tests.disposal.kept import OVER
from tests.governed import say_policy, when
from tests.workspaces import deliver, made_once, published_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.disposal.standing import Outcome
    from lineage_pipeline.pipeline import Workspace

ARCHIVE: Final = """
[archive]
target = "../archive"
"""
POLICY: Final = """
[[person]]
id = "ada"
accounts = ["role/ada"]

[[person]]
id = "bob"

[[person]]
id = "cid"

[disposal]
people = ["ada", "bob", "cid"]
"""
COLD: Final = OVER - timedelta(days=1)
"""Before this lies what the first two files hold, and when they were read."""


def file_id(name: str) -> str:
    """Return the identifier of a landing file of events."""
    return f"file:landing/openlineage/{name}.ndjson"


def landed(workspace: Workspace, name: str) -> Path:
    """Return where a landing file of events lies."""
    return workspace.paths.landing / "openlineage" / f"{name}.ndjson"


def cold_workspace(
    root: Path, settings: str = ARCHIVE, policy: str = POLICY, names: tuple[str, ...] = ("a", "b")
) -> Workspace:
    """Return a workspace below a folder that has read these files long ago, and `new` today."""

    def make(folder: Path) -> None:
        workspace = published_workspace(folder / "workspace", settings)
        (folder / "archive").mkdir()
        say_policy(workspace, policy)
        old = {
            name: [make_event(run=f"r{name}", type="COMPLETE", outputs=[f"of_{name}"], at=number)]
            for number, name in enumerate(names)
        }
        deliver(workspace, old)
        event = make_event(run="n", type="COMPLETE", outputs=["of_new"], at=OVER.isoformat())
        deliver(workspace, {"new": [event]}, OVER)

    made_once(root, make, settings, policy, names)
    return pipeline.open_workspace(root / "workspace")


def archive(
    workspace: Workspace,
    *names: str,
    before: datetime | None = None,
    at: datetime = OVER,
    execute: bool = True,
) -> dict[str, Outcome]:
    """Return what became of landing files, by their names."""
    asked = Asked(tuple(map(file_id, names)), before)
    said = Statement("archived", {"actor": "role/disposal"})
    done = archive_files(workspace, asked, said, when(at), execute=execute)
    return {one.object_id.rpartition("/")[2].removesuffix(".ndjson"): one for one in done}


def restore(
    workspace: Workspace, object_id: str, at: datetime = OVER, *, execute: bool = True
) -> Outcome:
    """Return what became of an archived object."""
    said = Statement("restored", {"actor": "role/disposal"})
    return restoring.restore(workspace, object_id, said, when(at), execute=execute)


def became(done: Mapping[str, Outcome]) -> dict[str, str]:
    """Return what became of each file."""
    return {name: one.became for name, one in done.items()}


def states(workspace: Workspace) -> list[tuple[str, str]]:
    """Return each move into the archive, and how it stands."""
    with open_warehouse(workspace.paths) as warehouse:
        return [
            (str(name), str(state))
            for name, state in warehouse.query(
                "select object_id, state from retention.archived order by all"
            ).rows
        ]


def copies(workspace: Workspace) -> list[Path]:
    """Return the files in the archive."""
    folder = workspace.paths.root.parent / "archive"
    return sorted(file for file in folder.rglob("*") if file.is_file())
