"""The numbers that a reader wants first, each with what it is of; unknown is not zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from lineage_pipeline.estate.tables import section
from lineage_pipeline.estate.words import counted
from lineage_pipeline.pictures.markup import text_of

if TYPE_CHECKING:
    from lineage_pipeline.estate.facts import Estate

UNKNOWN = "unknown"


class Tile(NamedTuple):
    """One number.

    Attributes:
        about: what it is, in words.
        value: the number, or that it is unknown.
        note: what it is of, and what else belongs to it.
        tone: whether it wants to be looked at.
        part: the section that says more.
    """

    about: str
    value: str
    note: str
    tone: Literal["plain", "bad", "hatch", "good"]
    part: str


def glance(estate: Estate) -> str:
    """Return the part of the page with the numbers that matter."""
    tiles = [*_models(estate), *_controls(estate), _lineage(estate), *_retention(estate)]
    drawn = "".join(
        f'<li class="tile {tile.tone}"><a href="#{tile.part}"><span class="about">'
        f"{text_of(tile.about)}</span><strong>{text_of(tile.value)}</strong>"
        f'<span class="muted">{text_of(tile.note)}</span></a></li>'
        for tile in tiles
    )
    return section("glance", "At a glance", f'<ul class="tiles">{drawn}</ul>')


def _models(estate: Estate) -> list[Tile]:
    models = estate.rows("model")
    shadows = estate.total("shadow_model")
    shadow = Tile(
        "serving, not registered", f"{shadows:,}", "as far as platforms and logs tell",
        "bad" if shadows else "plain", "models",
    )  # fmt: skip
    if not models:
        nobody = Tile("models", UNKNOWN, "no registry was read that lists any", "hatch", "models")
        return [nobody, shadow] if estate.state.known_at else [nobody]
    serving = sum(row["deployment_count"] > 0 for row in models)
    tierless = sum(row["tier"] is None for row in models)
    ownerless = sum(row["owner"] is None for row in models)
    return [
        Tile("models registered", f"{len(models):,}", f"{serving:,} serving", "plain", "models"),
        Tile(
            "models without a tier", f"{tierless:,}", f"{ownerless:,} without an owner",
            "bad" if tierless or ownerless else "good", "models",
        ),
        shadow,
    ]  # fmt: skip


def _controls(estate: Estate) -> list[Tile]:
    controls = estate.rows("control")
    if not controls:
        return [Tile("controls", UNKNOWN, "no state was assessed", "hatch", "controls")]
    failing = sum(row["status"] == "FAIL" for row in controls)
    open_count = sum(row["status"] in {"NOT_ASSESSABLE", "NOT_ATTESTED"} for row in controls)
    of = f"of {counted(len(controls), 'control')} that are on"
    due = sum(
        row["exception_count"] - row["waived_count"]
        for row in estate.rows("exception_control")
        if row["is_due"]
    )
    oldest = max((row["oldest_days"] or 0 for row in estate.rows("exception_control")), default=0)
    return [
        Tile("controls that fail", f"{failing:,}", of, "bad" if failing else "good", "controls"),
        Tile(
            "controls not assessable", f"{open_count:,}", "or that wait for a person's word",
            "hatch" if open_count else "good", "controls",
        ),
        Tile(
            "exceptions due, not waived", f"{due:,}",
            f"the oldest is {counted(oldest, 'day')} old" if oldest else "of known age none",
            "bad" if due else "good", "exceptions",
        ),
    ]  # fmt: skip


def _lineage(estate: Estate) -> Tile:
    serving = [row for row in estate.rows("trace") if row["is_serving"]]
    total = sum(row["version_count"] for row in serving)
    traced = sum(row["version_count"] for row in serving if row["begins"] == "raw")
    if not total:
        return Tile("versions traced to raw", UNKNOWN, "none is known to serve", "hatch", "lineage")
    of = f"of {counted(total, 'version')} that serve"
    tone: Literal["good", "bad"] = "good" if traced == total else "bad"
    return Tile("versions traced to raw", f"{traced:,}", of, tone, "lineage")


def _retention(estate: Estate) -> list[Tile]:
    objects = estate.rows("retention")
    if not objects:
        return [Tile("objects past their time", UNKNOWN, "none is known", "hatch", "retention")]
    due = sum(row["object_count"] for row in objects if row["verdict"] == "due")
    held = sum(row["object_count"] for row in objects if row["verdict"] == "held")
    total = sum(row["object_count"] for row in objects)
    return [
        Tile(
            "objects past their time", f"{due:,}", f"of {total:,} kept; {held:,} held",
            "bad" if due else "good", "retention",
        )
    ]  # fmt: skip
