"""What Amazon SageMaker's registry and endpoints answer to a poll, and what EventBridge tells.

A poll lists entries as `describe` answers them, under one key for each kind; `NextToken` says that
another page follows. When it was asked, the folder of the file says.

Source: Amazon SageMaker API 2017-07-24, `DescribeModelPackageGroup`, `DescribeModelPackage`,
`DescribeModelCard`, `DescribeModel`, `DescribeEndpointConfig`, `DescribeEndpoint`; Amazon
EventBridge, "SageMaker Model Package State Change".
"""

from typing import Annotated, Any, Final, Literal

import msgspec

from lineage_pipeline.formats.documents.document import (
    DocumentFormat,
    Moment,
    Part,
    Text,
    polled_at,
    polled_registry,
)

SOURCE: Final = "registry/sagemaker"
STATE_CHANGE: Final = "SageMaker Model Package State Change"
Named = Annotated[str, Text]


class Answer(Part, frozen=True, kw_only=True, rename="pascal"):
    """An entry, as `describe` answers it; what else it holds passes."""


class PackageGroup(Answer, frozen=True, kw_only=True, rename="pascal"):
    """A model."""

    model_package_group_name: Named
    model_package_group_arn: Named
    model_package_group_status: str = ""
    creation_time: str | None = None


class Package(Answer, frozen=True, kw_only=True, rename="pascal"):
    """A version of a model; one without a group has a name of its own, and no version."""

    model_package_arn: Named
    model_package_name: str | None = None
    model_package_group_name: str | None = None
    model_package_version: int | None = None
    model_package_status: str = ""
    model_approval_status: str | None = None
    approval_description: str | None = None
    creation_time: str | None = None
    last_modified_time: str | None = None
    customer_metadata_properties: dict[str, str] = msgspec.field(default_factory=dict)


class Card(Answer, frozen=True, kw_only=True, rename="pascal"):
    """A model card; its content is a text that holds JSON."""

    model_card_arn: Named
    model_card_name: Named
    model_card_version: int
    model_card_status: str = ""
    content: str = ""
    creation_time: str | None = None


class Container(Answer, frozen=True, kw_only=True, rename="pascal"):
    """What a model is made of: a package, or data of its own."""

    model_package_name: str | None = None
    model_data_url: str | None = None


class Model(Answer, frozen=True, kw_only=True, rename="pascal"):
    """What endpoints serve: it names the packages that it was made of."""

    model_name: Named
    model_arn: Named
    primary_container: Container | None = None
    containers: tuple[Container, ...] = ()
    creation_time: str | None = None


class Variant(Answer, frozen=True, kw_only=True, rename="pascal"):
    """One of the models that an endpoint serves side by side."""

    variant_name: Named
    model_name: str | None = None


class EndpointConfig(Answer, frozen=True, kw_only=True, rename="pascal"):
    """What an endpoint is to serve."""

    endpoint_config_name: Named
    endpoint_config_arn: Named
    production_variants: tuple[Variant, ...] = ()
    creation_time: str | None = None


class Endpoint(Answer, frozen=True, kw_only=True, rename="pascal"):
    """What serves."""

    endpoint_name: Named
    endpoint_arn: Named
    endpoint_config_name: str | None = None
    endpoint_status: str = ""
    creation_time: str | None = None
    last_modified_time: str | None = None


class Page(Answer, frozen=True, kw_only=True, rename="pascal"):
    """A part of a listing; it has a token if there are more."""

    next_token: str | None = None


class PackageGroups(Page, frozen=True, kw_only=True, rename="pascal"):
    """A listing of model package groups."""

    model_package_groups: list[PackageGroup]


class Packages(Page, frozen=True, kw_only=True, rename="pascal"):
    """A listing of model packages."""

    model_packages: list[Package]


class Cards(Page, frozen=True, kw_only=True, rename="pascal"):
    """A listing of model cards."""

    model_cards: list[Card]


class Models(Page, frozen=True, kw_only=True, rename="pascal"):
    """A listing of models."""

    models: list[Model]


class EndpointConfigs(Page, frozen=True, kw_only=True, rename="pascal"):
    """A listing of endpoint configurations."""

    endpoint_configs: list[EndpointConfig]


class Endpoints(Page, frozen=True, kw_only=True, rename="pascal"):
    """A listing of endpoints."""

    endpoints: list[Endpoint]


class StateChangeDetail(Answer, frozen=True, kw_only=True, rename="pascal"):
    """Which package changed, and what its approval is now."""

    model_package_arn: Named
    model_package_group_name: str | None = None
    model_package_version: int | None = None
    model_approval_status: str | None = None


class StateChange(Part, frozen=True, kw_only=True, rename="kebab"):
    """An event of EventBridge; it names no actor."""

    id: Named
    detail_type: Literal["SageMaker Model Package State Change"]
    time: Named
    detail: StateChangeDetail
    account: str | None = None
    region: str | None = None


def _happened(event: Any, _: str) -> Moment:
    moment: str = event.time
    return moment


def _listing(kind: str, key: str, body: type[Page]) -> DocumentFormat:
    keys = frozenset({key})
    return DocumentFormat(
        f"sagemaker.{kind}", SOURCE, keys, body, polled_at, teller=polled_registry
    )


FORMATS = (
    _listing("model_package_groups", "ModelPackageGroups", PackageGroups),
    _listing("model_packages", "ModelPackages", Packages),
    _listing("model_cards", "ModelCards", Cards),
    _listing("models", "Models", Models),
    _listing("endpoint_configs", "EndpointConfigs", EndpointConfigs),
    _listing("endpoints", "Endpoints", Endpoints),
    DocumentFormat(
        "sagemaker.package_state_change", SOURCE, frozenset({"detail", "detail-type"}), StateChange,
        _happened, ("detail-type", STATE_CHANGE),
    ),
)  # fmt: skip
