"""The archive that the settings name, where it may lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.disposal.archives.archive import Archive
from lineage_pipeline.disposal.stores.local import LocalFolder
from lineage_pipeline.disposal.stores.s3 import Bucket
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.landing.objects import S3, split_location
from lineage_pipeline.settings.stores import LocalStore, S3Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.settings.lineage_toml import Settings


def open_archive(settings: Settings, paths: WorkspacePaths) -> Archive | None:
    """Return the archive; None if the settings name none. Nothing is asked of it yet.

    Raises:
        ConfigError: it is no folder and no bucket, or lies where other things are deleted.
    """
    target = settings.archive.target
    if target is None:
        return None
    if target.startswith(S3):
        return _in_bucket(target, settings)
    folder = (paths.root / target).resolve()
    if not folder.is_dir():
        raise ConfigError(
            f"[archive] target = {target!r}: there is no such folder; make it, or mount it"
        )
    for what, other in _taken(settings, paths):
        if folder == other or folder in other.parents or other in folder.parents:
            raise ConfigError(
                f"[archive] target = {target!r}: {what} lies in it, or it in that; an archive is a "
                f"folder for itself"
            )
    return Archive(target, LocalFolder(folder))


def _taken(settings: Settings, paths: WorkspacePaths) -> Iterator[tuple[str, Path]]:
    """Yield folders in which files go by other rules."""
    yield "the workspace", paths.root.resolve()
    yield "landing/", paths.landing.resolve()
    yield "lake/", paths.lake.resolve()
    for one in settings.disposal.store:
        if isinstance(one, LocalStore):
            yield f"the store of {one.namespace}", (paths.root / one.root).resolve()


def _in_bucket(target: str, settings: Settings) -> Archive:
    try:
        bucket, key = split_location(target)
    except OSError as error:
        raise ConfigError(f"[archive] target = {target!r}: {error.strerror}") from None
    for one in settings.disposal.store:
        if isinstance(one, S3Store) and one.namespace == f"{S3}{bucket}":
            raise ConfigError(
                f"[archive] target = {target!r}: is the bucket of a [[disposal.store]], whose keys "
                f"are deleted as datasets; name another bucket"
            )
    prefix = key.strip("/")
    return Archive(target, Bucket(f"{S3}{bucket}"), f"{prefix}/" if prefix else "")
