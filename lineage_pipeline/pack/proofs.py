"""What a pack proves: its publication, the acts it speaks of, the batches of its audit rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.evidence.proving import Prover
from lineage_pipeline.pack.manifest import CHECKPOINT, Unproven
from lineage_pipeline.schemas import COMPACTED
from lineage_pipeline.trail.proofs import entry_proof

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage_pipeline.pack.held import Held
    from lineage_pipeline.pack.state import Published
    from lineage_pipeline.paths import WorkspacePaths

ACTS: Final = {
    "governance/acts": "act_id",
    "governance/submissions": "act_id",
    "governance/approvals": "act_id",
    "governance/waivers": "act_id",
    "governance/break-glass": "act_id",
    "governance/delegations": "act_id",
    "governance/decisions": "act_id",
    "governance/retirements": "act_id",
    "governance/policies": "act_id",
    "compliance/records": "record_id",
    "retention/held": "hold_id",
}
"""The rows that are acts or records of people, and the column that says which."""


def put_proofs(
    held: Held, paths: WorkspacePaths, published: Published, sealed: Iterable[tuple[str, int]]
) -> None:
    """Hold the checkpoint, and each proof that leads to it.

    Args:
        held: the pack; its rows are there.
        paths: the workspace.
        published: the publication that the rows are of.
        sealed: the batches and tasks that its audit rows came with.

    Raises:
        ProofError: something is not what was sealed, or never was.
    """
    log = published.log
    held.put(CHECKPOINT, log.checkpoint.data, "the checkpoint that every proof leads to")
    held.put_proof(
        "publication", entry_proof(log, published.entry), "publication", published.warehouse_sha256
    )
    prover = Prover(paths, log)
    for act in _acts(held):
        try:
            proven = prover.prove(act)
        except ConfigError:
            reason = "no act of this name is in the lake: a registry or a log tells of it"
            held.unproven.append(Unproven(about=act, reason=reason))
        else:
            held.put_proof(f"acts/{act}", proven.proof, "act", act)
    for batch_id, task in sorted(sealed):
        found = prover.sealed_rows(COMPACTED, batch_id, task)
        proof = entry_proof(log, found.entry_index)
        held.put_proof(f"audit/{batch_id}-{task:05}", proof, "rows", found.rows.file)


def _acts(held: Held) -> list[str]:
    found = {row[column] for path, column in ACTS.items() for row in held.rows(path)}
    return sorted(found - {None, ""})
