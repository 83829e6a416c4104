"""The sheets Populations and Members: what each query looked at, as far as a sheet has room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from lineage_pipeline.workpapers.workbook.sheets import Column, table_sheet

if TYPE_CHECKING:
    from lineage_pipeline.workpapers.workbook.sheets import Page

MOST_MEMBERS: Final = 5_000
"""Members of one control that the sheet lists; exceptions and what could not be judged first."""
AGAIN: Final = (
    "Asked again: whether the query and its answer, asked once more for these papers, have the "
    "digests of the status. Where not, the members listed are those of today's query."
)
POPULATION: Final = (
    Column("Control", 9, "control_id"), Column("Population", 50, "population_of"),
    Column("Members", 11, "population"), Column("Tested", 11, "tested"),
    Column("Not judged", 11, "untested"), Column("Coverage", 10, "coverage"),
    Column("Exceptions", 11, "exception_count"), Column("Rows in the tables", 11, "listed_count"),
    Column("Rows in sheet Members", 11, "shown_count"),
    Column("Persons counted alone", 11, "unlisted_count"),
    Column("Asked again: the same", 11, "is_reperformed"),
    Column("SHA-256 of the query", 34, "query_sha256"),
    Column("SHA-256 of its answer", 34, "data_sha256"),
)  # fmt: skip
MEMBER: Final = (
    Column("Control", 9, "control_id"), Column("Member", 60, "object_id"),
    Column("Stands for", 10, "members"), Column("Judged", 10, "tested"),
    Column("Finding", 50, "finding"), Column("Missing", 40, "missing"),
    Column("Since", 18, "since_at"), Column("Counts from", 12, "due_from"),
    Column("About", 34, "scope"), Column("Evidence", 40, "evidence"),
)  # fmt: skip


def populations(page: Page) -> None:
    """Add both sheets."""
    members = page.dossier.member
    shown = shown_members(members)
    counted = shown.group_by("control_id").agg(pl.len().cast(pl.Int64).alias("shown_count"))
    rows = page.dossier.population.join(
        counted, on="control_id", how="left", maintain_order="left"
    ).with_columns(pl.col("shown_count").fill_null(0))
    table_sheet(
        page, "Populations", POPULATION, rows.rows(named=True),
        notes=(
            "A row can stand for several members. Persons who are no exception are only counted.",
            AGAIN,
        ),
    )  # fmt: skip
    table_sheet(
        page, "Members", MEMBER, shown.rows(named=True), count=members.height,
        notes=(
            f"Up to {MOST_MEMBERS:,} rows a control: exceptions, what could not be judged, others.",
        ),
    )  # fmt: skip


def shown_members(members: pl.DataFrame, most: int = MOST_MEMBERS) -> pl.DataFrame:
    """Return the members that the sheet lists, in the order of the catalogue."""
    is_plain = pl.col("finding").is_null() & pl.col("missing").is_null()
    ranked = is_plain.cast(pl.Int8).rank("ordinal").over("control_id")
    return members.with_columns(place=ranked).filter(pl.col("place") <= most).drop("place")
