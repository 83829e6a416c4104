"""How far lineage leads, on what it rests, and what was read for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.estate.bars import Bar, bars
from lineage_pipeline.estate.marks import BEGINS, Mark
from lineage_pipeline.estate.tables import empty, heading, items, paragraph, section, table
from lineage_pipeline.estate.words import counted, moment, named, number, written
from lineage_pipeline.warehouse.query import MISSING

if TYPE_CHECKING:
    from lineage_pipeline.estate.facts import Estate
    from lineage_pipeline.estate.marks import Marks

BASES: Final = {
    "explicit": "stated, dataset by dataset",
    "column": "stated, column by column",
    "inferred": "inferred from SQL",
    "cartesian": "every input to every output: nobody said more",
    "registry": "said by a registry",
    "deployment": "said by a deployment",
}
"""What the basis of an edge means."""
ONE: Final[Marks] = {"all": Mark("wait", "→", "edges that hold")}
LAYER: Final[Marks] = {
    "behind": Mark("good", "✓", "data of it reach a version that serves"),
    "apart": Mark("none", "\N{EN DASH}", "data of it reach none"),
}


def tracing(estate: Estate) -> str:
    """Return the part of the page about lineage."""
    return section(
        "lineage", "Lineage coverage",
        _traced(estate), _layers(estate), _bases(estate), _missing(estate), _sources(estate),
    )  # fmt: skip


def _traced(estate: Estate) -> str:
    rows = estate.rows("trace")
    if not rows:
        return empty("No version is listed by a registry: how far its lineage leads is unknown.")
    counts: dict[bool, dict[str | None, int]] = {True: {}, False: {}}
    for row in rows:
        counts[row["is_serving"]][row["begins"]] = row["version_count"]
    drawn = [
        Bar(label, counts[place])
        for place, label in ((True, "versions that serve"), (False, "other versions listed"))
        if counts[place]
    ]
    return bars("Where the lineage of versions begins", "version", drawn, BEGINS)


def _layers(estate: Estate) -> str:
    rows = estate.rows("layer")
    if not rows:
        return empty("No dataset is known.")
    drawn = [
        Bar(
            written(row["stage"] or "unknown"),
            {"behind": row["behind_count"], "apart": row["node_count"] - row["behind_count"]},
        )
        for row in rows
    ]
    return bars("Datasets by layer", "dataset", drawn, LAYER)


def _bases(estate: Estate) -> str:
    rows = estate.rows("edge_basis")
    if not rows:
        return empty("No edge is known.")
    total = sum(row["edge_count"] for row in rows)
    drawn = [
        Bar(
            f'{written(row["basis"])} <span class="muted">{BASES.get(row["basis"], "")}</span>',
            {"all": row["edge_count"]},
            f"({row['edge_count'] / total:.0%})",
        )
        for row in rows
    ]
    return bars("Edges by what they rest on", "edge", drawn, ONE)


def _missing(estate: Estate) -> str:
    """Return what answers about lineage rest on and lack."""
    counts = estate.state.counts
    if estate.state.known_at is None:
        return ""
    lacking = [
        f"{counted(counts[column], thing, things)} {trouble}"
        for column, thing, things, trouble in MISSING
        if counts[column]
    ]
    told = paragraph(
        f"Lineage rests on {counted(counts['event_count'], 'event')}, the last of "
        f"{moment(counts['last_event_at'])}."
        if counts["event_count"]
        else "No event of lineage was read."
    )
    told += items(lacking) if lacking else paragraph("Nothing of what was read was set aside.")
    rows = estate.rows("unexplained")
    if rows:
        cells = [
            [named(row["dataset_node_id"]), number(row["job_count"]), number(row["run_count"])]
            for row in rows
        ]
        told += table(
            "Inputs that runs read and no stated lineage uses, read most often first",
            ("dataset", "jobs#", "runs#"), cells, estate.total("unexplained"),
        )  # fmt: skip
    return heading("What it rests on, and lacks") + told


def _sources(estate: Estate) -> str:
    rows = estate.rows("source")
    if not rows:
        return empty("Nothing was read yet.")
    cells = [
        [
            named(row["folder"]),
            number(row["file_count"]),
            number(row["record_count"]),
            number(row["accepted_count"]),
            number(row["duplicate_count"]),
            number(row["quarantined_count"]),
            moment(row["ingested_at"]),
        ]
        for row in rows
    ]
    head = ("folder", "files#", "records#", "accepted#", "known before#", "set aside#", "last read")
    caption = "Folders that were read, most records first; what lies elsewhere nobody counts"
    return table(caption, head, cells, estate.total("source"))
