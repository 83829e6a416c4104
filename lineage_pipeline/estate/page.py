"""The estate as one HTML page that opens offline: light and dark, on paper, on a telephone.

It has no script, asks the network for nothing, and its policy lets nothing be loaded but its own
styles. Whatever was written stays text.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lineage_pipeline.estate.ahead import ahead
from lineage_pipeline.estate.audits import audits
from lineage_pipeline.estate.controls import controls
from lineage_pipeline.estate.evidence import caveats, evidence, facts
from lineage_pipeline.estate.exceptions import exceptions
from lineage_pipeline.estate.gates import gates
from lineage_pipeline.estate.glance import glance
from lineage_pipeline.estate.models import models
from lineage_pipeline.estate.tracing import tracing
from lineage_pipeline.estate.words import digest, moment, written
from lineage_pipeline.pictures.markup import text_of

if TYPE_CHECKING:
    from lineage_pipeline.estate.facts import Estate

_STYLE: Final = Path(__file__).parent / "page.css"
_PARTS: Final = {
    "glance": "At a glance",
    "models": "Models",
    "gates": "Gates",
    "controls": "Controls",
    "exceptions": "Exceptions",
    "lineage": "Lineage",
    "audit": "Audit",
    "retention": "Retention",
    "evidence": "Evidence",
    "caveats": "What it does not say",
}
# Every hatched and every striped part of every plot is filled with one of them.
_PATTERNS: Final = (
    '<svg class="patterns" width="0" height="0" aria-hidden="true"><defs>'
    '<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="7" height="7" class="ground"/>'
    '<rect width="2" height="7" class="stripe"/></pattern>'
    '<pattern id="striped" width="7" height="7" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(-45)"><rect width="7" height="7" class="ground"/>'
    '<rect width="4" height="7" class="band"/></pattern></defs></svg>'
)


def render_report(estate: Estate) -> str:
    """Return the estate as an HTML page: the same bytes for the same state."""
    drawn = (glance, models, gates, controls, exceptions, tracing, audits, ahead, evidence)
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{text_of(estate.state.name)}: report of the estate</title>",
            f"<style>{_style()}</style>",
            "</head>",
            "<body>",
            _PATTERNS,
            _header(estate),
            _navigation(),
            "<main>",
            *(part(estate) for part in drawn),
            caveats(),
            "</main>",
            "</body>",
            "</html>\n",
        )
    )


@cache
def _style() -> str:
    return _STYLE.read_text(encoding="utf-8")


def _policy() -> str:
    digested = b64encode(sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digested}'; base-uri 'none'; form-action 'none'"


def _header(estate: Estate) -> str:
    state = estate.state
    if state.known_at is None:
        about = "Nothing that was told has been published yet: what there is, is unknown"
    elif state.has_policy:
        since = moment(state.counts["in_force_from_at"])
        about = f"As known at {moment(state.known_at)}, under the policy in force since {since}"
    else:
        about = (
            f"As known at {moment(state.known_at)}, under no policy: nobody has said which tiers, "
            f"gates and rules there are"
        )
    sealed = estate.sealed
    checkpoint = f"{sealed.entry_count:,} entries, root {digest(sealed.root)}"
    return (
        f"<header><h1>{written(state.name)} <small>report of the estate</small></h1>"
        f'<p class="state">{about}.</p>'
        + facts(
            [
                ("Warehouse, SHA-256", digest(state.warehouse_sha256)),
                ("Log", checkpoint if sealed.root else "there is none beside the warehouse"),
            ]
        )
        + '<p class="muted">It tells what was told. <a href="#caveats">What it does not say</a>'
        " stands at its end.</p></header>"
    )


def _navigation() -> str:
    links = "".join(f'<li><a href="#{part}">{title}</a></li>' for part, title in _PARTS.items())
    return f'<nav aria-label="Parts of the report"><ul>{links}</ul></nav>'
