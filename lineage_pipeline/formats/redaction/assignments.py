"""Secrets in free text that stand behind their name: `password=…`, `'token': '…'`, `--token …`.

Text is read from left to right, once: a name, what assigns, the value. Where a value in quotes does
not end, all that is left is masked.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from lineage_pipeline.formats.redaction.keys import is_count, names_secret, naming
from lineage_pipeline.formats.redaction.vocabulary import MASK, MECHANISMS, TYPES, URL_ONLY

_NAME: Final = r"(?<![\w.\-])(?P<name>[\w.\-]++)"
_ASSIGNED: Final = re.compile(
    _NAME + r"\]?(?P<quote>\\*[\"'`]?)\]?(?P<space>\s{0,8})"
    r"(?P<by>=>|:=|!?={1,3}|:(?![:=])|(?<=\s)(?=\\*['\"]))"
    r"(?P<gap>\s{0,8})"
)
_OPTION: Final = re.compile(
    r"(?<![\w\-])(?P<name>--?[A-Za-z][\w.\-]*+)(?P<gap>[ \t]{1,8})(?=[^\s\-])"
)
_CALL: Final = re.compile(
    r"\b(?:option|config|conf|set\w*|put\w*|add\w*|header|environ)\("
    r"\s{0,8}\\*[\"'](?P<name>[\w.\-]++)\\*[\"']\s{0,8},(?P<gap>\s{0,8})",
    re.IGNORECASE,
)
_IDENTIFIED: Final = re.compile(
    r"\bidentified\s{1,8}(?:with\s{1,8}\S{1,64}\s{1,8})?(?P<name>by|as)"
    r"(?P<gap>\s{1,8})(?=\\*['\"])",
    re.IGNORECASE,
)
_BEARER: Final = re.compile(
    r"\b(bearer\s{1,8})(?=[A-Za-z._~+/=\-]{0,256}+[0-9])[A-Za-z0-9._~+/=\-]{6,}", re.IGNORECASE
)
_OPEN: Final = re.compile(
    r"(?P<prefix>[rRbBfFuU]{0,2})(?P<delimiter>(?P<slashes>\\*)(?P<mark>\"\"\"|'''|[\"'`]))"
)
_HARMLESS: Final = re.compile(
    r"\*{3,}|\$\{[^}]*\}?|\{\{.*|\{\w*\}|<[^>]*>|%(?:\(\w+\))?s|\?|:\w+"
    r"|null|none|nil|true|false|undefined"
    rf"|(?:{TYPES})(?:[(<\[].*)?[>)]*|os\.(?:environ|getenv)\S*|[A-Za-z_][\w.]*\((?:\w*\))?",
    re.IGNORECASE | re.DOTALL,
)
_MECHANISM: Final = re.compile(MECHANISMS, re.IGNORECASE)
_HEADER: Final = re.compile(r"(?:proxy-)?authorization|(?:set-)?cookie2?", re.IGNORECASE)
_SCHEME: Final = re.compile(
    r"(?:bearer|basic|token|digest|negotiate|apikey)[ \t]{1,8}", re.IGNORECASE
)
_AFTER: Final = {
    "url": re.compile(r"[^&;\s\"'#<>\\]++"),
    "list": re.compile(r"[^,;&\s\"'()\[\]{}\\]++"),
    "word": re.compile(r"[^;&\s\"'\\]++"),
    "line": re.compile(r"[^\r\n\"'\\]++"),
}
_NEXT_MEMBER: Final = re.compile(r",[\w.\-]+=")
_REST_OF_LINE: Final = re.compile(r"[^\r\n#,]++(?:[#,](?!\s)[^\r\n#,]*+)*+")
_LINE_START: Final = re.compile(r"(?:\A|[\r\n])[ \t]{0,64}(?:-[ \t]{1,8})?\Z")
_LOOKS_MADE: Final = re.compile(r"(?=\D{0,512}\d)\S{6,}|\S{16,}")
_STRONG: Final = re.compile(r"passw|pwd|pass.?phrase|secret|.[_.\- ]?key\b", re.IGNORECASE)
_LOOKED_AT: Final = 1024
"""How much of a value without quotes decides whether it is a secret; a secret goes whole."""
_URL_NAMES: Final = frozenset(URL_ONLY)
_LOCATION: Final = ("file", "path", "dir", "stdin", "prompt", "url", "name")


class _Site(NamedTuple):
    """Where a secret's value may begin, and how its name stands there."""

    name: str
    name_at: int
    quote: str
    by: str
    is_apart: bool
    value_at: int


