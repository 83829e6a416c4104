"""Secrets that are known by their own shape, wherever they stand."""

from __future__ import annotations

import re
from typing import Final

from lineage_pipeline.formats.redaction.vocabulary import MASK

_EDGE: Final = r"(?<![A-Za-z0-9_\-])"
_SHAPES: Final = (
    _EDGE + r"gh[pousr]_[A-Za-z0-9]{20,}",
    _EDGE + r"github_pat_[A-Za-z0-9_]{20,}",
    _EDGE + r"glpat-[A-Za-z0-9_\-]{16,}",
    _EDGE + r"xox[abeoprs]-[A-Za-z0-9\-]{10,}",
    _EDGE + r"eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*)?",
    _EDGE + r"AIza[A-Za-z0-9_\-]{30,}",
    _EDGE + r"ya29\.[A-Za-z0-9_\-]{20,}",
    _EDGE + r"sk-(?=[A-Za-z_\-]{0,100}[0-9])[A-Za-z0-9_\-]{20,}",
    _EDGE + r"[sr]k_(?:live|test)_[A-Za-z0-9]{10,}",
    _EDGE + r"dapi[a-f0-9]{32}(?:-[0-9])?",
    _EDGE + r"hf_[A-Za-z0-9]{30,}",
    _EDGE + r"npm_[A-Za-z0-9]{30,}",
    _EDGE + r"hvs\.[A-Za-z0-9_\-]{20,}",
)
"""GitHub, GitLab, Slack, JWT, Google, OpenAI and Anthropic, Stripe, Databricks, Hugging Face, npm,
Vault."""
_BEHIND: Final = (
    r"(hooks\.slack\.com/(?:services|workflows|triggers)/)[^\s\"'<>\\]+",
    r"(discord(?:app)?\.com/api/webhooks/)[^\s\"'<>\\]+",
    r"(webhook\.office\.com/webhookb2/)[^\s\"'<>\\]+",
    _EDGE + r"((?:AKIA|ASIA)[A-Z0-9]{16}[/:])[A-Za-z0-9/+=]{4,}",
)
"""What is secret behind a part that is not."""
_KEY_BLOCK: Final = re.compile(
    r"(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)"
    r"(?:(?!-----END ).)*+(-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?",
    re.DOTALL,
)
_TOKENS: Final = re.compile("|".join(_SHAPES))
_TAILS: Final = tuple(re.compile(shape) for shape in _BEHIND)
MARKS: Final = (
    "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxa-", "xoxb-", "xoxe-",
    "xoxo-", "xoxp-", "xoxr-", "xoxs-", "eyj", "aiza", "ya29.", "sk-", "sk_live_", "sk_test_",
    "rk_live_", "rk_test_", "dapi", "hf_", "npm_", "hvs.", "hooks.slack.com/", "/webhooks/",
    "/webhookb2/", "private key",
)  # fmt: skip
PREFIXES: Final = ("akia", "asia")
"""One of these two stands in lower case in every text that `without_shapes` changes."""
_MARKED: Final = re.compile("|".join(map(re.escape, (*MARKS, *PREFIXES))), re.IGNORECASE)


def has_shape(text: str) -> bool:
    """Return whether the text may hold such a secret."""
    return _MARKED.search(text) is not None


def without_shapes(text: str) -> str:
    """Return the text with such secrets masked."""
    if not has_shape(text):
        return text
    text = _KEY_BLOCK.sub(rf"\1{MASK}\2", text)
    text = _TOKENS.sub(MASK, text)
    for tail in _TAILS:
        text = tail.sub(rf"\1{MASK}", text)
    return text
