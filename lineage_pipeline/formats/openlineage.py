"""OpenLineage events: the envelope decoded, the facets left as the bytes that the producer sent.

Source: OpenLineage specification 2-0-2 (OpenLineage.json): RunEvent, JobEvent, DatasetEvent. Events
are told apart by their keys: `schemaURL` is missing or wrong in real data.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import msgspec
from msgspec import Raw, Struct

from lineage_pipeline.formats.rejection import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lineage_pipeline.formats.facets.format import Holder

Kind = Literal["run", "job", "dataset"]
Facets = dict[str, Raw] | None

EVENT_TYPES: Final = frozenset({"START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"})


class Run(Struct, forbid_unknown_fields=True):
    """The `run` of an event."""

    runId: str | None = None  # noqa: N815 - the specification's name
    facets: Facets = None


class Job(Struct, forbid_unknown_fields=True):
    """The `job` of an event."""

    namespace: str | None = None
    name: str | None = None
    facets: Facets = None


class Dataset(Struct, forbid_unknown_fields=True):
    """A dataset: the event's own, or one of its inputs or outputs."""

    namespace: str | None = None
    name: str | None = None
    facets: Facets = None
    inputFacets: Facets = None  # noqa: N815
    outputFacets: Facets = None  # noqa: N815


class Event(Struct, forbid_unknown_fields=True):
    """One event as it was sent, but for keys that the specification does not know."""

    eventTime: str | None = None  # noqa: N815
    eventType: str | None = None  # noqa: N815
    producer: str | None = None
    schemaURL: str | None = None  # noqa: N815
    run: Run | None = None
    job: Job | None = None
    dataset: Dataset | None = None
    inputs: list[Dataset] | None = None
    outputs: list[Dataset] | None = None


class Envelope(NamedTuple):
    """An event and, as JSON text, the keys beside it that the specification does not know."""

    event: Event
    extra_json: str | None


class FacetUse(NamedTuple):
    """One facet of an event: who holds it, under which key, and its bytes.

    `position` is the place of the input or output in its list, 0 for the others.
    """

    holder: Holder
    direction: Literal["input", "output", "dataset"] | None
    position: int
    key: str
    body: Raw

    @property
    def path(self) -> str:
        """Where the facet stands in the event, such as `inputs[0].schema`."""
        if self.direction in ("input", "output"):
            return f"{self.direction}s[{self.position}].{self.key}"
        return f"{self.holder}.{self.key}"


class _OpenRun(Run, forbid_unknown_fields=False):
    pass


class _OpenJob(Job, forbid_unknown_fields=False):
    pass


class _OpenDataset(Dataset, forbid_unknown_fields=False):
    pass


class _OpenEvent(Event, forbid_unknown_fields=False):
    run: _OpenRun | None = None
    job: _OpenJob | None = None
    dataset: _OpenDataset | None = None
    inputs: list[_OpenDataset] | None = None  # type: ignore[assignment]
    outputs: list[_OpenDataset] | None = None  # type: ignore[assignment]


_STRICT: Final = msgspec.json.Decoder(Event)
_OPEN: Final = msgspec.json.Decoder(_OpenEvent)
_OBJECT: Final = msgspec.json.Decoder(dict[str, Any])
_KNOWN: Final[dict[type[Struct], frozenset[str]]] = {
    kind: frozenset(field.encode_name for field in msgspec.structs.fields(kind))
    for kind in (Event, Run, Job, Dataset)
}


def decode_envelope(record: bytes) -> Envelope:
    """Return the event in `record`; keys outside the specification are kept beside it.

    Raises:
        msgspec.ValidationError: it is JSON, but not of an event's shape.
        msgspec.DecodeError: it is not JSON.
    """
    try:
        return Envelope(_STRICT.decode(record), None)
    except msgspec.ValidationError as error:
        if "unknown field" not in str(error):
            raise
        event = _OPEN.decode(record)
        extra = _unknown(_OBJECT.decode(record))
        return Envelope(event, msgspec.json.encode(extra, order="deterministic").decode())


def kind_of(event: Event) -> Kind | None:
    """Return what the event is about, from its keys; None if it is about nothing."""
    if event.run is not None:
        return "run"
    if event.job is not None:
        return "job"
    return "dataset" if event.dataset is not None else None


