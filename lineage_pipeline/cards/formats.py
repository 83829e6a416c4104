"""Every form that a card leaves in, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
import yaml

from lineage_pipeline.cards.annex_iv import render_annex_iv
from lineage_pipeline.cards.canonical import card_bytes
from lineage_pipeline.cards.cyclonedx import render_cyclonedx
from lineage_pipeline.cards.markdown import render_markdown
from lineage_pipeline.cards.page import render_page
from lineage_pipeline.cards.sagemaker import render_sagemaker
from lineage_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lineage_pipeline.cards.checking import CheckedCard


def canonical_json(checked: CheckedCard) -> str:
    """Return the card itself: `sha256sum` of it is the digest of the card."""
    return card_bytes(checked.card).decode()


def canonical_yaml(checked: CheckedCard) -> str:
    """Return the card as YAML, in the order of its sections."""
    content: Any = msgspec.to_builtins(checked.card)
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))


RENDERINGS: Final[Mapping[str, Callable[[CheckedCard], str]]] = {
    "markdown": render_markdown,
    "html": render_page,
}
"""For people."""
EXPORTS: Final[Mapping[str, Callable[[CheckedCard], str]]] = {
    "json": canonical_json,
    "yaml": canonical_yaml,
    "cyclonedx": render_cyclonedx,
    "sagemaker": render_sagemaker,
    "annex-iv": render_annex_iv,
}
"""For other systems, and for a file of technical documentation."""
ENDINGS: Final[Mapping[str, str]] = {
    "markdown": ".md",
    "html": ".html",
    "json": ".json",
    "yaml": ".yaml",
    "cyclonedx": ".cdx.json",
    "sagemaker": ".sagemaker.json",
    "annex-iv": ".annex-iv.md",
}
"""How a file of each form is called at its end."""


def render_card(checked: CheckedCard, form: str) -> str:
    """Return a card for people to read: `markdown` or `html`.

    Raises:
        ConfigError: there is no such form.
    """
    return _made(checked, form, RENDERINGS)


def export_card(checked: CheckedCard, form: str) -> str:
    """Return a card for another system: one of `EXPORTS`.

    Raises:
        ConfigError: there is no such form.
    """
    return _made(checked, form, EXPORTS)


def _made(
    checked: CheckedCard, form: str, forms: Mapping[str, Callable[[CheckedCard], str]]
) -> str:
    if form not in forms:
        raise ConfigError(f"{form!r} is no form of a card; choose one of {', '.join(forms)}")
    return forms[form](checked)
