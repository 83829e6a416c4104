"""What a facet format is: who may carry it, how its body is checked, which rows it becomes.

A facet body is checked by decoding it into a Struct. Unknown fields pass, null passes for what is
optional; a missing required field or a wrong type does not. `_producer` and `_schemaURL` are the
exception: every facet owes them, real producers forget them, and the content is usable without.

Source: OpenLineage specification 2-0-2, RunFacet, JobFacet, DatasetFacet, InputDatasetFacet,
OutputDatasetFacet; each facet's own schema document for its required fields.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args, get_type_hints

import msgspec
import pyarrow as pa

Holder = Literal["run", "job", "dataset", "input", "output"]
FreeForm: TypeAlias = Mapping[str, msgspec.Raw]

# JSON Schema counts 5.0 as an integer, and so do serialisers that only know doubles. The bounds are
# those of the 64-bit column that the count ends in.
Count: TypeAlias = (
    Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
    | Annotated[float, msgspec.Meta(multiple_of=1, ge=-(2.0**63), lt=2.0**63)]
)

PERSISTENT: Final[frozenset[Holder]] = frozenset({"job", "dataset"})

_COLUMN_TYPES: Final[Mapping[object, pa.DataType]] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    list[str]: pa.list_(pa.string()),
}


class Part(msgspec.Struct, frozen=True, kw_only=True, rename="camel", gc=False):
    """An object inside a facet; the keys on the wire are the camelCase of the field names."""


class Facet(Part, frozen=True, kw_only=True):
    """What every facet body may hold, whatever its kind."""

    producer: str | None = msgspec.field(name="_producer", default=None)
    schema_url: str | None = msgspec.field(name="_schemaURL", default=None)
    deleted: bool | None = msgspec.field(name="_deleted", default=False)


@dataclass(frozen=True, slots=True)
class FacetFormat:
    """One facet of the specification, on the holders where its body has the same shape.

    Attributes:
        key: the name under which events carry it.
        holders: the entities that may carry it.
        body: the Struct that its body must decode into.
        table: the table of its rows; formats whose rows mean the same share one.
        row: the NamedTuple of a row. Annotations give the column types, its docstring the grain.
        rows: shreds one decoded body, in the order of the body.
    """

    key: str
    holders: frozenset[Holder]
    body: type[Facet]
    table: str
    row: type[tuple[Any, ...]]
    rows: Callable[[Any], Iterator[tuple[Any, ...]]]

    @property
    def is_removable(self) -> bool:
        """Return whether `_deleted` may retract it: job and dataset facets outlive their event."""
        return self.holders <= PERSISTENT


def decode(fmt: FacetFormat, raw: bytes | msgspec.Raw) -> Facet | None:
    """Return the checked body, or None for a tombstone: a body that retracts the facet.

    Raises:
        msgspec.ValidationError: the body breaks its schema, or it retracts a facet that belongs to
            one run and cannot be retracted.
        msgspec.DecodeError: the bytes are no JSON in UTF-8, or nest too deep.

    Source: OpenLineage specification 2-0-2, JobFacet and DatasetFacet, `_deleted`.
    """
    try:
        # msgspec skips what no Struct names, and free-form values, without looking at the encoding.
        str(raw, "utf-8")
        body = _decoder(fmt.body).decode(raw)
    except msgspec.ValidationError:
        # A tombstone lacks the fields that its kind requires.
        if fmt.is_removable and _is_tombstone(raw):
            return None
        raise
    except UnicodeDecodeError as error:
        message = f"Invalid UTF-8: {error.reason} (byte {error.start})"
        raise msgspec.DecodeError(message) from error
    except RecursionError as error:
        message = "JSON nests deeper than the decoder follows"
        raise msgspec.DecodeError(message) from error
    if not body.deleted:
        return body
    if fmt.is_removable:
        return None
    message = "Only job and dataset facets can be deleted - at `$._deleted`"
    raise msgspec.ValidationError(message)


def decode_many(fmt: FacetFormat, raws: list[bytes]) -> list[Facet] | None:
    """Return checked bodies, decoded at once; None if one of them needs a closer look."""
    bodies: list[Facet] | None = _together(fmt.body, raws)
    return None if bodies is None or any(body.deleted for body in bodies) else bodies


def heads(raws: list[bytes]) -> list[Facet] | None:
    """Return what every facet may hold of bodies of any kind; None if one needs a closer look."""
    return _together(Facet, raws)


def arrow_schema(fmt: FacetFormat) -> pa.Schema:
    """Return the columns of the format's table, typed after the annotations of its row.

    A column is nullable where its annotation admits None.

    Raises:
        TypeError: an annotation has no column type.
    """
    return pa.schema(
        [_column(fmt, name, annotation) for name, annotation in get_type_hints(fmt.row).items()]
    )


def whole(count: float | None) -> int | None:
    """Return a decoded Count as the int that its column holds."""
    return None if count is None else int(count)


def json_text(value: object) -> str | None:
    """Return a nested value as JSON text with sorted keys, or None where there is none.

    Free-form values keep the bytes that the producer sent.
    """
    return None if value is None else msgspec.json.encode(value, order="sorted").decode()


@cache
def _decoder(body: type[Facet]) -> msgspec.json.Decoder[Facet]:
    return msgspec.json.Decoder(body)


@cache
def _list_decoder(body: type[Facet]) -> msgspec.json.Decoder[list[Facet]]:
    return msgspec.json.Decoder(list[body])  # type: ignore[valid-type]


def _together(body: type[Facet], raws: list[bytes]) -> list[Facet] | None:
    joined = b",".join(raws)
    try:
        str(joined, "utf-8")
        decoded = _list_decoder(body).decode(b"[" + joined + b"]")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return decoded if len(decoded) == len(raws) else None


def _is_tombstone(raw: bytes | msgspec.Raw) -> bool:
    try:
        return bool(_decoder(Facet).decode(raw).deleted)
    except msgspec.ValidationError:
        return False


def _column(fmt: FacetFormat, name: str, annotation: object) -> pa.Field:
    members = [member for member in get_args(annotation) if member is not NoneType]
    is_nullable = NoneType in get_args(annotation)
    plain = members[0] if is_nullable and len(members) == 1 else annotation
    if plain not in _COLUMN_TYPES:
        known = "str, int, float, bool or list[str]"
        message = (
            f"{fmt.row.__name__}.{name}: {annotation!r} has no column type; "
            f"use {known}, each optionally `| None`, or keep JSON text in a `_json` column."
        )
        raise TypeError(message)
    return pa.field(name, _COLUMN_TYPES[plain], nullable=is_nullable)
