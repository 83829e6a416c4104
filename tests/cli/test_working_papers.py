"""`lineage compliance` as OSCAL, as a workbook and as a folder: what is said is the same."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any, Final

import openpyxl
import polars as pl
import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.workpapers.folder import MANIFEST
from tests.workspaces import published_workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Result
    from tests.conftest import Demo

EARLIER: Final = ("--known-at", "2026-09-21T06:00:00Z")


@pytest.fixture
def compliance(lineage: Callable[..., Result], demo: Demo) -> Callable[..., Result]:
    def call(*arguments: object) -> Result:
        return lineage("compliance", *arguments, "-w", demo.workspace.paths.root)

    return call


def held(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def statuses(document: dict[str, Any]) -> dict[str, str]:
    """Return the status of each control by what was observed."""
    [result] = document["assessment-results"]["results"]
    told = [{one["name"]: one["value"] for one in seen["props"]} for seen in result["observations"]]
    return {one["control"]: one["status"] for one in told if "status" in one}


def listed(text: str) -> dict[str, str]:
    return {row["control_id"]: row["status"] for row in csv.DictReader(io.StringIO(text))}


@pytest.mark.parametrize("options", [(), ("--framework", "gdpr"), EARLIER])
def test_oscal_says_of_each_control_what_the_rows_say(
    compliance: Callable[..., Result], options: tuple[str, ...]
) -> None:
    rows = compliance("--format", "csv", *options)
    oscal = compliance("--format", "oscal", *options)
    assert statuses(json.loads(oscal.out)) == listed(rows.out)
    assert (oscal.code, oscal.err) == (rows.code, rows.err)


def test_a_model_is_asked_of_alone(compliance: Callable[..., Result]) -> None:
    rows = compliance("--format", "csv", "--model", "credit-risk")
    oscal = compliance("--format", "oscal", "--model", "credit-risk")
    assert statuses(json.loads(oscal.out)) == listed(rows.out)
    assert oscal.code == rows.code


def test_the_workbook_goes_to_a_pipe(demo: Demo) -> None:
    words = ["compliance", "--format", "xlsx", "-w", str(demo.workspace.paths.root)]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "lineage_pipeline", *words], capture_output=True, check=False
    )
    assert done.returncode == 1
    assert zipfile.is_zipfile(io.BytesIO(done.stdout))
    assert openpyxl.load_workbook(io.BytesIO(done.stdout)).sheetnames[0] == "Cover"


def test_a_terminal_is_sent_no_workbook(
    compliance: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lineage_pipeline.cli.workpapers._is_terminal", lambda: True)
    result = compliance("--format", "xlsx")
    assert (result.code, result.out) == (2, "")
    assert "-o FOLDER" in result.err


def test_the_folder_holds_the_whole_set_and_stdout_its_digests(
    compliance: Callable[..., Result], tmp_path: Path
) -> None:
    result = compliance("-o", tmp_path / "papers")
    files = held(tmp_path / "papers")
    assert result.code == 1
    assert result.out == files[MANIFEST].decode()
    for name in ("catalog", "profile", "assessment-plan", "assessment-results",
                 "plan-of-action-and-milestones", "profiles/gdpr"):  # fmt: skip
        assert f"oscal/{name}.json" in files
    assert {"workpapers.xlsx", "summary.pdf"} <= files.keys()


def test_tables_in_the_folder_are_those_of_the_warehouse(
    compliance: Callable[..., Result], demo: Demo, tmp_path: Path
) -> None:
    compliance("-o", tmp_path)
    with pipeline.open_warehouse(demo.workspace.paths) as warehouse:
        for name in ("exception", "control", "control_clause", "control_parameter"):
            table = warehouse.connection.table(f"compliance.{name}").pl()
            assert pl.read_parquet(tmp_path / f"parquet/{name}.parquet").rows() == table.rows()
            told = (tmp_path / f"csv/{name}.csv").read_bytes().decode()
            assert len(list(csv.DictReader(io.StringIO(told, newline="")))) == table.height
        statuses = warehouse.connection.table("compliance.control_status").pl()
    both = [
        pl.read_parquet(tmp_path / f"parquet/control_status{of}.parquet")
        for of in ("", "_by_model")
    ]
    assert sorted(map(str, pl.concat(both).rows())) == sorted(map(str, statuses.rows()))


def test_the_same_state_gives_the_same_bytes_also_elsewhere(
    compliance: Callable[..., Result],
    lineage: Callable[..., Result],
    demo: Demo,
    tmp_path: Path,
) -> None:
    compliance("-o", tmp_path / "one")
    shutil.copytree(demo.workspace.paths.root, tmp_path / "elsewhere")
    lineage("compliance", "-o", tmp_path / "two", "-w", tmp_path / "elsewhere")
    assert held(tmp_path / "one") == held(tmp_path / "two")


def test_a_rebuild_of_the_same_state_gives_the_same_tables(
    compliance: Callable[..., Result],
    lineage: Callable[..., Result],
    demo: Demo,
    tmp_path: Path,
) -> None:
    compliance("-o", tmp_path / "one")
    shutil.copytree(demo.workspace.paths.root, tmp_path / "again")
    lineage("rebuild", "-w", tmp_path / "again")
    lineage("compliance", "-o", tmp_path / "two", "-w", tmp_path / "again")
    one, two = held(tmp_path / "one"), held(tmp_path / "two")
    assert {
        name for name in one if name.startswith(("csv", "parquet")) if one[name] != two[name]
    } == set()


def test_an_earlier_state_is_judged_anew_and_says_so(
    compliance: Callable[..., Result], tmp_path: Path
) -> None:
    result = compliance("-o", tmp_path, *EARLIER)
    assert "as of 2026-09-21T06:00:00Z" in result.err
    document = json.loads((tmp_path / "oscal/assessment-results.json").read_bytes())
    props = document["assessment-results"]["metadata"]["props"]
    told = {one["name"]: one["value"] for one in props}
    assert told["is-published"] == "no"
    assert told["known-at"] == "2026-09-21T06:00:00+00:00"
    sources = pl.read_parquet(tmp_path / "parquet/source.parquet")
    assert str(sources["last_ingested_at"].max()).startswith("2026-09-21")


def test_persons_who_are_no_exception_are_counted_and_not_listed(
    compliance: Callable[..., Result], tmp_path: Path
) -> None:
    compliance("-o", tmp_path)
    members = pl.read_parquet(tmp_path / "parquet/population_member.parquet")
    persons = members.filter(pl.col("object_id").str.starts_with("subject:"))
    assert persons["finding"].null_count() == 0
    sizes = pl.read_parquet(tmp_path / "parquet/population.parquet")
    [row] = sizes.filter(control_id="P05").rows(named=True)
    assert row["listed_count"] + row["unlisted_count"] == row["population"]
    assert row["unlisted_count"] > 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--format", "oscal", "--exceptions"), "leave --exceptions out"),
        (("-o", "papers", "--exceptions"), "leave --exceptions out"),
        (("-o", "papers", "--format", "xlsx"), "leave --format xlsx out"),
        (("--framework", "gdpp", "--format", "oscal"), "did you mean 'gdpr'"),
        (("--model", "nobody", "--format", "oscal"), "no control speaks of it"),
    ],
)
def test_options_that_do_not_go_together_are_told(
    compliance: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    options: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = compliance(*options)
    assert (result.code, result.out) == (2, "")
    assert said in result.err
    assert held(tmp_path) == {}


def test_a_folder_with_something_else_in_it_is_left_alone(
    compliance: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    result = compliance("-o", tmp_path)
    assert (result.code, result.out) == (2, "")
    assert "choose another folder" in result.err
    assert held(tmp_path) == {"mine.txt": b"mine"}


@pytest.mark.parametrize("module", ["xlsxwriter", "typst"])
def test_a_lean_installation_is_told_which_extra_it_lacks(
    compliance: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    module: str,
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    result = compliance("-o", tmp_path / "papers")
    assert result.code == 2
    assert "lineage-pipeline[workpapers]" in result.err
    assert compliance("--format", "oscal").code == 1


def test_papers_of_nothing_are_refused(lineage: Callable[..., Result], tmp_path: Path) -> None:
    workspace = published_workspace(tmp_path / "workspace")
    workspace.paths.warehouse.unlink()
    result = lineage("compliance", "--format", "oscal", "-w", workspace.paths.root)
    assert result.code == 2
    assert "lineage run" in result.err