def without_assigned(text: str, *, is_code: bool) -> str:
    """Return the text with values masked that are assigned to the name of a secret.

    Args:
        text: any text.
        is_code: only literals in quotes are values, as names of columns are none.
    """
    pieces: list[str] = []
    done = 0
    for site in _sites(text, is_code=is_code):
        if site.value_at < done:
            continue
        span = _value(text, site, is_code=is_code)
        if span is None:
            continue
        start, end = span
        if end > start and text[start:end] != MASK:
            pieces += (text[done:start], MASK)
            done = end
    text = "".join((*pieces, text[done:])) if pieces else text
    return _BEARER.sub(rf"\1{MASK}", text)


def _sites(text: str, *, is_code: bool) -> list[_Site]:
    sites = [site for found in _ASSIGNED.finditer(text) if (site := _assigned(text, found))]
    folded = text.lower()
    if "-" in text:
        sites += [
            _Site(name, found.start(), "", " ", is_apart=True, value_at=found.end())
            for found in _OPTION.finditer(text)
            if names_secret(name := found["name"])
            and not name.lower().endswith(_LOCATION)
            and (not is_code or text[found.end()] in "\"'\\")
        ]
    if "," in text:
        sites += [
            _Site(found["name"], found.start(), '"', ",", is_apart=True, value_at=found.end())
            for found in _CALL.finditer(text)
            if names_secret(found["name"])
        ]
    if "identified" in folded:
        sites += [
            _Site("identified", found.start(), "", " ", is_apart=True, value_at=found.end())
            for found in _IDENTIFIED.finditer(text)
        ]
    return sorted(sites, key=lambda site: site.value_at)


def _assigned(text: str, found: re.Match[str]) -> _Site | None:
    name, by = found["name"], found["by"]
    before = text[found.start() - 1] if found.start() else ""
    if not names_secret(name.strip("-.")):
        is_url = before in "?&#;" and before != "" and name.lower() in _URL_NAMES and by == "="
        if not is_url:
            return None
    if not by and (found["quote"] or not naming(name).is_number or name.lower() == "secret"):
        return None
    is_apart = bool(found["space"] or found["gap"])
    return _Site(name, found.start(), found["quote"], by or " ", is_apart, found.end())


def _value(text: str, site: _Site, *, is_code: bool) -> tuple[int, int] | None:
    """Return where the value begins and ends that is assigned here, None if there is none."""
    opened = _OPEN.match(text, site.value_at)
    if opened is not None:
        return _quoted(text, site, opened, is_code=is_code)
    if site.by == ",":
        return None
    if is_code and not _is_parameter(text, site):
        return None
    return _after_colon(text, site) if site.by == ":" else _unquoted(text, site)


def _quoted(
    text: str, site: _Site, opened: re.Match[str], *, is_code: bool
) -> tuple[int, int] | None:
    start, delimiter = opened.end(), opened["delimiter"]
    if opened["mark"] == "`":
        return None
    end = _closing(text, start, delimiter)
    if end < 0:
        # A quote that only closes what holds the assignment: `'password='`.
        return (start, len(text)) if text[start:].strip() and not site.quote.endswith("`") else None
    if is_code and opened["mark"] == '"':
        behind = text[end + len(delimiter) : end + len(delimiter) + 1]
        if behind == "." or (site.quote == '"' and "=" in site.by and site.by != "=>"):
            return None
    value = text[start:end]
    if value.lower() in ("", "true", "false", "null", "none") or value == MASK:
        return None
    if _HEADER.fullmatch(site.name) and (scheme := _SCHEME.match(text, start, end)):
        start = scheme.end()
    return start, end


