"""The first page of a pack: what a person asks of a model, and where in the pack it is answered.

It has no script, asks the network for nothing, and its policy lets nothing be loaded but its own
styles. Whatever was told stays text. A verdict stands here only if the rows of the pack have it.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from dataclasses import replace
from functools import cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline import cards
from lineage_pipeline.pack import answers
from lineage_pipeline.pack.blocks import heading, link, pairs, paragraph, section, table
from lineage_pipeline.pack.manifest import PROOFS
from lineage_pipeline.pictures.layout import lay_out
from lineage_pipeline.pictures.markup import text_of
from lineage_pipeline.pictures.stylesheet import dark_rules
from lineage_pipeline.pictures.svg import draw_layout

if TYPE_CHECKING:
    from lineage_pipeline.cards.checking import CheckedCard
    from lineage_pipeline.governance.versions import ModelVersion
    from lineage_pipeline.pack.held import Held
    from lineage_pipeline.pack.manifest import StatedFile
    from lineage_pipeline.pack.state import Told
    from lineage_pipeline.pictures.picture import Picture

_STYLES: Final = (Path(cards.__file__).parent / "page.css", Path(__file__).parent / "page.css")
_PARTS: Final = (
    ("model", "What it is"),
    ("origin", "Where it comes from"),
    ("approval", "Who approved it"),
    ("allowed", "Whether it is allowed"),
    ("open", "What is open"),
    ("unknown", "What is not known"),
    ("files", "What is in the pack"),
    ("verify", "How to verify it"),
)


class Shown(NamedTuple):
    """What the page shows beside the rows of the pack.

    Attributes:
        version: of which version.
        state: of which publication.
        card: its card.
        picture: where it comes from; None if nothing is drawn.
        coverage: what all of it rests on, in a sentence.
        log_size: the entries of the log that its proofs lead to.
    """

    version: ModelVersion
    state: Told
    card: CheckedCard
    picture: Picture | None
    coverage: str
    log_size: int


def render_page(held: Held, shown: Shown) -> str:
    """Return the page of a pack: the same bytes for the same rows."""
    title = text_of(f"{shown.version.model} {shown.version.version}: evidence")
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{title}</title>",
            f"<style>{_style()}</style>",
            "</head>",
            "<body>",
            _header(shown),
            "<main>",
            *_sections(held, shown),
            "</main>",
            f"<footer>{paragraph(shown.coverage)}</footer>",
            "</body>",
            "</html>\n",
        )
    )


def _header(shown: Shown) -> str:
    links = "".join(f'<a href="#{name}">{text}</a>' for name, text in _PARTS)
    known = f"{shown.state.known_at:%Y-%m-%d %H:%M} UTC"
    return (
        f"<header><h1>{text_of(shown.version.model)} <small>{text_of(shown.version.version)}"
        f"</small></h1>{paragraph(shown.card.card.overview.description)}"
        f'<p class="muted">{text_of(shown.version.node_id)}</p>'
        f'<p class="state">All that is known of it as of {known}, by what was told until then.</p>'
        f"<nav>{links}</nav></header>"
    )


def _sections(held: Held, shown: Shown) -> tuple[str, ...]:
    at = shown.state.known_at
    parts = {
        "model": pairs(answers.identity(held, shown.card, shown.version)),
        "origin": _origin(held, shown),
        "approval": answers.approvals(held, at),
        "allowed": answers.permission(held, shown.version, at),
        "open": answers.open_matters(held, shown.card),
        "unknown": answers.unknown(held, shown.card, shown.version),
        "files": _files(held),
        "verify": _verify(shown),
    }
    return tuple(section(name, text, parts[name]) for name, text in _PARTS)


def _origin(held: Held, shown: Shown) -> str:
    drawn = ""
    if shown.picture is not None:
        drawn = (
            f'<div class="picture">{draw_layout(replace(lay_out(shown.picture), title=""))}</div>'
            f"<p>{link('lineage/viewer.html', 'Walk through the picture')}</p>"
        )
    return drawn + answers.origin(held)


def _files(held: Held) -> str:
    files = [file for file in held.stated() if not file.path.startswith(PROOFS)]
    rows = [_file(name, [*alike]) for name, alike in groupby(files, _name)]
    counts = Counter(proof.shows for proof in held.proofs)
    told = paragraph(
        f"Beside these, proofs/ holds {len(held.proofs)} proofs: that of the publication, "
        f"{counts['act']} of acts, each called as the rows of governance/ and retention/ call the "
        f"act, and {counts['rows']} of the files that the audit rows came in. The manifest has the "
        f"SHA-256 of each file."
    )
    body = table(("file", "what it holds", "rows", "bytes"), rows, is_markup=True)
    left_out = heading("What it leaves out") + "".join(map(paragraph, held.left_out))
    return f'<div class="files">{body}</div>{told}{left_out}'


def _name(file: StatedFile) -> str:
    """Return how a file is called; of rows, which have two forms, without the ending."""
    return file.path if file.rows is None else file.path.rpartition(".")[0]


def _file(name: str, alike: list[StatedFile]) -> tuple[str, ...]:
    first = alike[0]
    forms = " ".join(link(file.path, file.path.rpartition(".")[2]) for file in alike)
    return (
        link(name, name) if first.rows is None else f"{text_of(name)} {forms}",
        text_of(first.about),
        "" if first.rows is None else f"{first.rows:,}",
        f"{sum(file.bytes for file in alike):,}",
    )


def _verify(shown: Shown) -> str:
    return (
        paragraph(
            "Take the log's first key, and a program that verifies, from whoever runs the log and "
            "not from this pack: a key or a program that came with what it verifies proves "
            "nothing. Then either of:"
        )
        + "<pre>lineage evidence verify PACK.zip --key NAME+ID+KEY\n"
        + "python verify.py pack NAME+ID+KEY PACK.zip</pre>"
        + paragraph(
            f"Both check that every file is as it was signed and that every proof leads to the "
            f"checkpoint of {shown.log_size} entries in trail/checkpoint. Neither shows that what "
            f"was told is true, that nothing else happened, or that nobody was shown another log: "
            f"hold the checkpoint against one that you kept."
        )
    )


@cache
def _style() -> str:
    return "".join(file.read_text(encoding="utf-8") for file in _STYLES)


def _policy() -> str:
    digests = (b64encode(sha256(text.encode()).digest()) for text in (_style(), dark_rules()))
    styles = " ".join(f"'sha256-{digest.decode()}'" for digest in digests)
    return f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none'"
