"""What there is to scan: files and objects, from their names."""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.landing import objects
from lineage_pipeline.landing.listing import Gathering, readable, suffixes_of
from lineage_pipeline.paths import LANDING, LANDING_FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lineage_pipeline.landing.listing import Listing
    from lineage_pipeline.landing.objects import StoredObject

_MAGIC: Final = re.compile(r"[*?\[]")
_SCHEME: Final = re.compile(r"[A-Za-z][\w+.\-]*://")
_ANY_DEPTH: Final = "**"


def list_landing(root: Path, landing: Path, sources: Iterable[str]) -> Listing:
    """Return every admissible file below the landing folders of `sources`."""
    found = Gathering()
    for source in sources:
        folder = landing / source
        found.folder(str(folder), os.path.relpath(folder, root), source)
    return found.listing()


def list_paths(root: Path, paths: Sequence[str], source: str) -> Listing:
    """Return the admissible files that `paths` stand for, to be read where they are.

    What is named is meant: a file is read whatever it is but its suffix, and a link to a folder is
    followed. What only lies in a folder or matches a pattern is skipped as it would be in landing/.

    Args:
        root: the workspace's folder; what lies in it is named as seen from it, all else as given.
        paths: files, folders with all below them, patterns (`*`, `?`, `[…]`; `**` for any depth),
            and all of these as `s3://` locations.
        source: the landing folder whose formats the files may hold.

    Raises:
        ConfigError: a path that stands for nothing, or a named file with another suffix.
        OSError: S3 refuses, or cannot be reached.
    """
    found, workspace = Gathering(), root.resolve()
    for path in paths:
        if not path:
            raise ConfigError("a path is empty, as one from a variable that is not set is; name it")
        if readable(path) != path:
            raise ConfigError(f"{readable(path)}: the name is not UTF-8; rename it")
        if path.startswith(objects.S3):
            _gather_objects(found, path, source)
        elif _SCHEME.match(path):
            remedy = "only local paths and s3://BUCKET/KEY are read; copy what lies there to one"
            raise ConfigError(f"{objects.shown(path)}: {remedy}")
        else:
            _gather_local(found, path, source, workspace)
    return _without_landing_of_others(found.listing(), source)


def _without_landing_of_others(listing: Listing, source: str) -> Listing:
    """Return the listing without files that lie in the landing folder of another source."""
    others = tuple(f"{LANDING}/{folder}/" for folder in LANDING_FOLDERS if folder != source)
    astray = {file for file in listing.files if file.source_file.startswith(others)}
    reason = f"lies in the landing folder of another source than {source}; `lineage run` reads it"
    return listing.without(astray, reason)


def _gather_local(found: Gathering, given: str, source: str, root: Path) -> None:
    path = os.path.abspath(given)  # noqa: PTH100 - links stay as they were given
    if os.path.lexists(path):
        _gather_named(found, path, source, root)
        return
    matches = list(_matching("", path.split("/")[1:])) if _MAGIC.search(path) else []
    if not matches:
        what = "nothing matches" if _MAGIC.search(path) else "no such file or folder"
        raise ConfigError(f"{given}: {what}; correct the path")
    names: dict[str, str] = {}
    for match in matches:
        try:
            seen = os.lstat(match)
        except FileNotFoundError:
            continue
        if stat.S_ISDIR(seen.st_mode):
            found.folder(match, _name(match, root), source)
            continue
        folder, label = os.path.split(match)
        if folder not in names:
            names[folder] = _name(folder, root)
        found.match(match, f"{names[folder]}/{label}".removeprefix("./"), source, seen)


def _gather_named(found: Gathering, path: str, source: str, root: Path) -> None:
    """Take a path that was given as it is."""
    seen = Path(path).stat()
    if stat.S_ISDIR(seen.st_mode):
        found.folder(path, _name(path, root), source)
        return
    if not stat.S_ISREG(seen.st_mode):
        raise ConfigError(f"{path}: not a regular file; write what it gives to one, and scan that")
    _require_suffix(path, source)
    found.file(path, _name(path, root), source, seen)


def _require_suffix(name: str, source: str) -> None:
    suffixes = suffixes_of(source)
    if not name.endswith(suffixes):
        remedy = (
            f"rename it, or name the source it belongs to; {source} takes {', '.join(suffixes)}"
        )
        raise ConfigError(f"{objects.shown(name)}: its name does not say what it holds; {remedy}")


def _name(path: str, root: Path) -> str:
    """Return how tables name a local path: as seen from the workspace it lies in, or as it is."""
    real = Path(path).resolve()
    return real.relative_to(root).as_posix() if real.is_relative_to(root) else path


def _matching(folder: str, steps: list[str]) -> Iterator[str]:
    """Yield what is below `folder` and matches a pattern's steps; `**` follows no links."""
    if not steps:
        yield folder or "/"
        return
    step, *rest = steps
    if not _MAGIC.search(step):
        path = f"{folder}/{step}"
        if os.path.lexists(path):
            yield from _matching(path, rest)
        return
    try:
        with os.scandir(folder or "/") as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError:
        return
    if step == _ANY_DEPTH:
        yield from _matching(folder, rest)
    for entry in entries:
        if step == _ANY_DEPTH:
            if rest and entry.name[0] != "." and entry.is_dir(follow_symlinks=False):
                yield from _matching(entry.path, steps)
        elif _fits(entry.name, step) and (not rest or entry.is_dir()):
            yield from _matching(entry.path, rest)


def _fits(label: str, step: str) -> bool:
    """Whether a name matches one step of a pattern; as in a shell, `*` hides what is hidden."""
    return fnmatchcase(label, step) and (step.startswith(".") or not label.startswith("."))


def _gather_objects(found: Gathering, given: str, source: str) -> None:
    bucket, key = objects.split_location(given)
    if key and not key.endswith("/") and (named := _object_of_that_name(given)):
        _require_suffix(given, source)
        found.object(bucket, named, source, is_named=True)
        return
    is_pattern = _MAGIC.search(key)
    prefix = key[: is_pattern.start()] if is_pattern else key and key.rstrip("/") + "/"
    steps = key.split("/") if is_pattern else []
    is_empty = True
    for candidate in objects.list_objects(given, prefix):
        if _key_matches(candidate.key.split("/"), steps):
            is_empty = False
            found.object(bucket, candidate, source, is_named=False)
    if is_empty:
        remedy = "correct the path, or write `*` behind it for all keys that begin so"
        raise ConfigError(f"{objects.shown(given)}: nothing lies there; {remedy}")


def _object_of_that_name(location: str) -> StoredObject | None:
    """Return the object that is called just so; None leaves it to the listing to complain."""
    with suppress(FileNotFoundError, PermissionError):
        return objects.look_at(location)
    return None


def _key_matches(labels: list[str], steps: list[str]) -> bool:
    """Whether an object matches a pattern, or lies in what would be a folder that does."""
    if not steps:
        return True
    if steps[0] == _ANY_DEPTH:
        deeper = labels and not labels[0].startswith(".") and _key_matches(labels[1:], steps)
        return bool(deeper) or _key_matches(labels, steps[1:])
    return bool(labels) and _fits(labels[0], steps[0]) and _key_matches(labels[1:], steps[1:])
