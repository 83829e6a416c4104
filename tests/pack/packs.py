"""Packs for tests: made of a small workspace, taken apart, and put together again otherwise."""

from __future__ import annotations

import io
import json
import os
import zipfile
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lineage_pipeline.errors import IntegrityError
from lineage_pipeline.evidence.trail import log_signer, published_key
from lineage_pipeline.pack.making import Made, make_pack
from lineage_pipeline.pack.manifest import MANIFEST, NOTE, manifest_text
from lineage_pipeline.pack.verification import verify_pack
from lineage_pipeline.trail.canonical import canonical
from lineage_pipeline.trail.notes import sign_note, verifier_key
from lineage_pipeline.trail.verifier import verify

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.trail.notes import Signer

Members = dict[str, bytes]
DATE: Final = (1980, 1, 1, 0, 0, 0)


class Verdicts(NamedTuple):
    """What the two verifiers say: whether all holds, and what each gives as a reason."""

    ours: bool
    alone: bool
    reasons: tuple[str, str]


def pack_of(workspace: Workspace, version: str, file: Path) -> Made:
    """Return the pack of a version, made in a file."""
    return make_pack(workspace.paths, name_of(workspace), os.environ, version, file)


def name_of(workspace: Workspace) -> str:
    return workspace.settings.workspace.name


def signer_of(workspace: Workspace) -> Signer:
    return log_signer(workspace.paths, name_of(workspace), os.environ)


def first_key(workspace: Workspace) -> str:
    key = published_key(workspace.paths)
    assert key is not None
    return key.encoded


def members_of(file: Path) -> Members:
    """Return the files of a pack, in its order."""
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def entry(name: str, **tweaks: Any) -> zipfile.ZipInfo:
    """Return how a pack tells of a file, but for what is tweaked."""
    info = zipfile.ZipInfo(name, DATE)
    info.create_system, info.external_attr = 3, 0o100644 << 16
    for tweak, value in tweaks.items():
        setattr(info, tweak, value)
    return info


def zipped(members: Members, more: tuple[tuple[zipfile.ZipInfo, bytes], ...] = ()) -> bytes:
    """Return files as the zip that a pack is, and entries behind them as they are given."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(members):
            archive.writestr(entry(name), members[name])
        for info, data in more:
            archive.writestr(info, data)
    return stream.getvalue()


def restated(members: Members, signer: Signer | None, **stated: Any) -> Members:
    """Return files with a manifest that fits them, signed if there is somebody to sign."""
    from hashlib import sha256

    manifest = json.loads(members[MANIFEST]) | stated
    known = {file["path"]: file for file in manifest["files"]}
    blank = {"about": "", "rows": None}
    manifest["files"] = [
        known.get(path, blank)
        | {"path": path, "bytes": len(data), "sha256": sha256(data).hexdigest()}
        for path, data in sorted(members.items())
        if path not in {MANIFEST, NOTE}
    ]
    data = canonical(manifest)
    note = sign_note(manifest_text(data), [signer]) if signer else members[NOTE]
    return members | {MANIFEST: data, NOTE: note}


def verdicts(file: Path, key: str, capsys: Any) -> Verdicts:
    """Return what the two verifiers say of a file."""
    try:
        verify_pack(file, verifier_key(key))
        ours = ""
    except IntegrityError as error:
        ours = str(error)
    capsys.readouterr()
    code = verify.main(["pack", key, str(file)])
    return Verdicts(not ours, code == 0, (ours, capsys.readouterr().err))
