"""What people and this program do about what is kept: hold, plan, delete, archive, erase."""

from collections.abc import Mapping
from typing import Final, Literal

from lineage_pipeline.formats.documents.acts.act import Actor, Named, Reasoned
from lineage_pipeline.formats.documents.document import FreeForm, Part


class HoldPlaced(Reasoned, frozen=True, kw_only=True):
    """Something must stay, whatever rules say, until the hold of this matter is released."""

    matter: str | None = None
    reach: Literal["object", "upstream", "downstream", "both"] = "object"


class HoldReleased(Reasoned, frozen=True, kw_only=True):
    """The hold of a matter ends."""

    matter: str | None = None


class Planned(Actor, frozen=True, kw_only=True):
    """What is to be deleted, exactly, under its digest."""

    plan_sha256: Named
    plan: FreeForm


class PlanApproved(Reasoned, frozen=True, kw_only=True):
    """A plan of disposal may be carried out."""


class PieceTold(Part, frozen=True, kw_only=True):
    """A piece of an object as it lay in its store: where, which, how large, and its SHA-256."""

    place: Named
    version: str
    size_bytes: int
    sha256: Named


class Disposing(Actor, frozen=True, kw_only=True):
    """An object is about to be deleted by a plan: which pieces, and what they held."""

    plan_sha256: Named
    store: Named
    pieces: tuple[PieceTold, ...]


class DisposalAsked(Actor, frozen=True, kw_only=True):
    """An object is to be deleted where this program cannot, by those who can."""

    plan_sha256: Named


class Disposed(Actor, frozen=True, kw_only=True):
    """An object is gone: the certificate of it, and the digest of that."""

    plan_sha256: Named
    certificate: FreeForm
    certificate_sha256: Named


class Erasing(Disposing, frozen=True, kw_only=True):
    """What a plan says of a person is about to be erased: of each piece, which records.

    They are told by where they begin, and how long they are.
    """

    records: tuple[tuple[tuple[int, int], ...], ...] = ()


class Erased(Actor, frozen=True, kw_only=True):
    """What a plan says of a person is gone: the certificate of it, and the digest of that."""

    plan_sha256: Named
    certificate: FreeForm
    certificate_sha256: Named


class ErasureAsked(Actor, frozen=True, kw_only=True):
    """A dataset holds, or may hold, data of a person; its owner is asked to erase them."""

    plan_sha256: Named
    erasure: Named


class ErasureConfirmed(Reasoned, frozen=True, kw_only=True):
    """The owner of a dataset says that a person's data are gone from it."""

    plan_sha256: Named


class CopyTold(PieceTold, frozen=True, kw_only=True):
    """A piece that is moved into the archive, and how its copy is called there."""

    stored_as: Named


class StoredCopyTold(CopyTold, frozen=True, kw_only=True):
    """A piece that lies in the archive: the size and the SHA-256 of its copy as it is stored."""

    stored_bytes: int
    stored_sha256: Named


class Archiving(Actor, frozen=True, kw_only=True):
    """An object is about to be moved into the archive: which pieces, and what they hold."""

    move: Named
    archive: Named
    store: Named
    pieces: tuple[CopyTold, ...]
    plan_sha256: str | None = None


class Archived(Actor, frozen=True, kw_only=True):
    """An object lies in the archive alone; its copies were read back and are what lay there."""

    move: Named
    archive: Named
    store: Named
    pieces: tuple[StoredCopyTold, ...]
    plan_sha256: str | None = None


class Restored(Actor, frozen=True, kw_only=True):
    """An object lies where it lay, and how that was seen to be the same."""

    move: Named
    archive: Named
    store: Named
    pieces: tuple[CopyTold, ...]
    proofs: tuple[Named, ...]


RETENTION: Final[Mapping[str, type[Part]]] = {
    "hold_placed": HoldPlaced,
    "hold_released": HoldReleased,
    "consent_withdrawn": Actor,
    "erasure_requested": Actor,
    "disposal_confirmed": Actor,
    "planned": Planned,
    "plan_approved": PlanApproved,
    "disposing": Disposing,
    "disposal_asked": DisposalAsked,
    "disposed": Disposed,
    "erasure_planned": Planned,
    "erasing": Erasing,
    "erased": Erased,
    "erasure_asked": ErasureAsked,
    "erasure_confirmed": ErasureConfirmed,
    "archiving": Archiving,
    "archived": Archived,
    "restored": Restored,
}
