"""Where checkpoints of the trail are kept under another administration: `[[trail.anchor]]`."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal
from urllib.parse import unquote, urlsplit

import msgspec

_WITHOUT_HELPERS: Final = r"^(?!-)(?![A-Za-z0-9+.-]*::)[^\x00-\x1f]+$"
"""What git takes for a remote, less its options and `ext::`, which runs a program."""
_BRANCH: Final = r"^[A-Za-z0-9_][A-Za-z0-9_./-]*$"
_PREFIX: Final = r"^([^/\x00-\x1f][^\x00-\x1f]*)?$"
_FOLDER: Final = r"^([a-z0-9][a-z0-9-]{0,62})?$"
_HTTP: Final = r"^https?://[^\s/?#]+([/?][^\s#]*)?$"
_USER: Final = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://).*@")


class DirectoryAnchor(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="directory"
):
    """A folder on a file system that others administer.

    Attributes:
        path: the folder, which exists; relative to the workspace.
    """

    path: Annotated[str, msgspec.Meta(min_length=1)]


class GitAnchor(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="git"
):
    """A branch of a git repository that others administer.

    Attributes:
        remote: what git fetches from and pushes to.
        branch: holds checkpoints and nothing else.
    """

    remote: Annotated[str, msgspec.Meta(pattern=_WITHOUT_HELPERS)]
    branch: Annotated[str, msgspec.Meta(pattern=_BRANCH)] = "main"


class S3Anchor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="s3"):
    """A bucket with Object Lock; endpoint, region and credentials come from the AWS environment.

    Attributes:
        bucket: its name.
        prefix: what keys begin with; a slash is put behind it.
        mode: how what is put there is locked; NONE takes a bucket that locks nothing.
        retain_days: for how long.
    """

    bucket: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$")]
    prefix: Annotated[str, msgspec.Meta(pattern=_PREFIX)] = ""
    mode: Literal["COMPLIANCE", "GOVERNANCE", "NONE"] = "COMPLIANCE"
    retain_days: Annotated[int, msgspec.Meta(ge=1, le=36500)] = 365


class TimestampAnchor(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="timestamp"
):
    """An authority that says when a checkpoint was there, after RFC 3161.

    Attributes:
        url: where it answers.
        roots: a file with the certificates of the roots that are trusted, in PEM; relative to the
            workspace.
        folder: where below `trail/timestamps` its answers are kept; a second authority needs one.
    """

    url: Annotated[str, msgspec.Meta(pattern=_HTTP)]
    roots: Annotated[str, msgspec.Meta(min_length=1)]
    folder: Annotated[str, msgspec.Meta(pattern=_FOLDER)] = ""


AnchorSettings = DirectoryAnchor | GitAnchor | S3Anchor | TimestampAnchor


class TrailSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is done with the trail's checkpoints.

    Attributes:
        anchor: where they are kept beside the workspace.
    """

    anchor: tuple[AnchorSettings, ...] = ()


def anchor_name(anchor: AnchorSettings) -> str:
    """Return what reports call an anchor: its kind and place, without user, password or query."""
    if isinstance(anchor, DirectoryAnchor):
        return f"directory {anchor.path}"
    if isinstance(anchor, GitAnchor):
        return f"git {without_user(anchor.remote)} {anchor.branch}"
    if isinstance(anchor, S3Anchor):
        return f"s3 {anchor.bucket}/{anchor.prefix}"
    return f"timestamp {without_user(anchor.url)}"


def without_user(address: str) -> str:
    """Return an address as it may be shown: what stands before its host or behind `?` is left out.

    A user without a password before a host that has no scheme, as ssh has it, is no secret.
    """
    shown = _USER.sub(r"\1", address)
    return shown if "://" not in shown else shown.partition("?")[0].partition("#")[0]


def secrets_in(address: str) -> list[str]:
    """Return the parts of an address that no message may hold, the longest first."""
    match = _USER.match(address)
    user = match[0].partition("://")[2][:-1] if match else ""
    _, is_pair, password = user.partition(":")
    parts = {user, password} if is_pair or address.startswith("http") else set()
    parts |= {unquote(part) for part in parts}
    parts.add(urlsplit(address).query if "://" in address else "")
    return sorted((part for part in parts if part), key=len, reverse=True)