def problem_of(event: Event) -> Problem | None:
    """Return why the record is no event, or None if it is one; its time is judged elsewhere."""
    kind = kind_of(event)
    if kind is None:
        return Problem("not_an_event", "the object has neither a run, nor a job, nor a dataset")
    if not event.eventTime:
        return Problem("missing_event_time", "the event has no eventTime")
    if kind == "run" and not (event.run and event.run.runId):
        return Problem("missing_run_id", "the event has a run without a runId")
    if kind != "dataset" and not (event.job and event.job.namespace and event.job.name):
        return Problem("missing_job", "the event's job has no namespace or no name")
    for path, dataset in datasets_of(event, kind):
        if not (dataset.namespace and dataset.name):
            return Problem("missing_dataset", f"{path} has no namespace or no name")
    return None


def datasets_of(event: Event, kind: Kind) -> Iterator[tuple[str, Dataset]]:
    """Yield each dataset of the event with its path in it, such as `inputs[2]`."""
    for name, datasets in (("inputs", event.inputs), ("outputs", event.outputs)):
        for position, dataset in enumerate(datasets or ()):
            yield f"{name}[{position}]", dataset
    if kind == "dataset" and event.dataset is not None:
        yield "dataset", event.dataset


def facet_uses(event: Event, kind: Kind) -> Iterator[FacetUse]:  # noqa: C901 - one line a holder
    """Yield every facet of the event, wherever it hangs; `null` holders have none."""
    if kind == "run" and event.run is not None:
        for key, body in (event.run.facets or {}).items():
            yield FacetUse("run", None, 0, key, body)
    if kind != "dataset" and event.job is not None:
        for key, body in (event.job.facets or {}).items():
            yield FacetUse("job", None, 0, key, body)
    if kind == "dataset" and event.dataset is not None:
        for key, body in (event.dataset.facets or {}).items():
            yield FacetUse("dataset", "dataset", 0, key, body)
    for position, dataset in enumerate(event.inputs or ()):
        for key, body in (dataset.facets or {}).items():
            yield FacetUse("dataset", "input", position, key, body)
        for key, body in (dataset.inputFacets or {}).items():
            yield FacetUse("input", "input", position, key, body)
    for position, dataset in enumerate(event.outputs or ()):
        for key, body in (dataset.facets or {}).items():
            yield FacetUse("dataset", "output", position, key, body)
        for key, body in (dataset.outputFacets or {}).items():
            yield FacetUse("output", "output", position, key, body)


def event_id(
    envelope: Envelope, facets: Sequence[tuple[str, str | None, int, str, bytes]]
) -> bytes:
    """Return the identity of an event: SHA-256 of its envelope and of its facets' digests.

    Args:
        envelope: the event after redaction; the bodies of its facets do not count here.
        facets: holder, direction, position, key and SHA-256 of each facet.
    """
    event = envelope.event
    parts = (
        event.eventType, event.eventTime, event.producer, event.schemaURL,
        event.run and event.run.runId,
        event.job and (event.job.namespace, event.job.name),
        event.dataset and (event.dataset.namespace, event.dataset.name),
        [(dataset.namespace, dataset.name) for dataset in event.inputs or ()],
        [(dataset.namespace, dataset.name) for dataset in event.outputs or ()],
        envelope.extra_json,
        sorted((holder, direction or "", position, key, digest.hex())
               for holder, direction, position, key, digest in facets),
    )  # fmt: skip
    return hashlib.sha256(msgspec.json.encode(parts)).digest()


def _unknown(whole: dict[str, Any]) -> dict[str, Any]:
    """Return the keys that the specification does not know, under their paths."""
    extra = _unknown_in(whole, Event, "")
    for name, kind in (("run", Run), ("job", Job), ("dataset", Dataset)):
        extra |= _unknown_in(whole.get(name), kind, f"{name}.")
    for name in ("inputs", "outputs"):
        for position, dataset in enumerate(whole.get(name) or ()):
            extra |= _unknown_in(dataset, Dataset, f"{name}[{position}].")
    return extra


def _unknown_in(holder: object, kind: type[Struct], path: str) -> dict[str, Any]:
    if not isinstance(holder, dict):
        return {}
    return {path + key: holder[key] for key in sorted(holder.keys() - _KNOWN[kind])}
