"""OpenLineage events: the envelope decoded, what it holds left as the bytes that were sent.

A producer repeats its run, its job and its datasets in event after event. So an event is decoded
in two steps: the envelope each time, each of its holders - run, job, dataset - only where their
bytes have not been met before.

Source: OpenLineage specification 2-0-2 (OpenLineage.json): RunEvent, JobEvent, DatasetEvent. Events
are told apart by their keys: `schemaURL` is missing or wrong in real data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import msgspec
from msgspec import Raw, Struct

from lineage_pipeline.formats import patient

if TYPE_CHECKING:
    from lineage_pipeline.formats.facets.format import Holder

Kind = Literal["run", "job", "dataset"]
Role = Literal["run", "job", "dataset", "input", "output"]
Facets = dict[str, Raw] | None
_UNREADABLE: Final = "Expected a name or a time, got what nests deeply or half a character"
_LIST: Final = list[Raw] | None

EVENT_TYPES: Final = frozenset({"START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"})
NULL: Final = Raw(b"null")


class Event(Struct, forbid_unknown_fields=True, gc=False):
    """The envelope of one event; `NULL` stands for a holder that it does not have."""

    eventTime: str | None = None  # noqa: N815 - the specification's name
    eventType: str | None = None  # noqa: N815
    producer: str | None = None
    schemaURL: str | None = None  # noqa: N815
    run: Raw = NULL
    job: Raw = NULL
    dataset: Raw = NULL
    inputs: list[Raw] | None = None
    outputs: list[Raw] | None = None


class Run(Struct, forbid_unknown_fields=True):
    """The `run` of an event."""

    runId: str | None = None  # noqa: N815
    facets: Facets = None


class Job(Struct, forbid_unknown_fields=True):
    """The `job` of an event."""

    namespace: str | None = None
    name: str | None = None
    facets: Facets = None


class Dataset(Struct, forbid_unknown_fields=True):
    """A dataset: the event's own."""

    namespace: str | None = None
    name: str | None = None
    facets: Facets = None


class InputDataset(Dataset):
    """A dataset that a run or job reads; facets of an output are none of its keys."""

    inputFacets: Facets = None  # noqa: N815


class OutputDataset(Dataset):
    """A dataset that a run or job writes; facets of an input are none of its keys."""

    outputFacets: Facets = None  # noqa: N815


class Envelope(NamedTuple):
    """An event and the keys beside it that the specification does not know."""

    event: Event
    extra: dict[str, Any] | None


class HolderBody(NamedTuple):
    """What one holder says: its names, its facets, the keys that the specification does not know.

    Attributes:
        run_id: the run's id; None for other holders.
        namespace: the namespace of a job or dataset.
        name: the name of a job or dataset.
        facets: what kind of holder carries each facet, its key, its bytes.
        extra: unknown keys, None if there are none.
    """

    run_id: str | None
    namespace: str | None
    name: str | None
    facets: list[tuple[Holder, str, bytes | Raw]]
    extra: dict[str, Any] | None


class _OpenEvent(Event, forbid_unknown_fields=False):
    pass


class _OpenRun(Run, forbid_unknown_fields=False):
    pass


class _OpenJob(Job, forbid_unknown_fields=False):
    pass


class _OpenDataset(Dataset, forbid_unknown_fields=False):
    pass


class _OpenInputDataset(InputDataset, forbid_unknown_fields=False):
    pass


class _OpenOutputDataset(OutputDataset, forbid_unknown_fields=False):
    pass


class _Whole(Struct):
    """An event with everything in it, to say where it departs from an event's shape."""

    run: _OpenRun | None = None
    job: _OpenJob | None = None
    dataset: _OpenDataset | None = None
    inputs: list[_OpenInputDataset] | None = None
    outputs: list[_OpenOutputDataset] | None = None


EVENTS: Final = msgspec.json.Decoder(Event)
"""Decodes an envelope that has no unknown keys."""

_OPEN_EVENT: Final = msgspec.json.Decoder(_OpenEvent)
_WHOLE: Final = msgspec.json.Decoder(_Whole)
_OBJECT: Final = msgspec.json.Decoder(dict[str, Raw])
_RUN: Final = (msgspec.json.Decoder(Run), msgspec.json.Decoder(_OpenRun))
_JOB: Final = (msgspec.json.Decoder(Job), msgspec.json.Decoder(_OpenJob))
_DATASET: Final = (msgspec.json.Decoder(Dataset), msgspec.json.Decoder(_OpenDataset))
_INPUT: Final = (msgspec.json.Decoder(InputDataset), msgspec.json.Decoder(_OpenInputDataset))
_OUTPUT: Final = (msgspec.json.Decoder(OutputDataset), msgspec.json.Decoder(_OpenOutputDataset))


