"""What is spelled oddly, was replaced, or lies in the archive too: gone, or left to people."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.cooling import Asked, archive_files
from lineage_pipeline.erasure.pattern import DEEPEST
from lineage_pipeline.release.acting import Statement
from tests.disposal.archived import ARCHIVE, copies, restore
from tests.disposal.kept import tell_approval
from tests.erasure.people import LATER, OTHER, applied, became, line, peopled, planned, run
from tests.erasure.test_erasing import asked
from tests.evidence.sealed import findings
from tests.governed import when

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.erasure.carrying import Applied
    from lineage_pipeline.pipeline import Workspace

ZOE: Final = "Zoë Quist"
NAME: Final = "audit/generic/ledger-7.ndjson"
FILE: Final = f"file:landing/{NAME}"


def noted(note: str) -> str:
    """Return lines of the ledger of which the second has a note."""
    return f"{line(OTHER, 5)}{line('p-1', 6, note=note)}{line(OTHER, 7)}"


def erased(workspace: Workspace, at: int = 0) -> Applied:
    """Return what became of an erasure of Zoë, hours after others."""
    clock = LATER + timedelta(hours=at)
    plan = planned(workspace, clock, [ZOE])
    for actor in ("ada", "bob"):
        tell_approval(workspace, plan, actor, clock)
    return applied(workspace, plan.digest, clock, [ZOE])


def counts(workspace: Workspace) -> list[tuple[object, ...]]:
    return asked(
        workspace, "select resource_id, count(*) from audit.event group by all order by all"
    )


@pytest.mark.parametrize(
    "note",
    [
        json.dumps({"customer": ZOE}),
        json.dumps({"said": json.dumps({"customer": ZOE})}),
        "https://crm.example/q?name=Zo%C3%AB+Quist",
        "Zoë  Quist",
        "Zo\u0065\u0308 Quist",
    ],
    ids=["JSON in JSON", "JSON in JSON in JSON", "a query", "two blanks", "decomposed"],
)
def test_it_goes_from_the_file_however_it_is_spelled(tmp_path: Path, note: str) -> None:
    workspace = peopled(tmp_path / "workspace", more={NAME: noted(note)})
    file = workspace.paths.landing / NAME
    before = file.read_text(encoding="utf-8").splitlines()
    assert became(erased(workspace))[FILE] == "erased"
    after = file.read_text(encoding="utf-8").splitlines()
    assert (after[0], after[1].strip(), after[2]) == (before[0], "", before[2])
    assert counts(workspace) == [("subj-4711", 1), (OTHER, 4)]
    assert findings(workspace.paths) == []


def test_people_decide_about_what_no_spelling_explains(tmp_path: Path) -> None:
    # JSON within JSON so deep that only what was read of it is recognised, one level less.
    actor = "Zo" + "\\" * DEEPEST + "u00eb Quist"
    workspace = peopled(tmp_path / "workspace", more={NAME: line("p-1", 6, actor=actor)})
    before = (workspace.paths.landing / NAME).read_bytes()
    done = {one.object_id: one for one in erased(workspace).outcomes}[FILE]
    assert done.became == "to be decided"
    assert "its bytes hold none in any spelling" in done.reason
    assert (workspace.paths.landing / NAME).read_bytes() == before
    assert counts(workspace) == [("p-1", 1), ("subj-4711", 1), (OTHER, 2)]


def test_what_was_replaced_goes_from_what_is_known_and_the_file_stays(tmp_path: Path) -> None:
    workspace = peopled(tmp_path / "workspace", more={NAME: noted(f"for {ZOE}")})
    new = noted("for nobody") + line(OTHER, 8)
    (workspace.paths.landing / NAME).write_text(new, encoding="utf-8")
    run(workspace, LATER)
    assert became(erased(workspace, 1))[FILE] == "erased"
    assert (workspace.paths.landing / NAME).read_text(encoding="utf-8") == new
    kept = asked(
        workspace, "select count(*) from audit.event where contains(attrs::varchar, 'for')"
    )
    assert kept == [(1,)]
    assert findings(workspace.paths) == []


def test_copies_in_the_archive_go_as_well(tmp_path: Path) -> None:
    workspace = peopled(tmp_path / "workspace", more={NAME: noted(f"for {ZOE}")})
    with workspace.paths.settings.open("a", encoding="utf-8") as settings:
        settings.write(ARCHIVE)
    (tmp_path / "archive").mkdir()
    workspace = pipeline.open_workspace(workspace.paths.root)
    said = Statement("archived", {"actor": "role/disposal"})
    [moved] = archive_files(workspace, Asked((FILE,), None), said, when(LATER), execute=True)
    assert moved.became == "archived"
    refused = {one.object_id: one for one in erased(workspace, 1).outcomes}[FILE]
    assert refused.became == "left"
    assert "lineage retention restore" in refused.reason
    assert restore(workspace, FILE, LATER + timedelta(hours=2)).became == "restored"
    assert [*copies(workspace)]
    assert became(erased(workspace, 3))[FILE] == "erased"
    assert [*copies(workspace)] == []
    (workspace.paths.landing / NAME).unlink()
    assert restore(workspace, FILE, LATER + timedelta(hours=4)).became == "left"
    assert counts(workspace) == [("subj-4711", 1), (OTHER, 4)]
