"""`lineage retention asked` and `confirm`."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.disposal.kept import OVER, applied, approved_plan, called, elsewhere, kept_workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Result

SAID = f"{OVER + timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}"


def test_what_is_asked_is_listed_until_a_person_confirms_it(
    tmp_path: Path, lineage: Callable[..., Result]
) -> None:
    workspace = elsewhere(kept_workspace(tmp_path, ("old",)))
    applied(workspace, approved_plan(workspace).digest, OVER + timedelta(minutes=1))

    def ask(*given: object) -> Result:
        return lineage("retention", *given, "-w", workspace.paths.root)

    listed = json.loads(ask("asked", "--format", "json").out)
    assert [(one["object_id"], one["class"], one["rule"]) for one in listed] == [
        (called("old"), "data set", "short")
    ]
    said = ("confirm", called("old"), "--reason", "dropped", "--clock", SAID, "--actor")
    refused = ask(*said, "mallory")
    assert (refused.code, "nobody knows who mallory is" in refused.err) == (1, True)
    done = ask(*said, "bob")
    assert (done.code, done.out) == (0, f"{called('old')}: said to be gone\n")
    assert "certificate: " in done.err
    assert json.loads(ask("asked", "--format", "json").out) == []
