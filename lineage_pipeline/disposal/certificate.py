"""The certificate of a deletion: what went, by which rule and whose leave, and how that was seen.

It speaks of names and pieces in a store, never of the media that held them.

Source: the fields follow NIST SP 800-88 Rev. 1, appendix G, as far as they apply to what is deleted
by its name; no claim of sanitisation follows from them.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from lineage_pipeline import __version__
from lineage_pipeline.disposal.stores.store import content_digest

if TYPE_CHECKING:
    from lineage_pipeline.disposal.stores.store import Piece, Store

SCOPE: Final = (
    "deletion by name of the pieces listed; no statement is made about the media that held them"
)


class HeldPiece(msgspec.Struct, frozen=True, kw_only=True):
    """A piece as it lay in its store before it was deleted.

    Attributes:
        place: where, below its namespace.
        version: which.
        size_bytes: its size.
        sha256: the digest of its bytes.
    """

    place: str
    version: str
    size_bytes: int
    sha256: str


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What was deleted.

    Attributes:
        object_id: the object.
        of: its class.
        store: where it lay.
        pieces: of what it consisted there.
        row_count: its rows, as the lineage told last; None if it never did.
        total_bytes: its bytes, likewise.
    """

    object_id: str
    of: str | None = msgspec.field(name="class")
    store: str
    pieces: tuple[HeldPiece, ...]
    row_count: int | None
    total_bytes: int | None


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """By what it went.

    Attributes:
        rule: the retention rule.
        basis: what that rests on.
        clause: where it is written.
        due_at: by when it was to be gone, in microseconds since 1970.
        policy_sha256: the policy that held the rule.
        plan_sha256: the plan that named the object.
        gave_way: the other rules that spoke of the object, and why they did not decide.
    """

    rule: str | None
    basis: str | None
    clause: str | None
    due_at: int
    policy_sha256: str
    plan_sha256: str
    gave_way: tuple[dict[str, Any], ...]


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """How it was seen that it is gone.

    Attributes:
        method: what was done to see it.
        result: what was seen; of what is partly gone, `not_covered` names the rest.
        verified_by: who did.
    """

    method: str
    result: Literal["gone", "partly gone", "not seen"]
    verified_by: str


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """One deletion that was carried out.

    Attributes:
        certificate_id: tells it from every other.
        scope: what is claimed, and what is not.
        subject: what was deleted.
        trigger: by what.
        hold_checked_at: when holds were last looked at before any of it went, in microseconds
            since 1970.
        method: how.
        tool: what deleted it, with its version; `not told` where others did.
        key_id: the key that was destroyed; None, since none was.
        requested_by: who made the plan.
        approved_by: who approved it.
        executed_by: who carried it out; `not told` where others did.
        started_at: when that began, or was asked of others, in microseconds since 1970.
        ended_at: when it was seen, or said, to be gone.
        covered: the copies that went with it.
        not_covered: copies that it does not reach.
        verification: how that was seen.
        validation: whether people have accepted the result; they say so elsewhere.
        made_from_it: what the lineage knows to have been made from it and to be there still.
        log: whose key signs this, and how many entries the log had.
    """

    certificate_id: str
    scope: str = SCOPE
    subject: Subject
    trigger: Trigger
    hold_checked_at: int
    method: Literal["delete", "as confirmed"]
    tool: str = f"lineage_pipeline {__version__}"
    key_id: str | None = None
    requested_by: str
    approved_by: tuple[str, ...]
    executed_by: str
    started_at: int
    ended_at: int
    covered: tuple[str, ...]
    not_covered: tuple[str, ...]
    verification: Verification
    validation: Literal["not yet"] = "not yet"
    made_from_it: tuple[str, ...]
    log: dict[str, Any]


def held_piece(store: Store, piece: Piece) -> HeldPiece:
    """Return a piece as a certificate tells it.

    Raises:
        LeftError: it cannot be read.
    """
    return HeldPiece(
        place=piece.place,
        version=piece.version,
        size_bytes=piece.size_bytes,
        sha256=content_digest(store, piece),
    )


def certificate_bytes(certificate: Certificate) -> bytes:
    """Return a certificate in its one form: all keys in order, as in an act that is signed."""
    return msgspec.json.encode(certificate, order="sorted")


def certificate_id(plan_sha256: str, object_id: str) -> str:
    """Return what the certificate of an object of a plan is called: a plan names it once."""
    return sha256(f"{plan_sha256}\n{object_id}".encode()).hexdigest()[:32]
