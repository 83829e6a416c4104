"""Documents: what a registry answered, a monitor found, a person did. Which kinds, by folder."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from lineage_pipeline.formats.documents import (
    acts,
    mlflow,
    monitoring,
    records,
    registrations,
    sagemaker,
)
from lineage_pipeline.formats.documents.acts import ACT_FOLDERS
from lineage_pipeline.formats.documents.document import NS_IN_MS
from lineage_pipeline.formats.redaction.body import redact_body
from lineage_pipeline.formats.rejection import Problem, is_value, malformed, misfit, not_utf8
from lineage_pipeline.formats.ssh.signatures import take_apart
from lineage_pipeline.formats.ssh.wire import MalformedError
from lineage_pipeline.formats.times import parse_time

if TYPE_CHECKING:
    from lineage_pipeline.formats.documents.document import DocumentFormat, Moment

FORMATS: Final = (
    *acts.FORMATS, *mlflow.FORMATS, *registrations.FORMATS, *sagemaker.FORMATS,
    *monitoring.FORMATS, *records.FORMATS,
)  # fmt: skip
"""Every kind of document; of those of a folder that fit by their keys the first counts."""
FOLDERS: Final = tuple(dict.fromkeys(each.source for each in FORMATS))
"""The landing folders that hold documents."""

_VALUE: Final = re.compile(r"value '.*'(?= - at|$)", re.DOTALL)
"""Where an error repeats what was written, which may be anything."""
_STAND_IN: Final = b'"\x01"'
"""A control character stands nowhere in JSON, so that this is found again for certain."""
_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Document(NamedTuple):
    """A document that was read.

    Attributes:
        document_id: the SHA-256 of its kind, its time, its teller if its body names none, and its
            body: whoever says the same again at another time says something new.
        kind: which of the formats it has.
        occurred_ns: when it speaks of, in nanoseconds since 1970; None if it does not say.
        body: its JSON without secrets.
        redaction_count: how many values were masked.
    """

    document_id: bytes
    kind: str
    occurred_ns: int | None
    body: bytes
    redaction_count: int


def read_document(source: str, text: bytes, source_file: str, zone: str) -> Document | Problem:
    """Return the document that a JSON text is, or why it is none of those that a folder takes.

    Args:
        source: the landing folder.
        text: the record.
        source_file: the file it stands in, whose name may say when it was made.
        zone: the IANA zone of times that name no offset.
    """
    found = _format_of(source, text)
    if isinstance(found, Problem):
        return found
    try:
        moment = found.moment(found.decoder.decode(text), source_file)
    except (msgspec.DecodeError, RecursionError) as error:
        return Problem("breaks_its_form", f"{found.kind}: {_VALUE.sub('value', str(error))}")
    occurred_ns = _nanoseconds(moment, zone)
    if occurred_ns is None and moment is not None:
        return Problem("not_a_time", f"{found.kind}: what says when it was is no time")
    body, redaction_count = (text, 0) if found.is_verbatim else _redacted(found, text)
    teller = found.teller(source_file) if found.teller else ""
    said = (found.kind, str(occurred_ns), *([teller] if teller else []), "")
    identity = sha256("\0".join(said).encode() + body).digest()
    return Document(identity, found.kind, occurred_ns, body, redaction_count)


def _redacted(found: DocumentFormat, text: bytes) -> tuple[bytes, int]:
    """Return a document without secrets, and how many were masked; a signature is none.

    Its Base64 may end like the name of a secret: `…/Pw=`.
    """
    signature = _signature(text) if found.source in ACT_FOLDERS else None
    if signature is None:
        return redact_body(found.kind, text)
    body, count = redact_body(found.kind, text.replace(signature, _STAND_IN))
    return body.replace(_STAND_IN, signature), count


def _signature(text: bytes) -> bytes | None:
    """Return the signature of an act as it is written, if it can be taken apart as one."""
    written = bytes(_MEMBERS.decode(text).get("signature", b""))
    try:
        take_apart(msgspec.json.decode(written, type=str))
    except (msgspec.DecodeError, MalformedError):
        return None
    return written


def _format_of(source: str, text: bytes) -> DocumentFormat | Problem:
    """Return which of a folder's documents a text is, by its keys alone."""
    if problem := not_utf8(text):
        return problem
    try:
        members = _MEMBERS.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        return misfit(text, error) if is_value(text) else malformed(text, str(error))
    of_folder = [each for each in FORMATS if each.source == source]
    found = next((each for each in of_folder if _fits(each, members)), None)
    if found is None:
        kinds = ", ".join(each.kind for each in of_folder)
        return Problem("unknown_document", f"none of the documents that {source} takes: {kinds}")
    if source in ACT_FOLDERS and _says_twice(text):
        return Problem("doubled_key", f"{found.kind}: a key twice; readers differ in which counts")
    return found


def _fits(found: DocumentFormat, members: dict[str, msgspec.Raw]) -> bool:
    if not found.keys <= members.keys():
        return False
    if found.tag is None:
        return True
    key, value = found.tag
    return bytes(members.get(key, b"")) == msgspec.json.encode(value)


def _says_twice(text: bytes) -> bool:
    """Return whether an object of a JSON text has a key twice: an act must say one thing."""

    def members(pairs: list[tuple[str, object]]) -> None:
        found.append(len({key for key, _ in pairs}) < len(pairs))

    found: list[bool] = []
    json.loads(text, object_pairs_hook=members)
    return any(found)


def _nanoseconds(moment: Moment, zone: str) -> int | None:
    if isinstance(moment, str):
        found = parse_time(moment, zone)
        return found.ns if found else None
    return None if moment is None else moment * NS_IN_MS
