"""What the report itself rests on: digests, the newest checkpoint, and what was not checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.estate.marks import Mark, worded
from lineage_pipeline.estate.tables import empty, items, paragraph, section
from lineage_pipeline.estate.words import counted, digest, moment, named, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage_pipeline.estate.facts import Estate
    from lineage_pipeline.estate.sealed import Sealed

CAVEATS: Final = tuple(
    """\
It tells what was told. What no source says, and what came after the known time, is not in it.
It is of one published state. Another state gives another report; the same one gives the same bytes.
A pass says that a query found no exception in what was told. No part of this is legal advice.
Nothing was verified for it but the signature of the newest checkpoint: whether files and rows are \
as they were sealed says <code>lineage audit verify --deep</code>, and whether the log itself was \
set back says a checkpoint that was kept elsewhere.
Lists show the first rows and say of how many; the warehouse has all of them, for \
<code>lineage sql</code>.
Persons of whom data are kept are not named as such, for a report outlives an erasure. People who \
act in their office are.""".splitlines()
)
"""What a reader must not take from a report, as markup."""


def facts(pairs: Sequence[tuple[str, str]]) -> str:
    """Return terms and what is said of them, which is markup."""
    rows = "".join(f"<div><dt>{term}</dt><dd>{told}</dd></div>" for term, told in pairs)
    return f'<dl class="facts">{rows}</dl>'


def evidence(estate: Estate) -> str:
    """Return the part of the page about what the report rests on."""
    state, sealed = estate.state, estate.sealed
    return section(
        "evidence",
        "Evidence",
        facts(
            [
                ("Known time", moment(state.known_at)),
                ("States published", f"{state.counts['publication_count']:,}"),
                ("warehouse.duckdb, SHA-256", digest(state.warehouse_sha256)),
                (
                    "Built with, SHA-256 of SQL and settings",
                    digest(state.counts["built_with_sha256"]),
                ),
                ("Policy in force, SHA-256", digest(state.counts["policy_sha256"])),
            ]
        ),
        _log(sealed),
        _anchors(sealed),
    )


def caveats() -> str:
    """Return the part of the page that says what the rest does not say."""
    return section("caveats", "What this report does not say", items(CAVEATS))


def _log(sealed: Sealed) -> str:
    if not sealed.origin:
        return empty("There is no log beside this warehouse: nothing proves what it was made of.")
    if sealed.problem:
        state = worded(Mark("bad", "✕", "the checkpoint is not signed by a key of the log"))
        why = f" {written(sealed.problem)}"
    else:
        state = worded(Mark("good", "✓", "signed by the log's key, as the workspace names it"))
        why = ""
    return facts(
        [
            ("Log", named(sealed.origin)),
            ("Entries by the newest checkpoint", f"{sealed.entry_count:,}"),
            ("Their root, SHA-256", digest(sealed.root)),
            ("Checkpoints kept", f"{sealed.checkpoint_count:,}"),
            ("Newest checkpoint", state + why),
            ("Key", named(sealed.key)),
            ("Files and rows", worded(Mark("hatch", "?", "not verified by this report"))),
        ]
    )


def _anchors(sealed: Sealed) -> str:
    if not sealed.anchors:
        return paragraph(
            "The settings name no place elsewhere that keeps checkpoints: who holds the key and "
            "the files could write another log."
        )
    kinds = ", ".join(written(kind) for kind in sealed.anchors)
    return paragraph(
        f"Checkpoints are to be kept at {counted(len(sealed.anchors), 'place')} elsewhere "
        f"({kinds}). None was asked for this report."
    )
