"""Every public object of sql/ by example: the events of `given`, the rows of `expect`.

A case in `cases/OBJECT.yaml`:

    name: what it shows
    kind: ordinary, empty or boundary
    given: the events of one run, in the short form of `tests.builders`; a text is a line as it is
    runs: instead of `given`, the events of several runs, a day apart
    audit: the audit rows of several runs, a day apart, in the short form of `tests.audit_rows`
    documents: what lands in several runs, a day apart: objects or text, by file below landing/;
        acts in the short form of `tests.acts`
    trail: deliveries of CloudTrail's files, a day apart, in the short form of `tests.log_digests`
    settings: TOML behind `[workspace]`
    call: the arguments of a macro; `rules` as an object
    tamper: statements that spoil the warehouse, for a check to find
    only: values that a row must have to count
    expect: all rows that count, in any order; columns may be left out, of every row alike

A number in a column that ends in `_at`, and in `as_of`, is an hour; `run 2` the clock of a run.
"""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pytest
import yaml

from lineage_pipeline.pipeline import publish_warehouse
from lineage_pipeline.warehouse.query import open_warehouse
from lineage_pipeline.warehouse.sqlfiles import stage_files
from tests.acts import in_full
from tests.audit_rows import commit_rows
from tests.builders import at_hour, make_event
from tests.log_digests import files_of, run_with
from tests.sql.needed import needed_for, only
from tests.workspaces import (
    CLOCK,
    deliver,
    deliver_documents,
    in_order,
    made_by,
    make_workspace,
    published_workspace,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.warehouse.query import Warehouse
    from lineage_pipeline.warehouse.sqlfiles import SqlFile

    Filled = Callable[[str, "Case"], Workspace]

Case = dict[str, Any]

KINDS: Final = {"ordinary", "empty", "boundary"}
KEYS: Final = {
    "name", "kind", "given", "runs", "audit", "documents", "trail", "settings", "call", "tamper",
    "only", "expect",
}  # fmt: skip
PUBLIC: Final = (
    "lineage.",
    "audit.",
    "quality.",
    "registry.",
    "governance.",
    "retention.",
    "compliance.",
    "checks.",
)
PLACED: Final = {
    "node", "field", "source", "target", "rules", "version", "oldest", "population", "seed",
}  # fmt: skip
"""Arguments of macros that have no default, and so no name in a call."""
SHOWN: Final = ("facts", "history", "view", "macro", "check")
MADE: Final = {
    file.object: file
    for file in [*made_by(*SHOWN), *stage_files("assessed"), *stage_files("auditors")]
}
CASES: Final[dict[str, list[Case]]] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """Return what makes the workspace of a case; cases of an object with the same events share one.

    It holds the object and what that rests on.
    """
    made: dict[str, Workspace] = {}

    def fill(name: str, case: Case) -> Workspace:
        told = [*map(case.get, ("given", "runs", "audit", "documents", "trail", "settings"))]
        key = json.dumps([name, *told])
        if key not in made:
            root = tmp_path_factory.mktemp("case") / "workspace"
            made[key] = published_workspace(root, case.get("settings", ""))
            with only(needed_for(name)):
                tell(made[key], case)
        return made[key]

    return fill


def tell(workspace: Workspace, case: Case) -> None:
    """Deliver what a case gives, a day apart; what is no event comes from the last run on."""
    runs = case.get("runs", [case.get("given") or []])
    last = CLOCK + timedelta(days=len(runs) - 1)
    for number, events in enumerate(runs):
        lines = [line if isinstance(line, str) else make_event(**line) for line in events]
        clock = CLOCK + timedelta(days=number)
        deliver(workspace, {f"run_{number + 1}": lines} if lines else {}, clock)
    for number, files in enumerate(case.get("documents", ())):
        deliver_documents(workspace, in_full(files), last + timedelta(days=number))
    for number, audit_rows in enumerate(case.get("audit", ())):
        commit_rows(workspace.paths, audit_rows, last + timedelta(days=number))
        publish_warehouse(workspace)
    run_with(workspace, map(files_of, case.get("trail", ())), CLOCK + timedelta(days=9))


@pytest.mark.parametrize(
    ("name", "case"),
    [
        pytest.param(name, case, id=f"{name}: {case['name']}", marks=pytest.mark.xdist_group(name))
        for name, cases in CASES.items()
        for case in cases
    ],
)
def test_object_holds(name: str, case: Case, filled: Filled, tmp_path: Path) -> None:
    workspace = filled(name, case)
    if "tamper" in case:
        workspace = spoiled(workspace, case["tamper"], tmp_path)
    with open_warehouse(workspace.paths) as warehouse:
        found = rows(warehouse, MADE[name], case.get("call", {}))
    counting = [row for row in found if case.get("only", {}).items() <= row.items()]
    expected = [{key: plain(key, value) for key, value in row.items()} for row in case["expect"]]
    columns = expected[0].keys() if expected else (found[0].keys() if found else ())
    assert [dict(zip(columns, row, strict=True)) for row in picked(counting, columns)] == [
        dict(zip(columns, row, strict=True)) for row in picked(expected, columns)
    ]


@pytest.mark.parametrize(
    "name",
    [name for name in MADE if name.startswith(PUBLIC)],
)
def test_public_object_has_every_kind_of_case(name: str) -> None:
    assert {case["kind"] for case in CASES[name]} == KINDS


def test_cases_are_well_formed() -> None:
    assert CASES.keys() <= MADE.keys()
    for name, cases in CASES.items():
        names = [case["name"] for case in cases]
        assert len(names) == len(set(names)), name
        assert all(case.keys() <= KEYS for case in cases), name
        assert all(len({*map(tuple, case["expect"])}) < 2 for case in cases), name


def rows(warehouse: Warehouse, file: SqlFile, call: Case) -> list[Case]:
    """Return the rows of a table or view, of a macro called so, or those a check finds."""
    run = warehouse.connection.execute
    if file.kind == "check":
        result = file.run(warehouse.connection)
    elif file.kind == "macro":
        times = ("as_of", "known_at", "oldest")
        values = {key: plain("_at" if key in times else key, value) for key, value in call.items()}
        # The macros of governance and compliance always ask as of an instant.
        is_as_of = file.object.startswith(("governance.", "compliance."))
        placed = PLACED | ({"as_of"} if is_as_of else set())
        values |= {"rules": json.dumps(call["rules"])} if "rules" in call else {}
        places = [f"${key}" if key in placed else f"{key} := ${key}" for key in values]
        result = run(f"from {file.object}({', '.join(places)})", values)
    else:
        result = run(f"from {file.object}")
    columns = [column[0] for column in result.description or ()]
    return [dict(zip(columns, map(shown, row), strict=True)) for row in result.fetchall()]


def spoiled(workspace: Workspace, statements: list[str], root: Path) -> Workspace:
    """Return a copy of the workspace with the statements run on its warehouse."""
    copy = make_workspace(root / "spoiled")
    shutil.copyfile(workspace.paths.warehouse, copy.paths.warehouse)
    with duckdb.connect(str(copy.paths.warehouse)) as connection:
        for statement in statements:
            connection.execute(statement)
    return copy


def picked(found: list[Case], columns: Collection[str]) -> list[tuple[Any, ...]]:
    return in_order([tuple(row[column] for column in columns) for row in found])


def shown(value: Any) -> Any:
    """Return a time as text, cut to minutes if it is one of whole minutes, also within others."""
    if isinstance(value, list):
        return [shown(one) for one in value]
    if isinstance(value, dict):
        return {key: shown(one) for key, one in value.items()}
    if not isinstance(value, datetime):
        return value
    precision = "minutes" if value.second == value.microsecond == 0 else "auto"
    return value.isoformat(timespec=precision).replace("+00:00", "Z")


def plain(column: str, value: Any) -> Any:
    """Return an hour or a run's clock as the time that it stands for."""
    if not column.endswith("_at") or value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.startswith("run "):
        return shown(CLOCK + timedelta(days=int(value[4:]) - 1))
    return at_hour(value) if isinstance(value, int) else value
