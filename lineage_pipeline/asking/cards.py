"""The card of a version as an object: shown as a page in a notebook, as Markdown when printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from lineage_pipeline.asking.opened import OpenWorkspace, clocks
from lineage_pipeline.cards.formats import export_card, render_card
from lineage_pipeline.governance.card import card_at
from lineage_pipeline.warehouse.query import open_warehouse

if TYPE_CHECKING:
    from lineage_pipeline.asking.opened import Time
    from lineage_pipeline.cards.checking import CheckedCard, State

SECTION: pl.Schema = pl.Schema(
    {
        "section": pl.String,
        "title": pl.String,
        "is_required": pl.Boolean,
        "status": pl.String,
        "reason": pl.String,
        "remedy": pl.String,
    }
)
FINDING: pl.Schema = pl.Schema(
    dict.fromkeys(
        (
            "kind", "rule", "field", "stated", "stated_source", "observed", "observed_source",
            "sentence", "remedy",
        ),
        pl.String(),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class VersionCard:
    """The card of a version; a notebook shows it as a page, `print` as Markdown.

    Attributes:
        checked: the card itself, with what is to be said of it.
    """

    checked: CheckedCard

    @property
    def state(self) -> State:
        """The worst that is to be said: contradicted, incomplete, stale, or complete."""
        return self.checked.state

    @property
    def sections(self) -> pl.DataFrame:
        """A row for each section: whether it is required, its status, why, and what to do."""
        return _frame(self.checked.rows, SECTION)

    @property
    def findings(self) -> pl.DataFrame:
        """A row for each contradiction, then for what makes it stale, with both sources."""
        return _frame(self.checked.findings, FINDING)

    def export(self, form: str) -> str:
        """Return the card as one of json, yaml, cyclonedx, sagemaker and annex-iv.

        Raises:
            ConfigError: there is no such form.
        """
        return export_card(self.checked, form)

    def __str__(self) -> str:
        """Return it as Markdown."""
        return render_card(self.checked, "markdown")

    def __repr__(self) -> str:
        """Return which card it is, and its state."""
        which = self.checked.card.overview
        return f"<card of {which.name}@{which.version}: {self.state}>"

    def _repr_html_(self) -> str:
        """Return it as a page in a frame of its own, so that its styles change nothing around."""
        from html import escape

        page = escape(render_card(self.checked, "html"), quote=True)
        style = "width:100%;height:40em;border:1px solid #d0d7de"
        title = escape(repr(self))
        return f'<iframe sandbox srcdoc="{page}" style="{style}" title="{title}"></iframe>'


class CardQuestions(OpenWorkspace):
    """What is known of a version, and what people wrote of it."""

    def card(self, version: str, as_of: Time = None, known_at: Time = None) -> VersionCard:
        """Return the card of a version (`MODEL@VERSION`), filled from evidence and checked.

        The policy that names its tier is the present one. Nothing is recorded.

        Raises:
            ConfigError: there is no such version, or there are several.
        """
        true_at, told_at = clocks(as_of, known_at)
        with open_warehouse(self._paths) as warehouse:
            at = true_at or datetime.now(UTC)
            return VersionCard(card_at(warehouse, self._paths, version, at, told_at))


def _frame(rows: tuple[object, ...], schema: pl.Schema) -> pl.DataFrame:
    told = [tuple(getattr(row, name) for name in schema) for row in rows]
    return pl.DataFrame(told, schema=schema, orient="row")
