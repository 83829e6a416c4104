"""What people state about obligations: attestations, incidents, requests, reviews, exceptions."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

import msgspec

from lineage_pipeline.formats.documents.acts.act import Actor, Named, Reasoned
from lineage_pipeline.formats.documents.document import Part

Count = Annotated[int, msgspec.Meta(ge=0)]


class Attested(Actor, frozen=True, kw_only=True):
    """A control is met, by its actor's word, or does not apply to what the act is about."""

    control: Named
    statement: Named
    result: Literal["met", "not met", "not applicable"] = "met"
    valid_until_on: str | None = None


class IncidentReported(Actor, frozen=True, kw_only=True):
    """An incident with a model: when somebody knew of it, and when the authority was told.

    `serious` follows Regulation (EU) 2024/1689, Art 3(49) and 73; null: nobody has judged it.
    """

    aware_at: Named
    reported_at: str | None = None
    severity: str | None = None
    serious: (
        Literal["no", "yes", "death", "widespread infringement", "critical infrastructure"] | None
    ) = None
    reason: str | None = None
    ticket: str | None = None


class BreachRecorded(Actor, frozen=True, kw_only=True):
    """A breach of personal data: when somebody knew of it, and when the authority was told."""

    aware_at: Named
    notified_at: str | None = None
    delay_reason: str | None = None
    risk: Literal["unlikely", "likely", "high"] | None = None
    ticket: str | None = None


class SubjectRequest(Actor, frozen=True, kw_only=True):
    """A person asks for what is theirs; told again as it goes on, under the same ticket."""

    request: Literal[
        "access", "rectification", "erasure", "restriction", "portability", "objection", "opt-out",
    ]  # fmt: skip
    subject_ref: Named
    received_at: Named
    law: Literal["gdpr", "ccpa"] = "gdpr"
    done_at: str | None = None
    extended_at: str | None = None
    recipients_told: tuple[Named, ...] = ()
    ticket: str | None = None


class AccessReviewed(Actor, frozen=True, kw_only=True):
    """Audit logs, or who may do what, were looked through."""

    reviewed: Annotated[tuple[Named, ...], msgspec.Meta(min_length=1)]
    period_days: Count | None = None
    result: str | None = None


class ProcessingRecorded(Actor, frozen=True, kw_only=True):
    """A record of processing activities for a dataset: what for, on what basis, for how long."""

    purpose: Named
    basis: Named
    retention: str | None = None
    recipients: tuple[Named, ...] = ()
    special_category_condition: str | None = None


class SourceTotalled(Actor, frozen=True, kw_only=True):
    """What a source says it sent on a day, in UTC, to hold against what arrived."""

    source: Named
    day_on: Named
    record_count: Count


class ExceptionWaived(Reasoned, frozen=True, kw_only=True):
    """An exception of a control is accepted for a while; it stays one."""

    control: Named
    expires_on: Named


class ExceptionAssigned(Actor, frozen=True, kw_only=True):
    """Somebody is to put an exception right, until a day."""

    control: Named
    owner: Named
    due_on: Named


class NoticeGiven(Actor, frozen=True, kw_only=True):
    """Those whom a decision concerns were told what the law asks for."""

    notice: Literal["adverse outcome", "automated decision", "candidate"]
    given_at: Named
    prediction_id: str | None = None


COMPLIANCE: Final[Mapping[str, type[Part]]] = {
    "attested": Attested,
    "incident_reported": IncidentReported,
    "breach_recorded": BreachRecorded,
    "subject_request": SubjectRequest,
    "access_reviewed": AccessReviewed,
    "processing_recorded": ProcessingRecorded,
    "source_totalled": SourceTotalled,
    "exception_waived": ExceptionWaived,
    "exception_assigned": ExceptionAssigned,
    "notice_given": NoticeGiven,
}
