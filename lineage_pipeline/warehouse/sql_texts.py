"""The SQL that producers sent, read where they sent no lineage: each text once, then kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from lineage_pipeline.lake.batches import batch_of
from lineage_pipeline.schemas import arrow_table
from lineage_pipeline.warehouse import bronze_views

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from lineage_pipeline.inference.datasets import Dataset
    from lineage_pipeline.inference.infer import Inference
    from lineage_pipeline.warehouse.bronze_views import BronzeFiles

Row = tuple[Any, ...]

_TEXT: Final = pa.string()
_KEY: Final = ("inference_key", pa.binary())
_OUTPUT: Final = (("output_namespace", _TEXT), ("output_name", _TEXT))
_INPUT: Final = (("input_namespace", _TEXT), ("input_name", _TEXT))
COLUMN: Final = pa.schema([
    _KEY, *_OUTPUT, ("output_field", _TEXT), *_INPUT, ("input_field", _TEXT),
    ("transformation_type", _TEXT), ("transformation_subtype", _TEXT),
])  # fmt: skip
READ: Final = pa.schema([_KEY, *_OUTPUT, *_INPUT])
OUTPUT: Final = pa.schema([_KEY, *_OUTPUT])
REMARK: Final = pa.schema([_KEY, ("reason_code", _TEXT), ("remark_count", pa.int64())])

TEXTS: Final = 1_000
"""How many texts are held at once."""

CASES: Final = """
select fresh.inference_key, sql.query, sql.dialect, fresh.integration, fresh.datasets
from step.new_inference as fresh
inner join bronze.sql as sql on fresh.facet_digest = sql.facet_digest
qualify row_number() over (partition by fresh.inference_key order by sql.batch_id) = 1
order by fresh.facet_digest, fresh.inference_key
"""
FIELDS: Final = """
select facet_digest, list(field_path order by ordinal, field_path)
from silver.schema_facet
where facet_digest in (
    select one.schema_digest
    from (select unnest(datasets) as one from step.new_inference)
)
group by facet_digest
"""


def read_new(connection: duckdb.DuckDBPyConnection, bronze: BronzeFiles) -> int:
    """Infer from every text of `step.new_inference`; return how many there were.

    The rows go into the tables `silver.inferred_…`. Where there is nothing new to read, sqlglot is
    not imported. `bronze.sql` is left showing the batches that hold the texts.
    """
    batches = {batch for (batch,) in connection.execute("from step.sql_batch").fetchall()}
    if not batches:
        return 0
    files = [file for file in bronze.files["sql"] if batch_of(file) in batches]
    connection.execute("use bronze")
    bronze_views.show(connection, "sql", files, bronze.schemas["sql"])
    connection.execute("use warehouse")
    schemas = {
        digest: top_level(fields) for digest, fields in connection.execute(FIELDS).fetchall()
    }
    count = 0
    cases = connection.cursor().execute(CASES)
    while some := cases.fetchmany(TEXTS):
        _read(connection, some, schemas)
        count += len(some)
    return count


def _read(
    connection: duckdb.DuckDBPyConnection,
    cases: list[Row],
    schemas: dict[bytes, tuple[str, ...]],
) -> None:
    columns: list[Row] = []
    reads: list[Row] = []
    outputs: list[Row] = []
    remarks: list[Row] = []
    for key, text, dialect, integration, described in cases:
        datasets = _datasets(described, schemas)
        found = _infer(text, dialect, integration, datasets)
        named = [dataset.names[0] for dataset in datasets]
        columns += _column_rows(key, found, named)
        reads += [(key, *named[output], *named[source]) for output, source in found.reads]
        outputs += [(key, *named[output]) for output in found.covered]
        remarks += [(key, reason, count) for reason, count in sorted(found.remarks.items())]
    _insert(connection, "inferred_column", COLUMN, columns)
    _insert(connection, "inferred_read", READ, reads)
    _insert(connection, "inferred_output", OUTPUT, outputs)
    _insert(connection, "inference_remark", REMARK, remarks)


def top_level(paths: Sequence[str]) -> tuple[str, ...]:
    """Return the fields that are not part of another; a dot in a name makes it no part."""
    known = set(paths)

    def is_inner(path: str) -> bool:
        places = (place for place, letter in enumerate(path) if letter == ".")
        return any(path[:place] in known for place in places)

    return tuple(dict.fromkeys(path for path in paths if not is_inner(path)))


def _datasets(
    described: list[dict[str, Any]], schemas: dict[bytes, tuple[str, ...]]
) -> list[Dataset]:
    from lineage_pipeline.inference.datasets import Dataset

    return [
        Dataset(
            one["is_input"],
            tuple((name["namespace"], name["name"]) for name in one["names"]),
            schemas.get(one["schema_digest"]) or None,
        )
        for one in described
    ]


def _infer(
    text: str, dialect: str | None, integration: str | None, datasets: list[Dataset]
) -> Inference:
    from lineage_pipeline.inference.dialects import dialect_of
    from lineage_pipeline.inference.infer import infer

    written, read = (
        [
            namespace
            for dataset in datasets
            if dataset.is_input == is_input
            for namespace, _ in dataset.names
        ]
        for is_input in (False, True)
    )
    return infer(text, dialect_of(dialect, integration, written, read), datasets)


def _column_rows(key: bytes, found: Inference, named: list[tuple[str, str]]) -> Iterator[Row]:
    for row in found.columns:
        target, source = named[row.output], named[row.source]
        kind = row.kind
        yield (
            key, *target, row.output_field, *source, row.source_field, kind.type, kind.name,
        )  # fmt: skip


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, schema: pa.Schema, rows: list[Row]
) -> None:
    if rows:
        values = dict(zip(schema.names, zip(*rows, strict=True), strict=True))
        columns = {name: list(column) for name, column in values.items()}
        connection.from_arrow(arrow_table(schema, columns)).insert_into(f"silver.{table}")
