"""`lineage compliance`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from lineage_pipeline.cli.listing import clock_options
from lineage_pipeline.cli.options import format_option, workspace_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.cli.options import Format
    from lineage_pipeline.compliance.assessment import Assessment

SHOWN: Final = ("control_id", "status", "title", "reason")
"""What a table says of a control; JSON and CSV say all."""
SHOWN_EXCEPTION: Final = ("control_id", "object_id", "finding", "age_days")
"""What a table says of an exception, with who owns or accepts it where anybody does."""
SHOWN_IF_ANY: Final = ("waived_by", "owner_id", "due_at")


@click.command()
@workspace_option
@click.option("--framework", help="Controls of one framework alone, such as gdpr.")
@click.option("--model", help="What controls say of one model, by name or identifier.")
@click.option("--exceptions", is_flag=True, help="The exceptions instead of the controls.")
@clock_options
@format_option
def compliance(
    root: Path,
    *,
    framework: str | None,
    model: str | None,
    exceptions: bool,
    as_of: datetime | None,
    known_at: datetime | None,
    fmt: Format,
) -> int:
    """Whether controls hold: their status as published, or as of another time.

    Leaves with 1 if one fails, with 3 if all that stands against those that block is missing
    evidence.
    """
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.compliance.assessment import ORGANISATION, anew, published
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.warehouse.query import Answer

    paths = workspace_paths(root)
    if as_of is None and known_at is None:
        found = published(paths)
    else:
        found = anew(paths, as_of or known_at, known_at)  # type: ignore[arg-type]
    if framework is not None:
        found = found.of_framework(framework)
    found = found.of_scope(_scope_of(found, model) if model else ORGANISATION)
    frame = found.exception if exceptions else _titled(found)
    if fmt == "table":
        frame = _shown_exceptions(frame) if exceptions else _shown_statuses(frame)
    show(Answer(tuple(frame.columns), frame.rows()), fmt)
    for note in _notes(found):
        click.echo(f"note: {note}", err=True)
    return _code(found)


def _scope_of(found: Assessment, model: str) -> str:
    """Return the scope that a model's name or identifier stands for.

    Raises:
        ConfigError: no control speaks of it, or several models have that name.
    """
    from lineage_pipeline.errors import ConfigError

    scopes = found.control_status["scope"].unique().sort().to_list()
    fitting = [scope for scope in scopes if scope == model or scope.rpartition(":")[2] == model]
    if len(fitting) == 1:
        return str(fitting[0])
    known = ", ".join(fitting or [scope for scope in scopes if scope.startswith("model:")])
    why = "stands for several" if fitting else "no control speaks of it"
    raise ConfigError(f"--model {model}: {why}; choose one of {known or 'none'}")


def _titled(found: Assessment) -> Any:
    """Return the status of controls with what they are about."""
    about = found.control.select("control_id", "title", "clause", "requirement", "limits")
    titled = found.control_status.join(about, on="control_id", how="left", maintain_order="left")
    ahead = [name for name in (*SHOWN, "scope") if name in titled.columns]
    return titled.select(*ahead, *(name for name in titled.columns if name not in ahead))


def _shown_statuses(titled: Any) -> Any:
    """Return what a table says of controls: how many members were judged stands beside the why."""
    import polars as pl

    judged = pl.format("{} ({} of {})", pl.col("reason"), pl.col("tested"), pl.col("population"))
    is_counted = pl.col("population") > 0
    return titled.with_columns(reason=pl.when(is_counted).then(judged).otherwise("reason")).select(
        SHOWN
    )


def _shown_exceptions(exception: Any) -> Any:
    """Return what a table says of exceptions."""
    told = (name for name in SHOWN_IF_ANY if (exception[name].drop_nulls().cast(str) != "").any())
    return exception.select(*SHOWN_EXCEPTION, *told)


def _notes(found: Assessment) -> list[str]:
    """Return what the statuses rest on, in words."""
    status = found.control_status
    if status.is_empty():
        return ["no control is on; name frameworks under [obligations] in policy/"]
    as_of = status["as_of_at"][0].isoformat().replace("+00:00", "Z")
    counts = status["status"].value_counts(sort=True).rows()
    told = ", ".join(f"{count} {name}" for name, count in sorted(counts))
    return [
        f"as of {as_of}: {told}",
        "a PASS says that a query found no exception in what was told; this is not legal advice",
    ]


def _code(found: Assessment) -> int:
    """Return 1 where a control fails, 3 where what blocks lacks evidence alone, else 0."""
    said = found.control_status.select("status", "is_blocking").rows()
    if any(status == "FAIL" for status, _ in said):
        return 1
    lacking = {"NOT_ASSESSABLE", "NOT_ATTESTED"}
    return 3 if any(blocks and status in lacking for status, blocks in said) else 0
