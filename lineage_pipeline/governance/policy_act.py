"""A changed policy is an act: what it says now, told before anything is judged by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from lineage_pipeline.governance.acts import FOLDER, Act, append_act
from lineage_pipeline.paths import ACTS_FOLDER
from lineage_pipeline.policy.reading import policy_bytes, policy_digest, read_policy
from lineage_pipeline.policy.rules import Policy

if TYPE_CHECKING:
    from lineage_pipeline.paths import WorkspacePaths

SUBJECT: Final = "policy"
PLACE: Final = "policy"
"""The folder of these acts, so that the last of them is found without reading all."""


def tell_policy(paths: WorkspacePaths, at: int) -> Policy:
    """Return the policy of a workspace; if it is not the one that was told last, tell it.

    Nobody says who changed a file, so the actor is unknown.

    Args:
        paths: the workspace.
        at: the known time of the scan that follows, in microseconds since 1970.

    Raises:
        ConfigError: the policy is broken.
        StorageError: the act cannot be written.
    """
    policy = read_policy(paths.policy)
    digest = policy_digest(policy)
    last = _told_last(paths)
    if digest != last and (last is not None or policy != Policy()):
        said = {
            "actor": "unknown",
            "policy_sha256": digest,
            "policy": msgspec.Raw(policy_bytes(policy)),
        }
        act = Act(name="policy_changed", subject=SUBJECT, at=at, data=said)
        append_act(paths, act, folder=PLACE)
    return policy


def is_told(paths: WorkspacePaths) -> bool:
    """Return whether the policy of a workspace is the one that a run has told last.

    Raises:
        ConfigError: the policy is broken.
    """
    policy, last = read_policy(paths.policy), _told_last(paths)
    return policy == Policy() if last is None else policy_digest(policy) == last


def _told_last(paths: WorkspacePaths) -> str | None:
    """Return the digest of the policy that was told last; None if none was."""
    told = (paths.landing / ACTS_FOLDER / FOLDER / PLACE).glob("*-*.json")
    last = max(told, key=lambda file: int(file.name.partition("-")[0]), default=None)
    if last is None:
        return None
    return str(msgspec.json.decode(last.read_bytes())["data"]["policy_sha256"])
