"""The demo story reads the same from its own files and from its lines dealt out anew."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from data.replay import deliveries
from data.story.reading import plain
from lineage_pipeline import pipeline
from tests.workspaces import CLOCK, KNOWN_TIMES, OCCURRENCE, differences, make_workspace, tables

if TYPE_CHECKING:
    from lineage_pipeline.pipeline import Workspace
    from tests.workspaces import Row

SETTINGS: Final = Path("data/lineage.toml").read_text(encoding="utf-8")
FILES: Final = [
    path
    for _, delivery in deliveries()
    for path in sorted((delivery / "openlineage").rglob("*"))
    if path.is_file()
]


def told(workspace: Workspace) -> dict[str, list[Row]]:
    pipeline.run(workspace, pipeline.system_clock, CLOCK)
    return tables(workspace, "lineage", KNOWN_TIMES | OCCURRENCE)


def story_workspace(root: Path) -> Workspace:
    workspace = make_workspace(root)
    workspace.paths.settings.write_text(SETTINGS, encoding="utf-8")
    return pipeline.open_workspace(root)


def test_story_does_not_depend_on_files_order_or_repetition(tmp_path: Path) -> None:
    as_told = story_workspace(tmp_path / "as_told")
    for number, path in enumerate(FILES):
        target = as_told.paths.landing / "openlineage" / f"{number}_{path.name}"
        shutil.copyfile(path, target)

    lines = [line for path in FILES for line in plain(path).split(b"\n") if line]
    random = Random(7)  # noqa: S311 - the same order every time
    dealt = [*lines, *random.sample(lines, len(lines) // 5)]
    random.shuffle(dealt)
    shuffled = story_workspace(tmp_path / "shuffled")
    for number in range(5):
        target = shuffled.paths.landing / "openlineage" / f"{number}.ndjson"
        target.write_bytes(b"\n".join(dealt[number::5]) + b"\n")

    expected = told(as_told)
    assert len(expected["lineage.run"]) > 100
    assert not differences(told(shuffled), expected)
