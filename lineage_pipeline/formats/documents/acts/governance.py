"""What people do about versions of models: submit, approve, waive, let in, retire."""

from collections.abc import Mapping
from typing import Final, Literal

from lineage_pipeline.formats.documents.acts.act import Actor, Named, Reasoned
from lineage_pipeline.formats.documents.document import FreeForm, Part


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
