"""What a runner of GitHub Actions finds in a line of a log: both forms of its commands."""

from __future__ import annotations

from typing import NamedTuple

REGISTERED = {
    "error", "warning", "notice", "debug", "group", "endgroup", "echo", "set-output", "save-state",
    "set-env", "add-path", "add-mask", "add-matcher", "remove-matcher", "stop-commands",
}  # fmt: skip


class Command(NamedTuple):
    """A command that a runner obeys."""

    name: str
    properties: dict[str, str]
    data: str


def obeyed(line: str) -> Command | None:
    """Return the command in a line; None if there is none."""
    return _leading(line.lstrip()) or _anywhere(line)


def _leading(line: str) -> Command | None:
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, listed = line[2:end].partition(" ")
    if name not in REGISTERED:
        return None
    pairs = (one.split("=", 1) for one in listed.strip().split(",") if one)
    properties = {pair[0]: _unescaped(pair[1], ":,") for pair in pairs if len(pair) == 2}
    return Command(name, properties, _unescaped(line[end + 2 :], ""))


def _anywhere(line: str) -> Command | None:
    at = line.find("##[")
    end = line.find("]", at)
    if at < 0 or end < 0:
        return None
    name = line[at + 3 : end].split(" ", maxsplit=1)[0]
    return Command(name, {}, line[end + 1 :]) if name in REGISTERED else None


def _unescaped(text: str, signs: str) -> str:
    for sign in ("\r", "\n", *signs):
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text.replace("%25", "%")