def _closing(text: str, start: int, delimiter: str) -> int:
    """Return where a text in quotes ends; -1 if it does not."""
    place = text.find(delimiter, start)
    while place >= 0:
        if delimiter == "'" and text.startswith("''", place):
            place = text.find(delimiter, place + 2)
        elif place > start and text[place - 1] == "\\":
            place = text.find(delimiter, place + len(delimiter))
        else:
            break
    return place


def _is_parameter(text: str, site: _Site) -> bool:
    """Return whether a program holds the assignment in a literal: a URL, a connection string."""
    if _HEADER.fullmatch(site.name) and site.by == ":":
        return True
    if site.is_apart or site.by != "=" or site.quote:
        return False
    if site.name.startswith("--") or "secret_access_key" in site.name.lower():
        return True
    before = text[max(0, site.name_at - 7) : site.name_at]
    return before.endswith(("?", "&", "#", ";", "'", '"', "export "))


def _unquoted(text: str, site: _Site) -> tuple[int, int] | None:
    """Return the extent of a value without quotes."""
    start = site.value_at
    before = text[site.name_at - 1] if site.name_at else ""
    if site.by in ("==", "===", "!=", "!=="):
        return None
    if _HEADER.fullmatch(site.name.strip("-.")) and (scheme := _SCHEME.match(text, start)):
        start = scheme.end()
    kind = "url" if before and before in "?&;#" else "word"
    if before and before in ",({[":
        kind = "list"
    end = _end(text, start, kind, start + _LOOKED_AT)
    if end == start or _is_no_secret(site.name, text[start:end]):
        return None
    return start, _end(text, start, kind, len(text))


def _end(text: str, start: int, kind: str, limit: int) -> int:
    """Return where a value without quotes ends that begins here; `start` if there is none."""
    found = _AFTER[kind].match(text, start, limit)
    if found is None or kind != "word":
        return start if found is None else found.end()
    member = _NEXT_MEMBER.search(text, start, found.end())
    return member.start() if member else start + len(found[0].rstrip(",.)]}") or found[0])


def _after_colon(text: str, site: _Site) -> tuple[int, int] | None:
    """Return the extent of a value without quotes behind a colon, which also parts other things."""
    start = site.value_at
    before = text[max(0, site.name_at - 1) : site.name_at]
    if text.startswith("//", start) or before in (":", "/", "@", "#", "$"):
        return None
    if _HEADER.fullmatch(site.name):
        scheme = _SCHEME.match(text, start)
        found = _AFTER["line"].match(text, scheme.end() if scheme else start)
        return found.span() if found else None
    is_spaced = start > site.name_at + len(site.name) + len(site.quote) + 1
    is_line = not site.quote and _LINE_START.search(text, max(0, site.name_at - 80), site.name_at)
    if is_line and is_spaced:
        return _line(text, site)
    is_strong = _STRONG.search(site.name) is not None
    value = text[start : _end(text, start, "list", start + _LOOKED_AT)]
    is_told = is_strong or ((is_spaced or site.quote) and _LOOKS_MADE.fullmatch(value))
    if not is_told or _is_no_secret(site.name, value):
        return None
    return start, _end(text, start, "list", len(text))


def _line(text: str, site: _Site) -> tuple[int, int] | None:
    """Return the extent of a value that ends with its line, as in YAML."""
    found = _REST_OF_LINE.match(text, site.value_at)
    value = found[0].rstrip() if found else ""
    if value[:1] in "{[|>&*!" or _is_no_secret(site.name, value):
        return None
    return site.value_at, site.value_at + len(value)


def _is_no_secret(name: str, value: str) -> bool:
    """Return whether a value without quotes is only a type, a placeholder or another name."""
    if _HARMLESS.fullmatch(value):
        return True
    if _MECHANISM.fullmatch(value) and not naming(name).is_number:
        return True
    if naming(name).is_count and is_count(value):
        return True
    return "." in value and value.rpartition(".")[2].lower() == name.rpartition(".")[2].lower()
