"""How controls are judged, in the words that working papers use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.warehouse.sqlfiles import stage_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage_pipeline.workpapers.dossier import Dossier

STATUSES: Final[Mapping[str, str]] = {
    "N_A": "A person has attested that the control does not apply. Not that this is so.",
    "NOT_YET": "The control does not hold before its day; readiness is the status that it would "
    "have.",
    "FAIL": "Its query found a member that is an exception; a waived one is one still. Not that a "
    "clause was broken.",
    "NOT_ASSESSABLE": "There is no member, or one could not be judged, or a source that it rests "
    "on is known to lack something. Not that all is well.",
    "PASS": "Its query looked at every member that was told of and found no exception; of a "
    "partial control, evidence is present. Not that the clause is satisfied.",
    "ATTESTED": "A person gave their word. Not more than that.",
    "NOT_ATTESTED": "Nobody gave their word, or it is out of date.",
}
"""What a status says, in the order in which it is decided."""
AUTOMATIONS: Final[Mapping[str, str]] = {
    "full": "The predicate is decidable: every member of the population was tested.",
    "partial": "Presence and dates of evidence alone; what it is worth is not looked at.",
    "attestation": "A person's word. It is never a PASS.",
}
BASES: Final[Mapping[str, str]] = {
    "law": "Set by law; an organisation may only make it stricter.",
    "guidance": "Set by guidance.",
    "house": "Set by the house: the catalogue's own number, or the organisation's.",
}
_AGAIN: Final = (
    "The query was asked once more for these papers. Where its digest and that of its answer are "
    "those of the status, the members listed are those that were judged; the sheet Populations "
    "says so of each control."
)
STEPS: Final = (
    "Sources are scanned as they land; every record is kept, or set aside with a reason.",
    "Of each control one SQL query looks at every member of its population. Nothing is sampled.",
    "A member is an exception, or none, or could not be judged for want of something.",
    _AGAIN,
    "A waived exception stays an exception. The status stays FAIL.",
)


def queries(dossier: Dossier) -> dict[str, bytes]:
    """Return the query of each control whose digest its status names, by `queries/FILE.sql`."""
    named = {*dossier.assessment.control_status["query_sha256"].to_list()}
    return {
        f"queries/{file.path.name}": file.path.read_bytes()
        for file in stage_files("compliance")
        if file.sha256 in named
    }


def query_names(dossier: Dossier) -> dict[str, str]:
    """Return the file of each control's query by its digest; none of a query of another release."""
    named = {*dossier.assessment.control_status["query_sha256"].to_list()}
    return {
        file.sha256: f"sql/compliance/{file.path.name}"
        for file in stage_files("compliance")
        if file.sha256 in named
    }
