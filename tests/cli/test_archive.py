"""The archive by the command line: what is printed where, and with which code it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.disposal.archived import COLD, cold_workspace, file_id, landed
from tests.disposal.kept import OVER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Result

    Lineage = Callable[..., Result]


def test_a_file_is_archived_and_restored(lineage: Lineage, tmp_path: Path) -> None:
    workspace = cold_workspace(tmp_path, names=("a",))
    common = (
        "-w", workspace.paths.root, "--actor", "ravi", "--clock", OVER.isoformat(),
        "--format", "csv",
    )  # fmt: skip

    nothing = lineage("retention", "archive", *common)
    assert nothing.code == 2
    assert "--before" in nothing.err

    dry = lineage("retention", "archive", "--before", COLD.isoformat(), *common)
    size = landed(workspace, "a").stat().st_size
    assert dry.code == 0
    assert dry.out.splitlines() == [
        "object_id,became,reason,bytes", f"{file_id('a')},to be archived,is cold,{size}",
    ]  # fmt: skip
    assert "nothing was moved; --execute moves" in dry.err

    lineage("retention", "archive", file_id("a"), "--execute", *common)
    assert not landed(workspace, "a").exists()
    dry = lineage("retention", "restore", file_id("a"), *common)
    assert dry.code == 0
    assert "to be restored,1 copies hold what was signed" in dry.out
    assert "nothing was restored" in dry.err
    landed(workspace, "a").write_text("another\n", encoding="utf-8")
    left = lineage("retention", "restore", file_id("a"), "--execute", *common)
    assert left.code == 1
    assert "something else lies there" in left.out
    landed(workspace, "a").unlink()
    done = lineage("retention", "restore", file_id("a"), "--execute", *common)
    assert done.code == 0
    assert "are those signed by the log's key" in done.out
    # What lay there in between was read, and is what the lake holds of the file last.
    assert "not compared with what was sealed of it in the lake" in done.out
    assert landed(workspace, "a").stat().st_size == size
