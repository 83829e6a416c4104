"""An erasure killed at every step: the same again finishes it, and certifies it once."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from lineage_pipeline import pipeline
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.warehouse.query import open_warehouse
from tests.disposal.test_reclaiming import told_of, unpacked
from tests.erasure.people import JANE, KEY, LATER, applied, approved_plan, peopled, run
from tests.evidence.sealed import findings
from tests.forks import left_behind

if TYPE_CHECKING:
    from pathlib import Path

STEPS: Final = """
import io
from lineage_pipeline.disposal import forgetting
from lineage_pipeline.erasure import carrying
from lineage_pipeline.erasure.subject import read_subject
from lineage_pipeline.release.acting import Statement, When

for name in ("erase_rows", "forget_questions", "append", "put_in_place", "tell_rewritten"):
    around(forgetting, name)
before(forgetting.pipeline, "publish_warehouse")
around(carrying, "say")

def act(home):
    workspace = pipeline.open_workspace(home)
    said = Statement("erased", {"actor": "role/erasure"})
    when = When(pipeline.system_clock, clock)
    digest, *identifiers = (home / "asked").read_text().split()
    (home / "asked").unlink()
    subject = read_subject(io.BytesIO("\\n".join(identifiers).encode()), workspace.paths)
    carrying.apply_plan(workspace, subject, digest, said, when, execute=True)
"""


def test_what_a_death_left_is_finished_and_certified_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    workspace = peopled(home)
    digest = approved_plan(workspace).digest
    run(workspace, LATER)  # so that not each who dies takes the approvals in
    (home / "asked").write_text(f"{digest} {KEY} {JANE}", encoding="utf-8")
    places = left_behind(home, tmp_path, STEPS, LATER.isoformat())
    assert len(places) > 3
    for place in places:
        place.rename(home)
        workspace = pipeline.open_workspace(home)
        with suppress(ConfigError):  # which died behind its certificate is not carried out again
            done = applied(workspace, digest)
            assert not [one for one in done.outcomes if one.became == "left"], place.name
        assert findings(workspace.paths) == [], place.name
        assert told_of(home, JANE) == [], place.name
        kept = {name for name in told_of(home, KEY) if _holds(home / name)}
        assert kept == set(), place.name
        with open_warehouse(workspace.paths) as warehouse:
            query = "select count(*) from silver.act where act = 'erased'"
            assert warehouse.query(query).rows == [(1,)], place.name
        home.rename(tmp_path / f"done-{place.name}")


def _holds(file: Path) -> bool:
    """Return whether a file holds Jane's key where it is not the beginning of another."""
    return re.search(KEY.encode() + rb"(?!\d)", unpacked(file)) is not None
