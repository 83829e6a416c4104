"""Were the statements not looked at, DuckDB's settings and the kernel would still withhold it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.sandbox import landlock
from lineage_pipeline.sandbox.process import import_path
from lineage_pipeline.sandbox.question import PACKAGES
from tests.sandbox.conftest import SECRET
from tests.sandbox.test_escapes import READING, WRITING

if TYPE_CHECKING:
    from tests.sandbox.conftest import Published

ALL_AT_ONCE = """
import json, sys
warehouse, lake = sys.argv[1:3]
sys.path[:0] = sys.argv[3:]
import datetime, decimal, uuid
from lineage_pipeline.sandbox.confinement import limit, shut
from lineage_pipeline.sandbox.engine import open_engine
from lineage_pipeline.sandbox.messages import Limits, Request
statements = json.load(sys.stdin)
limits = Limits(seconds=60)
asked = {"query": "", "query_sha256": "", "parameters": {}, "limits": limits}
request = Request(warehouse=warehouse, lake=lake, **asked)
missing = limit(limits)
engine = open_engine(request)
shut((lake,), missing)
found = []
for statement in statements:
    try:
        found.append(repr(engine.cursor().execute(statement).fetchall()))
    except Exception as error:
        found.append(type(error).__name__)
print(json.dumps(found))
"""


def executed(published: Published, statements: list[str], script: str = ALL_AT_ONCE) -> str:
    """Return what statements give that a confined process executes as they are."""
    places = {
        "root": published.root,
        "lake": published.lake,
        "warehouse": published.warehouse,
        "secret": published.secret,
    }
    folders = map(str, (published.warehouse, published.lake, *import_path(PACKAGES)))
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script, *folders],
        input=json.dumps([text.format(**places) for text in statements]),
        check=True,
        capture_output=True,
        text=True,
    )
    assert len(json.loads(done.stdout)) == len(statements)
    return done.stdout


@pytest.mark.skipif(landlock.version() == 0, reason="this kernel has no Landlock")
def test_nothing_is_written_and_no_secret_read(published: Published) -> None:
    before = published.state()
    told = executed(published, [*WRITING, *READING])
    assert SECRET not in told
    assert "root:" not in told
    assert published.state() == before


def test_no_secret_is_read_without_landlock(published: Published) -> None:
    before = published.state()
    script = ALL_AT_ONCE.replace(
        "shut((lake,), missing)",
        "import lineage_pipeline.sandbox.confinement as c; c.restrict = lambda folders: 0\n"
        "shut((lake,), missing)",
    )
    told = executed(published, READING, script)
    assert SECRET not in told
    assert "root:" not in told
    assert published.state() == before
