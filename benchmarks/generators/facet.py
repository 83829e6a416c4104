"""Facets of made datasets, jobs and runs as encoded JSON, so that equal ones are equal bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from benchmarks.generators.template import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

SPECIFICATION: Final = "https://openlineage.io/spec"
EVENT_SCHEMA: Final = f"{SPECIFICATION}/2-0-2/OpenLineage.json#/$defs/RunEvent"
RUN_FACET: Final = "../2-0-2/OpenLineage.json#/$defs/RunFacet"

_WORDS: Final = (
    "account", "amount", "balance", "branch", "channel", "city", "country", "created", "currency",
    "customer", "default", "district", "duration", "employer", "event", "exposure", "income",
    "interest", "invoice", "limit", "loan", "margin", "month", "order", "overdue", "payment",
    "period", "product", "rate", "rating", "region", "repayment", "risk", "score", "segment",
    "session", "status", "tenure", "term", "transaction", "updated", "value", "vendor", "year",
)  # fmt: skip
_TYPES: Final = (
    "string", "string", "string", "long", "long", "integer", "double", "decimal(18,2)",
    "timestamp", "date", "boolean", "array<string>",
)  # fmt: skip


class Column(NamedTuple):
    """A column of a made table."""

    name: str
    type: str


class Table(NamedTuple):
    """A made dataset."""

    namespace: str
    name: str
    columns: tuple[Column, ...]


class Edge(NamedTuple):
    """One input field of one output field."""

    output_field: str
    table: Table
    input_field: str
    subtype: str


def made_columns(random: Random, count: int) -> tuple[Column, ...]:
    """Return that many columns with distinct names."""
    return tuple(
        Column(f"{random.choice(_WORDS)}_{random.choice(_WORDS)}_{ordinal}", random.choice(_TYPES))
        for ordinal in range(count)
    )


def words(random: Random, count: int) -> str:
    """Return a sentence of that many words."""
    return " ".join(random.choice(_WORDS) for _ in range(count))


def facet(producer: str, schema: str, body: Mapping[str, object]) -> msgspec.Raw:
    """Return an encoded facet; `schema` is its schema's path below the specification's facets."""
    head = {"_producer": producer, "_schemaURL": f"{SPECIFICATION}/facets/{schema}"}
    return msgspec.Raw(msgspec.json.encode(head | dict(body)))


def schema(producer: str, table: Table) -> msgspec.Raw:
    """Return the table's `schema` facet."""
    fields = [{"name": column.name, "type": column.type} for column in table.columns]
    return facet(producer, "1-2-0/SchemaDatasetFacet.json", {"fields": fields})


def column_lineage(producer: str, edges: Sequence[Edge]) -> msgspec.Raw:
    """Return a `columnLineage` facet of these edges, one transformation each."""
    fields: dict[str, dict[str, list[object]]] = {}
    for edge in edges:
        kind = (
            "DIRECT"
            if edge.subtype in {"IDENTITY", "TRANSFORMATION", "AGGREGATION"}
            else ("INDIRECT")
        )
        step = {"type": kind, "subtype": edge.subtype, "description": "", "masking": False}
        place = {"namespace": edge.table.namespace, "name": edge.table.name}
        source = place | {"field": edge.input_field, "transformations": [step]}
        fields.setdefault(edge.output_field, {"inputFields": []})["inputFields"].append(source)
    return facet(producer, "1-2-0/ColumnLineageDatasetFacet.json", {"fields": fields})


def statistics(producer: str, direction: str, place: int) -> msgspec.Raw:
    """Return the statistics facet of the dataset at `place`, its numbers to be filled."""
    body = {
        "rowCount": number(f"rows{place}"),
        "size": number(f"size{place}"),
        "fileCount": number("files"),
    }
    return facet(producer, f"1-0-2/{direction}StatisticsFacet.json", body)
