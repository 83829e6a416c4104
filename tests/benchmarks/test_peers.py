"""The peers and the floor: on a small input they agree with each other and with plain Python."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import content, floor
from benchmarks.content import Content, contents_of, disagreements
from benchmarks.generate import generate
from benchmarks.peers import by_duckdb, by_polars, by_pyarrow
from benchmarks.peers.tables import TABLES, Task

ENGINES: dict[str, Any] = {
    "duckdb": by_duckdb.typed,
    "duckdb-bodies": by_duckdb.bodies,
    "duckdb-files": by_duckdb.small_files,
    "polars": by_polars.typed,
    "pyarrow": by_pyarrow.typed,
}
MAPLESS = {"event", "event_dataset", "schema_field"}


def written(task: Task, files: str, folder: Path) -> dict[str, dict[str, Content]]:
    outputs = {}
    for name, write in ENGINES.items():
        out = folder / name
        out.mkdir()
        write(task, files, out)
        by_body = name == "duckdb-bodies" and task == "openlineage"
        outputs[name] = contents_of("bodies" if by_body else "peer", task, out)
    return outputs


@pytest.mark.parametrize("kind", ["heavy", "light"])
def test_peers_agree_on_openlineage(kind: Any, tmp_path: Path) -> None:
    made = tmp_path / "made.ndjson"
    generate(kind, made, total=3_000_000 if kind == "heavy" else 600_000)

    outputs = written("openlineage", str(made), tmp_path)

    assert disagreements(outputs) == []
    assert outputs["duckdb"].keys() == set(TABLES["openlineage"])
    assert outputs["polars"].keys() == outputs["pyarrow"].keys() == MAPLESS
    counts = {table: rows.row_count for table, rows in outputs["duckdb"].items()}
    assert counts == naive_counts([json.loads(line) for line in made.read_bytes().splitlines()])


def naive_counts(events: list[Any]) -> dict[str, int]:
    used = [dataset for event in events for dataset in (*event["inputs"], *event["outputs"])]
    written = [dataset for event in events for dataset in event["outputs"]]
    fields = {
        (dataset["namespace"], dataset["name"], field["name"], field["type"])
        for dataset in used
        for field in dataset["facets"]["schema"]["fields"]
    }
    edges = {
        (dataset["namespace"], dataset["name"], name, json.dumps(source))
        for dataset in written
        for name, field in dataset["facets"].get("columnLineage", {"fields": {}})["fields"].items()
        for source in field["inputFields"]
    }
    bodies = {
        (holder, key, json.dumps(body))
        for event in events
        for holder in ("run", "job")
        for key, body in event[holder]["facets"].items()
    }
    return {
        "event": len(events),
        "event_dataset": len(used),
        "schema_field": len(fields),
        "column_edge": len(edges),
        "facet": len(bodies),
    }


@pytest.mark.parametrize("task", ["cloudtrail", "kubernetes"])
def test_peers_agree_on_audit_rows(task: Any, tmp_path: Path) -> None:
    made = tmp_path / "made.ndjson"
    generate(task, made, total=400_000)

    outputs = written(task, str(made), tmp_path)

    assert disagreements(outputs) == []
    lines = made.read_bytes().count(b"\n")
    assert {output["audit_event"].row_count for output in outputs.values()} == {lines}


def test_contents_differ_where_a_value_does(tmp_path: Path) -> None:
    for stream in (0, 1):
        made, out = tmp_path / f"{stream}.ndjson", tmp_path / str(stream)
        out.mkdir()
        generate("kubernetes", made, total=20_000, stream=stream)
        by_duckdb.typed("kubernetes", str(made), out)

    first, second = (contents_of("peer", "kubernetes", tmp_path / name) for name in ("0", "1"))
    assert disagreements({"first": first, "same": first}) == []
    [sentence] = disagreements({"first": first, "second": second})
    assert sentence.startswith("audit_event: first has ")


def test_the_content_is_told_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = tmp_path / "made.ndjson"
    generate("kubernetes", made, total=20_000)
    by_duckdb.typed("kubernetes", str(made), tmp_path)

    assert content.main(["peer", "kubernetes", str(tmp_path)]) == 0

    expected = contents_of("peer", "kubernetes", tmp_path)["audit_event"]
    assert json.loads(capsys.readouterr().out) == {"audit_event": list(expected)}


def test_the_floor_reads_every_line(tmp_path: Path) -> None:
    made = tmp_path / "made.ndjson"
    generate("light", made, total=100_000)

    told = floor.scan(str(made))

    assert told["rows"] == made.read_bytes().count(b"\n")
    assert told["seconds"] == pytest.approx(told["lines"] + told["digest"])


def test_what_is_counted_out_is_told_in_seconds(tmp_path: Path) -> None:
    for packing in ("plain", "gz", "zst"):
        generate("light", tmp_path / packing, total=100_000, files=2, packing=packing)

    assert floor.digests(f"{tmp_path}/plain/*.ndjson")["seconds"] > 0
    assert floor.unpack(f"{tmp_path}/gz/*.gz")["seconds"] > 0
    assert floor.unpack(f"{tmp_path}/zst/*.zst")["seconds"] > 0
