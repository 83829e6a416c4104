import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.definitions import defs as load
from lineage_pipeline import inventory
from tests.dagster_project.asset_lines import asset_lines

SNAPSHOT = Path(__file__).with_name("assets.txt")


def test_assets_groups_and_sources_are_those_of_the_snapshot(definitions: dg.Definitions) -> None:
    """When the change is meant, write the snapshot anew as `asset_lines` says."""
    assert "\n".join(asset_lines(definitions)) + "\n" == SNAPSHOT.read_text(encoding="utf-8")


def test_every_table_of_the_catalogue_is_an_asset(definitions: dg.Definitions) -> None:
    specs = {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}
    for table in inventory.tables():
        spec = specs[table.name.replace(".", "/")]
        assert (spec.description, spec.group_name) == (table.description, table.layer)


def test_columns_keep_their_descriptions(definitions: dg.Definitions) -> None:
    specs = {spec.key: spec for spec in definitions.resolve_all_asset_specs()}
    schema = specs[dg.AssetKey(["lineage", "edge"])].metadata["dagster/column_schema"]
    shown = {column.name: column.description for column in schema.columns}
    table = next(one for one in inventory.tables() if one.name == "lineage.edge")
    assert shown == dict(table.columns)
    assert "basis" in shown


def test_the_published_file_descends_from_every_other_asset(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    file = dg.AssetKey("warehouse")
    # A bronze table of which nothing is made is in the lake only.
    lake_only = {
        key for key in graph.asset_keys_for_group("bronze") if not graph.get(key).child_keys
    }
    assert graph.get_ancestor_asset_keys(file) == graph.get_all_asset_keys() - {file} - lake_only


def test_every_sql_check_stands_with_the_first_table_that_it_reads(
    definitions: dg.Definitions,
) -> None:
    shown = {
        (key.asset_key.to_user_string(), key.name)
        for key in definitions.resolve_asset_graph().asset_check_keys
    }
    assert shown == {(tables[0].replace(".", "/"), name) for name, _, tables in inventory.checks()}


def test_one_job_one_schedule_and_one_sensor_start_everything(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    assert repository.has_job("lineage_run")
    assert [(one.name, one.job_name) for one in repository.schedule_defs] == [
        ("daily", "lineage_run")
    ]
    assert [(one.name, one.job_name) for one in repository.sensor_defs] == [
        ("landing_sensor", "lineage_run")
    ]


def test_loading_neither_warns_nor_imports_great_expectations_or_pandas() -> None:
    code = """if True:
        import sys
        from dagster_project.definitions import defs
        defs().get_repository_def()
        print(sorted({"great_expectations", "pandas"} & set(sys.modules)))
    """
    loaded = subprocess.run(  # noqa: S603  the code is above
        [sys.executable, "-W", "error", "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (loaded.stdout, loaded.stderr) == ("[]\n", "")


@pytest.mark.parametrize(("named", "root"), [(None, "demo"), ("/srv/lineage", "/srv/lineage")])
def test_the_workspace_is_the_demo_unless_the_environment_names_one(
    monkeypatch: pytest.MonkeyPatch, named: str | None, root: str
) -> None:
    monkeypatch.delenv("LINEAGE_WORKSPACE", raising=False)
    if named:
        monkeypatch.setenv("LINEAGE_WORKSPACE", named)
    with dg.build_resources(load().resources or {}) as resources:
        assert resources.workspace.root == root


def test_the_instance_sends_no_telemetry_and_runs_one_run_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = Path(__file__).parents[2] / "dagster_project" / "dagster.yaml"
    shutil.copy(shipped, tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with dg.DagsterInstance.get() as instance:
        assert instance.telemetry_enabled is False
        assert instance.nux_enabled is False
        queue = instance.get_concurrency_config().run_queue_config
        assert queue is not None
        assert queue.max_concurrent_runs == 1
