"""The digests of an audit event.

`content_sha256` is SHA-256 of the record's bytes as they stand in the file, without the white space
around them; where secrets were masked, of the bytes after that.

`event_id` is SHA-256 of

    kind ":" length ":" source ":" rest

where `kind` is `id` or `record`, `source` the UTF-8 bytes of the column `source`, `length` their
number in decimal, and `rest` for `id` the UTF-8 bytes of `source_event_id` and for `record`, where
the log gives no identity, the 32 bytes of `content_sha256`. The kind ends at the first colon, the
length says where the source ends, and the rest goes to the end: no two events write the same bytes
unless they are of one kind, one source and one identity.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable


def content_digest(body: bytes | memoryview) -> bytes:
    """Return SHA-256 of a record's bytes, secrets masked."""
    return hashlib.sha256(body).digest()


def event_ids(source: str, identities: Iterable[tuple[str | None, bytes]]) -> list[bytes]:
    """Return the identity of each event, from its `source_event_id`, if any, and its digest."""
    sha256 = hashlib.sha256
    by_id, by_record = _beginning("id", source), _beginning("record", source)
    return [
        sha256(by_record + digest if native is None else by_id + native.encode()).digest()
        for native, digest in identities
    ]


def _beginning(kind: Literal["id", "record"], source: str) -> bytes:
    encoded = source.encode()
    return b"%b:%d:%b:" % (kind.encode(), len(encoded), encoded)
