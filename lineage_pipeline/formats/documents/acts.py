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
    "hold_placed": Reasoned,
    "hold_released": Reasoned,
    "consent_withdrawn": Actor,
    "erasure_requested": Actor,
    "disposal_confirmed": Actor,
}


VERBATIM: Final = frozenset({"policy_changed", "decided"})
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
