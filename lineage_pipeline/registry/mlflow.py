"""A poll of an MLflow server: everything its registry and its tracking list, as they answer.

A poll is a full listing, so what is missing from it was deleted. Deleted runs and experiments are
asked for as well: MLflow keeps them and says so in `lifecycle_stage`.

Source: MLflow 3.17 REST API 2.0.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from lineage_pipeline.errors import RegistryError
from lineage_pipeline.formats.documents.mlflow import FORMATS, SOURCE
from lineage_pipeline.registry.client import Client
from lineage_pipeline.registry.pages import Page, keep_listing
from lineage_pipeline.registry.poll import new_poll
from lineage_pipeline.registry.pulled import Pulled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.registry.client import Limits
    from lineage_pipeline.registry.poll import Poll
    from lineage_pipeline.settings.registries import MlflowRegistry

API: Final = "api/2.0/mlflow"
EXPERIMENTS_AT_ONCE: Final = 100
"""Of how many experiments runs are asked for in one question."""

_DECODERS: Final = {each.kind: each.decoder for each in FORMATS}
_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TOKEN: Final = "next_page_token"  # noqa: S105 - the name of a member


class _Listing(NamedTuple):
    """One of the listings.

    Attributes:
        name: what it lists; documents and files are called so.
        key: the member that holds its entries.
        path: where it is asked for.
        size: how many entries to ask for at once.
        is_posted: whether the question is a body, and not an address.
        question: what else is asked.
        identity: what identifies an entry.
    """

    name: str
    key: str
    path: str
    size: int
    is_posted: bool
    question: Mapping[str, Any]
    identity: Callable[[Any], str]

    @property
    def file(self) -> str:
        """What its files are called."""
        return f"{self.name}_search"


_MODELS: Final = _Listing(
    "registered_models", "registered_models", "registered-models/search", 500,
    is_posted=False, question={"order_by": ["name ASC"]}, identity=lambda model: model.name,
)  # fmt: skip
_VERSIONS: Final = _Listing(
    "model_versions", "model_versions", "model-versions/search", 1000, is_posted=False,
    question={"order_by": ["name ASC", "version_number ASC"]},
    identity=lambda version: f"{version.version} {version.name}",
)  # fmt: skip
_EXPERIMENTS: Final = _Listing(
    "experiments", "experiments", "experiments/search", 1000, is_posted=True,
    question={"view_type": "ALL", "order_by": ["creation_time ASC"]},
    identity=lambda experiment: experiment.experiment_id,
)  # fmt: skip
_RUNS: Final = _Listing(
    "runs", "runs", "runs/search", 200, is_posted=True,
    question={"run_view_type": "ALL", "order_by": ["attributes.start_time ASC"]},
    identity=lambda run: run.info.run_id,
)  # fmt: skip
_LOGGED_MODELS: Final = _Listing(
    "logged_models", "models", "logged-models/search", 100, is_posted=True, question={},
    identity=lambda model: model.info.model_id,
)  # fmt: skip


def poll_mlflow(
    registry: MlflowRegistry,
    authorization: str | None,
    landing: Path,
    now: Callable[[], datetime],
    limits: Limits,
) -> Pulled:
    """Return what a poll found, which lies in landing/ now, whole.

    Args:
        registry: the server.
        authorization: the header that says who asks, if it is needed.
        landing: the workspace's landing/.
        now: tells the time, once, when the poll begins.
        limits: how long an answer may be, and how time goes by.

    Raises:
        RegistryError: it cannot be reached, or does not answer as MLflow does; nothing is kept.
        StorageError: what it answers cannot be kept.
    """
    url = f"{registry.url.rstrip('/')}/{API}"
    client = Client(url, authorization, limits)
    with new_poll(landing, f"{SOURCE}/{registry.folder}", now) as poll:
        found = {each.name: _keep(poll, client, each, [{}]) for each in (_MODELS, _VERSIONS)}
        experiments = _keep(poll, client, _EXPERIMENTS, [{}])
        of_some = [
            {"experiment_ids": experiments[start : start + EXPERIMENTS_AT_ONCE]}
            for start in range(0, len(experiments), EXPERIMENTS_AT_ONCE)
        ]
        found[_EXPERIMENTS.name] = experiments
        for each in (_RUNS, _LOGGED_MODELS):
            found[each.name] = _keep(poll, client, each, of_some)
    counts = {name: len(names) for name, names in found.items()}
    return Pulled(registry.namespace, counts, poll.file_count, poll.size_bytes)


def _keep(
    poll: Poll, client: Client, listing: _Listing, parts: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return what identifies the entries of a listing, whose pages are kept now."""
    if not parts:
        poll.write(f"{listing.file}-000001.json", _with_entries(listing, b"{}"))
        return []
    asks = [partial(_page, client, listing, {**listing.question, **part}) for part in parts]
    return keep_listing(poll, listing.file, asks, listing.size)


def _page(
    client: Client, listing: _Listing, question: Mapping[str, Any], token: str, size: int
) -> Page:
    asked = {**question, "max_results": size}
    if token:
        asked["page_token"] = token
    ask = client.post if listing.is_posted else client.get
    try:
        data = _with_entries(listing, ask(listing.path, asked))
        page = _DECODERS[f"mlflow.{listing.name}"].decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        # What was answered instead may be anything, so it is not repeated.
        _, found, place = str(error).rpartition(" - at ")
        where = place if found else "its beginning"
        raise RegistryError(
            f"{listing.path}: is not answered as MLflow 3 does, at {where}; a proxy or a login "
            f"page may stand in between. Nothing of this poll was kept"
        ) from None
    names = tuple(map(listing.identity, getattr(page, listing.key)))
    return Page(data, names, page.next_page_token or "")


def _with_entries(listing: _Listing, data: bytes) -> bytes:
    """Return an answer as it is; where it has no entries, and so not even their key, with none.

    MLflow leaves empty lists out; a poll must tell an empty listing from a missing one.
    """
    members = _MEMBERS.decode(data)
    if members.keys() - {_TOKEN}:
        return data
    return msgspec.json.encode({listing.key: [], **members})
