"""Records that organisations keep about models and data: one YAML or JSON document each.

A record says of what kind it is; a kind that is not known here is set aside, so that a record that
no control would ever look at is not taken for evidence.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal

import msgspec

from lineage_pipeline.formats.documents.document import DocumentFormat, Moment, Part, Text
from lineage_pipeline.paths import COMPLIANCE_FOLDER

Named = Annotated[str, Text]
Names = tuple[Named, ...]


class Record(Part, frozen=True, kw_only=True):
    """What every record may say: of what it is, who keeps it, and until when it is good.

    Attributes:
        id: how its keeper calls it: a later record of the same kind and id takes its place; without
            one, a later record of the same kind about the same.
        model: the model, by name or identifier; with `version`, that version alone.
        dataset: the dataset, by its identifier.
        system: the organisation's system that it is about.
        owner: who keeps it.
        approved_by: who approved it.
        approved_on: when.
        updated_on: when it was last gone through.
        review_on: until when it is to be gone through again.
        ends_on: the last day on which it counts; to take a record back, tell it again with this.
    """

    id: Named | None = None
    model: Named | None = None
    version: Named | None = None
    dataset: Named | None = None
    system: Named | None = None
    owner: Named | None = None
    approved_by: Named | None = None
    approved_on: Named | None = None
    updated_on: Named | None = None
    review_on: Named | None = None
    ends_on: Named | None = None


class OfModel(Record, frozen=True, kw_only=True):
    """A record about a model."""

    model: Named


class OfDataset(Record, frozen=True, kw_only=True):
    """A record about a dataset."""

    dataset: Named


class Classification(OfModel, frozen=True, kw_only=True):
    """Which rules a model falls under, by somebody's judgement.

    Attributes:
        eu_class: the class of Regulation (EU) 2024/1689.
        exemption: why Art 6(3) takes it out of the high-risk ones, if that is claimed.
        uses: for what of it rules ask, such as `credit scoring`.
        jurisdictions: where it is used, as in the tags of data: `us-co`, `us-ny-nyc`.
        decisions: whether decisions on persons rest on it alone.
        is_significant: whether those have legal or similarly significant effects.
        placed_on: when it was placed on the market or put into service.
    """

    eu_class: Literal["prohibited", "high", "transparency", "minimal"] | None = None
    exemption: Named | None = None
    uses: tuple[
        Literal[
            "public service", "credit scoring", "life or health insurance", "employment",
            "interactive", "synthetic content", "biometric identification", "medical device",
            "broker-dealer records", "financial reporting",
        ], ...
    ] = ()  # fmt: skip
    jurisdictions: Names = ()
    decisions: Literal["solely automated", "assisted", "none"] | None = None
    is_significant: bool | None = None
    placed_on: Named | None = None


class RiskFile(OfModel, frozen=True, kw_only=True):
    """The risks of a model, and what is done about them."""

    updated_on: Named
    eu_class: Literal["prohibited", "high", "transparency", "minimal"] | None = None
    risks: Names = ()


class Dpia(OfModel, frozen=True, kw_only=True):
    """A data protection impact assessment, GDPR Art 35."""

    necessity: Named | None = None


class Oversight(OfModel, frozen=True, kw_only=True):
    """Who oversees a model in use, and whether they were trained and can stop it."""

    overseer: Named
    trained_on: Named | None = None
    can_stop: bool | None = None


class DataExamination(OfDataset, frozen=True, kw_only=True):
    """What was looked for in data that a model learns from or is tested on."""

    examined_on: Named
    covers: Annotated[tuple[Literal["bias", "gaps", "representativeness"], ...],
                      msgspec.Meta(min_length=1)]  # fmt: skip
    dataset_version: Named | None = None


class TechnicalFile(OfModel, frozen=True, kw_only=True):
    """The technical documentation of Annex IV, by its sections, and the instructions for use."""

    sections: Mapping[str, Named]
    instructions: Named | None = None


class Fria(OfModel, frozen=True, kw_only=True):
    """A fundamental rights impact assessment, and when the authority was told of it."""

    assessed_on: Named
    notified_on: Named | None = None


class EuRegistration(OfModel, frozen=True, kw_only=True):
    """The registration in the EU database."""

    registration_id: Named
    registered_on: Named


class Disclosure(OfModel, frozen=True, kw_only=True):
    """How people learn that they deal with a machine, or with what one has made."""

    shown_from: Named
    evidence: Named


class Validation(OfModel, frozen=True, kw_only=True):
    """A validation of a model by somebody else than its developers."""

    validator: Named
    validated_on: Named
    outcome: Literal["approved", "approved with conditions", "rejected"]


class ReviewPath(OfModel, frozen=True, kw_only=True):
    """On what ground a model decides alone, and how a person obtains a human's decision."""

    ground: Literal["contract", "law", "explicit consent"]
    route: Named


