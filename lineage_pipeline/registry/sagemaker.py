"""A poll of Amazon SageMaker: packages, cards, models and endpoints of one region, described whole.

`list` gives names alone, so each entry is described. One that is gone by then was deleted during
the poll and is left out, but only if a second listing does not name it either: an entry that is
listed and cannot be described must not pass for a deleted one.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from lineage_pipeline.errors import RegistryError
from lineage_pipeline.formats.documents.sagemaker import FORMATS, SOURCE
from lineage_pipeline.registry.poll import new_poll
from lineage_pipeline.registry.pulled import Pulled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from lineage_pipeline.registry.client import Limits
    from lineage_pipeline.registry.poll import Poll
    from lineage_pipeline.settings.registries import SagemakerRegistry

ATTEMPTS: Final = 5
"""How often a request is made that is not answered."""
ENTRIES: Final = 100
"""How many entries a file has at most."""
_GONE: Final = frozenset({"ValidationException", "ResourceNotFound", "ResourceNotFoundException"})
_DECODERS: Final = {each.kind: each.decoder for each in FORMATS}
_REMEDIES: Final = {
    "AccessDeniedException": "it takes sagemaker:List* and sagemaker:Describe* on everything",
    "NoCredentialsError": "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "ExpiredTokenException": "sign in again",
    "UnrecognizedClientException": "correct the credentials",
}


class _Listing(NamedTuple):
    """One of the listings.

    Attributes:
        name: what it lists; documents and files are called so.
        key: the member of a document that holds its entries.
        operation: what lists them and, with `describe` for `list`, describes one.
        listed: the member of an answer that holds them.
        identity: the member of an entry that it is described by.
        asked: what it is described by is called so in the question.
        question: what else is asked of the listing.
    """

    name: str
    key: str
    operation: str
    listed: str
    identity: str
    asked: str
    question: Mapping[str, Any] = {}

    @property
    def description(self) -> str:
        """What describes one entry."""
        return self.operation.replace("list_", "describe_").removesuffix("s")


_LISTINGS: Final = (
    _Listing(
        "model_package_groups", "ModelPackageGroups", "list_model_package_groups",
        "ModelPackageGroupSummaryList", "ModelPackageGroupName", "ModelPackageGroupName",
    ),
    _Listing(
        "model_packages", "ModelPackages", "list_model_packages", "ModelPackageSummaryList",
        "ModelPackageArn", "ModelPackageName", {"ModelPackageType": "Both"},
    ),
    _Listing(
        "model_cards", "ModelCards", "list_model_cards", "ModelCardSummaries", "ModelCardName",
        "ModelCardName",
    ),
    _Listing("models", "Models", "list_models", "Models", "ModelName", "ModelName"),
    _Listing(
        "endpoint_configs", "EndpointConfigs", "list_endpoint_configs", "EndpointConfigs",
        "EndpointConfigName", "EndpointConfigName",
    ),
    _Listing(
        "endpoints", "Endpoints", "list_endpoints", "Endpoints", "EndpointName", "EndpointName",
    ),
)  # fmt: skip


def poll_sagemaker(
    registry: SagemakerRegistry, landing: Path, now: Callable[[], datetime], limits: Limits
) -> Pulled:
    """Return what a poll found, which lies in landing/ now, whole.

    Args:
        registry: the region.
        landing: the workspace's landing/.
        now: tells the time, once, when the poll begins.
        limits: how long a file may be.

    Raises:
        RegistryError: it cannot be asked, or does not answer as it should; nothing is kept.
        StorageError: what it answers cannot be kept.
    """
    counts = {}
    with (
        _explained(registry),
        new_poll(landing, f"{SOURCE}/{registry.folder}", now) as poll,
        _client(registry.region) as client,
    ):
        for listing in _LISTINGS:
            entries = _described(client, listing)
            _keep(poll, listing, entries, limits.max_bytes)
            counts[listing.name] = len(entries)
    return Pulled(registry.namespace, counts, poll.file_count, poll.size_bytes)


def _described(client: Any, listing: _Listing) -> list[dict[str, Any]]:
    """Return all entries of a listing, each as it is described."""
    from botocore.exceptions import ClientError

    found, gone = [], set()
    describe = getattr(client, listing.description)
    for name in _names(client, listing):
        try:
            entry = describe(**{listing.asked: name})
        except ClientError as error:
            if _code(error) not in _GONE:
                raise
            gone.add(name)
            continue
        entry.pop("ResponseMetadata", None)
        found.append(entry)
    if gone and gone & set(_names(client, listing)):
        raise RegistryError(f"{listing.name}: an entry is listed and cannot be described")
    return found


def _names(client: Any, listing: _Listing) -> list[str]:
    pages = client.get_paginator(listing.operation).paginate(**listing.question)
    names = [entry[listing.identity] for page in pages for entry in page[listing.listed]]
    return list(dict.fromkeys(names))


def _keep(poll: Poll, listing: _Listing, entries: list[dict[str, Any]], max_bytes: int) -> None:
    """Write a listing as files of the poll, each one page."""
    pages = list(_pages(listing, [_json(entry) for entry in entries], max_bytes))
    for number, page in enumerate(pages, 1):
        more = {"NextToken": str(number + 1)} if number < len(pages) else {}
        data = msgspec.json.encode({listing.key: page, **more})
        try:
            _DECODERS[f"sagemaker.{listing.name}"].decode(data)
        except (msgspec.DecodeError, RecursionError) as error:
            _, found, place = str(error).rpartition(" - at ")
            where = place if found else "its beginning"
            raise RegistryError(
                f"{listing.name}: is not answered as it should, at {where}"
            ) from None
        poll.write(f"{listing.name}-{number:06d}.json", data)


def _pages(
    listing: _Listing, entries: list[msgspec.Raw], max_bytes: int
) -> Iterator[list[msgspec.Raw]]:
    """Yield entries in pages that are not too long; one that is empty where there are none."""
    page: list[msgspec.Raw] = []
    room = max_bytes - len(listing.key) - ENTRIES
    left = room
    for entry in entries:
        size = len(bytes(entry)) + 1
        if size > room:
            remedy = "raise scan.max_record_bytes in lineage.toml"
            raise RegistryError(f"{listing.name}: an entry has {size} bytes; {remedy}")
        if page and (size > left or len(page) == ENTRIES):
            yield page
            page, left = [], room
        page.append(entry)
        left -= size
    yield page


def _json(entry: dict[str, Any]) -> msgspec.Raw:
    """Return an entry as JSON; times in UTC."""
    return msgspec.Raw(msgspec.json.encode(_in_utc(entry)))


def _in_utc(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, dict):
        return {key: _in_utc(item) for key, item in value.items()}
    return [_in_utc(item) for item in value] if isinstance(value, list) else value


@contextmanager
def _client(region: str) -> Iterator[Any]:
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=10,
        read_timeout=60,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    )
    client = boto3.session.Session().client("sagemaker", region_name=region, config=config)
    try:
        yield client
    finally:
        client.close()


@contextmanager
def _explained(registry: SagemakerRegistry) -> Iterator[None]:
    """Let what boto3 raises in the block be an error that helps."""
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError as error:
        raise RegistryError(
            "SageMaker needs boto3; install it with `pip install 'lineage-pipeline[aws]'`"
        ) from error
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        # Not chained: boto3's own text may hold a signed request.
        code = _code(error)
        remedy = _REMEDIES.get(code, "check the region, the network and AWS_ENDPOINT_URL")
        raise RegistryError(f"{registry.namespace}: is not answered: {code}; {remedy}") from None


def _code(error: Exception) -> str:
    answer: dict[str, dict[str, str]] = getattr(error, "response", {})
    return answer.get("Error", {}).get("Code", type(error).__name__)
