"""An erasure that died, and what came in between: its certificate says what went, and no more."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from lineage_pipeline.disposal import forgetting
from lineage_pipeline.erasure import carrying
from lineage_pipeline.evidence.noting import microseconds
from tests.disposal.kept import hold, release
from tests.erasure.people import KEY, LATER, LEDGER, applied, approved_plan, became, peopled
from tests.erasure.test_erasing import asked
from tests.evidence.sealed import findings

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

NEXT = LATER + timedelta(days=30)


def died(workspace: Workspace, owner: Any, step: str) -> str:
    """Let an erasure die before a step; return its plan's digest."""
    digest = approved_plan(workspace).digest

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(owner, step, die)
        with pytest.raises(KeyboardInterrupt):
            applied(workspace, digest)
    return digest


def certificates(workspace: Workspace) -> list[dict[str, Any]]:
    """Return the certificates of erasures."""
    query = "select certificate from retention.disposition where certificate is not null"
    return [json.loads(text) for (text,) in asked(workspace, query)]


def states(workspace: Workspace) -> dict[str, str]:
    """Return the state of each file of the plan that was to lose something."""
    query = "select object_id, state from retention.erasure where course in ('erase', 'mask')"
    return {str(name): str(state) for name, state in asked(workspace, query)}


def test_nothing_is_certified_where_a_hold_kept_all_of_it(tmp_path: Path) -> None:
    workspace = peopled(tmp_path / "workspace")
    digest = died(workspace, carrying, "forget")
    hold(workspace, f"subject:{KEY}", NEXT)
    done = applied(workspace, digest, NEXT)
    assert done.certificate_sha256 is None
    assert became(done)[f"file:{LEDGER}"] == "kept"
    assert (certificates(workspace), findings(workspace.paths)) == ([], [])
    assert {*states(workspace).values()} == {"begun"}
    assert asked(workspace, "select count(*) from audit.event") == [(3,)]
    release(workspace, f"subject:{KEY}", NEXT)
    assert became(applied(workspace, digest, NEXT))[f"file:{LEDGER}"] == "erased"
    [certificate] = certificates(workspace)
    # The acts by which she was held name her, and people decide about those.
    assert certificate["verification"]["result"] == "partly gone"
    assert len(certificate["subject"]["pieces"]) == 5
    assert certificate["started_at"] == certificate["hold_checked_at"] == microseconds(LATER)
    assert certificate["ended_at"] == microseconds(NEXT)


@pytest.mark.parametrize("step", ["erase_rows", "_rewrite"])
def test_what_a_hold_kept_is_in_no_certificate(tmp_path: Path, step: str) -> None:
    workspace = peopled(tmp_path / "workspace")
    digest = died(workspace, forgetting, step)
    hold(workspace, f"file:{LEDGER}", NEXT)
    done = applied(workspace, digest, NEXT)
    assert became(done)[f"file:{LEDGER}"] == "kept"
    [certificate] = certificates(workspace)
    places = {piece["place"] for piece in certificate["subject"]["pieces"]}
    assert len(places) == 4
    assert LEDGER not in places
    assert certificate["subject"]["row_count"] is None
    assert certificate["verification"]["result"] == "partly gone"
    assert states(workspace)[f"file:{LEDGER}"] == "left"
    assert {*states(workspace).values()} == {"left", "erased"}
    assert findings(workspace.paths) == []


def test_the_rules_that_gave_way_are_told(tmp_path: Path) -> None:
    policy = """
[[person]]
id = "ada"

[[person]]
id = "bob"

[disposal]
people = ["ada", "bob"]

[retention.logs]
of = "audit log"
minimum = "P9Y"
clause = "house rule 3"
"""
    workspace = peopled(tmp_path / "workspace", policy)
    applied(workspace, approved_plan(workspace).digest)
    [certificate] = certificates(workspace)
    told = {one["object_id"]: one for one in certificate["trigger"]["gave_way"]}
    assert (told[f"file:{LEDGER}"]["name"], told[f"file:{LEDGER}"]["basis"]) == ("logs", "house")
