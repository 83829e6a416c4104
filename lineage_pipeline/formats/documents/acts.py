"""Acts of people: CloudEvents that say who did what to what, and why.

Source: CloudEvents 1.0.2, JSON event format.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal, cast

import msgspec

from lineage_pipeline.formats.documents.document import DocumentFormat, FreeForm, Moment, Part, Text
from lineage_pipeline.paths import ACTS_FOLDER

Named = Annotated[str, Text]


class Actor(Part, frozen=True, kw_only=True):
    """What every act says: who it was."""

    actor: Named


class Reasoned(Actor, frozen=True, kw_only=True):
    """An act that takes a reason."""

    reason: Named
    submission: Named | None = None
    ticket: str | None = None


class Submitted(Reasoned, frozen=True, kw_only=True):
    """A version is submitted for approval: what exactly, in one digest."""

    submission: Named
    artifact: str | None = None
    card: str | None = None


class Condition(Part, frozen=True, kw_only=True):
    """What an approval depends on: it lapses if this is not met in time."""

    id: Named
    text: Named
    owner: Named
    due_on: Named


class Approved(Reasoned, frozen=True, kw_only=True):
    """An approval at one stage."""

    stage: Named
    submission: Named
    decision: Literal["approved"] = "approved"
    expires_on: str | None = None
    conditions: tuple[Condition, ...] = ()


class Rejected(Reasoned, frozen=True, kw_only=True):
    """A refusal at one stage, with its reason."""

    stage: Named
    submission: Named
    decision: Literal["rejected"] = "rejected"


class Withdrawn(Reasoned, frozen=True, kw_only=True):
    """A submission, or what its actor said of it, is taken back."""

    submission: Named


class Waived(Reasoned, frozen=True, kw_only=True):
    """One gate need not hold for a while."""

    gate: Named
    expires_on: Named


class BreakGlass(Reasoned, frozen=True, kw_only=True):
    """A deployment past the gates, in an emergency."""

    ticket: Named
    expires_on: Named


class ConditionMet(Reasoned, frozen=True, kw_only=True):
    """A condition of an approval is met."""

    condition: Named


class Delegated(Reasoned, frozen=True, kw_only=True):
    """A stage is handed to another person for a while."""

    delegate: Named
    stage: Named
    expires_on: Named


class PolicyChanged(Actor, frozen=True, kw_only=True):
    """The policy is another one than before: all that it says, under its digest."""

    policy_sha256: Named
    policy: FreeForm


class Decided(Actor, frozen=True, kw_only=True):
    """The gates were asked whether a version may be deployed, and this is what they said."""

    decision_id: Named
    decision: FreeForm
    as_of: int


class Retired(Reasoned, frozen=True, kw_only=True):
    """A version is taken out of service for good."""

    replacement: Named


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


class Envelope(Part, frozen=True, kw_only=True):
    """A CloudEvent; what its data must hold depends on its type."""

    specversion: Literal["1.0"]
    id: Named
    source: Named
    type: Named
    time: Named
    subject: Named
    data: FreeForm


def _moment(act: Envelope, _: str) -> Moment:
    return act.time


def _envelope(data: type[Part]) -> type[Part]:
    """Return the envelope of acts whose data has this shape."""
    name = f"{data.__name__}Act"
    made = msgspec.defstruct(name, [("data", data)], bases=(Envelope,), kw_only=True, frozen=True)
    return cast("type[Part]", made)


GOVERNANCE: Final[Mapping[str, type[Part]]] = {
    "submitted": Submitted,
    "approved": Approved,
    "rejected": Rejected,
    "withdrawn": Withdrawn,
    "waived": Waived,
    "break_glass": BreakGlass,
    "condition_met": ConditionMet,
    "delegated": Delegated,
    "policy_changed": PolicyChanged,
    "decided": Decided,
    "retired": Retired,
}
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


VERBATIM: Final = frozenset(
    {
        "policy_changed", "decided", "planned", "disposing", "disposed", "erasure_planned",
        "erasing", "erased", "archiving", "archived", "restored",
    }
)  # fmt: skip
"""Acts of this program, which hold what another digest speaks of."""


def _type(area: str, name: str) -> str:
    return f"lineage.{area}.{name}.v1"


ACT_TYPES: Final[Mapping[str, str]] = {
    name: _type(area, name)
    for area, kinds in (("governance", GOVERNANCE), ("retention", RETENTION))
    for name in kinds
}
"""The CloudEvents type of each act."""


def _acts(area: str, kinds: Mapping[str, type[Part]]) -> Iterator[DocumentFormat]:
    for name, data in kinds.items():
        kind = _type(area, name)
        keys = frozenset({"specversion", "type"})
        yield DocumentFormat(
            kind,
            ACTS_FOLDER,
            keys,
            _envelope(data),
            _moment,
            ("type", kind),
            is_verbatim=name in VERBATIM,
        )


FORMATS = (*_acts("governance", GOVERNANCE), *_acts("retention", RETENTION))