class ChangePlan(OfModel, frozen=True, kw_only=True):
    """A predetermined change control plan: which classes of changes it authorises."""

    authorised: Names
    submission_ref: Named | None = None


class Change(OfModel, frozen=True, kw_only=True):
    """What kind of change a version of a medical device is, and under which submission."""

    version: Named
    change_class: Named
    submission_ref: Named | None = None


class RiskAssessment(OfModel, frozen=True, kw_only=True):
    """An assessment of processing with significant risk, California's regulations."""

    assessed_on: Named
    processing_began_on: Named | None = None
    material_change_on: Named | None = None


class AdmtNotice(OfModel, frozen=True, kw_only=True):
    """What consumers are offered where a machine takes significant decisions on them."""

    notice: Named
    opt_out: Named
    access: Named


class BiasAudit(OfModel, frozen=True, kw_only=True):
    """An audit of an employment tool by an independent auditor, New York City's Local Law 144."""

    audited_on: Named
    auditor: Named
    is_independent: bool | None = None
    results_posted_on: Named | None = None


class CandidateNotice(OfModel, frozen=True, kw_only=True):
    """When candidates were told of an employment tool, and when it was used on them."""

    given_on: Named
    used_on: Named


class Source(OfDataset, frozen=True, kw_only=True):
    """Where raw data came from: from whom, when, and by which right."""

    source_ref: Named | None = None
    collected_on: Named | None = None
    licence: Named | None = None


class CriticalColumns(OfDataset, frozen=True, kw_only=True):
    """Columns that decisions rest on, and which dataset is the authoritative source of them."""

    columns: Annotated[Names, msgspec.Meta(min_length=1)]
    authoritative: Named | None = None


class Necessity(OfDataset, frozen=True, kw_only=True):
    """Why columns with personal data are needed in a dataset."""

    columns: Annotated[Names, msgspec.Meta(min_length=1)]
    reason: Named


class Compatibility(OfDataset, frozen=True, kw_only=True):
    """A purpose that was found compatible with the one that data was collected for."""

    purpose: Named


class Protection(OfDataset, frozen=True, kw_only=True):
    """How a dataset is protected where it lies."""

    encrypted: bool
    verified_on: Named | None = None


class Deidentification(OfDataset, frozen=True, kw_only=True):
    """How a dataset was shown to be de-identified, 45 CFR 164.514."""

    method: Literal["expert determination", "safe harbor"]
    evidence: Named
    determined_on: Named | None = None


class WormProof(Record, frozen=True, kw_only=True):
    """That records lie where nobody can alter them, or that every change can be recreated."""

    covers: Named
    method: Literal["worm", "audit trail"]
    evidence: Named
    verified_on: Named


class ExpectedEvents(Record, frozen=True, kw_only=True):
    """Which events a system is to write into which audit log, 800-53 AU-2."""

    system: Named
    source: Named
    actions: Annotated[Names, msgspec.Meta(min_length=1)]
    retired_on: Named | None = None


class Account(Part, frozen=True, kw_only=True):
    """An account of a system, and what it may do."""

    account: Named
    role: str = ""
    is_privileged: bool = False
    can_write_logs: bool = False
    reviewed_on: str | None = None


class AccessList(Record, frozen=True, kw_only=True):
    """Who has access to a system, as it lists them."""

    system: Named
    as_of_on: Named
    accounts: tuple[Account, ...]


RECORDS: Final[Mapping[str, type[Part]]] = {
    "classification": Classification,
    "risk-file": RiskFile,
    "dpia": Dpia,
    "oversight": Oversight,
    "data-examination": DataExamination,
    "technical-file": TechnicalFile,
    "fria": Fria,
    "eu-registration": EuRegistration,
    "disclosure": Disclosure,
    "validation": Validation,
    "review-path": ReviewPath,
    "change-plan": ChangePlan,
    "change": Change,
    "risk-assessment": RiskAssessment,
    "admt-notice": AdmtNotice,
    "bias-audit": BiasAudit,
    "candidate-notice": CandidateNotice,
    "source": Source,
    "critical-columns": CriticalColumns,
    "necessity": Necessity,
    "compatibility": Compatibility,
    "protection": Protection,
    "de-identification": Deidentification,
    "worm-proof": WormProof,
    "expected-events": ExpectedEvents,
    "access-list": AccessList,
}
"""Each kind of record, and what it must hold."""


def _undated(_: Record, __: str) -> Moment:
    return None


def _formats() -> Iterator[DocumentFormat]:
    for name, body in RECORDS.items():
        keys, tag = frozenset({"record"}), ("record", name)
        yield DocumentFormat(f"record.{name}", COMPLIANCE_FOLDER, keys, body, _undated, tag)


FORMATS = tuple(_formats())
