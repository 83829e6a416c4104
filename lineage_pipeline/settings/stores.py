"""Where objects lie that this workspace may delete itself: `[[disposal.store]]`."""

from __future__ import annotations

from typing import Annotated

import msgspec

_Named = Annotated[str, msgspec.Meta(min_length=1)]


class LocalStore(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="local"
):
    """A folder in which the datasets of a namespace lie, each a file or a folder under its name.

    Attributes:
        namespace: the namespace, as the lineage calls it.
        root: the folder, which exists; relative to the workspace.
    """

    namespace: _Named
    root: _Named


class S3Store(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="s3"):
    """A bucket, called as its namespace; endpoint and credentials come from the AWS environment.

    Attributes:
        namespace: the namespace: `s3://` and the name of the bucket.
    """

    namespace: Annotated[str, msgspec.Meta(pattern=r"^s3://[A-Za-z0-9][A-Za-z0-9._-]{1,254}$")]


StoreSettings = LocalStore | S3Store


class DisposalSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be deleted from here; others carry out the rest and say so.

    Attributes:
        store: where objects lie.
    """

    store: tuple[StoreSettings, ...] = ()
