"""Cards whose every text is hostile, and texts that would act if anything let them."""

from __future__ import annotations

from typing import Any

import msgspec

from lineage_pipeline.cards.facts import CardFacts, Known

from .examples import make_document, make_facts

HOSTILE_TEXT = [
    "<script>alert(1)</script>",
    '"><img src=http://evil.example.org/x onerror="alert(2)">',
    "</style></title></body><svg onload=alert(3)>",
    "![picture](http://evil.example.org/p.png) [link](javascript:alert(4))",
    "| a | b |\n|---|---|\n# heading\n- item\n```\ncode\n---",
    "\x00\x01\x08\x0b\x1f\x7f\x85",
    "\ud800 lone surrogate \udfff",
    "invoice\u202efdp.exe\u2066\u200f",
    "x" * 10_000,
    "\u0301" * 500,
    "line one\r\nline two\ttab\u2028three",
    "---\nlicense: mit\n---",
    "=cmd|' /C calc'!A0",
    "${7*7} {{7*7}} %s %(x)s {0}",
    "&lt;b&gt; &#60;script&#62;",
    "\\\\ \\| \\` <!-- -->",
]


def hostile_document(text: str) -> Any:
    """Return the example's card with a text in every place and under every key that is free."""
    return _everywhere(make_document(), text)


def hostile_facts(text: str) -> CardFacts:
    """Return the example's facts with a text in every place that holds one."""
    facts = make_facts()
    content = _everywhere(msgspec.to_builtins(facts), text)
    content["parameters"] = {text: text}
    content["tier"] = msgspec.to_builtins(Known(value="high", evidence=text))
    return msgspec.convert(content, CardFacts)


def _everywhere(value: Any, text: str) -> Any:
    if isinstance(value, dict):
        return {key: _everywhere(each, text) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_everywhere(each, text) for each in value]
    return text if isinstance(value, str) else value
