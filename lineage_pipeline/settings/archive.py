"""Where cold files and datasets are moved to: `[archive]`."""

from __future__ import annotations

from typing import Annotated

import msgspec


class ArchiveSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The archive of a workspace; endpoint and credentials of S3 come from the AWS environment.

    Attributes:
        target: a folder outside the workspace, which exists, relative to the workspace; or
            `s3://` with a bucket and a prefix. None: there is no archive.
    """

    target: Annotated[str, msgspec.Meta(min_length=1)] | None = None