def decode_envelope(record: bytes) -> Envelope:
    """Return the event in `record`; keys outside the specification are kept beside it.

    Raises:
        msgspec.ValidationError: it is JSON, but not of an event's shape.
        msgspec.DecodeError: it is not JSON.
        RecursionError: it is longer than a deeply nested record may be.
    """
    return Envelope(*_decode((EVENTS, _OPEN_EVENT), record, Event))


def check_whole(record: bytes) -> None:
    """Raise for a record whose envelope decodes, but whose run, job or datasets do not.

    Raises:
        msgspec.ValidationError: says where in the record.
    """
    _WHOLE.decode(record)


def decode_holder(role: Role, body: bytes) -> HolderBody:
    """Return what the holder in `body` says; a job that is missing says nothing.

    Raises:
        msgspec.ValidationError: it has not the shape of one.
    """
    if role == "run":
        run, extra = _decode(_RUN, body, Run)
        return HolderBody(run.runId, None, None, _listed("run", run.facets), extra)
    if role == "job":
        if body == b"null":
            return HolderBody(None, None, None, [], None)
        job, extra = _decode(_JOB, body, Job)
        return HolderBody(None, job.namespace, job.name, _listed("job", job.facets), extra)
    if role == "input":
        dataset, extra = _decode(_INPUT, body, InputDataset)
        own = _listed("input", dataset.inputFacets)
    elif role == "output":
        dataset, extra = _decode(_OUTPUT, body, OutputDataset)
        own = _listed("output", dataset.outputFacets)
    else:
        dataset, extra = _decode(_DATASET, body, Dataset)
        own = []
    facets = _listed("dataset", dataset.facets) + own
    return HolderBody(None, dataset.namespace, dataset.name, facets, extra)


def kind_of(event: Event) -> Kind | None:
    """Return what the event is about, from its keys; None if it is about nothing."""
    if event.run is not NULL and bytes(event.run) != b"null":
        return "run"
    if event.job is not NULL and bytes(event.job) != b"null":
        return "job"
    return "dataset" if event.dataset is not NULL and bytes(event.dataset) != b"null" else None


def path_of(role: Role, position: int) -> str:
    """Return where a holder stands in its event, such as `inputs[2]`."""
    return f"{role}s[{position}]" if role in ("input", "output") else role


def _decode(
    decoders: tuple[msgspec.json.Decoder[Any], msgspec.json.Decoder[Any]],
    body: bytes,
    kind: type[Struct],
) -> tuple[Any, dict[str, Any] | None]:
    """Return what the body decodes to, and the keys of it that the specification does not know."""
    strict, lenient = decoders
    try:
        try:
            return strict.decode(body), None
        except msgspec.ValidationError as error:
            if "unknown field" not in str(error):
                raise
        return lenient.decode(body), _unknown(body, kind)
    except (msgspec.DecodeError, RecursionError) as error:
        if isinstance(error, msgspec.ValidationError) or not patient.may_help(error, body):
            raise
        parts = patient.members(body)
        if parts is None:
            raise
    return _fitted(parts, kind)


def _fitted(parts: dict[str, bytes], kind: type[Struct]) -> tuple[Any, dict[str, Any] | None]:
    """Return the members of an object as their kind, and those that it does not know.

    Raises:
        msgspec.ValidationError: they have not the shape of one.
    """
    types = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    known = {key: _part(body, types[key]) for key, body in parts.items() if key in types}
    unknown = {key: _value(parts[key]) for key in sorted(parts.keys() - known.keys())}
    return msgspec.convert(known, type=kind), unknown or None


def _part(body: bytes, kind: object) -> object:
    """Return a member with the values in it that are kept as they were sent."""
    if kind is Raw:
        return Raw(body)
    if kind == _LIST and (items := patient.items(body)) is not None:
        return list(map(Raw, items))
    if kind == Facets and (members := patient.members(body)) is not None:
        return {key: Raw(member) for key, member in members.items()}
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise msgspec.ValidationError(_UNREADABLE) from error


def _listed(holder: Holder, facets: Facets) -> list[tuple[Holder, str, bytes | Raw]]:
    return [(holder, key, body) for key, body in (facets or {}).items()]


def _unknown(body: bytes, kind: type[Struct]) -> dict[str, Any]:
    """Return the keys that the specification does not know, sorted."""
    whole = _OBJECT.decode(body)
    known = {field.encode_name for field in msgspec.structs.fields(kind)}
    return {key: _value(whole[key]) for key in sorted(whole.keys() - known)}


def _value(body: bytes | Raw) -> Any:
    """Return a value, as it was sent where it has no other form here, such as 1e400."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return Raw(body)
