"""A pack made: facts of one publication into files, their digests signed, all of it in one zip."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline import auditing
from lineage_pipeline.cards.formats import export_card, render_card
from lineage_pipeline.errors import ConfigError, IntegrityError
from lineage_pipeline.evidence.as_sealed import not_as_sealed
from lineage_pipeline.evidence.noting import below, microseconds
from lineage_pipeline.evidence.rotations import rotation_proofs
from lineage_pipeline.evidence.trail import log_signer
from lineage_pipeline.exports.drawing import picture_of
from lineage_pipeline.governance.card import card_at
from lineage_pipeline.governance.policy_act import is_told
from lineage_pipeline.governance.versions import find_version
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.pack.container import write_container
from lineage_pipeline.pack.dictionary import put_dictionary
from lineage_pipeline.pack.held import Held
from lineage_pipeline.pack.lineage import ancestry
from lineage_pipeline.pack.manifest import (
    MANIFEST,
    NOTE,
    Manifest,
    StatedLog,
    manifest_bytes,
    manifest_text,
)
from lineage_pipeline.pack.page import Shown, render_page
from lineage_pipeline.pack.proofs import put_proofs
from lineage_pipeline.pack.provenance import provenance
from lineage_pipeline.pack.rowsets import AUDIT, ROW_SETS, Asked, rows_of, runs_behind
from lineage_pipeline.pack.state import published_state, require_published, require_same, told
from lineage_pipeline.pictures.html import render_html
from lineage_pipeline.pictures.svg import render_svg
from lineage_pipeline.schemas import COMPACTED
from lineage_pipeline.trail.notes import sign_note
from lineage_pipeline.trail.proofs import verifier_text
from lineage_pipeline.warehouse.query import open_warehouse

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from lineage_pipeline.pack.state import Published
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.pictures.picture import Picture
    from lineage_pipeline.warehouse.query import Warehouse

WITHHELD: Final = (
    "predictions one by one, and whom they are about: registry/predictions counts them by day",
    (
        "of audit rows on the use of a model, and on the persons in a training set, what names the "
        "thing that was used: audit/events has them with is_withheld, and where they were sealed"
    ),
    "of an exception about a person, who that is",
    "events, documents and data themselves: what proves them sealed is `lineage audit prove`",
)
"""What no pack holds, in sentences."""


class Made(NamedTuple):
    """A pack that was made.

    Attributes:
        file: where.
        manifest: what it says of itself.
        signed_with: the key that has signed it, for whoever verifies.
        first_key: the log's first key, which it is verified with.
    """

    file: Path
    manifest: Manifest
    signed_with: str
    first_key: str


def make_pack(
    paths: WorkspacePaths, name: str, environ: Mapping[str, str], asked: str, file: Path
) -> Made:
    """Make the pack of a version, of what is published; the same bytes for the same publication.

    Args:
        paths: the workspace.
        name: how it is called.
        environ: may hold the key of the log, or name its file.
        asked: the version, as MODEL@VERSION or by its identifier.
        file: where to; what is there is replaced once the pack is whole.

    Raises:
        BusyError: something was published meanwhile.
        ConfigError: no such version, or several; the policy was changed since; nothing published.
        IntegrityError: something that it would be made of is not what was sealed.
        SigningKeyError: the key is lost, or another one.
    """
    require_published(paths)
    pinned = auditing.pinned_key(paths, None)
    log, order = auditing.open_trail(paths, pinned)
    signer = log_signer(paths, name, environ)
    published = published_state(paths, log, order)
    _require_sealed_audit(paths)
    if not is_told(paths):
        raise ConfigError(
            f"{paths.policy}: was changed since the publication; `lineage run` takes that in, "
            f"then make the pack"
        )
    with TemporaryDirectory(dir=file.parent, prefix=".pack-") as folder:
        held = Held(Path(folder) / "files")
        held.folder.mkdir()
        with open_warehouse(paths) as warehouse:
            shown = _fill(held, paths, warehouse, asked, published)
        for proof_name, proof in rotation_proofs(paths, order):
            held.put(f"trail/{proof_name}", proof, "proof that the log was given another key")
        held.put("verify.py", verifier_text(), "the program that verifies this pack by itself")
        held.put("index.html", render_page(held, shown), "what a person reads first")
        require_same(paths, published)
        manifest = _manifest(held, shown, published)
        data = manifest_bytes(manifest)
        (held.folder / MANIFEST).write_bytes(data)
        (held.folder / NOTE).write_bytes(sign_note(manifest_text(data), [signer]))
        _zip(held, Path(folder) / "pack.zip").replace(file)
    return Made(file, manifest, signer.key.encoded, pinned.encoded)


def _fill(
    held: Held, paths: WorkspacePaths, warehouse: Warehouse, asked: str, published: Published
) -> Shown:
    """Hold everything that is read from the warehouse; return what the page shows of it."""
    state = told(warehouse)
    version = find_version(warehouse, asked)
    card = card_at(warehouse, paths, version.node_id, state.known_at)
    found = ancestry(warehouse, version.node_id)
    question = Asked(version, found.nodes, runs_behind(warehouse, version), state.known_at)
    sealed: set[tuple[str, int]] = set()

    def note_seals(batch: pa.RecordBatch) -> None:
        columns = (batch[name].to_pylist() for name in ("sealed_in_batch", "sealed_by_task"))
        sealed.update(zip(*columns, strict=True))

    for of in ROW_SETS:
        on_batch = note_seals if of.path == AUDIT else _untold
        held.put_rows(of.path, rows_of(warehouse, question, of), of.about, on_batch)
    put_dictionary(held, warehouse)
    held.put("card/card.json", export_card(card, "json"), "the model card, in its one form")
    held.put("card/card.html", render_card(card, "html"), "the model card, to be read")
    held.put("card/card.md", render_card(card, "markdown"), "the model card, as Markdown")
    picture = picture_of(found.graph) if found.graph is not None else None
    _put_pictures(held, picture, found.why_not)
    statement, why_not = provenance(
        held.believed("registry/version"), held.rows("lineage/versions-read"),
        held.rows("lineage/runs"),
    )  # fmt: skip
    if statement:
        held.put("provenance/slsa.json", statement, "what made it, as an in-toto statement")
    held.left_out += [*([why_not] if why_not else []), *WITHHELD]
    put_proofs(held, paths, published, sealed)
    return Shown(version, state, card, picture, warehouse.coverage_note(), published.log.tree.size)


def _untold(_: pa.RecordBatch) -> None:
    """Tell nobody."""


def _put_pictures(held: Held, picture: Picture | None, why_not: str) -> None:
    if picture is None:
        held.left_out.append(why_not)
        return
    held.put("lineage/picture.svg", render_svg(picture), "where it comes from, as a picture")
    held.put("lineage/viewer.html", render_html(picture), "the same, to be walked through")


def _manifest(held: Held, shown: Shown, published: Published) -> Manifest:
    log = published.log
    return Manifest(
        version_node_id=shown.version.node_id,
        model=shown.version.model,
        version=shown.version.version,
        known_at=microseconds(shown.state.known_at),
        warehouse_sha256=published.warehouse_sha256,
        built_with_sha256=shown.state.built_with_sha256,
        policy_sha256=shown.state.policy_sha256,
        log=StatedLog(origin=log.checkpoint.origin, size=log.tree.size, root=log.tree.root.hex()),
        files=held.stated(),
        proofs=tuple(held.proofs),
        unproven=tuple(held.unproven),
        left_out=tuple(held.left_out),
    )


def _zip(held: Held, target: Path) -> Path:
    files = sorted(
        (file.relative_to(held.folder).as_posix(), file)
        for file in held.folder.rglob("*")
        if file.is_file()
    )
    with target.open("wb") as stream:
        write_container(stream, ((name, lambda file=file: file.open("rb")) for name, file in files))  # type: ignore[misc]
    return target


def _require_sealed_audit(paths: WorkspacePaths) -> None:
    """Return if the audit rows are what was sealed: the warehouse has no copy of them.

    Raises:
        IntegrityError: they are not.
    """
    files = LakeTable(paths.table("bronze", COMPACTED)).files()
    if altered := not_as_sealed(paths, map(Path, files)):
        told_of = ", ".join(below(paths, file) for file in altered[:3])
        raise IntegrityError(
            f"{told_of}: not what was sealed, so no evidence can be made of it; `lineage audit "
            f"verify --deep` tells what differs"
        )
